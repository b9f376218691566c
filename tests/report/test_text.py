"""Texts of the data in a page and in a chart."""

from __future__ import annotations

from flows.report.text import escaped, one_line, shortened


def test_marks_are_escaped_and_lines_joined() -> None:
    assert escaped("a|b\n*c* <d>") == r"a\|b \*c\* \<d\>"


def test_control_characters_go_and_letters_stay() -> None:
    assert one_line("\u202eThe\x07 \u65b0\u805e\u200b") == "The \u65b0\u805e"


def test_a_long_text_is_cut() -> None:
    assert shortened("x" * 80, 10) == "x" * 9 + "…"
    assert shortened("x" * 10, 10) == "x" * 10
