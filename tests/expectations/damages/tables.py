"""Damages of whole tables: rows lost, doubled or out of order, tables emptied, lies that several tables share."""

from __future__ import annotations

import polars as pl

from tests.expectations.damages.draft import Draft, register
from tests.expectations.damages.values import ACCUSED, CONTESTED, PLEDGE, SHELLS

SEPTEMBER = pl.lit("2024-09")


def _month(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m") == SEPTEMBER


@register("tables")
def sides_swapped(draft: Draft) -> None:
    """claims: supplier and recipient swapped in every row"""
    draft.put("claims", None, supplier_id=pl.col("recipient_id"), recipient_id=pl.col("supplier_id"))


@register("tables")
def sides_swapped_everywhere(draft: Draft) -> None:
    """claims, events and months: supplier and recipient swapped in all three"""
    for name in ("claims", "claims_nonstate", "events", "dyads_monthly"):
        draft.put(name, None, supplier_id=pl.col("recipient_id"), recipient_id=pl.col("supplier_id"))


@register("tables")
def denials_affirmed_everywhere(draft: Draft) -> None:
    """claims, events and months: denials flipped, with status, affirmed_by, denied_by and codes to match"""
    denied = pl.col("factuality") == "denied"
    draft.put("claims", denied, plover_code="AID-military")
    draft.put("claims", denied, factuality="affirmed")
    nobody = pl.lit(pl.Series([[]], dtype=pl.List(pl.String))).first()
    both = pl.lit(pl.Series([["IRN", "USA"]])).first()
    draft.put("events", CONTESTED, affirmed_by=both, denied_by=nobody, status="affirmed")
    months = draft["dyads_monthly"]
    added = months.filter(denied)
    draft.drop("dyads_monthly", denied)
    same = [name for name in months.columns if name not in ("n_claims", "n_articles", "n_stories", "factuality")]
    more = draft["dyads_monthly"].join(added.select(same), on=same, how="semi").height
    assert more == 1
    fits = (pl.col("supplier_id") == "IRN") & (pl.col("factuality") == "affirmed")
    draft.put("dyads_monthly", fits, n_claims=pl.col("n_claims") + 1)


@register("tables")
def month_dropped(draft: Draft) -> None:
    """all tables: a month of articles and all that comes of it"""
    gone = draft["articles"].filter(_month("published_at"))["article_id"].implode()
    draft.drop("articles", pl.col("article_id").is_in(gone))
    draft.drop("claims", pl.col("article_id").is_in(gone))
    draft.drop("dyads_monthly", _month("month_date"))


@register("tables")
def month_dropped_and_accounts_mended(draft: Draft) -> None:
    """all tables and the ingested articles: a month that is nowhere any more, with files and events to match"""
    month_dropped(draft)
    draft.texts = draft.texts.filter(~_month("published_at").fill_null(False))
    held = draft["articles"].group_by("corpus").agg(pl.len().alias("held"))
    files = draft["corpus_files"].join(held, on="corpus")
    gone = pl.col("n_articles") - pl.col("held")
    files = files.with_columns((pl.col("n_records") - gone).alias("n_records"), pl.col("held").alias("n_articles"))
    kinds = draft["corpus_files"].schema
    draft["corpus_files"] = files.select(pl.col(name).cast(kind) for name, kind in kinds.items())
    draft.drop("events", ~pl.col("event_id").is_in(_linked(draft)))


@register("tables")
def month_of_claims_dropped(draft: Draft) -> None:
    """claims: those of a month, the articles still there"""
    draft.drop("claims", _month("reported_at"))


@register("tables")
def claim_dropped(draft: Draft) -> None:
    """claims: one row lost"""
    draft.drop("claims", SHELLS)


@register("tables")
def claims_doubled(draft: Draft) -> None:
    """claims: every row twice"""
    draft["claims"] = pl.concat([draft["claims"]] * 2)


@register("tables")
def claim_doubled_under_a_new_id(draft: Draft) -> None:
    """claims: one row again under another id"""
    again = draft["claims"].filter(SHELLS).with_columns(pl.lit("c00000000000000ff").alias("claim_id"))
    draft["claims"] = pl.concat([draft["claims"], again])


@register("tables")
def articles_doubled(draft: Draft) -> None:
    """articles: every row twice"""
    draft["articles"] = pl.concat([draft["articles"]] * 2)


@register("tables")
def quiet_article_dropped(draft: Draft) -> None:
    """articles: one without claims lost"""
    draft.drop("articles", pl.col("source_id") == "weather")


@register("tables")
def quiet_article_dropped_from_its_file(draft: Draft) -> None:
    """articles and corpus_files: one without claims lost, and its file accounts for one fewer"""
    quiet_article_dropped(draft)
    fewer = {name: pl.col(name) - 1 for name in ("n_articles", "n_records")}
    draft.put("corpus_files", pl.col("corpus") == "desk.jsonl", **fewer)


@register("tables")
def claims_emptied(draft: Draft) -> None:
    """claims: no row left"""
    draft["claims"] = draft["claims"].clear()


@register("tables")
def events_emptied(draft: Draft) -> None:
    """events: no row left"""
    draft["events"] = draft["events"].clear()


@register("tables")
def systems_emptied(draft: Draft) -> None:
    """systems: no row left"""
    draft["systems"] = draft["systems"].clear()


@register("tables")
def months_emptied(draft: Draft) -> None:
    """dyads_monthly: no row left"""
    draft["dyads_monthly"] = draft["dyads_monthly"].clear()


@register("tables")
def rejects_emptied(draft: Draft) -> None:
    """rejects: no row left, the files still count them"""
    draft["rejects"] = draft["rejects"].clear()


@register("tables")
def event_without_claims(draft: Draft) -> None:
    """events: one that no claim is linked to"""
    extra = draft["events"].filter(SHELLS).with_columns(pl.lit("e00000000000000ff").alias("event_id"))
    draft["events"] = pl.concat([draft["events"], extra])


@register("tables")
def event_split(draft: Draft) -> None:
    """events and claims: one transfer as two events, counts to match"""
    other = "e00000000000000ff"
    draft.put("claims", PLEDGE, event_id=other)
    tanks = pl.col("supplier_id") == "DEU"
    row = draft["events"].filter(tanks).with_columns(pl.lit(1, pl.Int32).alias("n_claims"))
    one = {name: pl.lit(1, pl.Int32).alias(name) for name in ("n_articles", "n_stories")}
    row = row.with_columns(*one.values())
    draft["events"] = pl.concat(
        [draft["events"].filter(~tanks), row, row.with_columns(pl.lit(other).alias("event_id"))]
    )


@register("tables")
def events_merged(draft: Draft) -> None:
    """claims and events: two transfers of one dyad, a year apart, as one event"""
    later = {"event_start_date": pl.date(2025, 12, 3), "event_end_date": pl.date(2025, 12, 3)}
    draft.put("claims", ACCUSED, **later)
    draft.put("events", CONTESTED, first_event_date=pl.date(2025, 12, 3), last_event_date=pl.date(2025, 12, 3))


@register("tables")
def actor_missing(draft: Draft) -> None:
    """actors: a state that rows name is not listed"""
    draft.drop("actors", pl.col("actor_id") == "RUS")


@register("tables")
def month_of_dyads_dropped(draft: Draft) -> None:
    """dyads_monthly: one month lost"""
    draft.drop("dyads_monthly", _month("month_date"))


@register("tables")
def rows_out_of_order(draft: Draft) -> None:
    """claims: rows in another order than declared"""
    draft["claims"] = draft["claims"].reverse()
    draft.keeps_order = True


@register("tables")
def columns_out_of_order(draft: Draft) -> None:
    """claims: supplier_id and recipient_id in each other's place, the file in the declared schema"""
    frame = draft["claims"]
    names = {"supplier_id": "recipient_id", "recipient_id": "supplier_id"}
    draft["claims"] = frame.select(names.get(name, name) for name in frame.columns)


@register("tables")
def texts_changed_after_reading(draft: Draft) -> None:
    """the ingested articles: a blank more in one text"""
    text = pl.col("text").str.replace("Iran denies", "Iran  denies")
    draft.texts = draft.texts.with_columns(text)


def _linked(draft: Draft) -> pl.Series:
    both = [draft[name]["event_id"] for name in ("claims", "claims_nonstate")]
    return pl.concat(both).unique().implode()
