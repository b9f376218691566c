"""Who says so: speakers of a parsed sentence, what they say, and the names the article introduced them by.

A speaker is an actor (a named official stands for the state that the article ties the name to), an outlet, an analyst,
or unspecified. Sentences are read in order, because quotes and pronouns lean on the sentences before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from flows.extract.frames import Sides, subject_of
from flows.extract.lexicon import cues, words


@dataclass(frozen=True)
class Speech:
    """One act of saying. `claimant` is an actor id or MEDIA, ANALYST, UNK; `scope` are the tokens of what is said."""

    claimant: str
    start: int
    end: int
    text: str
    verb: str
    scope: frozenset[int]
    is_anonymous: bool
    is_carried: bool = False


@dataclass
class SpeakerMemory:
    """What the article has told so far: surnames with the actor they speak for, and the last speaker."""

    names: dict[str, str] = field(default_factory=dict)
    last: Speech | None = None
    in_quote: bool = False

    def read(self, doc: Doc, sides: Sides) -> list[Speech]:
        """Speeches of the next sentence, the outermost first, a quote that goes on included."""
        self._learn(doc, sides)
        speeches = [s for token in doc if (s := self._speech(token, sides)) is not None]
        opened, closed = _quotes(doc)
        if not speeches and self.last is not None and (self.in_quote or _starts_in_quote(doc)):
            last = self.last
            whole = frozenset(range(len(doc)))
            speeches = [
                Speech(last.claimant, last.start, last.end, last.text, last.verb, whole, last.is_anonymous, True)
            ]
        self.in_quote = opened > closed or (self.in_quote and closed <= opened and closed == 0)
        own = [s for s in speeches if not s.is_carried]
        if own:
            self.last = own[0]
        return speeches

    def _learn(self, doc: Doc, sides: Sides) -> None:
        """Ties names to actors: "Pentagon spokesman John Kirby", "Dmitry Medvedev, the Russian president"."""
        for token in doc:
            if token.pos_ != "PROPN" or token.i in sides.at or token.dep_ == "compound":
                continue
            near = [c for c in token.children if c.dep_ in {"compound", "nmod", "poss", "amod", "appos"}]
            if token.dep_ == "appos":
                near.append(token.head)
            found = [m for part in near for m in sides.of(part)]
            if found:
                self.names.setdefault(token.lower_, found[0].actor_id)

    def _speech(self, token: Token, sides: Sides) -> Speech | None:
        if token.lower_ == "according":
            for child in token.children:
                for noun in child.children:
                    if noun.dep_ == "pobj":
                        return self._by(noun, "according to", token.head.subtree, sides)
            return None
        if token.pos_ != "VERB" or token.lemma_.lower() not in cues("report"):
            return None
        said = [c for c in token.children if c.dep_ in {"ccomp", "xcomp", "dobj", "parataxis", "advcl", "prep"}]
        if not said and token.dep_ not in {"parataxis", "ROOT", "ccomp", "relcl", "advcl", "conj"}:
            return None
        if any(c.dep_ in {"nsubjpass", "auxpass"} for c in token.children) and not any(
            c.dep_ == "agent" for c in token.children
        ):
            return None
        speaker = subject_of(token)
        if speaker is None:
            return None
        return self._by(speaker, token.lemma_.lower(), token.subtree, sides)

    def _by(self, noun: Token, verb: str, scope: Iterable[Token], sides: Sides) -> Speech | None:
        phrase = [t for t in noun.subtree if t.dep_ not in {"relcl"}]
        start = min(t.idx for t in phrase)
        end = max(t.idx + len(t) for t in phrase)
        text = noun.doc.text[start:end]
        lemmas = {t.lemma_.lower() for t in phrase}
        tokens = frozenset(t.i for t in scope) - {t.i for t in phrase}
        anonymous = bool(lemmas & words("anonymous")) and not any(
            t.pos_ == "PROPN" and t.i not in sides.at for t in phrase
        )
        return Speech(self._claimant(noun, phrase, lemmas, sides), start, end, text, verb, tokens, anonymous)

    def _claimant(self, noun: Token, phrase: list[Token], lemmas: set[str], sides: Sides) -> str:
        mentions = sides.of(noun)
        if noun.lower_ in words("speaking_pronoun"):
            return self.last.claimant if self.last is not None else "UNK"
        if lemmas & cues("analyst"):
            return "ANALYST"
        if mentions:
            return mentions[0].actor_id
        for word in phrase:
            if word.pos_ == "PROPN" and word.lower_ in self.names:
                return self.names[word.lower_]
        if lemmas & cues("media") or noun.doc[noun.left_edge.i : noun.i + 1].text.lower() in cues("media"):
            return "MEDIA"
        inside = [m for t in phrase for m in sides.of(t)]
        return inside[0].actor_id if inside else "UNK"


def _quotes(doc: Doc) -> tuple[int, int]:
    text = doc.text
    straight = text.count('"')
    return text.count("“") + (straight + 1) // 2, text.count("”") + straight // 2


def _starts_in_quote(doc: Doc) -> bool:
    return doc.text[:1] in "\"“'‘"
