"""Headlines in the letter case of a sentence, so that the parser reads their verbs as verbs.

Length is kept: offsets in the result are offsets in the headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from spacy.tokens import Doc

from flows.extract.lexicon import cues

TITLE_SHARE = 0.6
"""Share of capitalised words from which a headline is in title case."""
MIN_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def as_sentence(headline: str, names: Iterable[tuple[int, int]]) -> str:
    """The headline in sentence case if it is in title case or capitals, else as it is.

    `names` are spans of words that keep their capital; abbreviations keep theirs too.
    """
    long = [w for w in _WORD.findall(headline) if len(w) >= MIN_LETTERS]
    if not long or sum(w[0].isupper() for w in long) < TITLE_SHARE * len(long):
        return headline
    shouted = all(w.isupper() for w in long)
    kept = {k for start, end in names for k in range(start, end)}

    def cased(match: re.Match[str]) -> str:
        word = match.group()
        if match.start() in kept:
            return word.capitalize() if shouted and len(word) > MIN_LETTERS else word
        is_abbreviation = not shouted and sum(letter.isupper() for letter in word) > 1
        lowered = word.lower()
        return word if is_abbreviation or len(lowered) != len(word) else lowered

    return _WORD.sub(cased, headline)


def mend(doc: Doc) -> None:
    """Turns a verb of saying that the parser took for a noun back into a verb: "US suspects Iran sent missiles".

    Seen by a clause with a subject of its own that hangs on the noun with nothing to relate it.
    """
    for verb in doc:
        noun = verb.head
        if verb.dep_ != "relcl" or noun.pos_ not in {"NOUN", "PROPN"} or not noun.lower_.endswith("s"):
            continue
        speaker = next((c for c in noun.children if c.dep_ in {"compound", "nmod", "amod", "poss"}), None)
        related = any(c.tag_ in {"WDT", "WP", "WRB"} or c.lower_ == "that" for c in verb.children)
        own = any(c.dep_ in {"nsubj", "nsubjpass"} for c in verb.children)
        lemma = noun.lower_.removesuffix("s")
        if speaker is None or related or not own or any(c.dep_ == "det" for c in noun.children):
            continue
        if lemma in cues("report") | cues("doubt"):
            noun.pos_, noun.tag_, noun.lemma_ = "VERB", "VBZ", lemma
            speaker.dep_, verb.dep_ = "nsubj", "ccomp"
