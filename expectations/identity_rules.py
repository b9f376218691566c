"""Rules that compute keys anew: a claim or event whose coded values were changed no longer has the id they give."""

from __future__ import annotations

import hashlib

import polars as pl

from expectations.release import Release, once
from expectations.rules import Rule, Verdict, verdict_rule

CLAIM_TABLES = ("claims", "claims_nonstate")
CODED = (
    *("article_id", "evidence_start", "evidence_end", "supplier_id", "recipient_id", "support_type", "stage"),
    *("factuality", "claimant_id"),
)
EVENT_KEY = ("supplier_id", "recipient_id", "support_type", "system_id")


def identity_rules() -> list[Rule]:
    """Ids of claims, events and rejects follow from what their rows say."""
    rules = [
        verdict_rule(
            f"{name}.claim_id.of_values",
            name,
            "claim_id is the hash of article, evidence span and coded values.",
            _claim_ids(name),
        )
        for name in CLAIM_TABLES
    ]
    return [
        *rules,
        verdict_rule(
            "events.event_id.of_values",
            "events",
            "event_id is the hash of dyad, support type, system and first day of the claims that name the system.",
            _event_ids,
        ),
        verdict_rule(
            "rejects.reject_id.of_values", "rejects", "reject_id is the hash of file, record and reason.", _reject_ids
        ),
    ]


def hashed(prefix: str, parts: pl.Series) -> pl.Series:
    """Prefix and the first 16 hexadecimal digits of the SHA-256 of each text; null for null."""
    digests = [None if part is None else prefix + hashlib.sha256(part.encode()).hexdigest()[:16] for part in parts]
    return pl.Series("true_id", digests, pl.String)


def _same(frame: pl.DataFrame, key: str, true: pl.Series) -> pl.Series:
    """A null key, or a null among what it is made of, is the business of the not_null rules."""
    return (frame[key] == true).fill_null(True)


def _claim_ids(name: str) -> Verdict:
    def verdict(release: Release) -> pl.Series:
        rows = release.table(name)
        coded = rows.select(pl.concat_str([pl.col(part).cast(pl.String) for part in CODED], separator="|")).to_series()
        return _same(rows, "claim_id", hashed("c", coded))

    return verdict


def _event_ids(release: Release) -> pl.Series:
    rows = release.table("events").join(cores(release), on="event_id", how="left", maintain_order="left")
    day = pl.col("first_day").dt.strftime("%Y-%m-%d").fill_null("undated")
    parts = [*EVENT_KEY[:3], pl.col("system_id").fill_null(""), day]
    coded = rows.select(pl.concat_str(parts, separator="\x1f")).to_series()
    # An event without claims fails events.has_claims.
    return _same(rows, "event_id", hashed("e", coded)) | rows["n_core"].is_null()


def _reject_ids(release: Release) -> pl.Series:
    rows = release.table("rejects")
    # A file that could not be read as a whole has no record number.
    record = pl.col("record").cast(pl.String).fill_null("None")
    coded = rows.select(pl.concat_str(["corpus", record, "reason"], separator="\x1f")).to_series()
    return _same(rows, "reject_id", hashed("r", coded))


@once
def cores(release: Release) -> pl.DataFrame:
    """By event: first and last day and longest silence (days) among the claims that name its system, or all name none.

    A claim is placed on the day of its event dates that is nearest to its publication. `n_core` is 0
    where only claims of another system are linked.
    """
    columns = ["event_id", "system_id", "reported_at", "event_start_date", "event_end_date"]
    of_event = release.table("events").select("event_id", pl.col("system_id").alias("of_event")).unique("event_id")
    start, end = pl.coalesce("event_start_date", "event_end_date"), pl.coalesce("event_end_date", "event_start_date")
    reported = pl.col("reported_at").dt.convert_time_zone("UTC").dt.date()
    nearest = pl.when(reported < start).then(start).when(reported > end).then(end).otherwise(reported)
    day = pl.when(start.is_null()).then(reported).when(reported.is_null()).then(start).otherwise(nearest)
    claims = release.all_claims(columns).join(of_event, on="event_id", how="left")
    in_core = pl.col("system_id").eq_missing(pl.col("of_event"))
    days = day.filter(in_core)
    return claims.group_by("event_id").agg(
        days.min().alias("first_day"),
        days.max().alias("last_day"),
        days.drop_nulls().sort().diff().dt.total_days().max().alias("longest_silence"),
        in_core.sum().alias("n_core"),
    )
