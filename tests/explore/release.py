"""A release for the tests of the explorer: dyads that can be counted, a contested event, and texts that mean harm."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from flows.publish.release import stage
from schemas.tables import RELEASE_TABLES
from tests.small_release import actor, article, claim, event, write_release

Row = dict[str, Any]
VERSION_DAY = dt.date(2026, 11, 23)
NAMES = {
    "IRN": "Iran",
    "RUS": "Russia",
    "USA": "United States",
    "UKR": "Ukraine",
    "PRK": "North Korea",
    "FRA": "France",
}
DYADS = (("IRN", "RUS"), ("USA", "UKR"), ("PRK", "RUS"), ("FRA", "UKR"), ("USA", "FRA"))
TYPES = ("missiles", "drones", "air_defence")
STAGES = ("delivered", "pledged", "requested", "suspended")
FACTUALITIES = ("affirmed", "affirmed", "suspected", "denied", "conditional", "affirmed", "negated")
CLAIMANTS = ("AUTHOR", "USA", "IRN", "UNK")
N_COUNTED = 240

SCRIPT = "Iran sent <script>window.harmed = 1</script> missiles to Russia, <b>officials</b> said."
IMAGE = "<img src=x onerror='window.harmed = 2'>"
FORMULA = '=HYPERLINK("https://example.org","Iran") sent missiles to Russia.'
HIDDEN = "Iran sent\u200b missiles \u202eaissuR ot\u202c, officials said."
CONTESTED = "e00000000000000aa"
LARGE = "e00000000000000bb"
"""An event with more claims for it than are shown at once, and none against."""


def _dated(i: int) -> dt.datetime | None:
    return None if i % 17 == 0 else dt.datetime(2021, 1, 31, 23, 30, tzinfo=dt.UTC) + dt.timedelta(days=7 * i)


def _counted() -> list[Row]:
    rows = []
    for i in range(N_COUNTED):
        supplier, recipient = DYADS[i * i % len(DYADS)]
        rows.append(
            claim(
                f"Claim number {i} of the count.", supplier, recipient, claim_id=f"c{i:016x}",
                article_id=f"a{i // 2:016x}", support_type=TYPES[i % 3], stage=STAGES[i % 4],
                factuality=FACTUALITIES[i % 7], claimant_id=CLAIMANTS[i % 4], reported_at=_dated(i),
                confidence=(i % 20) / 20, event_id=f"e{i // 3:016x}",
            )
        )  # fmt: skip
    return rows


def _told(n: int, sentence: str, **values: Any) -> Row:
    defaults: Row = {
        "claim_id": f"cf{n:015x}",
        "article_id": f"af{n:015x}",
        "event_id": CONTESTED,
        "supplier_text": "Iran",
        "recipient_text": "Russia",
        "item_text": "missiles",
        "trigger_text": "sent",
        "reported_at": dt.datetime(2030, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=n),
    }
    return claim(sentence, "IRN", "RUS", **{**defaults, **values})


TOLD = [
    _told(1, SCRIPT),
    _told(2, FORMULA, factuality="denied", claimant_id="IRN", trigger_text="-1+1", item_text="@missiles"),
    _told(3, HIDDEN, recipient_text="Moscow"),
    _told(
        4,
        "🚀 Iran's foreign minister denied Iran had sent 200 PAC-3 (MSE) missiles to Russia in May.",
        supplier_text="Iran", item_text="PAC-3 (MSE) missiles", quantity_text="200", date_text="in May",
        claimant_text="Iran's foreign minister", factuality="denied", claimant_id="IRN", source_chain=["AUTHOR", "IRN"],
        quantity_low=200.0, quantity_high=200.0, quantity_unit="units", event_start_date=dt.date(2029, 5, 1),
        event_end_date=dt.date(2029, 5, 31), event_date_precision="month",
    ),
    _told(5, "Russian Russia buys from Iran: Iran, and Iran.", recipient_text="Iran", trigger_text="buys",
          item_text=None),
    _told(6, "If Iran sent missiles to Russia, Paris warned, it would act.", factuality="conditional",
          claimant_id="FRA"),
]  # fmt: skip
MANY = [
    claim(f"Ukraine got drones, report {i} says.", "USA", "UKR", claim_id=f"ce{i:015x}", article_id="ae00000000000000",
          support_type="drones", event_id=LARGE, reported_at=dt.datetime(2028, 1, 1, tzinfo=dt.UTC))
    for i in range(45)
]  # fmt: skip
NONSTATE = [claim("Iran armed Hezbollah.", "IRN", "NSA:Hezbollah", claim_id="cn01", article_id="an01", event_id="en01")]
CLAIMS = [*_counted(), *TOLD, *MANY]


def _articles() -> list[Row]:
    ids = dict.fromkeys(row["article_id"] for row in [*CLAIMS, *NONSTATE])
    rows = {one: article(one, url=f"https://example.org/{one}", title=f"Headline of {one}") for one in ids}
    rows["af000000000000001"] |= {"title": IMAGE, "url": "javascript:window.harmed=3"}
    rows["af000000000000002"] |= {"title": "+ a headline", "url": "http://example.org/a,b"}
    rows["af000000000000003"] |= {"title": None, "url": "data:text/html,<script>window.harmed=4</script>"}
    return list(rows.values())


def _events() -> list[Row]:
    rows = [
        event(f"e{i:016x}", "IRN", "RUS", status="suspected" if i % 2 else "affirmed") for i in range(N_COUNTED // 3)
    ]
    rows.append(
        event(
            CONTESTED, "IRN", "RUS", status="contested", affirmed_by=["AUTHOR"], denied_by=["IRN"], n_claims=len(TOLD)
        )
    )
    rows.append(event(LARGE, "USA", "UKR", support_type="drones", n_claims=len(MANY)))
    rows.append(event("en01", "IRN", "NSA:Hezbollah"))
    return rows


def staged_release(folder: Path) -> Path:
    """Stages the release as a run would, explorer included; returns its folder."""
    actors = [actor(code, name) for code, name in NAMES.items()] + [actor("NSA:Hezbollah", "Hezbollah", "nonstate")]
    write_release(
        folder / "linked",
        claims=CLAIMS,
        claims_nonstate=NONSTATE,
        articles=_articles(),
        events=_events(),
        actors=actors,
    )
    tables = {name: folder / "linked" / f"{name}.parquet" for name in RELEASE_TABLES}
    return stage(tables, folder / "output", "test-1", VERSION_DAY).folder
