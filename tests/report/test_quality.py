"""What Prefect shows of a run beside its report: the verdict, the changes and where the files are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flows.report.quality import MAX_CHANGES, MAX_RULES, changes_page, links, quality_page


def result(rule: str, outcome: str, **values: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "outcome": outcome,
        "blocks": outcome == "failed",
        "n_unexpected": 3,
        "description": "Supplier | recipient differ.",
        "error": None,
    } | values


def write(folder: Path, passed: bool, results: list[dict[str, Any]]) -> Path:
    counts = {outcome: len([one for one in results if one["outcome"] == outcome]) for outcome in ("passed", "failed")}
    verdict = {"passed": passed, "counts": counts, "results": results, "outcomes": {"failed": "evaluated, and broken"}}
    (folder / "validation.json").write_text(json.dumps(verdict))
    return folder


def test_a_verdict_names_what_is_broken(tmp_path: Path) -> None:
    page = quality_page(write(tmp_path, False, [result("claims.sides_differ", "failed"), result("x", "passed")]))
    assert page is not None
    assert page.startswith(f"# Validation of {tmp_path.name}: not passed\n")
    assert "| failed | 1 | evaluated, and broken |" in page
    assert "| claims.sides_differ | failed | yes | 3 | Supplier \\| recipient differ. |" in page


def test_a_good_release_has_no_list_of_rules(tmp_path: Path) -> None:
    page = quality_page(write(tmp_path, True, [result("x", "passed")]))
    assert page is not None
    assert ": passed\n" in page and "| rule |" not in page


def test_a_long_list_of_broken_rules_is_cut_and_says_so(tmp_path: Path) -> None:
    page = quality_page(write(tmp_path, False, [result(f"rule_{k}", "failed") for k in range(MAX_RULES + 5)]))
    assert page is not None
    assert page.count("| failed | yes |") == MAX_RULES
    assert page.endswith("And 5 more in validation.json.\n")


def test_what_was_never_validated_has_no_page(tmp_path: Path) -> None:
    assert quality_page(tmp_path) is None
    assert changes_page(tmp_path) is None


def test_a_page_of_changes_is_cut_where_prefect_would_choke(tmp_path: Path) -> None:
    (tmp_path / "changes.md").write_text("# Changes\n" + "x" * MAX_CHANGES)
    page = changes_page(tmp_path)
    assert page is not None
    assert page.endswith("The rest is in changes.md of the release.\n")


def test_links_lead_to_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "data_docs").mkdir()
    (tmp_path / "data_docs" / "index.html").touch()
    local = links(tmp_path, {})
    assert set(local) == {"materiel-release", "materiel-validation"}
    assert local["materiel-validation"][0] == f"{tmp_path.as_uri()}/data_docs/index.html"
    served = links(tmp_path, {"MATERIEL_BASE_URL": "https://data.example.org/materiel/"})
    assert served["materiel-release"][0] == f"https://data.example.org/materiel/releases/{tmp_path.name}/"
