"""What is installed is locked: every package has a version and hashes, and nothing asked for is missing."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.supply import ROOT, locked

LOCKS = ("requirements.lock", "requirements-spark.lock", "requirements-uv.lock")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    packages = locked(name)
    assert packages
    assert [(name, version) for name, one in packages.items() for version, hashes in one.items() if not hashes] == []


def test_all_that_the_project_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    asked += [one for extra in project["project"]["optional-dependencies"].values() for one in extra]
    names = {normal(re.match(r"[A-Za-z0-9._-]+", one)[0]) for one in asked}  # type: ignore[index]
    assert names - set(locked("requirements.lock")) == set()


def test_a_lock_without_hashes_would_be_noticed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements.lock").write_text("polars==1.0\n")
    monkeypatch.setattr("tests.supply.ROOT", tmp_path)
    assert locked("requirements.lock") == {"polars": {"1.0": []}}
    (tmp_path / "requirements.lock").write_text("polars>=1.0\n")
    with pytest.raises(ValueError, match="neither a pinned package nor a hash"):
        locked("requirements.lock")
