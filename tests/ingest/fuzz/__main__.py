"""`python -m tests.ingest.fuzz`: a campaign of damaged inputs, resumed where it stopped, and its table for docs."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from tests.ingest.fuzz.campaign import Tally, run

CORPORA = "MATERIEL_CORPORA"


def main() -> int:
    """Runs a part of the campaign and prints all that it saw; 1 where there are findings."""
    asked = argparse.ArgumentParser(prog="python -m tests.ingest.fuzz", description=__doc__)
    asked.add_argument("--state", type=Path, required=True, help="JSON file that keeps the campaign")
    asked.add_argument("--inputs", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--seconds", type=float, default=400.0, help="stop this call after so long")
    asked.add_argument("--corpora", type=Path, help=f"folder of real files; else the variable {CORPORA}")
    given = asked.parse_args()
    named = os.environ.get(CORPORA)
    corpora = given.corpora or (Path(named) if named else None)
    tally = run(given.state, corpora, given.seed, given.inputs, given.seconds)
    print(table(tally))
    return 1 if tally.n_findings else 0


def table(tally: Tally) -> str:
    """What a campaign saw, as Markdown."""
    rows = [
        ("inputs", f"{tally.n_inputs:,}"),
        ("records read", f"{tally.n_records:,}"),
        ("articles", f"{tally.n_articles:,}"),
        ("rejects", f"{sum(tally.reasons.values()):,}"),
        ("inputs with a finding", f"{tally.n_findings:,}"),
        ("processes restarted", f"{tally.n_restarts:,}"),
        ("processor seconds", f"{tally.seconds:,.0f}"),
        ("slowest input", f"{tally.slowest:.2f} s (input {tally.slowest_input})"),
        ("most memory above the start", f"{tally.most_megabytes:.0f} MB (input {tally.largest_input})"),
    ]
    rows += [(f"of format {name}", f"{count:,}") for name, count in sorted(tally.formats.items())]
    rows += [(f"rejects `{name}`", f"{count:,}") for name, count in tally.reasons.most_common()]
    lines = ["| what | seen |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows)]
    kinds = Counter(finding[:90] for _, finding in tally.findings)
    examples = {finding[:90]: number for number, finding in reversed(tally.findings)}
    lines += [f"FINDING {count} x {kind} (input {examples[kind]})" for kind, count in kinds.most_common(40)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
