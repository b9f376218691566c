"""What describes a release is accepted by the tools of each standard, says the same everywhere, and is true."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import mlcroissant
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from schemas.dataset import dataset_facts
from schemas.jsonld import dataset_jsonld
from schemas.tables import CHANGE_TABLES, RELEASE_TABLES, table, vocabulary
from tests.publish import frictionless_parquet
from tests.schemas.citation_rules import RULES

# The library that mlcroissant parses JSON-LD with warns of its own classes.
croissant_library = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    """A copy of the release to damage."""
    return Path(shutil.copytree(published, tmp_path / "copy"))


def described(folder: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return content


@pytest.fixture
def exact_parquet() -> Iterator[None]:
    frictionless_parquet.register()
    yield
    frictionless_parquet.deregister()


def frictionless_errors(folder: Path) -> list[str]:
    report = frictionless.validate(str(folder / "datapackage.json"))
    found = [error.type for task in report.tasks for error in task.errors]
    return [error.type for error in report.errors] + found


@pytest.mark.usefixtures("exact_parquet")
def test_the_data_package_is_valid_with_all_rows_keys_and_hashes(published: Path) -> None:
    assert frictionless_errors(published) == []


def changed_package(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        package = described(folder, "datapackage.json")
        change(package)
        (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")

    return damage


def without_the_first_actor(folder: Path) -> None:
    actors = pq.read_table(folder / "actors.parquet")
    pq.write_table(actors.slice(1), folder / "actors.parquet")


def claims_field(package: dict[str, Any], name: str) -> dict[str, Any]:
    return next(field for field in package["resources"][0]["schema"]["fields"] if field["name"] == name)


@pytest.mark.usefixtures("exact_parquet")
@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (without_the_first_actor, "foreign-key"),
        (without_the_first_actor, "hash-count"),
        (changed_package(lambda package: package["resources"][0].update(bytes=1)), "byte-count"),
        (
            changed_package(lambda package: claims_field(package, "stage").update(constraints={"enum": ["sold"]})),
            "constraint-error",
        ),
        (changed_package(lambda package: claims_field(package, "evidence_text").update(type="integer")), "type-error"),
        (changed_package(lambda package: package.pop("resources")), "package-error"),
    ],
)
def test_a_damaged_data_package_is_refused(copy: Path, damage: Callable[[Path], None], error: str) -> None:
    damage(copy)
    assert error in frictionless_errors(copy)


def test_coded_values_come_with_their_meanings(published: Path) -> None:
    field = claims_field(described(published, "datapackage.json"), "factuality")
    meanings = {value: fields["description"] for value, fields in vocabulary("factuality").items()}
    assert {one["value"]: one["label"] for one in field["categories"]} == meanings
    assert field["constraints"]["enum"] == list(meanings)


def test_the_package_tells_licence_sources_contributors_and_day(published: Path) -> None:
    package = described(published, "datapackage.json")
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["contributors"] == [{"title": "The Materiel project", "roles": ["author", "publisher"]}]
    assert package["created"] == "2026-11-23T00:00:00Z"
    within = [source["path"] for source in package["sources"] if not source.get("path", "https:").startswith("https:")]
    assert within and all((published / path).exists() for path in within)


def croissant_issues(content: dict[str, Any] | str) -> set[str]:
    issues = mlcroissant.Dataset(content).metadata.ctx.issues
    return {*issues.errors, *issues.warnings}


@croissant_library
def test_croissant_is_valid_without_warnings(published: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert described(published, "croissant.json")["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert croissant_issues(str(published / "croissant.json")) == set()
    assert caplog.records == []


@croissant_library
def test_a_wrong_croissant_is_noticed(published: Path) -> None:
    content = described(published, "croissant.json")
    assert croissant_issues(content | {"version": "2026.01.05-01234567"})
    content["recordSet"][0]["field"][0]["source"]["fileObject"]["@id"] = "nowhere.parquet"
    with pytest.raises(mlcroissant.ValidationError, match=r"nowhere\.parquet"):
        croissant_issues(content)


@croissant_library
def test_croissant_loads_all_rows_of_all_tables_however_often(published: Path) -> None:
    dataset = mlcroissant.Dataset(str(published / "croissant.json"))
    for name in (*RELEASE_TABLES, *CHANGE_TABLES, *RELEASE_TABLES):
        loaded = [{key.split("/")[1]: plain(value) for key, value in row.items()} for row in dataset.records(name)]
        rows = pq.read_table(published / f"{name}.parquet").to_pylist()
        assert loaded == [{key: plain(value) for key, value in row.items()} for row in rows], name


def plain(value: Any) -> Any:
    """A value as Parquet and as Croissant give it: text in bytes, days as times, null as NaN or NaT."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (date, datetime)):
        return pd.Timestamp(value).isoformat()
    return value


@croissant_library
def test_croissant_holds_the_vocabularies_as_enumerations(published: Path) -> None:
    dataset = mlcroissant.Dataset(str(published / "croissant.json"))
    stages = {row["stage/value"]: row["stage/stage_group"] for row in dataset.records("stage")}
    assert stages == {stage: fields["stage_group"] for stage, fields in vocabulary("stage").items()}


def test_every_name_in_croissant_is_there_once(published: Path) -> None:
    record_sets = described(published, "croissant.json")["recordSet"]
    ids = [one["@id"] for record_set in record_sets for one in [record_set, *record_set["field"]]]
    assert len(ids) == len(set(ids))


def test_json_ld_tells_period_languages_and_files(published: Path) -> None:
    content = described(published, "dataset.jsonld")
    assert content["temporalCoverage"] == "2022-03-01/2024-09-03"
    assert content["inLanguage"] == ["en", "fr"]
    manifest = described(published, "release.json")
    assert {one["contentUrl"]: one["sha256"] for one in content["distribution"]} == {
        f"{name}.parquet": manifest["files"][f"{name}.parquet"]["sha256"] for name in (*RELEASE_TABLES, *CHANGE_TABLES)
    }
    measured = {variable["name"]: variable for variable in content["variableMeasured"]}
    assert measured["claims.confidence"]["maxValue"] == 1
    assert set(measured) == {f"{name}.{column}" for name in ("claims", "events") for column in table(name).column_names}


def test_json_ld_can_stand_on_another_page_and_without_dates() -> None:
    content = dataset_jsonld("2026.11.23-0a1b2c3d", [], period=None, base_url="../")
    assert "temporalCoverage" not in content
    assert content["distribution"] == []


def test_the_citation_keeps_the_rules_of_its_format(published: Path) -> None:
    cited = yaml.safe_load((published / "CITATION.cff").read_text(encoding="utf-8"))
    jsonschema.validate(cited, RULES)
    assert (cited["type"], cited["date-released"]) == ("dataset", "2026-11-23")


def test_all_documents_agree_on_version_licence_and_title(published: Path) -> None:
    version, facts = published.name, dataset_facts()
    package, linked = described(published, "datapackage.json"), described(published, "dataset.jsonld")
    cited = yaml.safe_load((published / "CITATION.cff").read_text(encoding="utf-8"))
    card = (published / "README.md").read_text(encoding="utf-8")
    manifest = described(published, "release.json")
    versions = [package["version"], linked["version"], cited["version"], manifest["version"]]
    assert versions == [version] * 4
    assert described(published, "croissant.json")["identifier"] == version
    assert {package["title"], linked["name"], cited["title"]} == {facts.title}
    assert {cited["license"], manifest["licence"]} == {facts.licence}
    assert {linked["license"], package["licenses"][0]["path"]} == {facts.licence_url}
    assert linked["creditText"] in card and described(published, "croissant.json")["citeAs"] in card


def test_the_card_names_every_file_and_no_other(published: Path) -> None:
    card = (published / "README.md").read_text(encoding="utf-8")
    section = card.split("## Beside the tables")[1].split("\n## ")[0]
    named = set(re.findall(r"`([\w./-]+\.[\w]+|LICENSE)`", section)) | {"README.md", "LICENSE"}
    tables = {f"{name}.parquet" for name in (*RELEASE_TABLES, *CHANGE_TABLES)}
    entries = {path.name if path.is_file() else f"{path.name}/index.html" for path in published.iterdir()}
    files = entries - tables
    assert files <= named
    written_by_validation = {"validation.json", "data_docs/index.html"}
    assert named - files == written_by_validation
