"""Maps the events of one release to those of another by the claims that they share.

The id of a claim does not depend on linking, while that of an event changes with its first day. So shared claims, and
not ids, say what became of an event.
"""

from __future__ import annotations

import polars as pl

PAIR = ["previous_event_id", "event_id"]


def event_mapping(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The table `event_mapping`, in its declared columns and order, from `claim_id` and `event_id` of all claims.

    Claim ids are unique in each release.
    """
    n_before, n_after = _n_claims(before), _n_claims(after)
    shared = (
        before.select("claim_id", pl.col("event_id").alias("previous_event_id"))
        .join(after.select("claim_id", "event_id"), on="claim_id")
        .group_by(PAIR)
        .agg(pl.len().alias("n_claims_shared"))
    )
    left = n_before.join(shared, left_on="event_id", right_on="previous_event_id", how="anti")
    come = n_after.join(shared, on="event_id", how="anti")
    pairs = pl.concat([_related(shared), *_unshared(left, come)], how="vertical_relaxed")
    return (
        pairs.join(n_before.rename({"event_id": PAIR[0], "n": "n_claims_before"}), on=PAIR[0], how="left")
        .join(n_after.rename({"n": "n_claims_after"}), on=PAIR[1], how="left")
        .select(
            pl.concat_str(pl.col(PAIR).fill_null(""), separator=">").alias("mapping_id"),
            *PAIR,
            "relation",
            *(pl.col(f"n_claims_{name}").fill_null(0).cast(pl.Int32) for name in ("before", "after", "shared")),
        )
        .sort("mapping_id")
    )


def _n_claims(claims: pl.DataFrame) -> pl.DataFrame:
    return claims.group_by("event_id").agg(pl.len().alias("n"))


def _related(shared: pl.DataFrame) -> pl.DataFrame:
    """Pairs that share claims. Every pair is judged by how many others each of its two events shares claims with."""
    into, out_of = pl.len().over(PAIR[0]), pl.len().over(PAIR[1])
    relation = (
        pl.when((into > 1) & (out_of > 1))
        .then(pl.lit("regrouped"))
        .when(into > 1)
        .then(pl.lit("split"))
        .when(out_of > 1)
        .then(pl.lit("merged"))
        .when(pl.col(PAIR[0]) != pl.col(PAIR[1]))
        .then(pl.lit("renamed"))
        .otherwise(pl.lit("same"))
    )
    return shared.select(*PAIR, relation.alias("relation"), "n_claims_shared")


def _unshared(left: pl.DataFrame, come: pl.DataFrame) -> list[pl.DataFrame]:
    """Events that share no claim. An id on both sides is one event of which all claims were read otherwise."""
    both = left.join(come, on="event_id", how="semi")
    gone = left.join(both, on="event_id", how="anti")
    new = come.join(both, on="event_id", how="anti")
    own, none = pl.col("event_id"), pl.lit(None, pl.String)
    return [
        rows.select(previous.alias(PAIR[0]), now.alias(PAIR[1]), pl.lit(relation).alias("relation"), _no_claims())
        for rows, previous, now, relation in (
            (both, own, own, "same"),
            (gone, own, none, "gone"),
            (new, none, own, "new"),
        )
    ]


def _no_claims() -> pl.Expr:
    return pl.lit(0, pl.UInt32).alias("n_claims_shared")
