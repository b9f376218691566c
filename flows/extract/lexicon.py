"""Triggers of transfers and cues of stage, doubt, denial and attribution, loaded from `schemas/lexicons`."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

LEXICONS = Path(__file__).parents[2] / "schemas" / "lexicons"
POS = {"VERB", "NOUN", "ADJ"}


@cache
def triggers() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """(lemma, part of speech) → its (frame, stage) readings. ValueError names the line of a wrong row."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    with (LEXICONS / "triggers.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if row["pos"] not in POS or not row["lemma"] or not row["frame"]:
                raise ValueError(f"triggers.csv line {number}: needs lemma, frame and a pos out of {sorted(POS)}")
            found[row["lemma"], row["pos"]].append((row["frame"], row["stage"]))
    return {key: tuple(readings) for key, readings in found.items()}


@cache
def cues(kind: str) -> frozenset[str]:
    """Cue lemmas and phrases of a kind, lower-cased; KeyError if the lexicon has no such kind."""
    return _all_cues()[kind]


@cache
def cue_kinds() -> tuple[str, ...]:
    """The kinds of cue, sorted."""
    return tuple(sorted(_all_cues()))


@cache
def _all_cues() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    with (LEXICONS / "cues.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if not row["cue"] or not row["kind"]:
                raise ValueError(f"cues.csv line {number}: needs cue and kind")
            found[row["kind"]].add(row["cue"].lower())
    return {kind: frozenset(words) for kind, words in found.items()}


@cache
def words(word_class: str) -> frozenset[str]:
    """The words of a class of `word_classes.csv`; KeyError if there is no such class."""
    found: dict[str, set[str]] = defaultdict(set)
    with (LEXICONS / "word_classes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["word_class"]].add(row["word"])
    return frozenset(found[word_class]) if word_class in found else _no_class(word_class)


def _no_class(word_class: str) -> frozenset[str]:
    raise KeyError(f"word_classes.csv has no class {word_class}")
