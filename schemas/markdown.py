"""Tables in Markdown, for the documents that are made from declarations and data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """The text as one cell: a line break becomes a space, a bar or a tag's bracket is escaped."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "\\<")


def grid(header: Sequence[str], rows: Iterable[Sequence[str]], n_left: int = 1) -> str:
    """A table of cells as they stand; columns after the first `n_left` are aligned to the right."""
    marks = ["---" if place < n_left else "---:" for place in range(len(header))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, marks, *rows))
