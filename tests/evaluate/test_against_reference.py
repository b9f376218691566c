"""The scores are those of the reference scorer, number for number, on random releases.

Runs where the environment variable MATERIEL_GOLD names the folder that holds the reference `score.py`;
the hand-computed cases of `test_report.py` hold without it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.evaluate.report import evaluate_release
from tests.small_release import Row, article, claim, gold_claim, write_gold, write_release

GOLD_DIR = Path(os.environ.get("MATERIEL_GOLD", "gold-not-given"))
STATES = ["NOR", "UKR", "SWE", "POL", "USA", "NATO"]
TYPES = ["missiles", "artillery", "ammunition", "arms"]
STAGES = ["requested", "considered", "pledged", "approved", "in_transit", "delivered", "suspended", "refused"]
FACTUALITIES = ["affirmed", "suspected", "denied", "negated", "conditional"]
CLAIMANTS = ["AUTHOR", "USA", "UNK", "UKR"]
SUBJECTS = ["The ministry", "A spokesman in Oslo", "Two officials", "The president", "Parliament"]
PREDICATES = ["confirmed the shipment of shells", "rejected the report", "asked for more launchers on Monday"]
ENDINGS = ["before the summit.", "after weeks of talks with its neighbours.", "and gave no further details.", ""]


@pytest.mark.skipif(not (GOLD_DIR / "score.py").exists(), reason="MATERIEL_GOLD names no folder with score.py")
@pytest.mark.parametrize("seed", range(6))
def test_the_same_numbers_as_the_reference_scorer(seed: int, tmp_path: Path) -> None:
    release, gold = _random_case(random.Random(seed), tmp_path)

    ours = evaluate_release(release, gold).as_dict()

    theirs = _reference(release, gold)
    assert {name: ours[name] for name in theirs} == theirs
    assert theirs["full"]["counts"][0] > 0


def _reference(release: Path, gold: Path) -> dict[str, Any]:
    command = [sys.executable, str(GOLD_DIR / "score.py"), str(release), str(gold), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    scores: dict[str, Any] = json.loads(done.stdout)
    return scores


def _random_case(rng: random.Random, folder: Path) -> tuple[Path, Path]:
    gold: dict[str, list[Row]] = {}
    articles, published = [], []
    for number in range(25):
        gold_id, article_id = f"x{number:03}", f"a{number:016}"
        sentences = [_sentence(rng) for _ in range(6)]
        coded = [_gold_claim(rng, rng.choice(sentences)) for _ in range(rng.randrange(9))]
        gold[gold_id] = coded
        if rng.random() < 0.9:
            articles.append(article(article_id, source_id=gold_id))
            published += [_published(rng, one, sentences, article_id) for one in coded if rng.random() < 0.8]
            published += [_spurious(rng, rng.choice(sentences), article_id) for _ in range(rng.randrange(3))]
    return write_release(folder / "release", claims=published, articles=articles), write_gold(folder / "g.jsonl", gold)


def _sentence(rng: random.Random) -> str:
    return " ".join([rng.choice(SUBJECTS), rng.choice(PREDICATES), rng.choice(ENDINGS)]).strip()


def _gold_claim(rng: random.Random, sentence: str) -> Row:
    supplier, recipient = rng.sample(STATES, 2)
    if rng.random() < 0.2:
        supplier, recipient = rng.choice([("UNK", recipient), (supplier, "NSA:Wagner"), ("NSA:Wagner", recipient)])
    values: Row = {
        "support_type": _one_or_two(rng, TYPES),
        "stage": _one_or_two(rng, STAGES),
        "factuality": _one_or_two(rng, FACTUALITIES),
        "claimant": _one_or_two(rng, CLAIMANTS),
    }
    if rng.random() < 0.4:
        values |= {"quantity_low": rng.choice([None, 6, 200]), "quantity_high": 200}
    if rng.random() < 0.2:
        values["optional"] = True
    return gold_claim(sentence, supplier, recipient, **values)


def _one_or_two(rng: random.Random, values: list[str]) -> str | list[str]:
    return rng.sample(values, 2) if rng.random() < 0.15 else rng.choice(values)


def _published(rng: random.Random, gold: Row, sentences: list[str], article_id: str) -> Row:
    """The gold claim as published: mostly right, with every kind of slip."""
    values = {name: gold[name] for name in ("support_type", "stage", "factuality", "claimant")}
    values = {name: value[0] if isinstance(value, list) else value for name, value in values.items()}
    for name, choices in (("support_type", TYPES), ("stage", STAGES), ("factuality", FACTUALITIES)):
        if rng.random() < 0.15:
            values[name] = rng.choice(choices)
    sentence = gold["sentence"] if rng.random() < 0.8 else rng.choice(sentences)
    words = sentence.split()
    if rng.random() < 0.3:
        sentence = " ".join(words[: rng.randrange(2, len(words) + 1)])
    supplier, recipient = gold["supplier"], gold["recipient"]
    if rng.random() < 0.1:
        supplier, recipient = recipient, supplier
    if rng.random() < 0.1 or ":" in supplier or supplier == "UNK":
        supplier = rng.choice(STATES)
    if ":" in recipient or recipient == "UNK":
        recipient = rng.choice(STATES)
    values["claimant_id"] = values.pop("claimant")
    quantity = {"quantity_low": gold["quantity_low"], "quantity_high": rng.choice([gold["quantity_high"], 12])}
    return claim(sentence, supplier, recipient, article_id=article_id, confidence=rng.random(), **values, **quantity)


def _spurious(rng: random.Random, sentence: str, article_id: str) -> Row:
    supplier, recipient = rng.sample(STATES, 2)
    return claim(sentence, supplier, recipient, article_id=article_id, stage=rng.choice(STAGES), confidence=0.3)
