"""The documents say what is so: links lead somewhere; commands, columns, values, rules and tests exist."""

from __future__ import annotations

import re
from typing import Any

import pytest
import typer

from expectations.rulebook import rulebook
from flows.cli import app
from schemas.dataset import dataset_facts
from schemas.tables import CHANGE_TABLES, RELEASE_TABLES, table, vocabulary
from tests.docs.markdown import ROOT, Page, in_backticks, pages

PAGES = pages()
DATASET = Page(ROOT / "docs" / "dataset.md")
ROOMS = ("flows/", "schemas/", "expectations/", "tests/", "docs/")
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.name)


def options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}


def subcommands() -> dict[str, set[str]]:
    """The options of `materiel` itself under "", and of each of its commands."""
    group: Any = typer.main.get_command(app)
    return {"": options(group), **{name: options(command) for name, command in group.commands.items()}}


MATERIEL = subcommands()


def given_options(words: list[str]) -> set[str]:
    return {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}


def wrong_in(words: list[str]) -> str | None:
    """What is wrong with a shown command; None for a right one and for what is no command of ours."""
    if words[0].rpartition("/")[2] == "materiel":
        named = next((word for word in words[1:] if not word.startswith("-")), "")
        is_placeholder = named.isupper()
        if named not in MATERIEL and not is_placeholder:
            return f"materiel has no command {named}"
        known = set().union(*MATERIEL.values()) if is_placeholder else MATERIEL[named]
        unknown = given_options(words[1:]) - known
    elif words[0].startswith("--"):
        unknown = given_options(words[:1]) - set().union(*MATERIEL.values())
    else:
        return None
    return f"{' '.join(words)}: no option {', '.join(sorted(unknown))}" if unknown else None


@every_page
def test_links_lead_to_files(page: Page) -> None:
    assert [link for link in page.links if not (page.path.parent / link).exists()] == []


@every_page
def test_commands_and_options_exist(page: Page) -> None:
    assert [wrong for words in page.commands if (wrong := wrong_in(words))] == []


def test_every_command_is_shown_in_the_readme() -> None:
    shown = {words[1] for words in Page(ROOT / "README.md").commands if words[0] == "materiel" and len(words) > 1}
    assert shown == set(MATERIEL) - {""}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("materiel claims --supplier IRN", False),
        (".venv/bin/materiel claims --limit 12", False),
        ("materiel COMMAND --help", False),
        ("materiel claims --colour red", True),
        ("materiel publish", True),
        ("--allow-shrink", False),
        ("--allow-everything", True),
        ("materiel serve /news --cron daily", False),
        ("materiel serve /news --hourly", True),
        ("prefect deploy --all", False),
    ],
)
def test_a_wrong_command_would_be_noticed(line: str, wrong: bool) -> None:
    assert (wrong_in(line.split()) is not None) == wrong


@every_page
def test_make_targets_exist(page: Page) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {words[1] for words in page.commands if words[0] == "make" and len(words) > 1} <= targets


@every_page
def test_named_files_exist(page: Page) -> None:
    named = [span for span in page.spans if span.startswith(ROOMS) and not set(span) & set("<>*{ ")]
    assert [path for path in named if not (ROOT / path).exists()] == []


@every_page
def test_named_tests_exist(page: Page) -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = [span for span in page.spans if re.fullmatch(r"test_\w+", span)]
    assert [name for name in named if f"def {name}(" not in written] == []


@every_page
def test_named_rules_and_columns_exist(page: Page) -> None:
    """`claims.sorted` is a rule, `articles.title` a column, `claims.parquet` a file."""
    published = (*RELEASE_TABLES, *CHANGE_TABLES)
    frames = (*published, "partitions", "shares")
    known = {rule.name for rule in rulebook()} | {f"{name}.parquet" for name in published}
    known |= {f"{name}.{column}" for name in published for column in table(name).column_names}
    named = [span for span in page.spans if re.fullmatch(rf"({'|'.join(frames)})(\.\w+)+", span)]
    assert [name for name in named if name not in known] == []


def test_columns_in_the_tables_of_the_dataset_page_exist() -> None:
    named = [name for row in DATASET.rows if row.first_column == "column" for name in in_backticks(row.cells[0])]
    assert named
    assert set(named) <= set(table("claims").column_names)


def test_every_column_of_a_claim_is_explained() -> None:
    assert set(table("claims").column_names) - set(DATASET.spans) == set()


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Factuality", "factuality"), ("Stage", "stage_group"), ("Status of an event", "event_status")],
)
def test_every_value_is_explained_and_no_other(heading: str, name: str) -> None:
    rows = [row for row in DATASET.rows if row.heading == heading and row.first_column == "value"]
    values = [value for row in rows for value in in_backticks(row.cells[0])]
    assert sorted(values) == sorted(vocabulary(name))


def test_stages_stand_with_their_group() -> None:
    shown = {
        stage: in_backticks(row.cells[0])[0]
        for row in DATASET.rows
        if row.heading == "Stage"
        for stage in in_backticks(row.cells[1])
    }
    assert shown == {stage: fields["stage_group"] for stage, fields in vocabulary("stage").items()}


def test_columns_in_the_queries_exist() -> None:
    tables = {"c": "claims", "e": "events", "a": "articles"}
    used = re.findall(r"\b([cea])\.(\w+)", DATASET.code("sql"))
    assert used
    assert [(name, column) for name, column in used if column not in table(tables[name]).column_names] == []
    plain = re.findall(r'pl\.col\("(\w+)"\)', DATASET.code("python"))
    known = {*table("claims").column_names, *table("articles").column_names}
    assert plain
    assert set(plain) <= known


def test_readme_and_card_tell_the_same_limits() -> None:
    section = Page(ROOT / "README.md").text.split("## Limits\n")[1].split("\n## ")[0]
    titles = [title.rstrip(".") for title in re.findall(r"^- \*\*(.+?)\*\*", section, re.MULTILINE)]
    assert titles == [limit.title for limit in dataset_facts().limits], "schemas/dataset.toml holds those of the card"


def test_the_licences_are_there() -> None:
    assert "The Materiel authors" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "CC BY 4.0" in (ROOT / "DATA_LICENSE").read_text(encoding="utf-8")
