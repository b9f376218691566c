"""Stage and factuality by words: what is seen of a sentence, and that a saved model says the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flows.extract.decide import chosen_claimant, typed_pair
from flows.extract.features import Pair
from flows.extract.network import FACTUALITIES, STAGES
from flows.extract.reading import read_sentences
from flows.extract.trees import WEIGHTS
from flows.extract.wording import WORDS_SHARE, Features, WordModel, blended, load_words, word_features
from flows.learn.wording import EveryPair, WordRows
from tests.extract.parsing import context_of


def features_of(text: str, support_type: str = "armour") -> Features:
    readings = read_sentences(context_of(text), scorer=EveryPair())
    return word_features(readings[0], typed_pair(readings, Pair(0, 0, 1, "NOR", "UKR"), support_type))


class TestFeatures:
    def test_actors_are_what_they_are_to_the_pair_and_numbers_are_alike(self) -> None:
        found = features_of("Norway sent eight tanks to Ukraine after Sweden had refused.")
        assert {
            "word <S>",
            "word <R>",
            "word <A>",
            "word <0>",
            "two <S> send/VBD",
            "after <S> send/VBD",
        } <= found.keys()
        assert not any("norway" in name or "eight" in name for name in found)

    def test_words_are_placed_by_trigger_and_goods(self) -> None:
        found = features_of("Norway has agreed to send tanks to Ukraine.")
        assert {"trigger send", "over trigger agree/VBN", "before goods send"} <= found.keys()

    def test_tense_tells_verbs_apart(self) -> None:
        assert "word send/VBD" in features_of("Norway sent tanks to Ukraine.")
        assert "word send/VBD" not in features_of("Norway will send tanks to Ukraine.")


class TestModel:
    MODEL = WordModel(
        {"word a": 0, "word b": 1}, np.array([[1.0, 0.0], [0.0, 2.0]], np.float32), np.zeros(2, np.float32)
    )

    def test_probabilities_follow_the_words_and_unknown_words_say_nothing(self) -> None:
        assert self.MODEL.probability({"word b": 1.0, "word c": 1.0}) == pytest.approx([0.119, 0.881], abs=0.001)
        assert self.MODEL.probability({}) == pytest.approx([0.5, 0.5])

    def test_a_saved_model_says_the_same(self, tmp_path: Path) -> None:
        self.MODEL.save(tmp_path / "words.npz")
        again = load_words(tmp_path / "words.npz")
        assert again.probability({"word a": 1.0}) == pytest.approx(self.MODEL.probability({"word a": 1.0}))

    def test_the_mean_of_two_lies_between_them(self) -> None:
        trees, words = np.array([0.9, 0.1]), np.array([0.1, 0.9])
        mixed = blended(trees, words)
        assert 0.1 < mixed[0] < 0.9 and mixed.sum() == pytest.approx(1) and (mixed[0] > 0.5) == (WORDS_SHARE < 0.5)

    def test_it_learns_what_tells_classes_apart(self) -> None:
        pytest.importorskip("sklearn", reason="only training needs scikit-learn")
        rows = WordRows()
        for _ in range(20):
            rows.add({"word send": 1.0}, {"stage": "delivered", "factuality": "affirmed"})
            rows.add({"word refuse": 1.0}, {"stage": "refused", "factuality": "denied"})
        stage, factuality = rows.fit()
        assert STAGES[int(stage.probability({"word refuse": 1.0}).argmax())] == "refused"
        assert FACTUALITIES[int(factuality.probability({"word send": 1.0}).argmax())] == "affirmed"

    def test_the_shipped_models_know_all_classes(self) -> None:
        for name, values in (("stage", STAGES), ("factuality", FACTUALITIES)):
            model = load_words(WEIGHTS / f"{name}_words.npz")
            assert model.weights.shape == (len(model.names), len(values)) and len(model.names) > 5000


class TestClaimantOfADenial:
    PAIR = Pair(0, 0, 1, "PRK", "RUS")

    def test_a_denial_is_a_partys(self) -> None:
        names, probability = ["USA", "PRK", "AUTHOR"], np.array([0.6, 0.3, 0.1])
        assert chosen_claimant(names, probability, "denied", self.PAIR) == "PRK"
        assert chosen_claimant(names, probability, "affirmed", self.PAIR) == "USA"

    def test_without_a_party_to_choose_the_most_probable_stays(self) -> None:
        assert chosen_claimant(["USA", "AUTHOR"], np.array([0.7, 0.3]), "denied", self.PAIR) == "USA"
