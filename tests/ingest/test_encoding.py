"""Bytes are decoded by mark, as UTF-8, by declaration, by detection, in this order; binary data is refused."""

from __future__ import annotations

import codecs

import pytest

from flows.ingest.encoding import UndecodableTextError, decode

RUSSIAN = "Министерство обороны сообщило о поставках боеприпасов союзникам. " * 5
FRENCH = "La France a livré des véhicules blindés à l’armée ukrainienne. " * 5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding), "iso-8859-1") == RUSSIAN


def test_valid_utf_8_is_utf_8_whatever_is_declared() -> None:
    assert decode(FRENCH.encode(), "iso-8859-1") == FRENCH


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "windows-1251"), (RUSSIAN, "koi8-r"), (FRENCH, "cp1252")])
def test_other_bytes_are_read_as_declared(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), encoding) == text


def test_latin_1_means_windows_1252_as_on_the_web() -> None:
    assert decode("l’armée".encode("cp1252"), "ISO-8859-1") == "l’armée"


def test_a_seven_bit_encoding_is_read_as_declared() -> None:
    assert decode("防衛省".encode("iso-2022-jp"), "iso-2022-jp") == "防衛省"


@pytest.mark.parametrize("declared", [None, "x-no-such-charset", "hex", ""])
def test_undeclared_bytes_are_detected(declared: str | None) -> None:
    assert decode(RUSSIAN.encode("windows-1251"), declared) == RUSSIAN


def test_one_broken_character_does_not_cost_a_long_text() -> None:
    assert decode(FRENCH.encode()[:-1] + b"\xff").startswith(FRENCH[:-1])


@pytest.mark.parametrize("data", [bytes(range(32)) * 20, b"\x00\x01\x02\x03" * 50, codecs.BOM_UTF8 + b"\x01\x02" * 40])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(UndecodableTextError):
        decode(data)
