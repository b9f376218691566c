"""Help and look-ups answer at once, because heavy libraries are imported only by the commands that need them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

READS_ARTICLES = {"spacy", "onnxruntime", "tokenizers", "trafilatura", "fastwarc", "py3langid"}
RUNS_FLOWS = {"prefect", "sqlalchemy", "fastapi", "great_expectations", "pandas"}
LEARNS = {"torch", "lightgbm", "sklearn"}
READS_TABLES = {"polars", "pyarrow", "numpy", "duckdb"}
DRAWS = {"rich", "pygments"}
PROBE = """
import json, sys
sys.argv = ["materiel", *json.loads(sys.argv[1])]
from flows.cli import main
try:
    main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def imported_by(*arguments: str) -> set[str]:
    """Top-level modules that a command has imported when it ends."""
    command = [sys.executable, "-c", PROBE, json.dumps(arguments)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert found.stdout, "the command printed nothing"
    return set(json.loads(found.stderr.splitlines()[-1]))


def test_help_imports_no_heavy_library() -> None:
    found = imported_by("--help")
    assert "flows" in found
    assert not found & (READS_ARTICLES | RUNS_FLOWS | LEARNS | READS_TABLES | DRAWS)


@pytest.mark.parametrize("command", ["claims", "events"])
def test_a_look_into_a_release_imports_what_reads_tables_alone(command: str, output: Path) -> None:
    found = imported_by(command, "--output", str(output), "--format", "json")
    assert "polars" in found
    assert not found & (READS_ARTICLES | RUNS_FLOWS | LEARNS)
