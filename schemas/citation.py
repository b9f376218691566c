"""Makes `CITATION.cff` (Citation File Format 1.2.0) of a release and of the code.

The file at the top of the repository is rewritten with `python -m schemas.citation > CITATION.cff`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from schemas.dataset import dataset_facts, release_date
from schemas.plain_yaml import plain_yaml

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def release_citation(version: str) -> str:
    """`CITATION.cff` of a release."""
    facts = dataset_facts()
    return _citation_file(
        "dataset",
        f"Cite the release that you used, by its version; this is {version}.",
        {
            "title": facts.title,
            "abstract": facts.description,
            "version": version,
            "date-released": release_date(version),
            "license": facts.licence,
            "keywords": list(facts.keywords),
        },
    )


def code_citation(project: Path = PROJECT) -> str:
    """`CITATION.cff` of the code, with version, licence and keywords of its `pyproject.toml`.

    FileNotFoundError where the package is installed without its sources.
    """
    stated: dict[str, Any] = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    return _citation_file(
        "software",
        "Cite the code by its version. To cite data, use CITATION.cff of the release that you used.",
        {
            "title": stated["name"].capitalize(),
            "abstract": f"{stated['description']}.",
            "version": stated["version"],
            "license": stated["license"],
            "keywords": stated["keywords"],
        },
    )


def _citation_file(kind: str, message: str, stated: dict[str, Any]) -> str:
    facts = dataset_facts()
    values: dict[str, Any] = {"cff-version": "1.2.0", "message": message, "type": kind}
    values |= {"authors": [{"name": facts.creator}]} | stated
    if facts.homepage:
        values["url"] = facts.homepage
    return plain_yaml(values)


if __name__ == "__main__":
    print(code_citation(), end="")
