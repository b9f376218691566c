"""Measures the explorer on an invented release of 200,000 claims: `python -m tests.explore.measure_large FOLDER`.

No test: it takes minutes. Writes the release into FOLDER if it is not there, opens it in a browser, and prints how
long loading, filtering, an event and a download take, how much is transferred, and how much memory the page needs.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from playwright.sync_api import Page, sync_playwright

from flows.explore.server import ReleaseServer
from flows.publish.release import stage
from schemas.arrow import arrow_schema
from schemas.tables import RELEASE_TABLES, stage_group, vocabulary
from tests.explore.conftest import BROWSERS, go, serving, shown
from tests.small_release import actor, article, claim, event, write_release

N_CLAIMS, N_EVENTS, N_ARTICLES, N_SILENT = 200_000, 60_000, 90_000, 110_000
N_SUPPLIERS, N_RECIPIENTS = 70, 180
FIRST_DAY = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
N_DAYS = 13_000
SELECTIONS = (
    "#supplier=A000", "#supplier=A000&recipient=B001", "#factuality=denied",
    "#type=missiles&type=drones&stage=delivered", "#from=2015-01-01&to=2020-12-31", "#confidence=0.8",
    "#view=events&status=contested", "#sort=surest", "#page=4000", "#claimant=B002&sort=oldest", "#",
)  # fmt: skip


def column_table(name: str, example: dict[str, Any], n: int, columns: dict[str, Any]) -> pa.Table:
    """`n` rows of a table: `columns` as given, all others as in the example."""
    schema = arrow_schema(name)
    arrays = [pa.array(columns.get(field.name, [example[field.name]] * n), type=field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def draw(random: np.random.Generator, values: list[str], n: int) -> list[str]:
    """Values as uneven as those of news: the second comes half as often as the first, the third a third."""
    weights = 1 / np.arange(1, len(values) + 1)
    return [values[i] for i in random.choice(len(values), n, p=weights / weights.sum())]


def sentences(random: np.random.Generator, n: int) -> list[str]:
    """Invented sentences of about 200 characters."""
    lexicon = [
        "".join(chr(97 + letter) for letter in random.integers(0, 26, size)) for size in random.integers(2, 10, 4000)
    ]
    picked = random.integers(0, len(lexicon), (n, 28))
    return [f"Supplier gave recipient {' '.join(lexicon[i] for i in row)}." for row in picked]


def claim_table(random: np.random.Generator) -> pa.Table:
    """The claims, each of a random event, article and day."""
    n = N_CLAIMS
    stages = draw(random, list(vocabulary("stage")), n)
    evidence = sentences(random, n)
    days = random.integers(0, N_DAYS, n)
    columns = {
        "claim_id": [f"c{i * 2654435761 % 2**64:016x}" for i in range(n)],
        "article_id": [f"a{i * 40503 % 2**32:016x}" for i in random.integers(0, N_ARTICLES, n)],
        "evidence_text": evidence,
        "evidence_end": [len(text) for text in evidence],
        "supplier_id": draw(random, [f"A{i:03d}" for i in range(N_SUPPLIERS)], n),
        "recipient_id": draw(random, [f"B{i:03d}" for i in range(N_RECIPIENTS)], n),
        "supplier_text": ["Supplier"] * n,
        "trigger_text": ["gave"] * n,
        "recipient_text": ["recipient"] * n,
        "support_type": draw(random, list(vocabulary("support_type")), n),
        "stage": stages,
        "stage_group": [stage_group(one) for one in stages],
        "factuality": draw(random, list(vocabulary("factuality")), n),
        "claimant_id": draw(random, ["AUTHOR", "UNK", *(f"B{i:03d}" for i in range(N_RECIPIENTS))], n),
        "reported_at": [FIRST_DAY + dt.timedelta(days=int(day)) for day in days],
        "confidence": random.random(n, dtype=np.float32),
        "event_id": [f"e{i:016x}" for i in random.integers(0, N_EVENTS, n)],
    }
    return column_table("claims", claim("", "A000", "B000", claim_id=""), n, columns)


def article_table(random: np.random.Generator) -> pa.Table:
    """The articles with claims, and more without."""
    n = N_ARTICLES + N_SILENT
    columns = {
        "article_id": [f"a{i * 40503 % 2**32:016x}" for i in range(n)],
        "title": [text[:70] for text in sentences(random, n)],
        "url": [f"https://example.org/news/{i * 2654435761 % 2**32:08x}" for i in range(n)],
        "text_sha256": [f"{i * 2654435761 % 2**64:064x}" for i in range(n)],
        "story_id": [f"s{i:016x}" for i in range(n)],
    }
    return column_table("articles", article(), n, columns)


def write_large(folder: Path) -> Path:
    """Stages the release below `folder`; returns its folder."""
    random = np.random.default_rng(1)
    linked = folder / "linked"
    codes = [f"A{i:03d}" for i in range(N_SUPPLIERS)] + [f"B{i:03d}" for i in range(N_RECIPIENTS)]
    write_release(linked, actors=[actor(code, f"State {code}") for code in codes])
    pq.write_table(claim_table(random), linked / "claims.parquet")
    pq.write_table(article_table(random), linked / "articles.parquet")
    statuses = {
        "event_id": [f"e{i:016x}" for i in range(N_EVENTS)],
        "status": draw(random, list(vocabulary("event_status")), N_EVENTS),
    }
    pq.write_table(column_table("events", event("", "A000", "B000"), N_EVENTS, statuses), linked / "events.parquet")
    tables = {name: linked / f"{name}.parquet" for name in RELEASE_TABLES}
    return stage(tables, folder / "output", "measured", dt.date(2026, 11, 23)).folder


def milliseconds(page: Page, name: str) -> int:
    """The last measure that the page took of itself."""
    return round(page.evaluate("name => performance.getEntriesByName(name).at(-1).duration", name))


def body_size(answer: Any) -> int:
    """Bytes of an answer's body, compressed as it was sent."""
    return 0 if answer.request.method == "HEAD" else int(answer.headers.get("content-length", 0))


def measure(page: Page, address: str) -> dict[str, Any]:
    """All measures, in milliseconds where not said otherwise."""
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(body_size(answer)))
    page.goto(address)
    page.wait_for_selector("html[data-state=ready]", timeout=120_000)
    figures = round(page.evaluate("performance.getEntriesByName('materiel-figures')[0].startTime"))
    found: dict[str, Any] = {
        "until figures": figures,
        "until list": milliseconds(page, "materiel-load"),
        "transferred MB at start": round(sum(sizes) / 1e6, 1),
    }
    for hash_ in SELECTIONS:
        go(page, hash_)
        found[hash_] = milliseconds(page, "materiel-show")
    go(page, "#event=e0000000000000010")
    found["event"] = milliseconds(page, "materiel-show")
    found["filter alone"] = page.evaluate(FILTER_ALONE)
    page.goto(address + "#factuality=denied")
    shown(page, "#factuality=denied")
    began = time.perf_counter()
    with page.expect_download(timeout=300_000) as download:
        page.click(".download")
    size = Path(download.value.path()).stat().st_size
    found["download"] = f"{time.perf_counter() - began:.1f} s for {size / 1e6:.0f} MB"
    found["transferred MB in all"] = round(sum(sizes) / 1e6, 1)
    found["heap MB"] = round(page.evaluate("performance.memory.usedJSHeapSize") / 1e6)
    return found


FILTER_ALONE = """async () => {
  const { filtered } = await import("./filtering.js");
  const { loadRelease } = await import("./release.js");
  const { fromHash } = await import("./selection.js");
  const release = await loadRelease("../", await (await fetch("declarations.json")).json(), () => {});
  const time = (hash) => {
    const began = performance.now();
    filtered(release, fromHash(hash));
    return Math.round(performance.now() - began);
  };
  const hashes = ["#", "#supplier=A000", "#type=missiles&stage=delivered&confidence=0.5", "#from=2015-01-01"];
  return hashes.flatMap((hash) => [time(hash), time(hash), time(hash)]);
}"""


def main(folder: Path) -> None:
    """Writes the release where it is missing, and prints the measures as JSON."""
    staged = next(iter(sorted((folder / "output" / "staging").glob("*"))), None) or write_large(folder)
    program = next(path for name in BROWSERS if (path := shutil.which(name)))
    server = ReleaseServer((staged,))
    with serving(server), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        print(json.dumps(measure(browser.new_page(), server.url), indent=1))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
