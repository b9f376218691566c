"""The libraries of the explorer are the locked ones, each with its hash, and nothing names where they came from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.explore.libraries import HERE, INSTALLED, LibrariesMissingError, keep, locked, require_libraries


def fake_packages(folder: Path) -> Path:
    """What npm would have installed, with files that the page does not need."""
    modules = folder / "node_modules"
    for path in (
        "hyparquet/src/index.js",
        "hyparquet/src/node.js",
        "hyparquet/types/index.d.ts",
        "fzstd/esm/index.mjs",
        "fzstd/umd/index.js",
    ):
        (modules / path).parent.mkdir(parents=True, exist_ok=True)
        (modules / path).write_text(f"// {path}\n")
    for name in locked():
        (modules / name / "LICENSE").write_text(f"MIT, {name}'s own words\n")
    return modules


def test_every_package_is_locked_by_hash_and_names_no_host() -> None:
    text = (HERE / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert {name: facts["version"] for name, facts in locked().items()} == wanted
    assert packages[""]["dependencies"] == wanted
    assert "://" not in text


def test_a_package_without_a_hash_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    lock.write_text(json.dumps({"packages": {"": {}, "node_modules/loose": {"version": "1.0.0", "license": "MIT"}}}))
    with pytest.raises(ValueError, match="loose has no sha512 integrity hash"):
        locked(lock)


def test_only_what_the_page_loads_is_kept_with_the_licences(tmp_path: Path) -> None:
    folder = tmp_path / "lib"
    keep(fake_packages(tmp_path), folder)
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert kept == {"LICENSES.txt", INSTALLED, "hyparquet/index.js", "fzstd/index.js"}
    assert "fzstd's own words" in (folder / "LICENSES.txt").read_text()
    require_libraries(folder)


def test_libraries_of_another_lock_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "lib"
    keep(fake_packages(tmp_path), folder)
    installed = json.loads((folder / INSTALLED).read_text())
    installed["fzstd"]["version"] = "0.0.1"
    (folder / INSTALLED).write_text(json.dumps(installed))
    with pytest.raises(LibrariesMissingError, match=r"not those of package-lock.json; run `make install`"):
        require_libraries(folder)


def test_the_installed_libraries_are_the_locked_ones() -> None:
    require_libraries()
