"""What takes a library too long costs itself alone, and the time of the machine's other work does not count."""

from __future__ import annotations

import io
import time

import pytest

from flows.ingest import patience as module
from flows.ingest.patience import TooSlowError, patience
from flows.ingest.readers import html_page
from flows.ingest.readers.feed import read_feed
from flows.ingest.record import Failure, Record
from tests.ingest.samples import PAGE
from tests.ingest.test_readers import RSS


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.2)


def endless(*_: object, **__: object) -> None:
    while True:
        try:
            sum(range(1000))
        except Exception:  # as libraries do
            continue


def test_what_is_too_slow_is_stopped_though_it_takes_every_exception_for_its_own() -> None:
    with pytest.raises(TooSlowError), patience():
        endless()


def test_what_is_in_time_goes_on_and_nothing_comes_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.001)
    for _ in range(200):
        with patience():
            pass
    sum(range(1_000_000))


def test_waiting_is_not_counted() -> None:
    with patience():
        time.sleep(1)


def test_a_page_that_is_too_slow_is_a_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_page, "bare_extraction", endless)
    found = html_page.page_record(PAGE.encode(), 4, 400)
    assert isinstance(found, Failure)
    assert (found.number, found.byte_offset, found.reason) == (4, 400, "malformed_record")
    assert found.detail == "the page takes more than 0.2 s"
    monkeypatch.undo()
    assert isinstance(html_page.page_record(PAGE.encode(), 5, 500), Record)


def test_a_feed_that_is_too_slow_is_a_reject() -> None:
    entry = "<item><title>a</title><description>" + "&lt;/b&gt;" * 40_000 + "</description></item>"
    data = RSS.replace("</channel>", entry + "</channel>").encode()
    started = time.process_time()
    found = list(read_feed(io.BytesIO(data)))
    assert [one.detail for one in found if isinstance(one, Failure)] == ["the feed takes more than 0.2 s"]
    assert time.process_time() - started < 5
