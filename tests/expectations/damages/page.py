"""Writes what catches each damage into docs/reliability.md: `python -m tests.expectations.damages.page`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from expectations.release import read_release
from flows.link.flow import link_files
from flows.publish.release import stage
from tests.expectations.counterexample import Examined
from tests.expectations.damages.draft import Damage
from tests.expectations.damages.examine import Bench, damages
from tests.link.corpus import LEXICONS, write_stages

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reliability.md"
BEGIN = "<!-- damages: begin; written by python -m tests.expectations.damages.page -->"
END = "<!-- damages: end -->"
MOST = 3
"""Names of checks that a row of the table shows; the others are counted."""
_TITLES = {
    "tables": "In the tables of a staged release",
    "relinked": "Before linking, so that all tables agree",
    "staged": "In the files of a staged release",
    "sealed": "In a release that was sealed",
}


def section(tried: Sequence[Damage], caught: Mapping[str, list[str]]) -> str:
    """The counts, a table of what catches each damage by kind, and the list of those that nothing sees."""
    seen = [damage for damage in tried if damage.unseen is None]
    unseen = [damage for damage in tried if damage.unseen is not None]
    lines = [f"{len(tried)} damages: {len(seen)} are caught, {len(unseen)} cannot be seen.", ""]
    for kind, title in _TITLES.items():
        lines += [f"### {title}", "", "| damage | what is done | caught by |", "|---|---|---|"]
        lines += [_row(damage, caught[damage.name]) for damage in seen if damage.kind == kind] + [""]
    lines += ["### What no check sees", "", "| damage | what is done | why |", "|---|---|---|"]
    lines += [f"| {damage.name} | {damage.what} | {damage.unseen} |" for damage in unseen]
    return "\n".join(lines)


def _row(damage: Damage, caught: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in caught[:MOST])
    more = f" and {len(caught) - MOST} more" if len(caught) > MOST else ""
    return f"| {damage.name} | {damage.what} | {shown}{more} |"


def with_section(page: str, text: str) -> str:
    """The page with the text between its marks; ValueError where the marks are not there."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE} has lost the marks of the table of damages; put back {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def main() -> None:
    """Tries every damage and rewrites the page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stages = write_stages(folder / "stages")
        linked = link_files(*vars(stages).values(), folder / "linked", LEXICONS)
        staged = stage(linked.paths(), folder / "output", "1", date(2024, 11, 1))
        good = Examined.whole(read_release(staged.folder, staged.folder, stages.articles))
        bench = Bench.of(good, staged, stages, folder / "sealed")
        caught = {}
        for number, damage in enumerate(damages()):
            (folder / str(number)).mkdir()
            caught[damage.name] = bench.caught_by(damage, folder / str(number))
    PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8"), section(damages(), caught)), encoding="utf-8")


if __name__ == "__main__":
    main()
