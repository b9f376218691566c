"""Damages of single values: table, rows, new values. Most stand for a bug of reading, of linking or of an edit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from tests.expectations.damages.draft import Damage, Draft, Where, add
from tests.link.corpus import article_id

ACCUSED = pl.col("event_date_precision") == "day"
DENIAL = pl.col("factuality") == "denied"
PLEDGE = pl.col("stage") == "pledged"
REQUEST = pl.col("stage") == "requested"
SHELLS = pl.col("supplier_id") == "PRK"
HEZBOLLAH = pl.col("recipient_id") == "NSA:Hezbollah"
CONTESTED = pl.col("status") == "contested"
QUIET = pl.col("source_id") == "quiet"
NOBODY = pl.lit(pl.Series([[]], dtype=pl.List(pl.String))).first()
FAR = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
DAY = dt.date(2024, 9, 2)

JUDGEMENT = "a judgement of the reader that no other column repeats; docs/evaluation.md tells how often it is wrong"
LEXICON = "copied from the lexicon, against which tests/schemas holds it before a run"
SOURCE = "only the corpus itself tells, and it is not read a second time"
READING = "counted while reading, and the sentences are not published"

CAUGHT: list[tuple[str, str, str, Where, dict[str, Any]]] = [
    ("supplier_replaced", "another state as supplier of a claim", "claims", ACCUSED, {"supplier_id": "PRK"}),
    ("supplier_unknown_code", "a supplier that no actor has", "claims", ACCUSED, {"supplier_id": "XQZ"}),
    ("supplier_is_recipient", "a state that supplies itself", "claims", PLEDGE, {"supplier_id": "UKR"}),
    ("side_becomes_party", "an armed group among the states", "claims", SHELLS, {"supplier_id": "NSA:Hezbollah"}),
    ("side_becomes_claimant", "a special claimant as a side", "claims", SHELLS, {"supplier_id": "ANALYST"}),
    ("nonstate_side_becomes_state", "states among the non-state claims", "claims_nonstate", HEZBOLLAH,
     {"recipient_id": "RUS"}),
    ("denial_affirmed", "a denial flipped to an affirmation", "claims", DENIAL, {"factuality": "affirmed"}),
    ("doubt_affirmed", "a suspicion flipped to an affirmation", "claims", SHELLS, {"factuality": "affirmed"}),
    ("factuality_outside_vocabulary", "a factuality that is no value", "claims", DENIAL, {"factuality": "rumoured"}),
    ("plan_delivered", "a pledge coded as delivered, group and all", "claims", PLEDGE,
     {"stage": "delivered", "stage_group": "delivered", "plover_code": "AID-military"}),
    ("stage_without_its_group", "stage and stage_group that disagree", "claims", PLEDGE, {"stage_group": "sought"}),
    ("type_outside_vocabulary", "a support type that is no value", "claims", SHELLS, {"support_type": "shells"}),
    ("type_replaced", "another support type", "claims", SHELLS, {"support_type": "artillery"}),
    ("register_category_of_another_type", "unroca_category that the type does not have", "claims", PLEDGE,
     {"unroca_category": "VI"}),
    ("register_category_lost", "unroca_category nulled", "claims", None, {"unroca_category": None}),
    ("plover_code_of_another_stage", "plover_code that stage and factuality do not have", "claims", DENIAL,
     {"plover_code": "AID-military"}),
    ("plover_codes_lost", "plover_code nulled", "claims", None, {"plover_code": None}),
    ("system_replaced", "another weapon system", "claims", ACCUSED, {"system_id": "Leopard 2"}),
    ("system_unknown", "a weapon system that is not listed", "claims", ACCUSED, {"system_id": "F-999"}),
    ("claimant_replaced", "another speaker", "claims", ACCUSED, {"claimant_id": "UKR"}),
    ("claimant_of_wrong_type", "a state that speaks as media", "claims", ACCUSED, {"claimant_type": "media"}),
    ("author_given_words", "words for the article's own voice", "claims", SHELLS, {"claimant_text": "Russia"}),
    ("author_made_anonymous", "the article's own voice as an unnamed person", "claims", SHELLS,
     {"claimant_is_anonymous": True}),
    ("intermediary_is_a_side", "goods that go through their recipient", "claims", PLEDGE, {"intermediary_id": "UKR"}),
    ("intermediary_unknown", "an intermediary that no actor has", "claims", PLEDGE, {"intermediary_id": "XQZ"}),
    ("confidence_above_one", "confidence in percent", "claims", None, {"confidence": 75.0}),
    ("confidence_not_a_number", "confidence NaN", "claims", SHELLS, {"confidence": float("nan")}),
    ("confidence_lost", "confidence nulled", "claims", None, {"confidence": None}),
    ("amount_upside_down", "quantity_low above quantity_high", "claims", PLEDGE, {"quantity_low": 180.0}),
    ("amount_negative", "a negative amount", "claims", PLEDGE, {"quantity_low": -18.0}),
    ("amount_infinite", "an infinite amount", "claims", PLEDGE, {"quantity_high": float("inf")}),
    ("amount_without_words", "an amount out of nowhere", "claims", SHELLS,
     {"quantity_low": 5.0, "quantity_high": 5.0, "quantity_unit": "units"}),
    ("amount_in_another_unit", "18 tanks that become 18 tonnes", "claims", PLEDGE, {"quantity_unit": "tonnes"}),
    ("unit_without_amount", "a unit of nothing", "claims", SHELLS, {"quantity_unit": "rounds"}),
    ("dates_reversed", "the last day before the first", "claims", ACCUSED, {"event_end_date": DAY}),
    ("dates_half", "a first day without a last", "claims", ACCUSED, {"event_end_date": None}),
    ("date_of_wrong_precision", "one day called a month", "claims", ACCUSED, {"event_date_precision": "month"}),
    ("date_without_words", "a date that no words give", "claims", ACCUSED, {"date_text": None}),
    ("date_of_claim_moved", "the step half a year earlier, in the claim alone", "claims", ACCUSED,
     {"event_start_date": dt.date(2024, 3, 1), "event_end_date": dt.date(2024, 3, 1)}),
    ("reported_before_the_event", "reported_at a year earlier", "claims", ACCUSED,
     {"reported_at": dt.datetime(2023, 9, 3, tzinfo=dt.UTC)}),
    ("reported_in_local_time", "reported_at three hours off", "claims", None,
     {"reported_at": pl.col("reported_at") + pl.duration(hours=3)}),
    ("offsets_shifted", "evidence offsets shifted by one", "claims", None,
     {"evidence_start": pl.col("evidence_start") + 1, "evidence_end": pl.col("evidence_end") + 1}),
    ("offsets_in_bytes", "evidence_end one too far", "claims", None, {"evidence_end": pl.col("evidence_end") + 1}),
    ("offsets_outside_the_article", "evidence beyond the end", "claims", SHELLS,
     {"evidence_start": 90_000, "evidence_end": 90_055}),
    ("evidence_paraphrased", "a word of the evidence replaced", "claims", DENIAL,
     {"evidence_text": pl.col("evidence_text").str.replace("denies", "rejects")}),
    ("evidence_in_capitals", "evidence in other letters, of the same length", "claims", None,
     {"evidence_text": pl.col("evidence_text").str.to_uppercase()}),
    ("evidence_empty", "evidence of no words", "claims", DENIAL, {"evidence_text": ""}),
    ("words_from_elsewhere", "supplier_text that the article does not hold", "claims", ACCUSED,
     {"supplier_text": "Pyongyang"}),
    ("article_of_claim_replaced", "a claim put down to another article", "claims", SHELLS,
     {"article_id": article_id("tanks")}),
    ("article_of_claim_unknown", "a claim of an article that is not there", "claims", SHELLS, {"article_id": "a0"}),
    ("event_of_claim_unknown", "a claim of an event that is not there", "claims", SHELLS, {"event_id": "e0"}),
    ("event_of_claim_replaced", "a claim linked to another event", "claims", SHELLS,
     {"event_id": pl.col("event_id").filter(PLEDGE).first()}),
    ("chain_without_claimant", "a source chain that ends in another speaker", "claims", ACCUSED,
     {"source_chain": pl.lit(pl.Series([["AUTHOR"]])).first()}),
    ("extractors_mixed", "one claim of an older reader", "claims", SHELLS, {"extractor_version": "0"}),
    ("event_status_calmed", "a contested event shown as affirmed", "events", CONTESTED, {"status": "affirmed"}),
    ("event_status_hedged", "an affirmed delivery shown as suspected", "events", HEZBOLLAH, {"status": "suspected"}),
    ("event_denials_lost", "denied_by emptied", "events", CONTESTED,
     {"denied_by": NOBODY}),
    ("event_stage_of_older_report", "latest_stage of an earlier report", "events", pl.col("supplier_id") == "DEU",
     {"latest_stage": "requested"}),
    ("event_type_replaced", "an event of another support type", "events", SHELLS, {"support_type": "missiles"}),
    ("event_amount_narrowed", "quantity_high where a claim leaves it open", "events", CONTESTED,
     {"quantity_high": 24.0}),
    ("event_claims_miscounted", "n_claims one too many", "events", None, {"n_claims": pl.col("n_claims") + 1}),
    ("event_copies_counted_twice", "n_stories that counts wire copies", "events", CONTESTED, {"n_stories": 2}),
    ("event_reports_widened", "last_reported_at later than any claim", "events", CONTESTED, {"last_reported_at": FAR}),
    ("dyad_month_miscounted", "n_claims of a month doubled", "dyads_monthly", None,
     {"n_claims": pl.col("n_claims") * 2}),
    ("dyad_month_shifted", "months one later", "dyads_monthly", None,
     {"month_date": pl.col("month_date").dt.offset_by("1mo")}),
    ("dyad_month_mid_month", "a month that begins on the second", "dyads_monthly", None,
     {"month_date": pl.col("month_date").dt.offset_by("1d")}),
    ("dyad_sides_swapped", "supplier and recipient of the months swapped", "dyads_monthly", None,
     {"supplier_id": pl.col("recipient_id"), "recipient_id": pl.col("supplier_id")}),
    ("article_claims_miscounted", "n_claims of an article", "articles", QUIET, {"n_claims": 3, "outcome": "claims"}),
    ("article_outcome_wrong", "an article with candidates called screened out", "articles", QUIET,
     {"outcome": "screened_out"}),
    ("article_hash_stale", "text_sha256 of another text", "articles", QUIET, {"text_sha256": "0" * 64}),
    ("article_length_wrong", "n_chars counted in bytes", "articles", QUIET, {"n_chars": pl.col("n_chars") + 2}),
    ("article_publisher_replaced", "an article of another publisher", "articles", QUIET, {"publisher": "Example Wire"}),
    ("article_title_replaced", "another headline", "articles", QUIET, {"title": "Ministers agree"}),
    ("article_time_moved", "published_at a month later", "articles", pl.col("source_id") == "weather",
     {"published_at": dt.datetime(2024, 11, 5, tzinfo=dt.UTC)}),
    ("article_language_wrong", "another language", "articles", QUIET, {"language": "fr"}),
    ("stories_merged", "all articles in one story", "articles", None, {"story_id": "s1"}),
    ("more_candidates_than_sentences", "n_candidate_sentences above n_sentences", "articles", QUIET,
     {"n_candidate_sentences": 40}),
    ("records_do_not_add_up", "n_records one too many", "corpus_files", None, {"n_records": pl.col("n_records") + 1}),
    ("reject_reason_replaced", "another reason", "rejects", None, {"reason": "no_text"}),
    ("reject_of_unknown_file", "a reject of a file that was not read", "rejects", None, {"corpus": "other.jsonl"}),
    ("actor_of_wrong_kind", "a state listed as non-state", "actors", pl.col("actor_id") == "RUS", {"kind": "nonstate"}),
]  # fmt: skip

UNSEEN: list[tuple[str, str, str, Where, dict[str, Any], str]] = [
    ("confidence_raised", "confidence .2 higher, within its range", "claims", None,
     {"confidence": pl.col("confidence") + 0.2}, JUDGEMENT),
    ("company_lost", "is_via_company flipped", "claims", SHELLS, {"is_via_company": True}, JUDGEMENT),
    ("implication_lost", "is_implied flipped", "claims", SHELLS, {"is_implied": True}, JUDGEMENT),
    ("speaker_made_anonymous", "a named government as an unnamed person", "claims", ACCUSED,
     {"claimant_is_anonymous": True}, JUDGEMENT),
    ("government_as_military", "a government that speaks as military", "claims", ACCUSED,
     {"claimant_type": "military"}, JUDGEMENT),
    ("intermediary_lost", "intermediary_id nulled", "claims", PLEDGE, {"intermediary_id": None}, JUDGEMENT),
    ("words_of_sides_swapped", "supplier_text and recipient_text swapped", "claims", ACCUSED,
     {"supplier_text": pl.col("recipient_text"), "recipient_text": pl.col("supplier_text")},
     "both stand in the article, and which of them means whom is the reader's judgement"),
    ("item_words_replaced", "item_text that names something else in the article", "claims", ACCUSED,
     {"item_text": "Iran"}, "the words stand in the article, and what they mean is the reader's judgement"),
    ("rule_renamed", "another name of the rule that read it", "claims", SHELLS, {"rule": "give.verb.give"}, JUDGEMENT),
    ("sentences_miscounted", "n_sentences one too many", "articles", None,
     {"n_sentences": pl.col("n_sentences") + 1}, READING),
    ("candidates_miscounted", "n_candidate_sentences one fewer", "articles", QUIET,
     {"n_candidate_sentences": pl.col("n_candidate_sentences") - 1}, READING),
    ("duplicates_as_skipped", "duplicates accounted as outside the period", "corpus_files", None,
     {"n_duplicates": pl.col("n_skipped"), "n_skipped": pl.col("n_duplicates")}, SOURCE),
    ("duplicates_and_records_raised", "a duplicate more, and a record more", "corpus_files", None,
     {"n_duplicates": pl.col("n_duplicates") + 1, "n_records": pl.col("n_records") + 1}, SOURCE),
    ("reject_offset_moved", "another byte offset", "rejects", None, {"byte_offset": pl.col("byte_offset") + 1}, SOURCE),
    ("reject_detail_replaced", "another detail", "rejects", None, {"detail": "all is well"}, SOURCE),
    ("actor_renamed", "another name for a code", "actors", pl.col("actor_id") == "RUS", {"name": "Ruritania"}, LEXICON),
    ("actor_region_replaced", "another region", "actors", pl.col("actor_id") == "RUS", {"region": "Africa"}, LEXICON),
    ("maker_replaced", "another maker of a system", "systems", pl.col("system_id") == "Leopard 2",
     {"maker_id": "FRA"}, LEXICON),
]  # fmt: skip


def _add(name: str, what: str, table: str, where: Where, values: dict[str, Any], unseen: str | None = None) -> None:
    def do(draft: Draft) -> None:
        draft.put(table, where, **values)

    add(Damage(name, f"{table}: {what}", "tables", do, unseen))


for entry in CAUGHT:
    _add(*entry)
for one in UNSEEN:
    _add(*one)
