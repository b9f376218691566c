"""What the data says never steers a terminal, and never runs in a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.commands import claims as claims_command
from flows.commands.printing import CONTROL
from tests.commands.calling import materiel
from tests.small_release import actor, article, claim, event, write_release

NASTY = "Iran\x1b]0;owned\x07 sent \u202emissiles\u202c to \x9b31mRussia."


@pytest.fixture
def release(tmp_path: Path) -> Path:
    row = claim(NASTY, "IRN", "RUS", claim_id="c1", supplier_text="Iran", trigger_text="=1+1", event_id="e1")
    return write_release(
        tmp_path / "r",
        claims=[row],
        articles=[article(title=f"=HYPERLINK() {NASTY}")],
        events=[event("e1", "IRN", "RUS", affirmed_by=["\x1b[2J"])],
        actors=[actor("IRN", f"Iran{NASTY}"), actor("RUS", "Russia")],
    )


@pytest.mark.parametrize("command", [("claims",), ("events",), ("explain", "c1", "--no-parse")])
def test_control_characters_do_not_reach_the_terminal(command: tuple[str, ...], release: Path) -> None:
    answer = materiel(*command, "--release", release)
    assert answer.code == 0
    assert CONTROL.search(answer.out) is None


def test_nor_where_a_person_reads(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_command, "is_terminal", lambda: True)
    assert CONTROL.search(materiel("claims", "--release", release).out) is None


@pytest.mark.parametrize("row_format", ["json", "jsonl"])
def test_json_escapes_them_and_keeps_the_values(row_format: str, release: Path) -> None:
    out = materiel("claims", "--release", release, "--format", row_format).out
    assert CONTROL.search(out) is None
    read = json.loads(out)
    assert (read[0] if row_format == "json" else read)["evidence_text"] == NASTY


def test_a_formula_in_csv_is_text(release: Path) -> None:
    out = materiel("claims", "--release", release, "--format", "csv").out
    assert CONTROL.search(out) is None
    assert ",'=1+1," in out
