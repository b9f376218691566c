"""The language of a text is told from its beginning; short texts are undetermined."""

from __future__ import annotations

import pytest

from flows.ingest.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Poland will hand over fourteen tanks to Ukraine, the prime minister said in Warsaw.", "en"),
        ("POLAND WILL HAND OVER FOURTEEN TANKS TO UKRAINE, THE PRIME MINISTER SAID IN WARSAW.", "en"),
        ("Die Bundesregierung liefert weitere Panzer an die Ukraine, sagte der Minister in Berlin.", "de"),
        ("Министерство обороны сообщило о поставках боеприпасов союзникам.", "ru"),
        ("防衛省は金曜日、ウクライナに車両を提供すると発表した。", "ja"),
        ("Tanks for Kyiv", "und"),
        ("12 345 678 901 234 567 890 123 456 789 012 345", "und"),
    ],
)
def test_language(text: str, code: str) -> None:
    assert language(text) == code
