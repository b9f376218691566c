"""Tables that a page shows between two comments and that are written by code: where they stand, and what changes."""

from __future__ import annotations

import re
from collections.abc import Callable

PLACE = re.compile(r"(?<=<!-- table: )(\w+)( -->\n).*?(?=<!-- end of table -->)", re.DOTALL)


def places(text: str) -> list[str]:
    """The names of the tables that have a place on the page, in its order."""
    return [found[1] for found in PLACE.finditer(text)]


def filled(text: str, table: Callable[[str], str]) -> str:
    """The page with every such table written anew by its name."""
    return PLACE.sub(lambda found: f"{found[1]}{found[2]}{table(found[1])}", text)


def rendered(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    first, *others = [f"| {' | '.join(cells)} |" for cells in (header, *rows)]
    return "\n".join([first, "|---" * len(header) + "|", *others]) + "\n"


def changes(text: str, now: str) -> list[str]:
    """The lines that go and come, marked as in a diff."""
    before, after = text.splitlines(), now.splitlines()
    gone = [f"- {line}" for line in before if line not in after]
    return [*gone, *(f"+ {line}" for line in after if line not in before)]
