"""Shows an evaluation: Rich tables for people, Markdown for the documentation, tab-separated errors for the analyst."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.evaluate.breakdowns import SURE
from flows.evaluate.causes import Diagnosis
from flows.evaluate.matching import Alternatives, CodedClaim, Counts
from flows.evaluate.report import Evaluation
from flows.evaluate.scores import SCORED, Share
from schemas.tables import vocabulary

ERROR_COLUMNS = (
    "kind",
    "cause",
    "article",
    "supplier",
    "recipient",
    "support_type",
    "stage",
    "factuality",
    "claimant",
    "confidence",
    "claim_id",
    "confused_with",
    "sentence",
)


@dataclass(frozen=True)
class Section:
    """One table of the report: cells are ready to print; columns after the first `n_text` hold numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_text: int = 1
    note: str = ""


def sections(evaluation: Evaluation, n_dyads: int = 15) -> list[Section]:
    """The tables of the report, in reading order; empty ones are left out. `n_dyads` limits the dyads (0 is all)."""
    made = [
        _levels(evaluation),
        _halves(evaluation),
        _attributes(evaluation),
        _causes(evaluation),
        _dyads(evaluation, n_dyads),
        _support_types(evaluation),
        _reliability(evaluation),
        *_confusions(evaluation),
    ]
    return [section for section in made if section.rows]


def headline(evaluation: Evaluation) -> str:
    """One line that says what was held against what."""
    half = f", {evaluation.half} half" if evaluation.half else ""
    return (
        f"{evaluation.release_name} against {evaluation.gold_name}{half}: {evaluation.n_articles} articles, "
        f"{len(evaluation.unread)} not in the release, {evaluation.levels['full'].counts.gold} gold claims"
    )


def as_markdown(evaluation: Evaluation) -> str:
    """The whole report in Markdown, with every dyad."""
    parts = [f"# Evaluation\n\n{headline(evaluation)}.\n"]
    for section in sections(evaluation, n_dyads=0):
        rule = ["---"] * section.n_text + ["---:"] * (len(section.columns) - section.n_text)
        lines = [_markdown_row(section.columns), _markdown_row(rule), *map(_markdown_row, section.rows)]
        note = f"\n{section.note}\n" if section.note else ""
        parts.append(f"## {section.title}\n\n" + "\n".join(lines) + "\n" + note)
    return "\n".join(parts)


def as_error_lines(diagnoses: Iterable[Diagnosis]) -> list[str]:
    """One tab-separated line an error under a header line, sorted by cause, article and kind."""
    rows = sorted(_error_row(diagnosis) for diagnosis in diagnoses)
    return ["\t".join(ERROR_COLUMNS), *("\t".join(row[1:]) for row in rows)]


def _error_row(diagnosis: Diagnosis) -> tuple[str, ...]:
    claim, other = diagnosis.claim, diagnosis.counterpart
    return (
        f"{diagnosis.cause} {diagnosis.article_id}",
        diagnosis.kind,
        str(diagnosis.cause),
        diagnosis.article_id,
        *map(_either, (claim.supplier, claim.recipient, claim.support_type)),
        *map(_either, (claim.stage, claim.factuality, claim.claimant)),
        "" if claim.confidence is None else f"{claim.confidence:.3f}",
        claim.claim_id,
        _in_short(other) if other else "",
        " ".join(claim.sentence.split()),
    )


def _in_short(claim: CodedClaim) -> str:
    return (
        f"{_either(claim.supplier)}>{_either(claim.recipient)} {_either(claim.support_type)} "
        f"{_either(claim.stage)}/{_either(claim.factuality)}"
    )


def _either(values: Alternatives) -> str:
    return "|".join(values)


def _levels(evaluation: Evaluation) -> Section:
    rows = []
    for level in SCORED:
        score = evaluation.levels[level]
        low, high = score.interval
        rows.append((_title(level), *_ratios(score.counts), f"{low:.3f}-{high:.3f}", *_n(score.counts)))
    columns = ("level", "precision", "recall", "F1", "95% CI", "matched", "published", "gold")
    return Section("Agreement with gold", columns, tuple(rows))


def _halves(evaluation: Evaluation) -> Section:
    rows = tuple(
        (_title(level), *(f"{counts[level].f1:.3f}" for counts in evaluation.halves.values()))
        for level in SCORED
        if evaluation.halves
    )
    note = "Halves by the number in the id of the article."
    return Section("F1 by half", ("level", *evaluation.halves), rows, note=note)


def _title(level: str) -> str:
    return level.replace("_", " ")


def _attributes(evaluation: Evaluation) -> Section:
    sure = evaluation.reliability.sure
    rows = [(f"{name.replace('_', ' ')} right", *_share(share)) for name, share in evaluation.attributes.items()]
    rows.append(("published as delivered though gold does not say so (safety)", *_share(evaluation.safety)))
    rows.append((f"right among confidence >= {SURE}", *_share(sure)))
    rows.append(("non-state claims published as state-to-state (leaks)", str(evaluation.n_leaks), "", ""))
    return Section("On typed matches, safety and leaks", ("measure", "n", "of", "share"), tuple(rows))


def _causes(evaluation: Evaluation) -> Section:
    rows = tuple(
        (str(row.cause), str(row.missed), str(row.spurious), f"{row.f1_gain:+.3f}") for row in evaluation.causes
    )
    note = "Counts add up to the errors at level full. The gain is what F1 (full) would rise by, at most, without them."
    return Section("Errors by cause", ("cause", "missed", "spurious", "gain"), rows, note=note)


def _dyads(evaluation: Evaluation, n_dyads: int) -> Section:
    shown = list(evaluation.dyads.items())[: n_dyads or None]
    left = len(evaluation.dyads) - len(shown)
    note = f"{left} more dyads in the JSON and Markdown reports." if left else ""
    return _tallied("Dyads in a sentence", "dyad", shown, note)


def _support_types(evaluation: Evaluation) -> Section:
    return _tallied("Support types (level typed)", "support type", list(evaluation.support_types.items()))


def _tallied(title: str, key: str, tallies: Sequence[tuple[str, Counts]], note: str = "") -> Section:
    rows = tuple((name, *_n(counts), *_ratios(counts)) for name, counts in tallies)
    return Section(title, (key, "matched", "published", "gold", "precision", "recall", "F1"), rows, note=note)


def _reliability(evaluation: Evaluation) -> Section:
    rows = tuple(
        (f"{one.low:.1f}-{one.high:.1f}", str(one.n_claims), f"{one.mean_confidence:.3f}", f"{one.share_right:.3f}")
        for one in evaluation.reliability.bins
    )
    error = evaluation.reliability.calibration_error
    note = "" if error is None else f"Right means supplier, recipient and support type. Calibration error {error:.3f}."
    columns = ("confidence", "claims", "mean confidence", "share right")
    return Section("Reliability of confidence", columns, rows, note=note)


def _confusions(evaluation: Evaluation) -> list[Section]:
    groups = _matrix("Stage groups of typed matches (gold down, published across)", "stage_group", 0, evaluation)
    factualities = _matrix("Factuality of typed matches (gold down, published across)", "factuality", 1, evaluation)
    wrong = [(cell, n) for cell, n in evaluation.confusion.cells.items() if cell[0] != cell[1]]
    rows = tuple(
        (" ".join(gold), " ".join(published), str(n))
        for (gold, published), n in sorted(wrong, key=lambda one: (-one[1], one[0]))[:10]
    )
    joint = Section("Commonest confusions of stage group and factuality", ("gold", "published", "claims"), rows, 2)
    return [groups, factualities, joint]


def _matrix(title: str, name: str, position: int, evaluation: Evaluation) -> Section:
    values = list(vocabulary(name))
    counts = evaluation.confusion.by(position)
    rows = tuple((gold, *(str(counts.get((gold, published), 0)) for published in values)) for gold in values if counts)
    return Section(title, (name.replace("_", " "), *values), rows)


def _ratios(counts: Counts) -> tuple[str, str, str]:
    return f"{counts.precision:.3f}", f"{counts.recall:.3f}", f"{counts.f1:.3f}"


def _n(counts: Counts) -> tuple[str, str, str]:
    return str(counts.matched), str(counts.predicted), str(counts.gold)


def _share(share: Share) -> tuple[str, str, str]:
    return str(share.right), str(share.of), "-" if share.value is None else f"{share.value:.3f}"


def _markdown_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
