"""Texts made to cost time: one pattern repeated, or one word without end."""

from __future__ import annotations

PATTERNS = {
    "one_word": "a",
    "capitals": "A",
    "digits": "7",
    "digits_and_commas": "1,000,",
    "digits_and_dots": "1.2.",
    "dots": ".",
    "dots_and_spaces": ". ",
    "dashes": "-",
    "dashed_word": "a-",
    "spaced_dashes": " - ",
    "spaces": " ",
    "odd_spaces": "\u00a0\t",
    "breaks": "\n",
    "breaks_and_spaces": " \n ",
    "quotes": '"',
    "open_quotes": "“a ",
    "apostrophes": "’",
    "open_brackets": "(",
    "nested_brackets": "((a)",
    "bracketed_numbers": "(1 ",
    "of_of": "of ",
    "commas": "a, ",
    "names_and_commas": "Iran, Russia, ",
    "names_in_capitals": "IRAN RUSSIA ",
    "initials": "A. B. ",
    "at_signs": "a@",
    "addresses": "www.a",
    "addresses_unfinished": "http://",
    "months": "May ",
    "hundreds": "hundreds of ",
    "money": "$5 million ",
    "and_and": "and ",
    "train_on": "train ",
    "said": "said ",
    "since": "since a, ",
    "letters_and_digits": "T-72B3 ",
    "combining": "e\u0301",
    "colons": "a:",
    "slashes": "a/",
    "angle_brackets": "<a ",
    "versions": "x.y.z",
    "stops_and_closers": ".” ",
    "tanks": "tank ",
    "parts_for_tanks": "parts for tanks ",
    "names_and_addresses": "Iran www.a ",
    "names_and_mails": "Iran a@b.c ",
    "datelines": "MOSCOW (Reuters) - Iran sent arms.\n\n",
    "filings": "KYIV, Ukraine, March 3 ",
    "claims": "Iran sent 50 tanks to Russia. ",
    "claims_of_anyone": "Iran and Russia sent France, Poland and Japan tanks for Cuba and Chad. ",
    "quotes_of_claims": '"Iran sent 50 tanks to Russia," he said. ',
    "curly_quotes_of_claims": "“Iran sent tanks to Russia.” ",
    "glued_claims": "Iran sent tanks to Russia.Then ",
    "one_sentence_of_claims": "Iran sent 50 tanks to Russia and ",
    "nested_claims": "(Iran sent tanks (worth $5 million, ",
    "he_said_that": "Iran said that Russia said that ",
}
"""Words and characters of articles."""
MARKUP = {
    "open_tags": "<a ",
    "open_blocks": "<div>",
    "open_paragraphs": "<p>Iran ",
    "paragraphs": "<p>Iran sent missiles to Russia, officials said.</p>",
    "spans_in_spans": "<span><b>",
    "closing_tags": "</p>",
    "closing_starts": "</",
    "comments": "<!--",
    "comment_ends": "<!-- -- ",
    "declarations": "<!a",
    "cdata": "<![CDATA[",
    "instructions": "<?a ",
    "attributes": '<a href="',
    "attributes_without_end": "<p a=",
    "many_attributes": "<p a=b ",
    "entities": "&amp;",
    "entity_starts": "&",
    "numbered_entities": "&#1",
    "tables": "<table><tr><td>",
    "lists": "<ul><li>Iran",
    "links": '<a href="https://example.org/">Iran</a> ',
    "breaks_of_lines": "<br>",
    "scripts": "<script>",
    "styles": "<style>a{",
    "json_in_scripts": '<script type="application/ld+json">{"a":[',
    "metas": '<meta property="og:title" content="Iran">',
    "items": "<item><title>a</title>",
    "namespaces": '<a xmlns:b="c">',
    "quotes_and_spaces": "\" ' ",
    "slashed_tags": "<a/",
    "text": "Iran sent 50 tanks to Russia. ",
    "dates": "2023-03-14T09:00:00Z ",
}
"""Pieces of web pages and feeds."""
CLOSED = {f"{name}_closed": name for name, piece in MARKUP.items() if not piece.rstrip().endswith(">")}
"""What is never closed but at the very end."""


def text(name: str, length: int) -> str:
    """The pattern of that name, repeated to `length` characters."""
    return repeated(PATTERNS[name], length)


def pattern_text(name: str, length: int) -> str:
    """The same for patterns of markup too; the patterns of `CLOSED` end with the end of a tag."""
    if name in CLOSED:
        return repeated(MARKUP[CLOSED[name]], length) + ">"
    return repeated((MARKUP | PATTERNS)[name], length)


def repeated(pattern: str, length: int) -> str:
    """As many copies of the pattern as `length` characters hold, the last one cut off."""
    return (pattern * (length // len(pattern) + 1))[:length]
