"""Reads the example sentences of docs/method.md and writes its tables: what the guidelines ask, and what is read today.

The sentences and their codes stand in `method_examples.jsonl`, in the form of the coded sentences. After a change of
the reader, once the changes were looked at:

    python -m tests.docs.method_examples --write
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.extract.engine import Reader
from tests.docs.generated_tables import changes, filled, rendered
from tests.docs.markdown import ROOT
from tests.extract.sentence_suite import Case, Row, read_case

PAGE = ROOT / "docs" / "method.md"
EXAMPLES = Path(__file__).with_name("method_examples.jsonl")
AS_CODED = "yes"
SIGNS = {"claimant": "said by", "intermediary": "by way of"}


@dataclass(frozen=True)
class Example:
    """A sentence of the page. No causes: it is read as coded."""

    case: Case
    causes: tuple[str, ...]

    @property
    def today(self) -> str:
        """The cell that says whether the sentence is read as coded."""
        return f"**misread today**: {', '.join(self.causes)}" if self.causes else AS_CODED


def cases() -> list[Case]:
    """The example sentences, in the order of the page."""
    return [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]


def read_examples(reader: Reader | None = None) -> list[Example]:
    """All examples as they are read now (about ten seconds on one core)."""
    reader = reader or Reader()
    return [Example(case, read_case(case, reader).causes) for case in cases()]


def shown(claim: Row) -> str:
    """A coded claim as the page writes it; what is not coded is not shown."""
    parts = [
        f"{claim['supplier']} → {claim['recipient']}",
        *(claim[f] for f in ("support_type", "stage", "factuality")),
    ]
    parts += [f"{words} {claim[field]}" for field, words in SIGNS.items() if field in claim]
    if "quantity_unit" in claim:
        parts.append(f"{amount(claim['quantity_low'], claim['quantity_high'])} {claim['quantity_unit']}")
    parts += [claim["date"]] if "date" in claim else []
    parts += [field for field in ("implied", "via_company") if claim.get(field)]
    return ", ".join(parts)


def amount(low: float | None, high: float | None) -> str:
    """An amount with its bounds: "200 or more", "50 or fewer", "18"."""
    if high is None:
        return f"{low:,} or more"
    return f"{high:,} or fewer" if low is None else f"{low:,}" if low == high else f"{low:,} to {high:,}"


def table(group: str, examples: list[Example]) -> str:
    """The table of one group of examples; KeyError for a group that has none."""
    rows = [example for example in examples if example.case["phenomenon"] == group]
    if not rows:
        raise KeyError(f"{EXAMPLES.name} has no example of {group}; write one or take its table out of {PAGE.name}")
    cells = []
    for example in rows:
        claims = "<br>".join(map(shown, example.case["claims"])) or "none"
        cells.append([example.case["shows"], example.case["text"], claims, example.today])
    return rendered(["what", "sentence", "claims by the guidelines", "read so"], cells)


def page_now(text: str, examples: list[Example]) -> str:
    """The page with the tables of the examples in their places."""
    return filled(text, lambda group: table(group, examples))


def misread(examples: list[Example]) -> Mapping[str, str]:
    """The examples that are not read as coded, with the causes."""
    return {example.case["id"]: ", ".join(example.causes) for example in examples if example.causes}


def main() -> None:
    """Prints what changed on the page; with `--write`, writes its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the tables of the page anew")
    write = parser.parse_args().write
    text = PAGE.read_text(encoding="utf-8")
    now = page_now(text, read_examples())
    if write:
        PAGE.write_text(now, encoding="utf-8")
    print("\n".join(changes(text, now)) or "nothing has changed")


if __name__ == "__main__":
    main()
