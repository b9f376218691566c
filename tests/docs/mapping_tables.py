"""Writes the tables of docs/mapping.md that follow from the data: UN Register by kind of support, PLOVER by stage.

After a change of the systems or codes:

    python -m tests.docs.mapping_tables --write
"""

from __future__ import annotations

import argparse
from itertools import groupby

from flows.extract.claim import plover_code, unroca_category
from schemas.systems import systems
from schemas.tables import vocabulary
from tests.docs.generated_tables import changes, filled, rendered
from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "mapping.md"
NONE = "none"


def unroca() -> str:
    """Kinds of support with the category of a claim that names no system, and those of the named systems."""
    rows = []
    for kind in vocabulary("support_type"):
        named = {one.unroca_category for one in systems() if one.support_type == kind}
        listed = [f"`{category}`" for category in vocabulary("unroca_category") if category in named]
        listed += [NONE] if None in named or not named else []
        alone = unroca_category(kind, None)
        rows.append([f"`{kind}`", f"`{alone}`" if alone else NONE, ", ".join(listed)])
    return rendered(["support type", "no system named", "by the named system"], rows)


def plover() -> str:
    """Stages, those of one row together, with the code of each factuality."""
    factualities = list(vocabulary("factuality"))
    coded = [
        (stage, tuple(f"`{plover_code(stage, value)}`" for value in factualities)) for stage in vocabulary("stage")
    ]
    rows = []
    for codes, group in groupby(coded, key=lambda row: row[1]):
        rows.append([", ".join(f"`{stage}`" for stage, _ in group), *codes])
    return rendered(["stage", *(f"`{value}`" for value in factualities)], rows)


TABLES = {"unroca": unroca, "plover": plover}


def page_now(text: str) -> str:
    """The page with its tables as the data has them; KeyError for a table that nobody writes."""
    return filled(text, lambda name: TABLES[name]())


def main() -> None:
    """Prints what changed on the page; with `--write`, writes its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the tables of the page anew")
    write = parser.parse_args().write
    text = PAGE.read_text(encoding="utf-8")
    now = page_now(text)
    if write:
        PAGE.write_text(now, encoding="utf-8")
    print("\n".join(changes(text, now)) or "nothing has changed")


if __name__ == "__main__":
    main()
