"""JSON Lines: one object a line, each read on its own so that a broken line costs only itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import BinaryIO

from flows.ingest.encoding import UndecodableTextError
from flows.ingest.lines import lines
from flows.ingest.readers.columns import mapped
from flows.ingest.record import Failure, Reading, Record


def read_json_lines(stream: BinaryIO, mapping: Mapping[str, str]) -> Reading:
    """The records of a JSON Lines file; blank lines are no records."""
    number = 0
    for offset, line in lines(stream):
        if isinstance(line, str) and not line.strip():
            continue
        if isinstance(line, ValueError):
            is_coding = isinstance(line, UndecodableTextError | UnicodeError)
            yield Failure(number, offset, "undecodable_text" if is_coding else "malformed_record", str(line))
        else:
            yield _line_record(line, number, offset, mapping)
        number += 1


def _line_record(line: str, number: int, offset: int, mapping: Mapping[str, str]) -> Record | Failure:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Failure(number, offset, "malformed_record", f"no JSON: {error}")
    return mapped(row, number, offset, mapping)
