"""One run at a time holds a store; a dead one is waited for no longer than its term, and cannot publish afterwards."""

from __future__ import annotations

import threading
import time

import pytest

from flows.publish.durable import OutputBusyError
from flows.store.lease import FOLDER, Lease, LeaseLostError, leased, numbers
from flows.store.objects import Store


def test_a_second_run_waits_until_the_first_has_ended(store: Store) -> None:
    order = []

    def second() -> None:
        with leased(store, wait_seconds=60):
            order.append("second")

    with leased(store, wait_seconds=0):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.5)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_run_that_does_not_want_to_wait_is_told_who_holds_the_store(store: Store) -> None:
    with (
        leased(store, wait_seconds=0),
        pytest.raises(OutputBusyError, match=r"s3://news/.*: a run on .* \(process \d+\) writes there"),
        leased(store, wait_seconds=0),
    ):
        pass


def test_a_run_that_died_is_succeeded_after_its_term(store: Store) -> None:
    dead = Lease(store, 1, term_seconds=0.5)
    store.create(f"{FOLDER}/00000001.json", dead.content())
    started = time.monotonic()
    with leased(store, wait_seconds=30) as lease:
        assert lease.number == 2
    assert time.monotonic() - started > 0.5


def test_a_run_that_is_alive_is_not_succeeded(store: Store) -> None:
    with leased(store, wait_seconds=0, term_seconds=4) as lease:
        time.sleep(0.2)
        with pytest.raises(OutputBusyError), leased(store, wait_seconds=6):
            pass
        lease.check()


def test_a_run_that_was_suspended_beyond_its_term_finds_that_it_lost_the_store(store: Store) -> None:
    with leased(store, wait_seconds=0) as lease:
        store.create(f"{FOLDER}/{lease.number + 1:08d}.json", Lease(store, lease.number + 1, 60).content())
        with pytest.raises(LeaseLostError, match="run 2 has taken over from run 1"):
            lease.check()


def test_a_run_whose_renewals_fail_takes_itself_for_dead(store: Store) -> None:
    lease = Lease(store, 1, term_seconds=0.1)
    store.create(f"{FOLDER}/00000001.json", lease.content())
    time.sleep(0.2)
    with pytest.raises(LeaseLostError, match="was not renewed"):
        lease.check()


def test_the_numbers_of_earlier_runs_are_removed(store: Store) -> None:
    for _ in range(3):
        with leased(store, wait_seconds=0):
            pass
    assert numbers(store) == [3]


def test_a_number_that_has_come_and_gone_is_not_held(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and taking, others may have taken that number, gone on, and removed it."""
    looked = iter([[5]])
    store.create(f"{FOLDER}/00000009.json", Lease(store, 9, 60).content("released"))
    monkeypatch.setattr("flows.store.lease.numbers", lambda store: next(looked, None) or numbers(store))
    with leased(store, wait_seconds=0) as lease:
        assert lease.number == 10
