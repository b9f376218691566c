"""How well the main text of web pages is found: word F1 against true texts.

usage: python -m tests.ingest.main_text_benchmark FOLDER [--worst N]

FOLDER holds pairs `PAGE.html` and `PAGE.html.truth.txt`. F1 counts words as a bag (case-folded runs of letters and
digits; one character a word in scripts without spaces), without their order.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from pathlib import Path

from flows.ingest.language import language
from flows.ingest.near_duplicates import WORD
from flows.ingest.readers.html_page import page_record
from flows.ingest.record import Record


def words(text: str) -> Counter[str]:
    """The bag of words of a text."""
    return Counter(WORD.findall(text.casefold()))


def word_f1(found: str, true: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the words found; 1 where both texts are empty."""
    bags = words(found), words(true)
    n_shared = sum((bags[0] & bags[1]).values())
    n_found, n_true = (sum(bag.values()) for bag in bags)
    if not n_found and not n_true:
        return 1.0, 1.0, 1.0
    return n_shared / max(n_found, 1), n_shared / max(n_true, 1), 2 * n_shared / (n_found + n_true)


def scores(folder: Path) -> list[tuple[float, float, float, str, str]]:
    """Precision, recall, F1, language of the true text, and name, a page."""
    rows = []
    for truth in sorted(folder.glob("*.truth.txt")):
        true = truth.read_text(encoding="utf-8")
        page = page_record(truth.with_suffix("").with_suffix("").read_bytes(), 0, 0)
        found = page.body if isinstance(page, Record) else ""
        rows.append((*word_f1(found, true), language(true), truth.name))
    return rows


def main() -> None:
    """Prints the means over all pages and over the English ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worst", type=int, default=0, help="name that many of the pages with the lowest F1")
    given = parser.parse_args()
    rows = scores(given.folder)
    for label, chosen in (("all", rows), ("English", [row for row in rows if row[3] == "en"])):
        precision, recall, f1 = (statistics.mean(row[place] for row in chosen) for place in range(3))
        median = statistics.median(row[2] for row in chosen)
        print(
            f"{label:8} {len(chosen):4} pages  P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  median F1 {median:.3f}"
        )
    for row in sorted(rows, key=lambda row: row[2])[: given.worst]:
        print(f"{row[2]:.3f} P {row[0]:.3f} R {row[1]:.3f} {row[3]} {row[4]}")


if __name__ == "__main__":
    main()
