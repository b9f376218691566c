"""Bytes to text: byte order mark, then UTF-8, then the declared charset, then detection; never a silent guess."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels that the web uses for a larger set than they name (https://encoding.spec.whatwg.org/#names-and-labels).
WEB_LABELS = {
    **dict.fromkeys(("iso8859-1", "ascii", "latin-1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
SEVEN_BIT = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")
# Encodings of Python that are no encodings of texts: they interpret escapes or domain names, some in quadratic time.
NO_CHARSETS = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"))
DETECTION_BYTES = 65_536
# In short texts the detector hardly tells Western from Central European or Baltic encodings; by far the most text of
# the three is Western.
WESTERN, COHERENCE_MARGIN = "cp1252", 0.15
MAX_REPLACED, MAX_CONTROLS = 0.01, 0.02
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class UndecodableTextError(ValueError):
    """The bytes are text in no encoding that could be told."""


def byte_order_mark(head: bytes) -> tuple[str, int] | None:
    """Encoding that the mark at the start of a file names, and its length; None where there is none."""
    return next(((name, len(mark)) for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), None)


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of some bytes; `declared` is the charset that the record or its transport states.

    Bytes that are valid UTF-8 are taken as such whatever is declared: other encodings hardly ever look like it by
    chance, while wrong declarations are common. Raises UndecodableTextError for binary data.
    """
    mark = byte_order_mark(data)
    if mark is not None:
        return _checked(data[mark[1] :].decode(mark[0], errors="replace"))
    charset = _known(declared)
    if charset is not None and charset.startswith(SEVEN_BIT):
        return _checked(data.decode(charset, errors="replace"))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    for candidate in (charset, "utf-8"):
        text = data.decode(candidate, errors="replace") if candidate else None
        if text is not None and text.count("\ufffd") <= MAX_REPLACED * len(text):
            return _checked(text)
    detected = detect(data)
    if detected is None:
        raise UndecodableTextError("not text in any encoding that could be detected")
    return _checked(data.decode(detected, errors="replace"))


def detect(data: bytes) -> str | None:
    """The likeliest encoding of some bytes by charset-normalizer, from their first 64 KiB; None for binary data."""
    matches = from_bytes(data[:DETECTION_BYTES])
    best = matches.best()
    if best is None:
        return None
    for match in matches:
        is_western = WESTERN in (match.encoding, *match.could_be_from_charset)
        if is_western and match.chaos <= best.chaos and match.coherence >= best.coherence - COHERENCE_MARGIN:
            return WESTERN
    return _known(best.encoding)


def _known(declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip(" \"'")).name
        "".encode(name)  # refuses codecs from bytes to bytes, such as "hex"
    except (LookupError, UnicodeError, TypeError, ValueError):
        return None
    return None if name.replace("-", "_") in NO_CHARSETS else WEB_LABELS.get(name, name)


def _checked(text: str) -> str:
    if len(text) - len(CONTROL.sub("", text)) > MAX_CONTROLS * len(text):
        raise UndecodableTextError("binary data: more than 2% control characters")
    if text.count("\ufffd") > max(1, MAX_REPLACED * len(text)):
        raise UndecodableTextError("more than 1% of the characters are not valid in the encoding of the text")
    return text
