"""`CITATION.cff` of the code: as generated, by the rules of the format, and of the project's own facts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from schemas.citation import code_citation, release_citation
from schemas.dataset import dataset_facts
from tests.schemas.citation_rules import RULES

ROOT = Path(__file__).parents[2]
VERSION = "2026.11.23-0a1b2c3d"


def read(text: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load(text)
    return values


def test_the_file_of_the_repository_is_the_generated_one() -> None:
    written = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert written == code_citation(), "python -m schemas.citation > CITATION.cff"


def test_the_code_is_cited_as_its_package_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = read(code_citation())
    jsonschema.validate(cited, RULES)
    assert (cited["type"], cited["version"], cited["license"]) == ("software", project["version"], project["license"])


def test_code_and_release_name_the_same_authors() -> None:
    assert (
        read(code_citation())["authors"]
        == read(release_citation(VERSION))["authors"]
        == [{"name": "The Materiel project"}]
    )
    assert dataset_facts().creator == "The Materiel project"


@pytest.mark.parametrize(
    "change",
    [{"cff-version": "1.1.0"}, {"authors": []}, {"date-released": "23 November"}, {"license": "free"}, {"titel": "x"}],
)
def test_a_citation_against_the_rules_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(read(release_citation(VERSION)) | change, RULES)
