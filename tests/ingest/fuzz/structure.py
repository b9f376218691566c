"""Damage that knows the format: JSON values, XML and HTML elements, WARC records, CSV fields, compressed members."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pyarrow as pa
import zstandard

from tests.ingest.fuzz.bytewise import BLIND, EDGE_NUMBERS, MOST_GROWTH, flip_bits, token

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "\u202e\u200b",
    "x" * 5000,
    "\u0301" * 500,
    [],
    {},
    [[]],
    ["One.", "Two."],
    ["One.", 2],
    {"text": "One."},
    [{"text": "One."}, 5],
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2023-02-30",
    "Sat, 31 Dec 9999 23:59:59 -9959",
    1e11,
    253402300800,
    -62135596801,
)
ELEMENT = re.compile(rb"<(\w[\w:]*)[^>]*>[^<]{0,400}</\1>")
TAG = re.compile(rb"</?\w[^>]{0,200}>")
RECORD_START = re.compile(rb"WARC/1\.\d\r\n")
HEADER = re.compile(rb"(?m)^[A-Za-z-]+:[^\r\n]*\r?\n")
DEEP = 3000
BOMB = 3_000_000


def mutated(data: bytes, format_name: str, chance: Random) -> bytes:
    """The bytes after one to three mutations, which may know the format or not."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        kind = chance.random()
        if kind < 0.45:
            data = chance.choice(BLIND)(data, chance)
        elif kind < 0.65 or format_name not in STRUCTURED:
            data = token(data, chance, format_name)
        else:
            data = STRUCTURED[format_name](data, chance)
    return data


def spliced(data: bytes, other: bytes, chance: Random) -> bytes:
    """The beginning of one file and the end of another."""
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def _json_document(data: bytes, chance: Random) -> bytes:
    try:
        changed = _changed(json.loads(data), chance)
        return json.dumps(changed, ensure_ascii=chance.random() < 0.7).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):  # no JSON, or nested too deeply for Python
        return flip_bits(data, chance)


def _json_line(data: bytes, chance: Random) -> bytes:
    lines = data.split(b"\n")
    place = chance.randrange(len(lines))
    lines[place] = _json_document(lines[place], chance)
    return b"\n".join(lines)


def _changed(value: Any, chance: Random) -> Any:
    """The value with one part of it replaced, doubled under another name, nested, or dropped."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        kind = chance.random()
        if kind < 0.15:
            return {name: part for name, part in value.items() if name != key}
        if kind < 0.25:
            return {**value, chance.choice(("text", "published", "articles", "", "\udc00")): value[key]}
        return {**value, key: _changed(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        if chance.random() < 0.2:
            return [*value[:place], *value[place:][::-1], chance.choice(ODD_VALUES)]
        return [*value[:place], _changed(value[place], chance), *value[place + 1 :]]
    if chance.random() < 0.1:
        for _ in range(chance.choice((2, 50, 900))):
            value = [value] if chance.random() < 0.5 else {"text": value}
        return value
    return chance.choice(ODD_VALUES)


def _markup(data: bytes, chance: Random) -> bytes:
    """An element doubled, dropped, nested deeply, or put into another; a tag left open."""
    found = list((ELEMENT if chance.random() < 0.7 else TAG).finditer(data))
    if not found:
        return flip_bits(data, chance)
    hit, other = chance.choice(found), chance.choice(found)
    part = hit[0]
    kind = chance.randrange(5)
    if kind == 0:
        times = chance.choice((1, 5, 300))
        part = part * min(times, MOST_GROWTH // len(part))
    elif kind == 1:
        part = b""
    elif kind == 2:
        opening = TAG.match(part)
        part = (opening[0] if opening else b"<div>")[:40] * chance.choice((10, 200, DEEP)) + part
    elif kind == 3:
        part = part.replace(b">", b">" + other[0], 1)
    else:
        part = b"<![CDATA[" + part + chance.choice((b"]]>", b""))
    return data[: hit.start()] + part + data[hit.end() :]


def _archive(data: bytes, chance: Random) -> bytes:
    """Records dropped, doubled, put in another order; headers dropped, doubled, or with a wrong number."""
    starts = [hit.start() for hit in RECORD_START.finditer(data)] or [0]
    records = [data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True)]
    place = chance.randrange(len(records))
    kind = chance.randrange(4)
    if kind == 0:
        del records[place]
    elif kind == 1:
        records.insert(place, records[place] + chance.choice((b"", b"\r\n", b"\x00" * 9, b"junk\n")))
    elif kind == 2:
        chance.shuffle(records)
    else:
        records[place] = _headers(records[place], chance)
    return data[: starts[0]] + b"".join(records)


def _headers(record: bytes, chance: Random) -> bytes:
    found = list(HEADER.finditer(record[:1500]))
    if not found:
        return flip_bits(record, chance)
    hit = chance.choice(found)
    name, _, value = hit[0].partition(b":")
    line = chance.choice(
        (
            b"",
            hit[0] * 2,
            name + b": " + chance.choice(EDGE_NUMBERS) + b"\r\n",
            name.lower() + b" :" + value,
            name + b":\r\n " + value,
            name + value,
            name + b": " + b"y" * 70_000 + b"\r\n",
            name + b": \xff\xfe\x00\r\n",
        )
    )
    return record[: hit.start()] + line + record[hit.end() :]


def _sheet(data: bytes, chance: Random) -> bytes:
    """A quote comes in or goes, a field or a line is doubled."""
    lines = data.splitlines(keepends=True) or [b""]
    place = chance.randrange(len(lines))
    fields = lines[place].split(b",")
    at = chance.randrange(len(fields))
    fields[at] = chance.choice(
        (b'"' + fields[at], fields[at].replace(b'"', b""), fields[at] + b'"', b"", b'"\n' * 40, fields[at] * 2, b"\x00")
    )
    lines[place] = b",".join(fields)
    return b"".join(lines)


STRUCTURED: dict[str, Callable[[bytes, Random], bytes]] = {
    "json": _json_document,
    "jsonl": _json_line,
    "html": _markup,
    "feed": _markup,
    "warc": _archive,
    "csv": _sheet,
}


# Compressed files


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def _zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(data)


def _lz4(data: bytes) -> bytes:
    return bytes(pa.compress(data, codec="lz4", asbytes=True))


PACKERS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    (".gz", _gzip),
    (".zst", _zstd),
    (".lz4", _lz4),
)


def packed(data: bytes, chance: Random) -> tuple[str, bytes]:
    """The suffix and the bytes of a compressed file of one to four members, damaged two times of three."""
    suffix, pack = chance.choice(PACKERS)
    cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.choice((0, 0, 1, 3))))
    parts = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    members = [pack(part) for part in parts]
    if chance.random() < 0.66:
        members = _damaged(members, chance)
    return suffix, b"".join(members)


def _damaged(members: list[bytes], chance: Random) -> list[bytes]:
    place = chance.randrange(len(members))
    member = members[place]
    kind = chance.randrange(9)
    if kind == 0:  # cut within a member, so that the next one begins too early
        member = member[: chance.randrange(len(member) + 1)]
    elif kind == 1:  # another checksum or length
        member = member[:-8] + chance.randbytes(min(8, len(member)))
    elif kind == 2:  # header flags: extra field, name, comment, header checksum
        member = member[:3] + bytes([chance.randrange(256)]) + member[4:]
    elif kind == 3:
        member += chance.choice((b"\x00" * 600, b"junk", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", chance.randbytes(30)))
    elif kind == 4:  # the next member in another compression
        member += chance.choice(PACKERS)[1](b"\nanother member\n")
    elif kind == 5:  # an empty member, or a skippable frame
        member += chance.choice((_gzip(b""), _zstd(b""), b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"))
    elif kind == 6:  # compressed twice
        member = _gzip(member)
    elif kind == 7:  # a small bomb
        filling = chance.choice((b"\x00" * BOMB, b" " * BOMB, b"[" * BOMB, b"a\n" * (BOMB // 100)))
        member += chance.choice((_gzip, _zstd))(filling)
    else:
        member = chance.choice(BLIND)(member, chance)
    return [*members[:place], member, *members[place + 1 :]]
