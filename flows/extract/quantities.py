"""Finds amounts in a sentence, numbers of things and sums of money with their bounds, and the amount of an item.

Bounds follow the coding guidelines: "more than 400" is 400 and no upper bound, "up to 50" the reverse, "dozens" at
least 24.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.extract.items import PLATFORMS, ItemMention, find_items
from flows.extract.numerals import amount_pattern, bound_of, currency_of, scale_of, value_of

_MONTHS = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_NOT_A_COUNT_AFTER = re.compile(
    r"-ton(?:ne)?s?\b|[\s-]?(?:%|per\s?cent|pct\b|percent|mm\b|cm\b|millimet|centimet|inch|km\b|kilomet|mile|met(?:er|re)s?\b|feet\b|foot\b|ft\b"
    r"|nautical|knots?\b|mph\b|kg\b|kilogram|calib|degrees?\b|hours?\b|minutes?\b|seconds?\b|days?\b|weeks?\b|months?\b|years?\b"
    rf"|decades?\b|century|centuries|a\.?m\b|p\.?m\b|GMT|o'clock|times\b|{_MONTHS}\b)|(?:st|nd|rd|th)\b|:\d|\.\d|/\d",
    re.I,
)
_NOT_A_COUNT_BEFORE = re.compile(
    rf"(?:{_MONTHS}\.?\s|\b(?:Block|Mk\.?|Mark|Type|Section|Article|Chapter|Link|Project|Resolution|Flight|Boeing|Airbus|Phase|Tier"
    r"|Level|Stage|Channel|No\.?|Number|Chapter|Title|Group|Page|Figure|Highway|Route|Room|aged?|age)\s|[A-Za-z]-|[A-Za-z]|\.|:|/)$"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_BEFORE = re.compile(
    r"\b(?:in|since|by|until|till|from|during|late|early|mid|of|year|to|and|between|before|after)[\s-]$", re.I
)


@dataclass(frozen=True)
class Quantity:
    """An amount. `start` and `end` are offsets in the sentence, with the words of the bound ("up to 50"); `low` and
    `high` are its bounds, None where open; `unit` is "units", "rounds", "tonnes", "people" or an ISO 4217 code."""

    start: int
    end: int
    text: str
    low: float | None
    high: float | None
    unit: str

    @property
    def is_money(self) -> bool:
        """The amount is a sum of money."""
        return self.unit.isupper()


def find_quantities(sentence: str) -> list[Quantity]:
    """The amounts in a sentence, in order; dates, ages, distances, calibres and designations are left out."""
    names = [(one.start, one.end) for one in find_items(sentence) if one.system_id is not None]
    found: list[Quantity] = []
    for match in amount_pattern().finditer(sentence):
        if any(
            start < match.end("number") and match.start("number") < end
            for start, end in names
            if _inside(sentence, start, match)
        ):
            continue
        quantity = _quantity(sentence, match)
        if quantity is not None:
            found.append(quantity)
    return found


def _inside(sentence: str, start: int, match: re.Match[str]) -> bool:
    """The number is part of a name that begins before it or with it ("Leopard 2", "2S1")."""
    return start < match.start("number") or sentence[match.end("number") : match.end("number") + 1].isalpha()


def _quantity(sentence: str, match: re.Match[str]) -> Quantity | None:
    written = match["number"]
    currency = currency_of(match["money"], match["money3"])
    if currency is None and re.match(
        r"(?:hundreds\s+of\s+millions|tens\s+of\s+millions|(?:\w+\s+of\s+)?billions)$", written, re.I
    ):
        currency = "USD"
    end = match.end()
    second = match["number2"]
    if second is not None and not _is_range(match):
        second, end = None, match.end("plus") if match["plus"] else match.end("number")
        currency = currency_of(match["money"], None)
    if currency is None and not _is_count(sentence, match.start("number"), end, written):
        return None
    if second is not None and _YEAR.fullmatch(written) and _YEAR.fullmatch(second):
        return None
    value, vague = value_of(written)
    low: float | None = value
    high: float | None = value
    if second is not None:
        upper = value_of(second)[0]
        if value < upper and (scale := scale_of(second)) > 1 and scale_of(written) == 1:
            value *= scale
        low, high = (upper, upper) if _RISEN.search(sentence, 0, match.start("number")) else (value, upper)
    bound = bound_of(match["bound"]) if match["bound"] else "exact"
    if vague or bound == "low" or match["plus"] or re.match(r"\s+or\s+more\b", sentence[end:]):
        high = None
    elif bound == "high":
        low = None
    start = match.start()
    return Quantity(start, end, sentence[start:end], low, high, currency or _unit(sentence, end))


_RISEN = re.compile(
    r"\b(?:ris\w+|rose|grow\w*|grew|increas\w+|rais\w+|fall\w*|fell|cut|reduc\w+|up|down)\s+[“\"]?from\s\W?$", re.I
)
"""A change "from 300 to 969" states the new amount."""


def _is_range(match: re.Match[str]) -> bool:
    joined = re.sub(r"[$£€\s]", "", match.string[match.end("number") : match.start("number2")])
    leading = match.string[match.start() : match.start("number")].lower()
    if "and" in joined:
        return "between" in leading
    return value_of(match["number"])[0] < value_of(match["number2"])[0] or bool(scale_of(match["number2"]) > 1)


def _is_count(sentence: str, start: int, end: int, written: str) -> bool:
    before, after = sentence[max(0, start - 14) : start], sentence[end : end + 14]
    if re.search(r"\b(?:these|those|both)\s$", before, re.I):
        return False
    if not written[0].isdigit():
        return not re.match(
            r"[\s-](?:day|week|month|year|hour|decade|minute)s?\b|-?(?:third|quarter|half|fold)", after, re.I
        )
    if _NOT_A_COUNT_AFTER.match(after) or (before and _NOT_A_COUNT_BEFORE.search(before)):
        return False
    if after[:1].isalpha() or re.match(r"-[A-Z0-9]", after):
        return False
    if _YEAR.fullmatch(written):
        return re.match(r"\s[a-z]+s\b", sentence[end : end + 30]) is not None and not _YEAR_BEFORE.search(before)
    return True


_PEOPLE = re.compile(
    r"troop|soldier|personnel(?!\s+carrier)|advis|trainer|instructor|mercenar|fighter(?!\s+(?:jet|plane|aircraft))|pilot|specialist|expert|contractor"
    r"|marine|paratrooper|servicem|recruit|people|men\b|technician|volunteer|peacekeeper",
    re.I,
)
_ROUNDS = re.compile(r"round|shell|cartridge|ammunition|bullet|projectile", re.I)


def _unit(sentence: str, end: int) -> str:
    """The unit of a count by the words that follow it."""
    following = re.match(r"(?:[\s-]+[\w’'/-]+){0,5}", sentence[end:])
    words = following.group() if following else ""
    if re.match(r"\s*(?:metric\s+)?ton(?:ne)?s?\b", words, re.I):
        return "tonnes"
    if _ROUNDS.search(words):
        return "rounds"
    return "people" if _PEOPLE.search(words) else "units"


_NOT_NOUNS = (
    r"to|for|in|on|with|by|that|which|and|or|from|at|as|is|was|were|will|would|has|have|had|but|who|of|it|its"
    r"|states|countries|nations|allies|officials|members|firms|companies|people|leaders|governments|senators|lawmakers"
    r"|signed|sent|said|agreed|bought|sold|ordered"
)
_NOUN_PHRASE = re.compile(
    r"[\s-]*(?:of\s+)?(?:(?:its|their|the|those|these|his|our|such)\s+)?"
    rf"(?:(?!(?:{_NOT_NOUNS})\b)[\w’'\"“”/().&-]+[\s-]+){{0,6}}[\"“‘']?"
)
_AND = re.compile(r"[^\d,;:]{1,40}\s(?:and|or)\s(?:[\w’'-]+\s){0,2}")
_MEASURE = re.compile(
    r"(?:[\s-]+[\w’'][\w’'-]*){0,1}\s+(?:rounds|pieces|units|items|tonnes|tons|sets|pairs|cases|crates|types|kinds|batteries|launchers)\s+of"
    r"\s+(?:[\w’'/-]+\s+){0,3}",
    re.I,
)
_CLAUSE = r"(?!but\b|while\b|that\b|which\b|when\b|who\b|because\b|although\b)"
_WORTH = re.compile(
    rf"(?:[\s,]++{_CLAUSE}(?!and\s+\w+ed\b)[\w’'.-]+){{0,24}}?[\s,]++"
    r"(?:worth|valued(?:\s+at)?|totall?ing|amounting\s+to|estimated\s+at|costing|priced\s+at|at\s+a\s+cost\s+of)\s+(?:[\w-]+\s+){0,4}?"
    r"|(?:[\s,]++(?!but\b|while\b|that\b|which\b|and\s+\w+ed\b)[\w’'.-]+){0,7}?[\s,]++(?:of|for|in\s+a|is|was|be)\s+(?:[\w-]+\s+){0,3}?",
    re.I,
)
_BRINGS = re.compile(r"\b(?:bring|brings|bringing|brought|takes?|taking|raises?|raising)\b[^,;]*$", re.I)
_TO = re.compile(rf"(?:[\s,]++{_CLAUSE}[\w’'.-]+){{0,16}}?\s+to\s+", re.I)
_SUM_OF = re.compile(
    r"(?:[\s’'-]+(?:worth|package|drawdown|tranche|order|deal|sale|contract|grant|loan|batch|retrofit|upgrade|commitment|bid"
    r"|request|pledge|program|programme|increase|in|of|for|on|towards?|new|additional|immediate|potential|a|the|U\.S\.|US"
    r"|American|British|further|s|direct|commercial|and|foreign|which|approved|spent|will|would|be|to|buy|sell|supply"
    r"|purchase|provide|is|was|goes|going|used))*[\s’'-]*(?:(?!to\b|for\b|that\b)[\w’'\"“”/.&-]+\s+){0,5}",
    re.I,
)
_SUM_OF_LIST = re.compile(rf"(?:\s+worth)?\s+(?:in|of)\s+(?:{_CLAUSE}(?!including\b|to\b)[\w’'-]+,?\s+){{0,12}}", re.I)
_IN_BRACKETS = re.compile(r"\s?\([^()]*\d[^()]*\)")


def quantity_of(item: ItemMention, quantities: Sequence[Quantity], sentence: str) -> Quantity | None:
    """The amount of an item, or None: the count in its noun phrase, else the sum of money it is worth.

    `item`, `quantities` and `sentence` share offsets. "a" or "an" before a single weapon counts as one. A record that
    covers several counted items of one kind takes `total` of their amounts.
    """
    counts = [one for one in quantities if not one.is_money]
    sums = [one for one in quantities if one.is_money and not sentence[: one.start].endswith("(")]
    return _counted(item, counts, sentence) or _priced(item, sums, sentence) or _single(item, sentence)


def sole_sum(quantities: Sequence[Quantity], sentence: str) -> Quantity | None:
    """The only sum of money of a sentence, for a claim that names no item; None if there are several or none.

    Conversions in brackets ("500 million pounds ($758 million)") do not count.
    """
    sums = [one for one in quantities if one.is_money and not sentence[: one.start].endswith("(")]
    return sums[0] if len(sums) == 1 else None


def total(amounts: Sequence[Quantity], sentence: str) -> Quantity | None:
    """The sum of counts of one kind ("22 Apache and 15 Chinook helicopters"), None if there is none or units differ.

    Its text is the sentence's from the first amount to the last.
    """
    if not amounts or len({one.unit for one in amounts}) != 1:
        return None
    if len(amounts) == 1:
        return amounts[0]
    lows = [one.low for one in amounts if one.low is not None]
    highs = [one.high for one in amounts if one.high is not None]
    start, end = min(one.start for one in amounts), max(one.end for one in amounts)
    return Quantity(
        start=start,
        end=end,
        text=sentence[start:end],
        low=sum(lows) if len(lows) == len(amounts) else None,
        high=sum(highs) if len(highs) == len(amounts) else None,
        unit=amounts[0].unit,
    )


def _between(sentence: str, start: int, end: int) -> str:
    """The words between two offsets without bracketed conversions such as "($750 million)"."""
    return _IN_BRACKETS.sub("", sentence[start:end])


_NOT_COUNTED = frozenset(
    {
        "deal",
        "sale",
        "contract",
        "order",
        "bid",
        "purchase",
        "delivery",
        "shipment",
        "transfer",
        "export",
        "package",
        "upgrade",
    }
)
_MODIFIED = re.compile(
    r"\s(?:compet\w+|tender|contest|deal|contract|order|program(?:me)?|project|maker|manufacturer|pilot|crew)s?\b"
)
"""What follows a weapon that only modifies it: "two fighter competitions"."""


def _counted(item: ItemMention, counts: Sequence[Quantity], sentence: str) -> Quantity | None:
    if item.head in _NOT_COUNTED and "-" not in sentence[max(0, item.start - 1) : item.start]:
        return None
    if _MODIFIED.match(sentence, item.end):
        return None
    for one in reversed([count for count in counts if count.start < item.end]):
        if one.end > item.start and one.start >= item.start:
            return _in_unit(one, item)
        between = _between(sentence, one.end, item.start)
        if one.end <= item.start and (_NOUN_PHRASE.fullmatch(between) or _MEASURE.fullmatch(between)):
            return _in_unit(one, item)
        if item.support_type in (*PLATFORMS, "forces") and _AND.fullmatch(between) and find_items(between):
            return _in_unit(one, item)
        if one.end <= item.start:
            break
    if item.support_type == "training":
        for one in counts:
            if 0 <= one.start - item.end < 20 and one.unit == "people":
                return one
    return None


def _in_unit(quantity: Quantity, item: ItemMention) -> Quantity:
    unit = quantity.unit
    if unit == "tonnes":
        return quantity
    if item.support_type in ("forces", "training"):
        unit = "people"
    elif item.support_type == "ammunition" and _ROUNDS.search(item.text):
        unit = "rounds"
    elif item.support_type in PLATFORMS:
        unit = "units"
    return replace(quantity, unit=unit)


def _priced(item: ItemMention, sums: Sequence[Quantity], sentence: str) -> Quantity | None:
    for one in sums:
        if item.end > one.start:
            continue
        between = _between(sentence, item.end, one.start)
        if _WORTH.fullmatch(between + " ") or _WORTH.fullmatch(between):
            return one
        if _TO.fullmatch(between) and _BRINGS.search(sentence, 0, item.start):
            return one
    before = [one for one in sums if one.end <= item.start]
    if before:
        between = _between(sentence, before[-1].end, item.start)
        if _SUM_OF.fullmatch(between) or _SUM_OF_LIST.fullmatch(between):
            return before[-1]
    if len(sums) == 1 and item.is_generic and not item.is_weak and abs(sums[0].start - item.start) < NEAR:
        return sums[0]
    return None


NEAR = 120
"""Characters within which the only sum of a sentence is taken for that of a generic item ("military aid")."""

_ARTICLE = re.compile(r"\b(an?|another)\s+(?:(?!(?:of|to|for|in|and|or|version)\b)[\w’'.-]+\s+){0,3}$", re.I)
_ENDS = re.compile(r"[\s-]+(?:to|for|from|in|on|that|which|with|by|and|or|at|as|of|was|is|has|had|will|would)\b")


def _single(item: ItemMention, sentence: str) -> Quantity | None:
    """One, where "a" or "an" stands before a weapon in the singular."""
    article = _ARTICLE.search(sentence, max(0, item.start - 50), item.start)
    if article is None or item.support_type not in PLATFORMS or item.is_generic:
        return None
    is_plural = re.search(r"s['’\"”]*$", item.text) is not None
    goes_on = re.match(r"[\s-][a-z]", sentence[item.end :]) is not None and not _ENDS.match(sentence, item.end)
    if is_plural or goes_on:
        return None
    return Quantity(article.start(), article.end(1), article[1], 1.0, 1.0, "units")
