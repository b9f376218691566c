"""Turns a decision into a row of the claim table: words, amounts, dates, mappings, chain of sources, key."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from spacy.tokens import Doc

from flows.extract.actors import Mention
from flows.extract.attribution import Speech
from flows.extract.claimant import anchor_tokens, speeches_around
from flows.extract.context import ArticleContext
from flows.extract.dates import DateMention, find_dates
from flows.extract.decide import Decision, sides_held
from flows.extract.features import known_systems
from flows.extract.frames import Frame
from flows.extract.items import ItemMention
from flows.extract.lexicon import words
from flows.extract.network import SPECIAL_CLAIMANTS
from flows.extract.quantities import Quantity, find_quantities, quantity_of, sole_sum, total
from flows.extract.reading import SentenceReading
from flows.extract.speakers import BODIES
from schemas.systems import System
from schemas.tables import stage_group

UNROCA_BY_TYPE = {"missiles": "VII", "naval": "VI", "small_arms": "VIII", "artillery": "III"}
MILITARY_KINDS = frozenset({"force"})
Row = dict[str, Any]


def claim_row(
    context: ArticleContext, reading: SentenceReading, decision: Decision, confidence: float, version: str
) -> Row:
    """One row of the claim table, without `event_id`."""
    sentence, typed = reading.sentence, decision.typed
    pair, item, frame = typed.pair, typed.item, typed.frame
    speech = speech_of(reading, decision)
    quantity = _quantity(reading, decision)
    dated = _date(reading, decision, context.article.published)
    system = known_systems().get(item.system_id) if item is not None and item.system_id else None
    row: Row = {
        "article_id": context.article.article_id,
        "evidence_text": sentence.text,
        "evidence_start": sentence.start,
        "evidence_end": sentence.end,
        "supplier_id": pair.supplier_id,
        "recipient_id": pair.recipient_id,
        "supplier_text": actor_words(context, reading, pair.supplier_id),
        "recipient_text": actor_words(context, reading, pair.recipient_id),
        "item_text": item.text if item is not None else None,
        "trigger_text": trigger_words(reading, frame),
        "claimant_text": claimant_words(context, reading, decision, speech),
        "quantity_text": quantity.text if quantity else None,
        "date_text": dated.text if dated else None,
        "support_type": typed.support_type,
        "system_id": system.system_id if system else None,
        "unroca_category": unroca_category(typed.support_type, system),
        "plover_code": plover_code(decision.stage, decision.factuality),
        "stage": decision.stage,
        "stage_group": stage_group(decision.stage),
        "factuality": decision.factuality,
        "claimant_id": decision.claimant,
        "claimant_type": claimant_type(decision.claimant, reading, speech),
        "claimant_is_anonymous": bool(speech and speech.is_anonymous),
        "source_chain": source_chain(reading, decision),
        "quantity_low": quantity.low if quantity else None,
        "quantity_high": quantity.high if quantity else None,
        "quantity_unit": (quantity.unit or None) if quantity else None,
        "event_start_date": dated.start_date if dated else None,
        "event_end_date": dated.end_date if dated else None,
        "event_date_precision": dated.precision if dated else None,
        "reported_at": context.article.published_at,
        "intermediary_id": _intermediary(decision),
        "is_via_company": decision.is_via_company,
        "is_implied": decision.is_implied,
        "confidence": round(confidence, 4),
        "rule": frame.name if frame is not None and any(sides_held(frame, pair)) else "network.context",
        "extractor_version": version,
    }
    return {"claim_id": claim_id(row), **row}


def claim_id(row: Row) -> str:
    """Hash of article, evidence span and coded values; unique among the claims of a sentence."""
    parts = ("article_id", "evidence_start", "evidence_end", "supplier_id", "recipient_id", "support_type", "stage")
    key = "|".join(str(row[p]) for p in (*parts, "factuality", "claimant_id"))
    return "c" + hashlib.sha256(key.encode()).hexdigest()[:16]


def actor_words(context: ArticleContext, reading: SentenceReading, actor_id: str) -> str | None:
    """The words for an actor: in the sentence, else the last before it, else the first of the article."""
    mention = nearest_mention(context, reading, actor_id)
    return mention.text if mention else None


def trigger_words(reading: SentenceReading, frame: Frame | None) -> str | None:
    """The trigger as the sentence writes it."""
    if frame is None:
        return None
    return reading.sentence.text[frame.trigger.idx : frame.trigger.idx + len(frame.trigger)]


def as_written(text: str, words: str) -> str:
    """The words in the letter case of the text, where the parser was given another."""
    at = text.lower().find(words.lower())
    return text[at : at + len(words)] if words not in text and at >= 0 else words


def nearest_mention(context: ArticleContext, reading: SentenceReading, actor_id: str) -> Mention | None:
    """The mention of an actor that a reader of the sentence would look to."""
    here = [m for m in reading.mentions if m.actor_id == actor_id]
    if here:
        return next((m for m in here if not m.is_origin), here[0])
    elsewhere = context.mentions_by_actor.get(actor_id)
    if elsewhere is None:
        return None
    n_before = bisect_left(elsewhere, reading.sentence.start, key=lambda m: m.start)
    return elsewhere[max(0, n_before - 1)]


def speech_of(reading: SentenceReading, decision: Decision) -> Speech | None:
    """The speech through which the claimant says it; None in the voice of the article."""
    if decision.claimant == "AUTHOR":
        return None
    around = speeches_around(reading, anchor_tokens(reading, decision.typed))
    own = [s for s in [*around, *reading.speeches] if s.claimant == decision.claimant]
    return own[0] if own else None


def claimant_words(
    context: ArticleContext, reading: SentenceReading, decision: Decision, speech: Speech | None
) -> str | None:
    """The words for the claimant; None for the voice of the article or where no words stand for it."""
    if decision.claimant == "AUTHOR":
        return None
    if speech is not None:
        return as_written(context.article.text, speech.text)
    if decision.claimant in SPECIAL_CLAIMANTS:
        return None
    return actor_words(context, reading, decision.claimant)


def claimant_type(claimant: str, reading: SentenceReading, speech: Speech | None) -> str:
    """What kind of source the claimant is, from its code and the words for it."""
    fixed = {"AUTHOR": "author", "MEDIA": "media", "UNK": "unknown"}
    if claimant in fixed:
        return fixed[claimant]
    said = set(speech.text.lower().replace("'s", "").split()) if speech else set()
    kinds = {m.kind for m in reading.mentions if m.actor_id == claimant}
    if claimant == "ANALYST":
        is_firm = said & words("company") or (speech is not None and _names_company(reading, speech))
        return "company" if is_firm else "ngo_analyst"
    if claimant in BODIES:
        return "igo"
    if said & words("intelligence"):
        return "intelligence"
    return "military" if said & words("military") or kinds == MILITARY_KINDS else "government"


def _names_company(reading: SentenceReading, speech: Speech) -> bool:
    at = reading.sentence.start
    return not speech.is_carried and any(
        m.kind == "company" and speech.start <= m.start - at < speech.end for m in reading.mentions
    )


def source_chain(reading: SentenceReading, decision: Decision) -> list[str]:
    """Speakers from the outermost to the claimant; the claimant is always last."""
    around = speeches_around(reading, anchor_tokens(reading, decision.typed))
    chain = [s.claimant for s in reversed(around) if s.claimant not in {decision.claimant, "AUTHOR"}]
    return [*dict.fromkeys(chain), decision.claimant]


def unroca_category(support_type: str, system: System | None) -> str | None:
    """Category of the UN Register: the system's own, else the one that the whole support type falls in."""
    if system is not None and system.unroca_category:
        return system.unroca_category
    return UNROCA_BY_TYPE.get(support_type)


def plover_code(stage: str, factuality: str) -> str:
    """Nearest PLOVER event category and mode."""
    group = stage_group(stage)
    if factuality == "denied":
        return "REJECT-accusation"
    if group == "delivered":
        return "AID-military" if factuality == "affirmed" else "ACCUSE-aid"
    if stage == "refused":
        return "REJECT-aid"
    return {"sought": "REQUEST-aid", "negotiating": "CONSULT-aid", "committed": "AGREE-aid", "stopped": "SANCTION-aid"}[
        group
    ]


def _intermediary(decision: Decision) -> str | None:
    """The state through which the frame says the goods go, if it is neither side."""
    frame, pair = decision.typed.frame, decision.typed.pair
    sides = {pair.supplier_id, pair.recipient_id, decision.claimant}
    ways = [m.actor_id for m in frame.via] if frame is not None else []
    return next((a for a in ways if a not in sides and not a.startswith("NSA:")), None)


def _quantity(reading: SentenceReading, decision: Decision) -> Quantity | None:
    """The amount of the claim's goods; where no item of its type has one, the only sum of money of the sentence.

    Items of one type that are listed together make one claim, so their counts add up.
    """
    text = reading.sentence.text
    found = find_quantities(text)
    item = decision.typed.item
    if not found or item is None:
        return sole_sum(found, text) if found else None
    at = reading.sentence.start
    placed = sorted((replace(i, start=i.start - at, end=i.end - at) for i in reading.items), key=lambda i: i.start)
    alike = [i for i in placed if i.support_type == decision.typed.support_type]
    own = replace(item, start=item.start - at, end=item.end - at)
    amount = quantity_of(own, found, text)
    if amount is not None and not amount.is_money:
        listed = listed_with(own, alike, reading.doc)
        amounts = {q.start: q for q in (quantity_of(i, found, text) for i in listed) if q and q.unit == amount.unit}
        return total(list(amounts.values()), text) or amount
    if amount is None:
        others = sorted((i for i in alike if i != own), key=lambda i: abs(i.start - own.start))
        amount = next((q for q in (quantity_of(i, found, text) for i in others) if q is not None), None)
    return amount or sole_sum(found, text)


def listed_with(own: ItemMention, alike: Sequence[ItemMention], doc: Doc) -> list[ItemMention]:
    """The item and its like in the same list: no finite verb, semicolon or opening of a list of parts between."""
    ends = [
        t.idx for t in doc if t.lower_ in words("parts_follow") or t.text == ";" or "Fin" in t.morph.get("VerbForm", [])
    ]
    return [i for i in alike if not any(min(i.start, own.start) < at < max(i.start, own.start) for at in ends)]


def _date(reading: SentenceReading, decision: Decision, published: date | None) -> DateMention | None:
    found = find_dates(reading.sentence.text, published)
    frame = decision.typed.frame
    if not found:
        return None
    if frame is None:
        return found[0] if len(found) == 1 else None
    at = frame.trigger.idx
    near = min(found, key=lambda d: (abs(d.start - at), d.start))
    return near if abs(near.start - at) < 90 else None
