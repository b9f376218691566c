"""`materiel explain` shows the words behind every coded value."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.commands.roles import Mark, bracketed, find_roles, highlighted
from tests.commands.calling import materiel


def test_the_sentence_is_shown_with_its_roles_marked(output: Path) -> None:
    answer = materiel("explain", "c1aa", "--output", output)
    assert answer.code == 0
    assert (
        "Washington suspects that [supplier: Tehran] [trigger: has shipped] [quantity: more than 200] "
        "[item: ballistic missiles] to [recipient: Russia], [claimant: two officials] said."
    ) in answer.out


def test_values_are_shown_with_their_words_and_meaning(output: Path) -> None:
    out = materiel("explain", "c1aa", "--output", output).out
    lines = {line.strip().split("  ")[0]: " ".join(line.split()) for line in out.splitlines() if line.strip()}
    assert lines["supplier"] == 'supplier IRN (Iran), from "Tehran"'
    assert lines["factuality"].startswith("factuality suspected (Hedged")
    assert lines["claimant"] == 'claimant USA (United States), government, from "two officials", anonymous'
    assert lines["quantity"] == 'quantity over 200 units, from "more than 200"'
    assert lines["read by"] == "read by give.verb.ship (extractor test)"
    assert lines["event"] == "event e1: contested, 2 claims"


def test_words_of_another_sentence_are_named_as_such(output: Path) -> None:
    out = materiel("explain", "c1bb", "--output", output).out
    assert 'IRN (Iran), from "Islamic Republic" in another sentence' in out


def test_the_beginning_of_an_id_is_enough_where_it_fits_one_claim(output: Path) -> None:
    assert materiel("explain", "c2", "--output", output).lines[0] == "claim c2cc"
    ambiguous = materiel("explain", "c1", "--output", output)
    assert ambiguous.code == 2
    assert "2 claims begin with 'c1' (c1aa, c1bb" in ambiguous.err


def test_claims_with_a_non_state_side_are_explained_too(output: Path) -> None:
    assert "NSA:Hezbollah (Hezbollah)" in materiel("explain", "n1", "--output", output).out


def test_an_unknown_id_is_refused(output: Path) -> None:
    answer = materiel("explain", "zz", "--output", output)
    assert answer.code == 2
    assert "holds no claim 'zz'; `materiel claims` prints the ids" in answer.err


def test_the_same_as_json(output: Path) -> None:
    explained = json.loads(materiel("explain", "c1aa", "--output", output, "--format", "json").out)
    assert explained["claim"]["claim_id"] == "c1aa"
    assert explained["article"]["title"] == "Missiles for Moscow"
    assert explained["event"]["denied_by"] == ["IRN"]


def test_rule_verb_speakers_and_cues_are_given_as_plain_lines(output: Path) -> None:
    lines = [" ".join(line.split()) for line in materiel("explain", "c1aa", "--output", output).lines]
    (rule,) = (line for line in lines if line.startswith("rule "))
    assert rule.startswith("rule give.verb.ship: Somebody gives: the subject")
    assert rule.endswith("the trigger is listed for the stage delivered")
    assert 'verb "shipped": present perfect, active, not negated' in lines
    assert 'speaker "two officials" (USA, anonymous), by "say"; says what the trigger is part of' in lines
    assert 'cue near or above "suspects" (doubt): factuality; speaks for suspected: the claim is hedged' in lines
    assert any(line.startswith('cue near or above "said" (report): claimant') for line in lines)


def test_rule_and_cues_are_shown_on_a_terminal_too(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    shown = materiel("explain", "c1aa", "--output", output, width=250).out
    words = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert words != shown
    assert "Washington suspects that Tehran has shipped more than 200 ballistic missiles to Russia" in words
    assert "(supplier, recipient, item, quantity, trigger, claimant)" in words
    assert '"suspects" (doubt): factuality; speaks for suspected' in words


def test_json_holds_the_explanation_with_places_in_the_evidence(output: Path) -> None:
    document = json.loads(materiel("explain", "c1aa", "--output", output, "--format", "json").out)
    evidence = document["claim"]["evidence_text"]
    roles = {role["role"]: role for role in document["explanation"]["roles"]}
    assert evidence[roles["supplier"]["start"] : roles["supplier"]["end"]] == "Tehran"
    assert [cue["kind"] for cue in document["explanation"]["cues"] if cue["text"] == "suspects"] == ["doubt", "report"]


def test_without_parsing_values_and_roles_are_still_shown(output: Path) -> None:
    answer = materiel("explain", "c1aa", "--output", output, "--no-parse")
    assert "[supplier: Tehran] [trigger: has shipped]" in answer.out
    assert "cue" not in answer.out
    document = json.loads(materiel("explain", "c1aa", "--output", output, "--no-parse", "--format", "json").out)
    assert "explanation" not in document


def test_a_pipeline_that_is_not_installed_is_named_with_the_remedy(output: Path) -> None:
    answer = materiel("explain", "c1aa", "--output", output, "--model", "en_not_installed")
    assert (answer.code, answer.out) == (2, "")
    assert "en_not_installed" in answer.err
    assert "use --no-parse" in answer.err


def test_the_command_line_starts_without_the_parser() -> None:
    code = "import sys, flows.cli; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_marks_nest_and_stand_on_whole_words() -> None:
    sentence = "Omani officials said Oman had lent Romania two Omani radars."
    values = {"supplier_text": "Oman", "recipient_text": "Romania", "claimant_text": "Omani officials"}
    values |= {"item_text": "Omani radars", "date_text": None}
    claim = {"evidence_text": sentence} | values
    assert find_roles(claim)[0][0] == Mark("supplier", 21, 25)
    assert bracketed(claim) == (
        "[claimant: Omani officials] said [supplier: Oman] had lent [recipient: Romania] two [item: Omani radars]."
    )
    nested = {"evidence_text": "Iran's army sent arms.", "supplier_text": "Iran", "claimant_text": "Iran's army"}
    assert bracketed(nested) == "[claimant: [supplier: Iran]'s army] sent arms."


def test_colours_leave_the_evidence_as_it_is() -> None:
    claim = {"evidence_text": "Oman [sic] lent radars.", "supplier_text": "Oman", "item_text": "radars"}
    text = highlighted(claim)
    assert text.plain == claim["evidence_text"]
    assert {str(span.style) for span in text.spans} == {"bold cyan", "yellow"}


def test_one_word_with_two_roles_is_marked_twice_where_it_stands_twice() -> None:
    claim = {"evidence_text": "Russia said Russia gave arms.", "claimant_text": "Russia", "supplier_text": "Russia"}
    marks, elsewhere = find_roles(claim)
    assert {mark.start for mark in marks} == {0, 12}
    assert elsewhere == {}
