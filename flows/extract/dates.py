"""Finds dates in a sentence and resolves relative ones ("last September", "two weeks ago") with the publication date.

A date is an interval of days; its precision says how the text put it. A week runs from Monday to Sunday.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT = {name[:3].lower(): number for number, name in enumerate(calendar.month_name) if name} | {"sept": 9}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_SEASONS = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}
_COUNT_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTS = {word: number for number, word in enumerate(_COUNT_WORDS, 1)}
_COUNTS |= {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 3}

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_COUNT_WORDS)}|(?:a\s+)?(?:couple\s+of|few)|an?|several)"
_PART = r"(?:early|mid|late|the\s+(?:start|beginning|middle|end)\s+of|the\s+(?:early|late)\s+(?:part\s+)?of)"


@dataclass(frozen=True)
class DateMention:
    """A date in a sentence: offsets, words, first and last day, and precision ("day", "month", "year", "interval")."""

    start: int
    end: int
    text: str
    start_date: date
    end_date: date
    precision: str
    grain: str = "day"
    """What the ends of an interval are known to: "day", "month" or "year"."""

    @property
    def code(self) -> str:
        """The date as the coding guidelines write it: YYYY, YYYY-MM, YYYY-MM-DD or A/B."""
        cut = {"year": 4, "month": 7, "day": 10}
        if self.precision != "interval":
            return self.start_date.isoformat()[: cut[self.precision]]
        first, last = (moment.isoformat()[: cut[self.grain]] for moment in (self.start_date, self.end_date))
        return first if first == last else f"{first}/{last}"


Span = tuple[date, date, str]
"""First day, last day, precision."""
Resolver = Callable[[re.Match[str], date | None], Span | None]


def find_dates(sentence: str, published: date | None) -> list[DateMention]:
    """The dates of a sentence in order, without overlap. Relative ones are left out where `published` is None.

    "since August 2021" runs to the publication date; "on Monday" is the last one up to publication, or the next one
    where the words before it look ahead ("will arrive on Monday").
    """
    found: list[DateMention] = []
    for pattern, resolve in _RULES:
        for match in pattern.finditer(sentence):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            span = resolve(match, published)
            if span is not None:
                found.append(DateMention(match.start(), match.end(), match.group(), *span, _grain(match, resolve)))
    found.sort(key=lambda one: one.start)
    return [_since(sentence, one, published) for one in found]


def _grain(match: re.Match[str], resolve: Resolver) -> str:
    if resolve in (_decade, _years):
        return "year"
    if resolve is _over_past:
        return "month" if match["unit"].lower() in ("month", "year", "decade") else "day"
    return "month" if resolve in (_season, _quarter) else "day"


def _since(sentence: str, one: DateMention, published: date | None) -> DateMention:
    """A date after "since" opens an interval that ends at publication."""
    before = _SINCE.search(sentence, 0, one.start)
    if before is None or published is None or one.start_date > published or re.search(r"\bthis\b", one.text, re.I):
        return one
    grain = "day" if one.precision == "interval" else one.precision
    return DateMention(one.start, one.end, one.text, one.start_date, published, "interval", grain)


_SINCE = re.compile(r"\bsince\s+(?:[\w’'-]+,?\s+){0,13}?(?:(?:in|on|of|late|early|mid|back)[\s-]+)*$", re.I)


def _day(year: int, month: int, day: int) -> Span | None:
    try:
        moment = date(year, month, day)
    except ValueError:
        return None
    return moment, moment, "day"


def _month(year: int, month: int) -> Span:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), "month"


def _year(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31), "year"


def _week(moment: date) -> Span:
    monday = moment - timedelta(days=moment.weekday())
    return monday, monday + timedelta(days=6), "interval"


def _number(month: str) -> int:
    word = month.lower().rstrip(".")
    return MONTHS.get(word) or _SHORT[word]


def _looks_ahead(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 45) : match.start()]
    return (
        _AHEAD.search(before) or re.match(r",?\s+(?:there|he|she|it|they|we)\s+will\b", match.string[match.end() :])
    ) is not None


_AHEAD = re.compile(
    r"\b(?:will|would|shall|might|due|scheduled|set\s+to|expected|plans?|planned|upcoming|begin|ahead\s+of)\b(?!.*\bsaid\b)"
)


def _month_near(match: re.Match[str], published: date, month: int) -> int:
    """The year of a month named without one: the last such month, or the next where the words look ahead."""
    ahead = _looks_ahead(match)
    if month > published.month:
        return published.year if ahead else published.year - 1
    return published.year + 1 if month < published.month and ahead else published.year


def _full_day(match: re.Match[str], published: date | None) -> Span | None:
    month, day = _number(match["month"]), int(re.sub(r"\D", "", match["day"]))
    year = match.groupdict().get("year")
    if year:
        return _day(int(year), month, day)
    if published is None:
        return None
    span = _day(published.year, month, day)
    if span is None or span[0] <= published + timedelta(days=1) or _looks_ahead(match):
        return span
    return _day(published.year - 1, month, day)


def _iso(match: re.Match[str], published: date | None) -> Span | None:
    return _day(int(match["year"]), int(match["month"]), int(match["day"]))


def _month_of_year(match: re.Match[str], published: date | None) -> Span | None:
    return _month(int(match["year"]), _number(match["month"]))


def _month_of_relative_year(match: re.Match[str], published: date | None) -> Span | None:
    if published is None:
        return None
    return _month(published.year + {"last": -1, "this": 0, "next": 1}[match["which"].lower()], _number(match["month"]))


def _relative_month(match: re.Match[str], published: date | None) -> Span | None:
    if published is None:
        return None
    month = _number(match["month"])
    which = (match["which"] or "").lower()
    if which == "last":
        return _month(published.year - (1 if month >= published.month else 0), month)
    if which == "next":
        return _month(published.year + (1 if month <= published.month else 0), month)
    if which == "this":
        return _month(published.year, month)
    return _month(_month_near(match, published, month), month)


def _years(match: re.Match[str], published: date | None) -> Span | None:
    first, last = int(match["first"]), int(match["last"])
    if last < 100:
        last += first // 100 * 100
    return (date(first, 1, 1), date(last, 12, 31), "interval") if first <= last else None


def _decade(match: re.Match[str], published: date | None) -> Span | None:
    first = int(match["decade"]) * 10
    part = (match["part"] or "").lower()
    low, high = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(part.rstrip("-"), (0, 9))
    return date(first + low, 1, 1), date(first + high, 12, 31), "interval"


def _bare_year(match: re.Match[str], published: date | None) -> Span | None:
    year = int(match["year"])
    return _year(year) if published is None or year <= published.year + 40 else None


def _today(match: re.Match[str], published: date | None) -> Span | None:
    if published is None:
        return None
    word = match["word"].lower()
    moment = published + timedelta(days={"yesterday": -1, "last night": -1, "tomorrow": 1, "overnight": 0}.get(word, 0))
    return moment, moment, "day"


def _weekday(match: re.Match[str], published: date | None) -> Span | None:
    if published is None:
        return None
    day = WEEKDAYS[match["day"].lower()]
    back = (published.weekday() - day) % 7
    which = (match["which"] or "").lower()
    if which == "next" or (which != "last" and _looks_ahead(match)):
        moment = published + timedelta(days=(day - published.weekday()) % 7 or (7 if which == "next" else 0))
    else:
        moment = published - timedelta(days=back or (7 if which == "last" else 0))
    return moment, moment, "day"


def _relative_period(match: re.Match[str], published: date | None) -> Span | None:
    """ "last week", "this month", "earlier this year", "next year"."""
    if published is None:
        return None
    step = {"last": -1, "past": -1, "this": 0, "the": 0, "next": 1, "coming": 1, "previous": -1}[match["which"].lower()]
    unit = match["unit"].lower()
    if unit == "week":
        monday, sunday, precision = _week(published + timedelta(weeks=step))
        return (monday, published, precision) if step == 0 and not _looks_ahead(match) else (monday, sunday, precision)
    if unit == "month":
        return _month(published.year, published.month + step)
    return _year(published.year + step)


def _season(match: re.Match[str], published: date | None) -> Span | None:
    word = match["season"].lower()
    first = _SEASONS[word]
    if match["year"]:
        year = int(match["year"])
    elif published is None:
        return None
    else:
        step = {"last": -1, "this": 0, "the": 0, "next": 1, "previous": -1}[(match["which"] or "the").lower()]
        year = published.year + (step if step > 0 else 0)
        if step < 0 and first + 2 >= published.month:
            year -= 1
    start = date(year, first, 1)
    return start, _month(year, first + 2)[1], "interval"


def _ago(match: re.Match[str], published: date | None) -> Span | None:
    if published is None:
        return None
    words = match["count"].lower().split()
    count = next((int(word) for word in words if word.isdigit()), None) or max(_COUNTS.get(word, 0) for word in words)
    unit = match["unit"].lower()
    if unit == "day":
        moment = published - timedelta(days=count)
        return moment, moment, "day"
    if unit == "week":
        return _week(published - timedelta(weeks=count))
    if unit == "month":
        return _month(published.year, published.month - count)
    return _year(published.year - count * (10 if unit == "decade" else 1))


def _over_past(match: re.Match[str], published: date | None) -> Span | None:
    """ "over the past two years": from then to publication; "in recent days": the month of publication."""
    if published is None:
        return None
    unit = match["unit"].lower()
    if match["recent"]:
        return _month(published.year, published.month) if unit in ("day", "week") else None
    words = (match["count"] or "one").lower().split()
    count = next((int(word) for word in words if word.isdigit()), None) or max(_COUNTS.get(word, 0) for word in words)
    if unit in ("day", "week"):
        return published - timedelta(days=count * (7 if unit == "week" else 1)), published, "interval"
    months = count * {"month": 1, "year": 12, "decade": 120}[unit]
    return _month(published.year, published.month - months)[0], published, "interval"


def _named_month(match: re.Match[str], published: date | None) -> Span | None:
    """A month named alone ("July's attack"), in full and with a capital."""
    word = match["month"].lower()
    is_name = word in MONTHS and word not in ("may", "march") and match["month"][0].isupper()
    return _relative_month(match, published) if is_name else None


def _quarter(match: re.Match[str], published: date | None) -> Span | None:
    word = match["quarter"].lower()
    first = 3 * (("first", "second", "third", "fourth").index(word) if word.isalpha() else int(word) - 1) + 1
    year = int(match["year"])
    return date(year, first, 1), _month(year, first + 2)[1], "interval"


_SEASON = r"(?P<season>spring|summer|fall|autumn|winter)"
_COUNTED_ARMS = r"troops|soldiers|tanks|missiles|drones|people|rounds|shells|men|vehicles|units|miles|kilomet"
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"
_ABOUT = r"(?:about|around|almost|nearly|some|just|more\s+than|over)\s+"
_MONTH_NAMED = rf"(?P<month>{_MONTH})(?!\w)"
_MONTH_OF = rf"\b(?:{_PART}[\s-]+)?(?P<month>{_MONTH}),?\s+(?:of\s+)?"
_PATTERNS: list[tuple[str, Resolver]] = [
    (rf"\b(?P<year>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d)\b", _iso),
    (rf"\b(?P<day>{_DAY})\s+(?:of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>{_YEAR})\b", _full_day),
    (rf"\b(?P<month>{_MONTH})\s+(?P<day>{_DAY}),?\s+(?P<year>{_YEAR})\b", _full_day),
    (rf"\b(?:between|from)\s+(?P<first>{_YEAR})\s+(?:and|to|until|through)\s+(?P<last>{_YEAR})\b", _years),
    (rf"\b(?P<first>{_YEAR})[-–/](?P<last>{_YEAR}|\d\d)\b", _years),
    (
        rf"\b(?:Q|the\s+)(?P<quarter>[1-4]|first|second|third|fourth)(?:\s+quarter)?\s+of\s+(?P<year>{_YEAR})\b",
        _quarter,
    ),
    (rf"{_MONTH_OF}(?P<which>last|this|next)\s+year\b", _month_of_relative_year),
    (rf"{_MONTH_OF}(?P<year>{_YEAR})\b", _month_of_year),
    (rf"\b(?P<day>{_DAY})\s+(?:of\s+)?(?P<month>{_MONTH})(?![\w’'])", _full_day),
    (rf"\b(?P<month>{_MONTH})\s+(?P<day>{_DAY})\b(?!\s?(?:,\d{{3}}|%|[ap]\.?m))", _full_day),
    (rf"\b(?:(?P<which>last|this|next|the)\s+)?{_SEASON}(?:\s+of)?\s+(?P<year>{_YEAR})\b", _season),
    (rf"\b(?P<which>last|this|next|previous)\s+{_SEASON}(?P<year>)\b", _season),
    (r"\b(?:(?P<part>early|mid|late)[\s-]+)?(?P<decade>(?:19|20)\d)0s\b", _decade),
    (rf"\b(?P<which>last|this|next)\s+{_MONTH_NAMED}", _relative_month),
    (rf"(?<=\bin\s|\bby\s|\bof\s)(?:{_PART}[\s-]+)?(?P<which>){_MONTH_NAMED}", _relative_month),
    (rf"\b(?:{_PART}[\s-]+)(?P<which>){_MONTH_NAMED}", _relative_month),
    (rf"(?<=\bsince\s)(?P<which>){_MONTH_NAMED}", _relative_month),
    (r"\b(?P<which>)(?P<month>[a-z]{4,9})\b(?!\s+(?:\d|of\b))", _named_month),
    (rf"\b(?:{_ABOUT})?(?P<count>{_COUNT})\s+{_UNIT}\s+(?:ago|earlier)\b", _ago),
    (
        r"\b(?:over|in|during|for|within)\s+(?:(?:the\s+)?(?:past|last|previous|preceding)"
        rf"(?:\s+(?P<count>{_COUNT}))?|(?P<recent>recent))\s+{_UNIT}\b",
        _over_past,
    ),
    (rf"\b(?:(?P<which>last|next|this|on|by)\s+)?(?P<day>{'|'.join(WEEKDAYS)})\b", _weekday),
    (
        r"\b(?:(?:earlier|later|late|early|sometime)\s+)?(?P<which>last|this|next|previous|coming)\s+(?P<unit>week|month|year)\b",
        _relative_period,
    ),
    (
        r"\b(?:end|start|beginning|middle|course)\s+of\s+(?P<which>the|this|next|last)\s+(?P<unit>month|year)\b",
        _relative_period,
    ),
    (r"\b(?P<word>today|yesterday|tomorrow|tonight|last\s+night|overnight)\b", _today),
    (rf"(?<![\w$£€.,-])(?<!\bAct of )(?P<year>{_YEAR})(?![\w%]|[.,]\d|-[a-z]|\s+(?:{_COUNTED_ARMS}))", _bare_year),
]
_RULES = [(re.compile(pattern, re.I), resolve) for pattern, resolve in _PATTERNS]
