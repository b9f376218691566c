"""The data dictionary in `docs` is the one that the declarations give."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from schemas.dictionary import data_dictionary

ROOT = Path(__file__).parents[2]


def test_the_page_is_the_generated_one() -> None:
    page = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert page == data_dictionary(), "python -m schemas.dictionary > docs/data-dictionary.md"


def test_the_module_prints_the_page() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "schemas.dictionary"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert printed.stdout == data_dictionary()
