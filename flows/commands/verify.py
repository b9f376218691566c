"""`materiel verify`: is a downloaded release whole, as it was sealed, and within the rules that it was published by?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.messages import FAILED, CommandError, complain, examples
from flows.commands.printing import print_json, safe
from flows.commands.release_folder import DEFAULT_OUTPUT, OutputOption, named_release

if TYPE_CHECKING:
    from expectations.gate import ValidationReport

EPILOG = examples(
    "materiel verify downloads/2026.11.23-e9557c71",
    "materiel verify latest --output /data/materiel",
    "materiel verify downloads/2026.11.23-e9557c71 --no-rules",
    "materiel verify downloads/2026.11.23-e9557c71 --format json",
)
MOST_TOLD = 20
"""Findings of each kind that are printed; the rest is counted."""


def verify(
    release: Annotated[
        str, typer.Argument(metavar="RELEASE", help="A release folder, or a version of --output (or `latest`).")
    ],
    output: OutputOption = DEFAULT_OUTPUT,
    rules: Annotated[
        bool, typer.Option("--rules/--no-rules", help="Hold the tables against the rules of validation, too.")
    ] = True,
    verdict_format: Annotated[
        str, typer.Option("--format", help="How the verdict is printed: text or json.", metavar="text|json")
    ] = "text",
) -> None:
    """Check a release that was copied or downloaded: nothing is written, and nothing is asked of the network.

    Every file is held against `release.json`, `checksums.sha256` and the data package, the tables against the
    digest of their content, and then against the rules of validation. Rules that need the articles' texts or the
    release before cannot be tried and are counted. Whoever made the release could also have made its manifest:
    compare the digest with one that you have from elsewhere. The exit code is 1 if anything is wrong.
    """
    if verdict_format not in ("text", "json"):
        raise CommandError(f"--format {verdict_format} is neither text nor json")
    folder = release_folder(release, output)
    damaged = _damage(folder)
    report = _examined(folder) if rules else None
    if verdict_format == "json":
        print_json(_as_dict(folder, damaged, report))
    else:
        _print(folder, damaged, report)
    if damaged or (report is not None and not report.passed):
        raise typer.Exit(FAILED)


def release_folder(release: str, output: Path) -> Path:
    """The folder that was named, or the folder of that version of `output`; CommandError where there is neither."""
    folder = Path(release)
    if not folder.is_dir():
        return named_release(release, output)
    if not any((folder / name).exists() for name in ("release.json", "claims.parquet")):
        raise CommandError(f"{folder} is no release: it holds neither release.json nor claims.parquet")
    return folder


def _damage(folder: Path) -> list[str]:
    """What is not as it was sealed; the second look also reads the list that `sha256sum` reads."""
    from flows.publish.checksums import damage
    from flows.publish.verify import findings

    found = findings(folder)
    return found + [f"checksums: {line}" for line in damage(folder) if line.startswith("checksums.sha256")]


def _examined(folder: Path) -> ValidationReport:
    from expectations.gate import Permissions
    from expectations.release import read_release
    from flows.validate.flow import examine

    # What a release was allowed to lack when it was published is told by its own report; here it is only examined.
    return examine(read_release(folder, None, None), Permissions(allow_empty=True, publishing=False))


def _print(folder: Path, damaged: list[str], report: ValidationReport | None) -> None:
    for lines in (damaged, report.reasons() if report else []):
        for line in lines[:MOST_TOLD]:
            complain(safe(line))
        if len(lines) > MOST_TOLD:
            complain(f"and {len(lines) - MOST_TOLD} more")
    print(f"files: {'as they were sealed' if not damaged else f'{len(damaged)} findings'}")
    if report is not None:
        counts = report.counts
        untried = counts["not_run"] + counts["not_applicable"]
        broken = len(report.blocking) + len(report.unexpected_results)
        verdict = f"{broken} broken" if not report.passed else "none broken"
        print(f"rules: {verdict}, {len(report.warnings)} warnings, {counts['rules'] - untried} tried, {untried} not")
    ok = not damaged and (report is None or report.passed)
    print(f"{folder}: {'whole' if ok else 'NOT as published; download it again or ask who gave it to you'}")


def _as_dict(folder: Path, damaged: list[str], report: ValidationReport | None) -> dict[str, object]:
    verdict: dict[str, object] = {"folder": str(folder), "files_as_sealed": not damaged, "findings": damaged}
    if report is not None:
        verdict |= {"rules_kept": report.passed, "rule_counts": report.counts, "reasons": report.reasons()}
    return verdict
