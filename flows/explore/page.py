"""Writes the explorer into a release: the page, its modules and libraries, and what it needs of the declarations."""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path
from string import Template
from typing import Any

from flows.explore.libraries import require_libraries
from schemas.dataset import dataset_facts
from schemas.tables import SCHEMA_VERSION, table, vocabulary

STATIC = Path(__file__).parent / "static"
FOLDER = "explorer"
"""Folder of the explorer in a release; its page is `index.html` there."""
VOCABULARIES = ("support_type", "stage", "stage_group", "factuality", "event_status", "claimant_type")
COLUMNS_OF = ("claims", "events")


def write_explorer(release: Path, version: str, json_ld: dict[str, Any] | None = None) -> Path:
    """Writes the explorer of release `version` into its folder; returns the page. Same arguments, same bytes.

    LibrariesMissingError says what to run where the libraries are not installed.
    """
    require_libraries()
    folder = release / FOLDER
    shutil.copytree(STATIC, folder, ignore=shutil.ignore_patterns(".*"))
    page = folder / "index.html"
    page.write_text(explorer_page(version, json_ld), encoding="utf-8")
    (folder / "declarations.json").write_text(_json(declarations(version)) + "\n", encoding="utf-8")
    return page


def explorer_page(version: str, json_ld: dict[str, Any] | None = None) -> str:
    """The page's HTML. `json_ld` describes the release as schema.org JSON-LD and is embedded as data."""
    facts = dataset_facts()
    words = {
        "title": f"{facts.title}, release {version}",
        "description": facts.description,
        "name": facts.name.capitalize(),
        "version": version,
        "licence": facts.licence_title,
    }
    embedded = "" if json_ld is None else f'<script type="application/ld+json">{_script_data(json_ld)}</script>'
    template = Template((STATIC / "index.html").read_text(encoding="utf-8"))
    return template.substitute({name: html.escape(text) for name, text in words.items()}, json_ld=embedded)


def declarations(version: str) -> dict[str, Any]:
    """What the page has to know: columns of the tables it writes as CSV, and the meaning of every coded value."""
    return {
        "version": version,
        "schema_version": SCHEMA_VERSION,
        "columns": {name: table(name).column_names for name in COLUMNS_OF},
        "vocabularies": {
            name: {value: fields["description"] for value, fields in vocabulary(name).items()} for name in VOCABULARIES
        },
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _script_data(value: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in, nor open a comment."""
    escapes = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
    return _json(value).translate(escapes)
