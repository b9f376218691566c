"""Texts come in one form: NFC, plain spaces, line feeds, paragraphs kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ingest.normalise import normalise, normalise_line


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Kyjiv a ve\u0301cna\u0301 pomoc", "Kyjiv a vécná pomoc"),
        ("First paragraph.\r\n\r\n\r\n\r\nSecond paragraph.", "First paragraph.\n\nSecond paragraph."),
        ("Line one\rline two\u2028line three", "Line one\nline two\nline three"),
        ("One paragraph.\u2029Another one.", "One paragraph.\n\nAnother one."),
        ("20\u00a0tanks,\u20095 \t guns", "20 tanks, 5 guns"),
        ("How\u00adit\u200bzers\ufeff", "Howitzers"),
        ("A bell\x07 and a null\x00", "A bell and a null"),
        ("  indented   \n   lines  ", "indented\nlines"),
        ("half a pair \ud83d", "half a pair \ufffd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("Uk\u200draine and Ir\u200can, \u200dRussia\u200c", "Ukraine and Iran, Russia"),
        ("Ukraine\ufe0f, I\u034fran, Po\u2062land, Mal\U000e0041i, Ma\u061cli", "Ukraine, Iran, Poland, Mali, Mali"),
        ("e\u200d\u0301t\u00e9", "été"),
        ("\u202eeniarkU\u202c", "eniarkU"),
    ],
)
def test_text_has_one_form(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@given(st.text(st.characters(), max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(st.sampled_from("\u200c\u200d \u0301eK\u212a\u0915\u093c\u06cc\u2764\ufe0f\n\u00ad\u1100\u1161")))
def test_normalising_text_with_joiners_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=100))
def test_a_line_has_no_break_and_is_null_rather_than_empty(text: str) -> None:
    line = normalise_line(text)
    assert line is None or (line and "\n" not in line and "  " not in line)
