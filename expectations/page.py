"""Renders a validation report as one static HTML page.

The library's own Data Docs load styles and scripts from the network and hold run times and run ids; a release must
be readable offline and come out the same every time.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

from expectations.gate import OUTCOMES, RuleResult, ValidationReport

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1b1f23; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #d8dee4; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: .92em; }
.passed { color: #1a7f37; } .failed, .errored, .not_evaluated, .blocks { color: #b42318; font-weight: 600; }
.waived, .not_run { color: #9a6700; } .no_rows, .not_applicable { color: #57606a; }
"""


def page(report: ValidationReport) -> str:
    """The whole page; the same report gives the same text."""
    verdict = "passed" if report.passed else "failed"
    reasons = "".join(f"<li>{escape(line)}</li>" for line in report.reasons())
    warned = "".join(f"<li>{escape(r.rule)}: {escape(r.description)}</li>" for r in report.warnings)
    counts = "".join(
        f'<tr><td class="{name}">{escape(name)}</td><td class="number">{report.counts[name]}</td>'
        f"<td>{escape(meaning)}</td></tr>"
        for name, meaning in OUTCOMES.items()
    )
    ordered = sorted(report.results, key=lambda result: (result.frame, result.rule))
    sections = "".join(
        _section(frame, list(results)) for frame, results in groupby(ordered, key=lambda result: result.frame)
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Validation of the release</title>'
        f"<style>{STYLE}</style></head>\n<body>\n<h1>Validation of the release: "
        f'<span class="{verdict}">{verdict}</span></h1>\n<p>{report.counts["rules"]} rules.</p>\n'
        f"<table><tr><th>outcome</th><th>rules</th><th>meaning</th></tr>{counts}</table>\n"
        + (f"<h2>Why it failed</h2>\n<ul>{reasons}</ul>\n" if reasons else "")
        + (f"<h2>Warnings</h2>\n<ul>{warned}</ul>\n" if warned else "")
        + sections
        + "</body>\n</html>\n"
    )


def _section(frame: str, results: list[RuleResult]) -> str:
    rows = "".join(_row(result) for result in results)
    return (
        f"<h2><code>{escape(frame)}</code> ({results[0].n_rows} rows)</h2>\n<table><tr><th>rule</th><th>outcome</th>"
        f"<th>what it demands</th><th>rows against it</th><th>examples</th></tr>{rows}</table>\n"
    )


def _row(result: RuleResult) -> str:
    examples = "<br>".join(
        escape(", ".join(f"{key} {value}" for key, value in example.items())) for example in result.examples
    )
    told = escape(result.error) if result.error else examples
    severity = "" if result.severity == "error" else f" ({escape(result.severity)})"
    return (
        f'<tr><td><code>{escape(result.rule)}</code>{severity}</td><td class="{result.outcome}">{result.outcome}</td>'
        f'<td>{escape(result.description)}</td><td class="number">{result.n_unexpected}</td><td>{told}</td></tr>\n'
    )
