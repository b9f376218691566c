"""Takes credentials out of what is written or shown: users and passwords of addresses, and values of their queries."""

from __future__ import annotations

import re
from typing import Any

MASK = "***"
_USER = re.compile(r"://[^/?#\s]{1,2000}@")
"""Up to the last @: passwords hold some that should have been escaped."""
_QUERY = re.compile(r"([?&#][^=&?#\s]{1,100}=)[^&#\s'\"\\)>\]]+")


def redacted(text: str) -> str:
    """The text with `://user:password@` as `://***@`, and every value of a query as `***`; local paths stay.

    Any query value may be a token (signed addresses name them in many ways), so all are masked.
    """
    if "://" not in text:
        return text
    return _QUERY.sub(rf"\1{MASK}", _USER.sub(f"://{MASK}@", text))


def redacted_values(value: Any) -> Any:
    """The same for every text within lists and dictionaries of JSON values."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {key: redacted_values(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [redacted_values(entry) for entry in value]
    return value
