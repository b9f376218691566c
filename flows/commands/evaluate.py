"""`materiel evaluate`: how well a release agrees with hand-coded claims, and why it does not."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.messages import CommandError, complain, examples
from flows.commands.printing import grid, is_terminal, print_plain, print_table
from flows.commands.release_folder import DEFAULT_OUTPUT, OutputOption, ReleaseOption, chosen_release

if TYPE_CHECKING:
    from flows.evaluate.rendering import Section
    from flows.evaluate.report import Evaluation

EPILOG = examples(
    "materiel evaluate gold/claims.jsonl",
    "materiel evaluate gold/claims.jsonl --half even --errors errors.tsv",
    "materiel evaluate gold/claims.jsonl --json - | jq .full.f1",
    'A line of GOLD is an article: {"id": source id, "claims": [...]}.',
)


class HalfOption(StrEnum):
    """The articles whose id holds an even or an odd number."""

    EVEN = "even"
    ODD = "odd"


def evaluate(
    gold: Annotated[Path, typer.Argument(help="Hand-coded claims: JSON Lines, one article a line, also gzipped.")],
    release: ReleaseOption = None,
    output: OutputOption = DEFAULT_OUTPUT,
    half: Annotated[
        HalfOption | None, typer.Option("--half", help="Only articles whose id holds an even or an odd number.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all numbers as JSON; - prints them instead.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option("--errors", metavar="FILE", help="Write every error with its cause, tab-separated.")
    ] = None,
    markdown: Annotated[Path | None, typer.Option("--markdown", metavar="FILE", help="Write the whole report.")] = None,
    dyads: Annotated[int, typer.Option("--dyads", min=0, help="Dyads in the printed report; 0 is all.")] = 15,
) -> None:
    """Score the claims of a release against hand-coded ones, and sort the errors by cause.

    Claims match in the same sentence (sentence), with supplier and recipient
    (dyad), with support type (typed), with stage group and factuality (full).
    Intervals are 95% bootstrap over articles.
    """
    from polars.exceptions import PolarsError

    from flows.evaluate.report import evaluate_release
    from flows.evaluate.sources import GoldError

    folder = chosen_release(release, output)
    try:
        evaluation = evaluate_release(folder.resolve(), gold, half.value if half else None)
    except GoldError as error:
        raise CommandError(str(error)) from error
    except (OSError, PolarsError) as error:
        raise CommandError(f"{folder} cannot be read ({error}); name a whole release with --release") from error
    _refuse_or_warn_of_unread(evaluation, folder)
    _write(evaluation, json_file, errors, markdown)
    if json_file != Path("-"):
        _print_report(evaluation, dyads)


def _refuse_or_warn_of_unread(evaluation: Evaluation, folder: Path) -> None:
    unread = evaluation.unread
    if len(unread) == evaluation.n_articles:
        raise CommandError(
            f"{folder} holds none of the articles of {evaluation.gold_name}: "
            "run the corpus that was coded, with its record ids, and name that release"
        )
    if unread:
        some = ", ".join(unread[:5]) + (" ..." if len(unread) > 5 else "")
        complain(f"{len(unread)} gold articles are not in the release and count as missed: {some}")


def _write(evaluation: Evaluation, json_file: Path | None, errors: Path | None, markdown: Path | None) -> None:
    from flows.evaluate.rendering import as_error_lines, as_markdown

    scores = json.dumps(evaluation.as_dict(), indent=2, ensure_ascii=False)
    if json_file == Path("-"):
        print(scores)
    elif json_file is not None:
        _write_text(json_file, scores + "\n")
    if errors is not None:
        _write_text(errors, "\n".join(as_error_lines(evaluation.diagnoses)) + "\n")
    if markdown is not None:
        _write_text(markdown, as_markdown(evaluation))


def _write_text(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written ({error}); name another file") from error


def _print_report(evaluation: Evaluation, dyads: int) -> None:
    from flows.evaluate.rendering import headline, sections

    print(headline(evaluation))
    for section in sections(evaluation, dyads):
        if is_terminal():
            print()
            _print_section(section)
        else:
            print(f"\n{section.title}")
            print_plain(section.columns, section.rows)
            if section.note:
                print(section.note)


def _print_section(section: Section) -> None:
    shown = grid(section.title)
    for position, column in enumerate(section.columns):
        shown.add_column(column, justify="left" if position < section.n_text else "right")
    for row in section.rows:
        shown.add_row(*row)
    print_table(shown)
    if section.note:
        print(section.note)
