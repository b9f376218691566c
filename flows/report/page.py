"""Writes the report of a release as Markdown: each chart with its numbers and a text in its stead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.report.summary import MAX_MONTHS, UNNAMED, Stances, Summary
from flows.report.text import escaped
from schemas.tables import vocabulary

FOLDER = "report"
"""Folder of the charts in a release."""

INTRODUCTION = """\
The numbers count claims, that is, what somebody says in an article. They do not count deliveries, weapons or money, and
more articles on a dyad give more claims. `README.md` says what the tables hold and how well they are read."""


@dataclass(frozen=True)
class Section:
    """A part of the report. `chart` is the name of its chart, `alt` the text in its stead; the first column is text."""

    chart: str
    heading: str
    alt: str
    note: str = ""
    columns: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()


def sections(summary: Summary) -> list[Section]:
    """All parts of the report, those with nothing to draw as well."""
    return [
        _by_month(summary),
        _dyads(summary),
        _types(summary),
        _stages(summary),
        _publishers(summary),
        _over_time(summary),
        _changes(summary),
    ]


def markdown(summary: Summary, parts: Sequence[Section], drawn: Iterable[str]) -> str:
    """The report as text. `drawn` names the charts that there are; paths are relative to the release."""
    there = set(drawn)
    blocks = [f"# Report of release {summary.version}", INTRODUCTION, _totals(summary)]
    for part in parts:
        blocks.append(f"## {part.heading}")
        if part.chart in there:
            blocks.append(f"![{escaped(part.alt)}]({FOLDER}/{part.chart}.svg)")
        if part.note:
            blocks.append(part.note)
        if part.rows:
            blocks.append(_grid(part.columns, part.rows))
    return "\n\n".join(blocks) + "\n"


def _grid(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    marks = ["---", *("---:" for _ in columns[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in (columns, marks, *rows))


def _totals(summary: Summary) -> str:
    before = summary.previous_version
    facts = [
        (summary.n_articles, "article read", "articles read"),
        (summary.n_publishers, "named publisher", "named publishers"),
        (summary.n_claims, "claim between states", "claims between states"),
        (summary.n_events, "event", "events"),
    ]
    lines = [f"- {n:,} {one if n == 1 else many}" for n, one, many in facts]
    return "\n".join([*lines, f"- release before: {before}" if before else "- no release before"])


def _stance_cells(counts: Stances) -> tuple[str, ...]:
    return (*(f"{n:,}" for n in counts.values()), f"{sum(counts.values()):,}")


def _by_month(summary: Summary) -> Section:
    heading = "Claims by month"
    if not summary.months:
        return Section("claims_by_month", heading, "", "No claim has a date of publication.")
    totals = {month: sum(counts.values()) for month, counts in summary.months.items()}
    peak = max(totals, key=lambda month: totals[month])
    first, last = min(totals), max(totals)
    alt = (
        f"Bars: claims by month from {first:%Y-%m} to {last:%Y-%m}, split by how they are presented. "
        f"Most are of {peak:%Y-%m}, with {totals[peak]:,}."
    )
    left_out = []
    if summary.n_claims_of_other_months:
        shown = f"The {MAX_MONTHS} months in a row with most claims are shown"
        left_out.append(f"{shown}; {summary.n_claims_of_other_months:,} claims are of other months.")
    if summary.n_undated_claims:
        left_out.append(f"Of {summary.n_undated_claims:,} claims the article has no date.")
    by_year: dict[str, Stances] = {}
    for month, counts in summary.months.items():
        year = by_year.setdefault(f"{month:%Y}", dict.fromkeys(counts, 0))
        for stance, n in counts.items():
            year[stance] += n
    columns = ("year, of the months shown", *summary.stances, "all")
    rows = [(year, *_stance_cells(counts)) for year, counts in by_year.items()]
    return Section("claims_by_month", heading, alt, " ".join(left_out), columns, rows)


def _dyads(summary: Summary) -> Section:
    heading = "Who is said to supply whom"
    if not summary.dyads:
        return Section("top_dyads", heading, "", "There are no claims.")
    first = summary.dyads[0]
    alt = (
        f"Bars: claims by supplier and recipient, split by how they are presented. "
        f"First is {first.supplier} to {first.recipient}, with {sum(first.claims.values()):,}."
    )
    note = f"{len(summary.dyads):,} of {summary.n_dyads:,} dyads." if summary.n_dyads > len(summary.dyads) else ""
    rows = [
        (f"{escaped(dyad.supplier)} → {escaped(dyad.recipient)}", *_stance_cells(dyad.claims)) for dyad in summary.dyads
    ]
    return Section("top_dyads", heading, alt, note, ("supplier → recipient", *summary.stances, "all"), rows)


def _types(summary: Summary) -> Section:
    heading = "Support types"
    if not summary.support_types:
        return Section("support_types", heading, "", "There are no claims.")
    name, n = summary.support_types[0]
    alt = f"Bars: claims by support type. First is {name}, with {n:,} of {summary.n_claims:,} claims."
    described = vocabulary("support_type")
    columns = ("support type: meaning", "claims")
    rows = [(f"`{name}`: {described[name]['description']}", f"{n:,}") for name, n in summary.support_types]
    return Section("support_types", heading, alt, columns=columns, rows=rows)


def _stages(summary: Summary) -> Section:
    heading = "Factuality and stage"
    if not summary.n_claims:
        return Section("factuality_by_stage", heading, "", "There are no claims.")
    (factuality, group), n = max(summary.stages.items(), key=lambda item: item[1])
    alt = f"Field of numbers: claims by factuality and stage group. Most are {factuality} and {group}, {n:,}."
    note = "Support that is said, as fact, to have been given is `delivered` and `affirmed`."
    groups = list(vocabulary("stage_group"))
    rows = [
        (f"`{value}`", *(f"{summary.stages[value, group]:,}" for group in groups)) for value in vocabulary("factuality")
    ]
    return Section("factuality_by_stage", heading, alt, note, ("factuality", *groups), rows)


def _publishers(summary: Summary) -> Section:
    heading = "Coverage by publisher"
    if not summary.publishers:
        return Section("coverage_by_publisher", heading, "", "No article was read.")
    name, n, _ = summary.publishers[0]
    alt = (
        f"Bars: articles read and claims by publisher. First is {name}, with {n:,} of {summary.n_articles:,} articles."
    )
    rows = [(escaped(name), f"{read:,}", f"{made:,}") for name, read, made in summary.publishers]
    n_others, read, made = summary.others
    if n_others:
        rows.append((f"{n_others:,} others", f"{read:,}", f"{made:,}"))
    unnamed = any(name == UNNAMED for name, _, _ in summary.publishers)
    note = f'Articles that name no publisher stand under "{UNNAMED}".' if unnamed else ""
    return Section("coverage_by_publisher", heading, alt, note, ("publisher", "articles read", "claims"), rows)


def _over_time(summary: Summary) -> Section:
    heading = "Coverage over time"
    if not summary.coverage:
        return Section("coverage_over_time", heading, "", "No article has a date of publication.")
    unit, form = ("year", "%Y") if summary.by_year else ("month", "%Y-%m")
    peak = max(summary.coverage, key=lambda period: period.n_articles)
    first, last = (f"{summary.coverage[k].start:{form}}" for k in (0, -1))
    alt = (
        f"Bars: articles read and claims by {unit} from {first} to {last}. "
        f"Most articles are of {peak.start:{form}}, {peak.n_articles:,}, with {peak.n_claims:,} claims."
    )
    n = summary.n_undated_articles
    note = f"{n:,} articles without a date are not shown." if n else ""
    read = [period for period in summary.coverage if period.n_articles]
    rows = [(f"{period.start:{form}}", f"{period.n_articles:,}", f"{period.n_claims:,}") for period in read]
    return Section("coverage_over_time", heading, alt, note, (unit, "articles read", "claims"), rows)


def _changes(summary: Summary) -> Section:
    heading = "What changed"
    if summary.changes is None:
        return Section("changes", heading, "", "This is the first release.")
    before = summary.previous_version
    told = {change.table: change for change in summary.changes}
    columns = ("table", "rows added", "rows removed", "rows changed")
    rows = [(f"`{name}`", f"{c.n_added:,}", f"{c.n_removed:,}", f"{c.n_changed:,}") for name, c in told.items()]
    alt = f"Bars: rows added, removed and changed since release {before}, by table."
    if "claims" in told:
        claims = told["claims"]
        alt += f" Of the claims {claims.n_added:,} are new, {claims.n_removed:,} gone, {claims.n_changed:,} changed."
    note = f"Against release {before}; `changes.md` says more, `delta.parquet` lists the claims."
    return Section("changes", heading, alt, note, columns, rows)
