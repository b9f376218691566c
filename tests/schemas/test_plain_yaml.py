"""What is written as YAML is read back as it was, whatever a text looks like."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.plain_yaml import plain_yaml

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")))
scalars = texts | st.integers(-(10**9), 10**9) | st.booleans()
keys = st.from_regex(r"[a-z][a-z-]{3,8}", fullmatch=True)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner.filter(lambda one: not isinstance(one, list)), max_size=3)
        | st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=50)
@given(st.dictionaries(keys, values))
def test_values_are_read_back(written: dict[str, Any]) -> None:
    assert (yaml.safe_load(plain_yaml(written)) or {}) == written


def test_lists_and_mappings_stand_in_blocks() -> None:
    written = {"authors": [{"name": "A", "role": "x"}], "keywords": ["a: b", "no"], "empty": []}
    assert plain_yaml(written) == (
        'authors:\n  - name: "A"\n    role: "x"\nkeywords:\n  - "a: b"\n  - "no"\nempty: []\n'
    )


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="only texts, numbers"):
        plain_yaml({"on": date(2026, 11, 23)})
