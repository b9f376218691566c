"""Damage that knows nothing of a format: bits, slices, tokens, numbers and encodings.

Every mutation takes the bytes and a source of chance and gives other bytes; what lies before the first changed byte is
compared with the input by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]

LONGEST_SLICE = 2_000
MOST_GROWTH = 200_000
NUMBER = re.compile(rb"\d{1,12}")
EDGE_NUMBERS = (b"0", b"-1", b"1", b"255", b"65536", b"2147483648", b"4294967295", b"9223372036854775808", b"1e999")
EDGE_NUMBERS += (b"NaN", b"-0", b"00000000000000000007", b"1" + b"0" * 30, b"9" * 5000, b"0x10", "٣".encode())
CODINGS = ("utf-16", "utf-16-le", "utf-32", "cp1252", "cp1251", "shift_jis", "gb18030", "utf-7", "cp037", "iso2022_jp")
TOKENS = (
    b"\x00",
    b"\x00" * 16,
    b"\x1a",
    b"\x1b[31m",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\x00\x00\xfe\xff",
    b"\xed\xa0\x80",
    b"\xed\xb0\x80\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\xaf",
    b"\xff" * 40,
    "\u202eUkraine\u202c".encode(),
    "\u200b\u200d\u2060".encode(),
    "\ufffe\uffff".encode(),
    "e\u0301".encode() * 40,
    b"\r",
    b"\r\n\r\n",
    b"\n" * 300,
    "\u2028\u2029\x85".encode(),
    b" " * 3000,
    b"\t",
    b"9999-12-31T23:59:59-23:59",
    b"0000-00-00",
    b"0001-01-01T00:00:00+23:59",
    b"W53",
    b"http://[::1",
    b"https://user:password@host.example/?token=secret",
    b"file:///etc/passwd",
    b"../../../../etc/passwd",
    b"=cmd|' /C calc'!A0",
)
FORMAT_TOKENS = {
    "jsonl": (b"{", b"[", b"]", b"}", b'"', b"\\", b"\\ud800", b"\\u0000", b":", b",", b"null", b"-", b"[" * 2000)
    + (b'{"a":' * 1200, b'{"text":', b'"text"', b"true", b"1e400", b"Infinity", b'\\"'),
    "csv": (b'"', b'""', b",", b";", b"\t", b"|", b'"\n', b'","\n', b"," * 500, b"\r", b'"' * 301),
    "text": (b"---\n", b"---\ntitle: x\n---\n", b"date: 0000\n", b"title:", b"-" * 3000),
    "html": (b"<", b">", b"<p>", b"</p>", b"<!--", b"-->", b"<script>", b"</script>", b"<![CDATA[", b"&#x110000;")
    + (b"&#0;", b"&amp", b"<div>" * 400, b"<table><tr><td>" * 60, b"<base href='http://['>", b"<meta charset=utf-16>")
    + (b"<meta charset=hex>", b'<html lang="en">', b"<plaintext>", b"<svg><style><!--</svg>", b"<a href='//['>x</a>")
    + (b'<link rel="canonical" href="http://[v1.x/">', b"<?xml version='1.0' encoding='utf-32'?>", b"<template>")
    + (b'<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": 7, "publisher": []}</script>',),
    "feed": (b"<item>", b"</item>", b"<entry>", b"<![CDATA[", b"]]>", b"&lol9;", b"&#xD800;", b"<!DOCTYPE rss [")
    + (b'<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>', b'<!ENTITY x SYSTEM "file:///etc/passwd">', b"&x;")
    + (b"<item>" * 300, b"xmlns:a='", b'<?xml version="1.0" encoding="utf-16"?>', b"<georss:point>a b</georss:point>")
    + (b"<media:content url='['/>", b"<pubDate>Fri, 99 Foo 2023</pubDate>", b"<updated>T</updated>", b"<link/>"),
    "warc": (b"WARC/1.0\r\n", b"WARC/9.9\r\n", b"WARC-Type: response\r\n", b"Content-Length: 5\r\n", b"HTTP/1.1 200 OK\r\n")
    + (b"Content-Length: -5\r\n", b"Content-Length: 99999999999999999999\r\n", b"Transfer-Encoding: chunked\r\n\r\n")
    + (b"Content-Encoding: gzip\r\n", b"Content-Encoding: br\r\n", b"Content-Encoding: zstd\r\n", b"ffffffff\r\n")
    + (b"Content-Encoding: deflate\r\n", b"WARC-Target-URI: http://[\r\n", b"Content-Type: text/html\r\n", b"\r\n\r\n")
    + (b"filedesc://a 0.0.0.0 2023 text/plain 7\n", b"WARC-Type: revisit\r\n", b"WARC-Date: x\r\n", b"\x1f\x8b\x08"),
    "parquet": (b"PAR1", b"\x15\x00", b"\x15\x80\x80\x80\x80\x10", b"\x19", b"\x4c", b"\xff\xff\xff\x7f", b"\x00" * 64),
}
FORMAT_TOKENS["json"] = FORMAT_TOKENS["jsonl"]


def _place(data: bytes, chance: Random) -> int:
    return chance.randrange(len(data) + 1)


def _slice(data: bytes, chance: Random) -> tuple[int, int]:
    start = _place(data, chance)
    return start, min(len(data), start + chance.choice((1, 2, 4, 16, 100, LONGEST_SLICE)))


def flip_bits(data: bytes, chance: Random) -> bytes:
    """One to eight bits turned."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8) if data else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def set_bytes(data: bytes, chance: Random) -> bytes:
    """A slice overwritten by chance bytes, or by one byte over and over."""
    start, end = _slice(data, chance)
    filling = chance.randbytes(end - start) if chance.random() < 0.5 else bytes([chance.randrange(256)]) * (end - start)
    return data[:start] + filling + data[end:]


def truncate(data: bytes, chance: Random) -> bytes:
    """The file breaks off; half of the time within its last hundred bytes."""
    if chance.random() < 0.5:
        return data[: max(0, len(data) - chance.randint(1, 100))]
    return data[: _place(data, chance)]


def clip(data: bytes, chance: Random) -> bytes:
    """The beginning is missing."""
    return data[_place(data, chance) :]


def delete(data: bytes, chance: Random) -> bytes:
    """A slice is missing."""
    start, end = _slice(data, chance)
    return data[:start] + data[end:]


def double(data: bytes, chance: Random) -> bytes:
    """A slice stands there twice, or very often."""
    start, end = _slice(data, chance)
    times = chance.choice((1, 1, 1, 3, 50, 2000))
    times = max(1, min(times, MOST_GROWTH // max(1, end - start)))
    return data[:end] + data[start:end] * times + data[end:]


def swap(data: bytes, chance: Random) -> bytes:
    """Two slices in each other's place."""
    (a, b), (c, d) = sorted((_slice(data, chance), _slice(data, chance)))
    c = max(b, c)
    d = max(c, d)
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def insert_chance(data: bytes, chance: Random) -> bytes:
    """Bytes of chance come in between."""
    start = _place(data, chance)
    return data[:start] + chance.randbytes(chance.choice((1, 4, 64, 1000))) + data[start:]


def edge_number(data: bytes, chance: Random) -> bytes:
    """A number in the file becomes one at the edge of what machines count."""
    found = list(NUMBER.finditer(data[:LONGEST_SLICE] if chance.random() < 0.5 else data))
    if not found:
        return flip_bits(data, chance)
    hit = chance.choice(found)
    return data[: hit.start()] + chance.choice(EDGE_NUMBERS) + data[hit.end() :]


def recode(data: bytes, chance: Random) -> bytes:
    """The whole file, or from some place on, in another encoding."""
    start = 0 if chance.random() < 0.5 else _place(data, chance)
    rest = data[start:].decode("utf-8", "replace").encode(chance.choice(CODINGS), "replace")
    return data[:start] + rest


def token(data: bytes, chance: Random, format_name: str) -> bytes:
    """A word that means something, to the format or to text at large, comes in or replaces a slice."""
    words = FORMAT_TOKENS[format_name] if chance.random() < 0.7 else TOKENS
    start, end = _slice(data, chance)
    return data[:start] + chance.choice(words) + data[(end if chance.random() < 0.3 else start) :]


BLIND: tuple[Mutation, ...] = (
    flip_bits,
    set_bytes,
    truncate,
    clip,
    delete,
    double,
    swap,
    insert_chance,
    edge_number,
    recode,
)
