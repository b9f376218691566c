"""Writes plain values as YAML 1.2 in block style, every text in double quotes; the same values give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def plain_yaml(values: Mapping[str, Any]) -> str:
    """The mapping as a YAML document. Values are texts, numbers, booleans, and lists and mappings of them."""
    return "".join(f"{line}\n" for line in _mapping(values))


def _mapping(values: Mapping[str, Any]) -> list[str]:
    return [line for key, value in values.items() for line in _entry(key, value)]


def _entry(key: str, value: Any) -> list[str]:
    if isinstance(value, Mapping) and value:
        return [f"{key}:", *(f"  {line}" for line in _mapping(value))]
    if isinstance(value, (list, tuple)) and value:
        return [f"{key}:", *(f"  {line}" for item in value for line in _item(item))]
    return [f"{key}: {_scalar(value)}"]


def _item(item: Any) -> list[str]:
    if isinstance(item, Mapping) and item:
        first, *others = _mapping(item)
        return [f"- {first}", *(f"  {line}" for line in others)]
    return [f"- {_scalar(item)}"]


def _scalar(value: Any) -> str:
    """A text, number, boolean or empty collection in JSON, which YAML reads as it stands."""
    if not isinstance(value, (str, int, float, list, tuple, dict)) or (
        isinstance(value, (list, tuple, dict)) and value
    ):
        raise TypeError(f"{value!r}: only texts, numbers, booleans, lists and mappings can be written")
    return json.dumps(value, ensure_ascii=False)
