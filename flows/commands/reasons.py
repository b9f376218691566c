"""Words the explanation of a claim as labelled lines: its rule, the form of its verb, who speaks, and its cues."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.extract.explain import Cue, Explanation, FrameNote, Speaker, VerbForm

NEAR = "cue near or above"
ELSEWHERE = "cue elsewhere"
STYLES = {NEAR: "bold", ELSEWHERE: "dim"}
"""How the lines of a label are shown on a terminal; those without an entry are plain."""


def reasons(explanation: Explanation) -> list[tuple[str, str]]:
    """Labels and texts: rule, verb, speakers, then the cues near or above the trigger, then those elsewhere."""
    near = [cue for cue in explanation.cues if cue.is_near]
    elsewhere = [cue for cue in explanation.cues if not cue.is_near]
    return [
        ("rule", _rule(explanation.frame)),
        *([("verb", _verb(explanation.verb))] if explanation.verb is not None else []),
        *(("speaker", _speaker(speaker)) for speaker in explanation.speakers),
        *((NEAR, _cue(cue)) for cue in near),
        *((ELSEWHERE, _cue(cue)) for cue in elsewhere),
    ]


def _rule(frame: FrameNote) -> str:
    listed = f"; the trigger is listed for the stage {frame.stage}" if frame.stage else ""
    return f"{frame.rule}: {frame.gloss}{listed}"


def _verb(verb: VerbForm) -> str:
    modals = f', modal "{" ".join(verb.modals)}"' if verb.modals else ""
    negations = f', negated by "{" ".join(verb.negations)}"' if verb.negations else ", not negated"
    return f'"{verb.text}": {verb.tense}, {"passive" if verb.is_passive else "active"}{modals}{negations}'


def _speaker(speaker: Speaker) -> str:
    anonymous = ", anonymous" if speaker.is_anonymous else ""
    scope = "says what the trigger is part of" if speaker.has_trigger else "does not say what the trigger is part of"
    return f'"{speaker.text}" ({speaker.claimant_id}{anonymous}), by "{speaker.verb}"; {scope}'


def _cue(cue: Cue) -> str:
    return f'"{cue.text}" ({cue.kind}): {cue.bears_on}; speaks for {cue.gloss}'
