"""Fills the card of a release, its `README.md`, from declarations, quality figures and what the tables cover."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template

import schemas
from flows.publish.coverage import Coverage, Year
from flows.publish.writer import Provenance
from schemas.dataset import TableFile, cite_as, dataset_facts, release_date
from schemas.markdown import cell, grid
from schemas.plain_yaml import plain_yaml
from schemas.quality import Measurement, ScoreTable, measurements
from schemas.tables import table, vocabulary

TEMPLATE = Path(schemas.__file__).with_name("release_readme.md")
N_PUBLISHERS = 10
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (None, "1M<n<10M"))
"""Classes of size as dataset hubs name them, by the number of claims below which each holds."""


def card(files: Sequence[TableFile], provenance: Provenance, covered: Coverage) -> str:
    """The card in Markdown, with front matter as dataset hubs read it; same arguments, same text."""
    facts = dataset_facts()
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        front_matter=plain_yaml(_front_matter(files, covered)),
        title=facts.title,
        version=provenance.release_version,
        date=release_date(provenance.release_version),
        schema_version=provenance.schema_version,
        extractor_version=provenance.extractor_version,
        description=facts.description,
        tables=_tables(files),
        coverage=_coverage(covered),
        publishers=_publishers(covered),
        years=_years(covered.years),
        claims=_claims(covered),
        quality=_quality(provenance.extractor_version),
        limits="\n".join(f"- **{limit.title}.** {limit.text}" for limit in facts.limits),
        licence_title=facts.licence_title,
        licence_url=facts.licence_url,
        quotation_note=facts.quotation_note,
        citation=cite_as(provenance.release_version),
    )


def _front_matter(files: Iterable[TableFile], covered: Coverage) -> dict[str, object]:
    facts = dataset_facts()
    size = next(name for limit, name in SIZES if limit is None or covered.n_claims < limit)
    return {
        "pretty_name": facts.title,
        "license": facts.licence.lower(),
        "language": covered.known_languages,
        "size_categories": [size],
        "tags": list(facts.keywords),
        "configs": [{"config_name": file.name, "data_files": file.file_name} for file in files],
    }


def _tables(files: Iterable[TableFile]) -> str:
    rows = [f"| `{file.file_name}` | {file.n_rows:,} | {table(file.name).title} |" for file in files]
    return "\n".join(["| file | rows | what it holds |", "|---|---:|---|", *rows])


def _coverage(covered: Coverage) -> str:
    if not covered.n_articles:
        return "No article was read."
    languages = ", ".join(f"`{code}` {n:,}" for code, n in covered.languages)
    return (
        f"{covered.n_articles:,} articles ({covered.n_stories:,} stories, where near-copies count once) of "
        f"{covered.n_publishers:,} publishers, {_period(covered)} Articles by language: {languages}."
    )


def _period(covered: Coverage) -> str:
    if covered.period is None:
        return "none of them with a date of publication."
    first, last = covered.period
    undated = f"; {covered.n_undated:,} have no date" if covered.n_undated else ""
    return f"published from {first.isoformat()} to {last.isoformat()}{undated}."


def _publishers(covered: Coverage) -> str:
    stated = [(name, n) for name, n in covered.publishers if name is not None]
    shown, others = stated[:N_PUBLISHERS], stated[N_PUBLISHERS:]
    rows = [(cell(name), n) for name, n in shown]
    if others:
        rows.append((f"{len(others):,} others", sum(n for _, n in others)))
    rows += [("not stated", n) for name, n in covered.publishers if name is None]
    shares = [[name, f"{n:,}", f"{n / covered.n_articles:.1%}"] for name, n in rows]
    return grid(["publisher", "articles", "share"], shares)


def _years(years: Iterable[Year]) -> str:
    rows = [
        [
            "undated" if year.year is None else str(year.year),
            f"{year.n_articles:,}",
            f"{year.n_with_claims:,}",
            f"{year.n_claims:,}",
        ]
        for year in years
    ]
    return grid(["year of publication", "articles", "with claims between states", "claims between states"], rows)


def _claims(covered: Coverage) -> str:
    groups, kinds = list(vocabulary("stage_group")), list(vocabulary("factuality"))
    rows = [
        [f"`{group}`", *(f"{covered.claims[group, kind]:,}" for kind in kinds), f"{_sum(covered, group, kinds):,}"]
        for group in groups
    ]
    totals = [sum(covered.claims[group, kind] for group in groups) for kind in kinds]
    rows.append(["all", *(f"{total:,}" for total in totals), f"{covered.n_claims:,}"])
    return grid(["stage group", *(f"`{kind}`" for kind in kinds), "all"], rows)


def _sum(covered: Coverage, group: str, kinds: Iterable[str]) -> int:
    return sum(covered.claims[group, kind] for kind in kinds)


def _quality(extractor_version: str) -> str:
    return "\n\n".join(_measurement(one, extractor_version) for one in measurements())


def _measurement(one: Measurement, extractor_version: str) -> str:
    same = "the reader of this release" if one.extractor_version == extractor_version else "not that of this release"
    measured = f"Measured on {one.date} with the reader of commit `{one.commit}` (`{one.extractor_version}`, {same})."
    return "\n\n".join([f"### {one.title}", f"{one.sample} {measured}", *(_scores(scores) for scores in one.tables)])


def _scores(scores: ScoreTable) -> str:
    rows = [[cell(row.means), *(scores.shown(value) for value in row.values)] for row in scores.rows]
    return grid(["right", *scores.columns], rows)
