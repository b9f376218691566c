"""Runs the engine over the coded sentences and says which cases it reads as they are coded.

The reader is trained and does not pass every case, so the cases it misses are listed in files beside the sentences.
After a change for the better, and a look at what changed, a person writes the lists again:

    python -m tests.extract.sentence_suite            # the table of pass rates, and every case that changed
    python -m tests.extract.sentence_suite --write    # the same, and the lists are written
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flows.extract.engine import Article, Reader
from schemas.systems import systems
from schemas.tables import stage_group

SENTENCES = Path(__file__).parent / "sentences"
KNOWN_MISSES = SENTENCES / "known_misses.txt"
UNSAFE = SENTENCES / "unsafe.txt"
CODED = {
    "supplier": "supplier_id",
    "recipient": "recipient_id",
    "support_type": "support_type",
    "stage": "stage",
    "factuality": "factuality",
    "claimant": "claimant_id",
}
"""Fields of a coded claim that are always compared, with the columns that hold them."""
PLAIN = {
    "quantity_low": "quantity_low",
    "quantity_high": "quantity_high",
    "quantity_unit": "quantity_unit",
    "intermediary": "intermediary_id",
    "implied": "is_implied",
    "via_company": "is_via_company",
}
"""Fields that are compared by equality where a case gives them; `date`, `system` and `item` by meaning."""
CAUSE_OF = {
    "quantity_low": "quantity",
    "quantity_high": "quantity",
    "quantity_unit": "quantity",
    "support_type": "type",
}
UNREAL = frozenset({"denied", "negated", "conditional"})
UNDELIVERED = frozenset({"sought", "stopped"})
Row = dict[str, Any]
Case = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What reading a case came to. No causes: it passed. `unsafe` are dyads that the case codes as not delivered and
    the engine publishes as delivered."""

    case_id: str
    phenomenon: str
    causes: tuple[str, ...]
    unsafe: tuple[str, ...]


def cases() -> list[Case]:
    """Every case, in the order of the files and of their lines."""
    paths = sorted(SENTENCES.glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def article_of(case: Case) -> Article:
    """The case as an article of a wire service, its text laid out as the ingest stage lays it out."""
    title = case.get("title")
    text = f"{title}\n\n{case['text']}" if title else case["text"]
    day = case.get("published")
    published = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) if day else None
    article_id = "a" + hashlib.sha256(case["id"].encode()).hexdigest()[:16]
    return Article(article_id, title, text, published, "The Harbour Gazette")


def published_claims(case: Case, reader: Reader) -> list[Row]:
    """What the engine publishes from the case, in either table; a title is context only, its claims are left out."""
    begin = len(case["title"]) if case.get("title") else 0
    return [row for row in reader.read(article_of(case)).claims if row["evidence_start"] >= begin]


def read_case(case: Case, reader: Reader) -> Outcome:
    """Reads one case and compares."""
    rows = published_claims(case, reader)
    return Outcome(case["id"], case["phenomenon"], causes(case["claims"], rows), unsafe_dyads(case["claims"], rows))


def causes(coded: list[Row], published: list[Row]) -> tuple[str, ...]:
    """Why a case fails, sorted; nothing if every coded claim is published and no other.

    Coded and published claims of one dyad are paired, the likest first; the fields in which a pair differs are
    causes, and so is a claim left over (`missed`, `spurious`). A claim that two sentences make counts once.
    """
    left = _distinct(published)
    found: set[str] = set()
    waiting = list(coded)
    candidates = [(len(differences(c, p)), i, j) for i, c in enumerate(coded) for j, p in enumerate(left) if dyad(c, p)]
    used: set[int] = set()
    for _, i, j in sorted(candidates):
        if coded[i] in waiting and j not in used:
            waiting.remove(coded[i])
            used.add(j)
            found |= differences(coded[i], left[j])
    if waiting:
        found.add("missed")
    if len(used) < len(left):
        found.add("spurious")
    return tuple(sorted(found))


def _distinct(published: list[Row]) -> list[Row]:
    """Claims with the same coded values once, the one that says most of item, amount and date first."""
    asides = ("item_text", "quantity_text", "date_text", "system_id")
    ordered = sorted(published, key=lambda row: -sum(row[name] is not None for name in asides))
    return list({tuple(row[column] for column in CODED.values()): row for row in reversed(ordered)}.values())


def dyad(coded: Row, published: Row) -> bool:
    """True if both are about the same supplier and recipient."""
    return (coded["supplier"], coded["recipient"]) == (published["supplier_id"], published["recipient_id"])


def differences(coded: Row, published: Row) -> set[str]:
    """Names of the fields in which a published claim is not as coded; a field that is not coded is not asserted."""
    fields = {f for f, column in CODED.items() if coded[f] != published[column]}
    fields |= {f for f, column in PLAIN.items() if f in coded and coded[f] != published[column]}
    if "date" in coded and interval(coded["date"]) != (published["event_start_date"], published["event_end_date"]):
        fields.add("date")
    if "system" in coded and coded["system"].casefold() not in system_names().get(published["system_id"], ()):
        fields.add("system")
    if "item" in coded and not _is_same_item(coded["item"], published["item_text"]):
        fields.add("item")
    return {CAUSE_OF.get(field, field) for field in fields}


def _is_same_item(coded: str, published: str | None) -> bool:
    """True if one holds the other: how many adjectives belong to an item is a matter of taste."""
    a, b = coded.casefold(), (published or "").casefold()
    return bool(b) and (a in b or b in a)


@cache
def system_names() -> dict[str, frozenset[str]]:
    """Names and aliases of every known weapon system, case folded, by its id."""
    return {s.system_id: frozenset(n.casefold() for n in (s.name, *s.aliases)) for s in systems()}


def interval(coded: str) -> tuple[date, date]:
    """First and last day of a coded date: a day, a month, a year, or two of these with a stroke between."""
    first, _, last = coded.partition("/")
    return _days(first)[0], _days(last or first)[1]


def _days(coded: str) -> tuple[date, date]:
    parts = [int(part) for part in coded.split("-")]
    if len(parts) == 3:
        return date(*parts), date(*parts)
    if len(parts) == 2:
        year, month = parts
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(days=1)
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def unsafe_dyads(coded: list[Row], published: list[Row]) -> tuple[str, ...]:
    """Dyads published as affirmed deliveries that the case only denies, negates, imagines, asks for or stops."""
    by_dyad: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for claim in coded:
        by_dyad[claim["supplier"], claim["recipient"]].append(claim)
    undelivered = {sides for sides, claims in by_dyad.items() if all(map(is_undelivered, claims))}
    delivered = {
        (row["supplier_id"], row["recipient_id"])
        for row in published
        if row["factuality"] == "affirmed" and row["stage_group"] == "delivered"
    }
    return tuple(f"{supplier}>{recipient}" for supplier, recipient in sorted(undelivered & delivered))


def is_undelivered(claim: Row) -> bool:
    """True for a coded claim that nobody may take for a delivery."""
    return claim["factuality"] in UNREAL or stage_group(claim["stage"]) in UNDELIVERED


def read_all(model: Reader | None = None) -> list[Outcome]:
    """Outcomes of all cases in order (about a minute on one core)."""
    reader = model or Reader()
    return [read_case(case, reader) for case in cases()]


def table(outcomes: Iterable[Outcome]) -> list[str]:
    """Lines with the pass rate of each phenomenon, the whole last."""
    total: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for outcome in outcomes:
        for key in (outcome.phenomenon, ""):
            total[key] += 1
            passed[key] += not outcome.causes
    order = [*sorted(key for key in total if key), ""]
    return [f"{key or 'all':<24}{passed[key]:>4} of {total[key]:>3}  {passed[key] / total[key]:>4.0%}" for key in order]


def read_list(path: Path) -> dict[str, str]:
    """Case ids of a list with the words after each; ValueError names the line where an id comes twice."""
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        case_id, _, words = line.partition(" ")
        if case_id in found:
            raise ValueError(f"{path.name} line {number}: {case_id} comes twice; write the list again")
        found[case_id] = words.strip()
    return found


def misses(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """The cases that fail, with their causes."""
    return {o.case_id: ", ".join(o.causes) for o in outcomes if o.causes}


def unsafe(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """The cases with a dyad that is unsafely published, with the dyads."""
    return {o.case_id: " ".join(o.unsafe) for o in outcomes if o.unsafe}


def write_list(path: Path, found: Mapping[str, str], heading: str) -> None:
    """Writes a list under its heading, one case a line."""
    lines = [f"# {heading}", "# Written by `python -m tests.extract.sentence_suite --write`.", ""]
    lines += [f"{case_id} {words}" for case_id, words in found.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def changes(found: Mapping[str, str], listed: Mapping[str, str]) -> list[str]:
    """What differs between what was found and a list, one line a case: `+` fails now, `-` no longer, `~` otherwise."""
    lines = [f"+ {key} {words}" for key, words in found.items() if key not in listed]
    lines += [f"- {key} {words}" for key, words in listed.items() if key not in found]
    lines += [f"~ {key} {listed[key]} -> {words}" for key, words in found.items() if listed.get(key, words) != words]
    return lines


LISTS = (
    (KNOWN_MISSES, misses, "Cases that the reader does not read as coded, with the cause."),
    (UNSAFE, unsafe, "Cases of which a dyad that is not delivered is published as delivered, with the dyad."),
)


def main() -> None:
    """Prints pass rates and changes; with `--write`, writes the lists."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the lists of misses anew")
    write = parser.parse_args().write
    outcomes = read_all()
    print("\n".join(table(outcomes)))
    for path, select, heading in LISTS:
        found = select(outcomes)
        changed = changes(found, read_list(path) if path.exists() else {})
        print("\n".join([f"\n{path.name}: {len(found)} cases, {len(changed)} changes", *changed]))
        if write:
            write_list(path, found, heading)


if __name__ == "__main__":
    main()
