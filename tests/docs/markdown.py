"""Reads what tests need of a Markdown file: its links, its code, and its tables by heading."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`\n]+)`")
ENDS_OF_A_COMMAND = {"|", ">", "&&", ";"}


@dataclass(frozen=True)
class Row:
    """A row of a table: the heading that it stands under, the names of the columns, and its cells."""

    heading: str
    columns: list[str]
    cells: list[str]

    @property
    def first_column(self) -> str:
        """Name of the first column."""
        return self.columns[0]


@dataclass(frozen=True)
class Page:
    """A Markdown file."""

    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """The text without fenced code."""
        return FENCE.sub("", self.text)

    @property
    def links(self) -> list[str]:
        """Links to other files of the project, without their anchors."""
        found = (link.partition("#")[0] for link in LINK.findall(self.prose))
        return [link for link in found if link and not re.match(r"\w+:", link)]

    @property
    def spans(self) -> list[str]:
        """What stands in backticks."""
        return SPAN.findall(self.prose)

    def code(self, language: str) -> str:
        """All fenced code of a language."""
        return "\n".join(code for name, code in FENCE.findall(self.text) if name == language)

    @property
    def commands(self) -> list[list[str]]:
        """The words of every line of indented code and of every span, up to a pipe or a comment."""
        indented = [line.strip() for line in self.prose.splitlines() if line.startswith("    ")]
        return [words for line in [*indented, *self.spans] if (words := _words(line))]

    @property
    def rows(self) -> Iterator[Row]:
        """The rows of all tables."""
        heading = ""
        columns: list[str] = []
        for line in self.prose.splitlines():
            if line.startswith("#"):
                heading = line.lstrip("# ")
            if not line.startswith("|"):
                columns = []
                continue
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not columns:
                columns = cells
            elif not set("".join(cells)) <= set("-: "):
                yield Row(heading, columns, cells)


def in_backticks(cell: str) -> list[str]:
    """The words of a cell that stand in backticks."""
    return SPAN.findall(cell)


def pages() -> list[Page]:
    """The documents for readers."""
    return [Page(path) for path in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]]


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # an apostrophe in code that is no command
        return []
    end = next((place for place, word in enumerate(words) if word in ENDS_OF_A_COMMAND), len(words))
    return words[:end]
