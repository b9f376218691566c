"""Rules that hold events and monthly dyads against the claims behind them, counted anew and not by the link stage."""

from __future__ import annotations

import polars as pl

from expectations.claim_rules import elements_resolve
from expectations.coherence_rules import mappings
from expectations.event_facts import event_facts
from expectations.identity_rules import cores
from expectations.release import Release, once
from expectations.rules import Rule, Verdict, verdict_rule

DYAD_KEY = ["month_date", "supplier_id", "recipient_id", "support_type", "stage_group", "factuality"]
COUNTS = ("n_claims", "n_articles", "n_stories", "n_publishers")
CLAIM_COLUMNS = [
    *("claim_id", "article_id", "event_id", "supplier_id", "recipient_id", "support_type", "system_id"),
    *("factuality", "claimant_id", "reported_at", "event_start_date", "event_end_date"),
]


def event_rules() -> list[Rule]:
    """The rules of `events` and `dyads_monthly`."""
    return [*_event_row_rules(), *_agreement_rules(), *_dyad_rules()]


def _event_row_rules() -> list[Rule]:
    ordered = {
        "reports_ordered": ("The first report is not after the last.", "first_reported_at", "last_reported_at"),
        "event_dates_ordered": ("The first event date is not after the last.", "first_event_date", "last_event_date"),
        "quantity_ordered": ("quantity_low is not above quantity_high.", "quantity_low", "quantity_high"),
    }

    def not_after(low: str, high: str) -> Verdict:
        return lambda r: r.table("events").select((pl.col(low) <= pl.col(high)).fill_null(True)).to_series()

    rules = [
        verdict_rule(f"events.{name}", "events", text, not_after(low, high))
        for name, (text, low, high) in ordered.items()
    ]
    for column in ("affirmed_by", "denied_by"):
        text = f"Every element of {column} is an actor."
        rules.append(
            verdict_rule(f"events.{column}.elements_resolve", "events", text, elements_resolve("events", column))
        )
    return rules


@once
def _behind(release: Release) -> pl.DataFrame:
    """What the claims of each event say, one row an event that some claim names."""
    articles = release.table("articles").select("article_id", "story_id", "publisher").unique("article_id")
    claims = release.all_claims(CLAIM_COLUMNS).join(articles, on="article_id", how="left")
    said = pl.col("factuality")
    denying = said.is_in(["denied", "negated"])
    return claims.group_by("event_id").agg(
        pl.col("supplier_id", "recipient_id", "support_type").unique().name.prefix("all_"),
        pl.col("system_id").drop_nulls().unique().alias("all_system_id"),
        pl.col("reported_at").min().alias("true_first_reported_at"),
        pl.col("reported_at").max().alias("true_last_reported_at"),
        pl.col("event_start_date").min().alias("true_first_event_date"),
        pl.col("event_end_date").max().alias("true_last_event_date"),
        pl.col("claimant_id").filter(said == "affirmed").unique().sort().alias("true_affirmed_by"),
        pl.col("claimant_id").filter(denying).unique().sort().alias("true_denied_by"),
        pl.col("claim_id").len().alias("true_n_claims"),
        pl.col("article_id").n_unique().alias("true_n_articles"),
        pl.col("story_id").n_unique().alias("true_n_stories"),
        pl.col("publisher").n_unique().alias("true_n_publishers"),
    )


def _agrees(expression: pl.Expr) -> Verdict:
    """A verdict on each event and its claims; an event without claims passes here and fails `events.has_claims`."""

    def verdict(release: Release) -> pl.Series:
        rows = release.table("events")
        for facts in (_behind(release), event_facts(release), cores(release)):
            rows = rows.join(facts, on="event_id", how="left", maintain_order="left")
        return rows.select((expression | pl.col("true_n_claims").is_null()).fill_null(True)).to_series()

    return verdict


def _same(column: str) -> pl.Expr:
    return pl.col(column).eq_missing(pl.col(f"true_{column}"))


def _only(column: str) -> pl.Expr:
    """All claims name this value of the event and no other; the event may be null only where no claim names one."""
    named = pl.col(f"all_{column}")
    one = (named.list.len() == 1) & (named.list.first() == pl.col(column))
    return one | ((named.list.len() == 0) & pl.col(column).is_null())


def _agreement_rules() -> list[Rule]:
    checks: dict[str, tuple[str, pl.Expr]] = {
        "dyad_of_claims": (
            "Dyad and support type are those of all its claims.",
            _only("supplier_id") & _only("recipient_id") & _only("support_type"),
        ),
        "system_of_claims": ("The system is the only one that its claims name.", _only("system_id")),
        "reports_of_claims": (
            "First and last report are those of its claims.",
            _same("first_reported_at") & _same("last_reported_at"),
        ),
        "event_dates_of_claims": (
            "First and last event date are those of its claims.",
            _same("first_event_date") & _same("last_event_date"),
        ),
        "latest_stage_of_claims": (
            "The latest stage is the most advanced of the last report.",
            _same("latest_stage"),
        ),
        "status_of_claims": ("The status is the one that its claims give together.", _same("status")),
        "affirmed_by_of_claims": ("affirmed_by holds the claimants that affirm it, sorted.", _same("affirmed_by")),
        "denied_by_of_claims": ("denied_by holds the claimants that deny or negate it, sorted.", _same("denied_by")),
        "quantity_of_claims": (
            "Amounts and unit are the range that the amounts of its claims span.",
            _same("quantity_low") & _same("quantity_high") & _same("quantity_unit"),
        ),
        "without_gaps": (
            "No silence among the claims that name its system is longer than an event may have.",
            pl.col("longest_silence") <= mappings()["events"]["gap_days"],
        ),
    }
    rules = [verdict_rule(f"events.{name}", "events", text, _agrees(check)) for name, (text, check) in checks.items()]
    for count in COUNTS:
        text = f"{count} is the number counted over its claims."
        rules.append(verdict_rule(f"events.{count}_of_claims", "events", text, _agrees(_same(count))))
    apart = "Events of one dyad, support type and system lie further apart in time than claims of one event may."
    rules.append(verdict_rule("events.apart", "events", apart, _events_apart))
    rules.append(verdict_rule("events.has_claims", "events", "Some claim is linked to every event.", _event_has_claims))
    return rules


def _events_apart(release: Release) -> pl.Series:
    """Claims that nothing dates make an event of their own only where there is no other one that they could join."""
    key = ["supplier_id", "recipient_id", "support_type", "system_id"]
    rows = release.table("events").with_row_index("row").join(cores(release), on="event_id", how="left")
    before = pl.col("last_day").shift(1).over(key, order_by="first_day")
    gap = (pl.col("first_day") - before).dt.total_days()
    alone = pl.len().over(key) == 1
    is_core = pl.col("n_core") > 0
    verdicts = rows.with_columns(
        pl.when(is_core & pl.col("first_day").is_null())
        .then(alone)
        .otherwise((gap > mappings()["events"]["gap_days"]).fill_null(True))
        .alias("is_apart")
    )
    return verdicts.sort("row")["is_apart"]


def _event_has_claims(release: Release) -> pl.Series:
    named = release.all_claims(["event_id"])["event_id"].drop_nulls().unique()
    return release.table("events")["event_id"].is_in(named.implode()).fill_null(True)


@once
def _dyads(release: Release) -> pl.DataFrame:
    """The monthly counts of the claims between states, computed anew."""
    stories = release.table("articles").select("article_id", "story_id").unique("article_id")
    claims = release.table("claims").drop_nulls("reported_at").join(stories, on="article_id", how="left")
    month = pl.col("reported_at").dt.convert_time_zone("UTC").dt.date().dt.month_start().alias("month_date")
    return claims.group_by(month, *DYAD_KEY[1:]).agg(
        pl.len().alias("true_n_claims"),
        pl.col("article_id").n_unique().alias("true_n_articles"),
        pl.col("story_id").n_unique().alias("true_n_stories"),
        pl.col("event_id").n_unique().alias("true_n_events"),
    )


def _dyad_rules() -> list[Rule]:
    counts = ("n_claims", "n_articles", "n_stories", "n_events")

    def counted(count: str) -> Verdict:
        def verdict(release: Release) -> pl.Series:
            rows = release.table("dyads_monthly").join(
                _dyads(release), on=DYAD_KEY, how="left", maintain_order="left", nulls_equal=True
            )
            unknown = pl.col("true_n_claims").is_null()  # the business of dyads_monthly.has_claims
            return rows.select((_same(count) | unknown).fill_null(True)).to_series()

        return verdict

    def has_claims(release: Release) -> pl.Series:
        rows = release.table("dyads_monthly").join(
            _dyads(release), on=DYAD_KEY, how="left", maintain_order="left", nulls_equal=True
        )
        keyed = pl.all_horizontal(pl.col(name).is_not_null() for name in DYAD_KEY)
        return rows.select(pl.col("true_n_claims").is_not_null() | ~keyed).to_series()

    def first_of_month(release: Release) -> pl.Series:
        day = pl.col("month_date").dt.day() == 1
        return release.table("dyads_monthly").select(day.fill_null(True)).to_series()

    def complete(release: Release) -> pl.Series:
        """On claims: a dated claim is counted in the row of its month and coded values."""
        month = pl.col("reported_at").dt.convert_time_zone("UTC").dt.date().dt.month_start()
        known = release.table("dyads_monthly").select(*DYAD_KEY, pl.lit(True).alias("is_counted")).unique(DYAD_KEY)
        rows = (
            release.table("claims")
            .with_columns(month.alias("month_date"))
            .join(known, on=DYAD_KEY, how="left", maintain_order="left", nulls_equal=True)
        )
        keyed = pl.all_horizontal(pl.col(name).is_not_null() for name in DYAD_KEY)
        return rows.select(pl.col("is_counted").is_not_null() | ~keyed).to_series()

    rules = [
        verdict_rule(
            f"dyads_monthly.{count}_of_claims",
            "dyads_monthly",
            f"{count} is the number counted over the claims of the month.",
            counted(count),
        )
        for count in counts
    ]
    return [
        *rules,
        verdict_rule("dyads_monthly.has_claims", "dyads_monthly", "Some claim is behind every row.", has_claims),
        verdict_rule("dyads_monthly.first_of_month", "dyads_monthly", "month_date is a first day.", first_of_month),
        verdict_rule("claims.in_dyads_monthly", "claims", "Every dated claim is counted in dyads_monthly.", complete),
    ]
