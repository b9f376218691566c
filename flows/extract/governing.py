"""What governs a word of a parsed sentence: the words above it as far as they bear on it, and negations that hold it.

Grammar follows the dependency labels of spaCy's English models.
"""

from __future__ import annotations

from spacy.tokens import Token

from flows.extract.lexicon import cues, triggers, words

LONGEST_CHAIN = 8
SPACY_POS = {"VERB": "VERB", "AUX": "VERB", "NOUN": "NOUN", "PROPN": "NOUN", "ADJ": "ADJ"}
SUBJECT = {"nsubj", "csubj", "nsubjpass", "csubjpass"}


def governors_of(token: Token) -> list[Token]:
    """Words that govern the token, nearest first, as far as what they say is said of it.

    Ends at clauses of their own (relative, most adverbial ones) and above a subject whose verb has an object: what
    "deliveries raise the risk" says is not said of the deliveries.
    """
    found: list[Token] = []
    while token.head != token and len(found) < LONGEST_CHAIN:
        if token.dep_ in {"relcl", "parataxis", "appos"} or is_presupposed(token):
            break
        if token.dep_ == "advcl" and not _is_complement(token) and not _shares_infinitive(token):
            break
        if token.dep_ == "conj" and token.pos_ == "VERB":
            if any(c.dep_ in SUBJECT for c in token.children):
                break
            # "was poised to turn round and send": the second verb has the governors of the first.
            token = token.head
            continue
        if token.dep_ in {"nsubj", "csubj"} and _has_object(token.head):
            break
        token = token.head
        found.append(token)
    return found


def is_presupposed(token: Token) -> bool:
    """True for a participle that describes goods or people: "weapons supplied by", "allies sending"."""
    if token.dep_ not in {"acl", "amod"} or token.tag_ not in {"VBN", "VBD", "VBG"}:
        return False
    return not any(c.lower_ == "to" for c in token.children)


def subject_clause(token: Token) -> Token | None:
    """The verb of the clause in whose subject the token stands, where it says something else of it; else None."""
    for step in (token, *governors_of(token)):
        if step.dep_ in SUBJECT and step.head.pos_ in {"VERB", "AUX"}:
            return step.head
    return None


def kinds(token: Token) -> frozenset[str]:
    """Kinds of step that the token names as a trigger, a phrasal verb's own where it has a particle."""
    for child in token.children:
        if child.dep_ in {"prt", "prep", "advmod"}:
            phrasal = triggers().get((f"{token.lemma_.lower()} {child.lower_}", "VERB"))
            if phrasal is not None:
                return frozenset(frame for frame, _ in phrasal)
    pos = SPACY_POS.get(token.pos_, "")
    found = triggers().get((token.lemma_.lower(), pos)) or triggers().get((token.lower_, pos), ())
    return frozenset(frame for frame, _ in found)


def is_negated(trigger: Token, above: list[Token], objects: list[Token]) -> bool:
    """True where an odd number of negations holds the transfer: on the trigger, its goods, or what governs it."""
    scope = _negatable(trigger, above)
    count = sum(is_negative(c) for t in scope for c in t.children)
    count += sum(t.lemma_.lower() in words("withholding") or stops_short(t) for t in scope[1:])
    count += any(t.lower_ == "without" for t in scope)
    for goods in objects:
        count += sum(is_negative(c) for c in goods.children) if goods.head in scope else 0
        count += goods.lower_ in words("negative")
    return count % 2 == 1


def is_negative(token: Token) -> bool:
    """True for "not", "no", "never", but not for "not only" and "without", which negates what follows it."""
    if token.dep_ != "neg" and token.lower_ not in words("negative") - {"without"}:
        return False
    after = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    return after not in words("restricting")


def _negatable(trigger: Token, above: list[Token]) -> list[Token]:
    """The trigger and those of its governors whose negation negates it: "no plan to send", not "no quarrel over"."""
    scope = [trigger]
    for token in above:
        if token.lemma_.lower() in cues("report") - words("withholding"):
            break
        if token.pos_ == "ADP" and token.lower_ in words("apart"):
            break
        below = scope[-1]
        if token.pos_ in {"NOUN", "PROPN"} and below.dep_ in {"prep", "acl", "relcl"} and not _leads(token):
            break
        scope.append(token)
    return scope


def _leads(noun: Token) -> bool:
    return noun.lemma_.lower() in words("leading") | words("withholding") or bool(kinds(noun))


def stops_short(token: Token) -> bool:
    """True for "stopped short of": nothing that went on was stopped."""
    return token.lemma_.lower() in {"stop", "fall"} and any(c.lower_ == "short" for c in token.children)


def _shares_infinitive(token: Token) -> bool:
    """True for "urged it to do more, sending tanks": the participle is as unreal as the infinitive that it hangs on."""
    if token.tag_ != "VBG" or any(c.dep_ in SUBJECT | {"mark"} for c in token.children):
        return False
    return token.head.tag_ == "VB" and token.head.dep_ in {"xcomp", "ccomp"}


def _is_complement(token: Token) -> bool:
    """True for a gerund that stands right behind its verb, whatever the parser calls it: "ruled out sending"."""
    own = {t.i for t in token.subtree}
    between = token.doc[token.head.i + 1 : token.i]
    return (
        token.tag_ == "VBG"
        and token.head.i < token.i
        and all(t.dep_ in {"prt", "neg", "advmod"} or t.i in own for t in between)
        and not any(t.is_punct or t.dep_ == "mark" for t in between)
        and len(between) <= 2
    )


def _has_object(verb: Token) -> bool:
    if verb.pos_ not in {"VERB", "AUX"} or verb.lemma_.lower() in words("occurring"):
        return False
    return any(c.dep_ in {"dobj", "ccomp"} for c in verb.children)
