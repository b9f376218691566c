"""Web pages: main text, title, date and publisher by trafilatura; nothing is ever fetched from the network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

import lxml.html
from lxml.etree import LxmlError
from trafilatura import bare_extraction

from flows.ingest.encoding import UndecodableText, decode
from flows.ingest.record import Failure, Reading, Record

LARGEST_PAGE = 1 << 24
"""16 MiB of markup; a larger page is data, not an article, and takes minutes to parse."""
CHARSET = re.compile(rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,80}?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
CHARSET_BYTES = 4096
XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
BLOCKS = "p|div|br|li|h1|h2|h3|h4|h5|h6|blockquote|tr|ul|ol|table|section|article|pre|figcaption"
BLOCK_TAG = re.compile(rf"</?(?:{BLOCKS})\b[^>]*>", re.IGNORECASE)
# Only what the markup states: the library's search for dates in the text would turn the date of an event or of a
# copyright notice into the date of publication. The fixed end keeps its answer independent of today's date.
DATES = {"extensive_search": False, "original_date": True, "max_date": "2100-12-31"}


@dataclass(frozen=True)
class Page:
    """What a web page says: its main text, paragraphs parted by blank lines, and what its markup states."""

    body: str
    title: str | None
    published: str | None
    publisher: str | None
    url: str | None


def read_html(stream: BinaryIO) -> Reading:
    """The one record of an HTML file."""
    yield page_record(stream.read(LARGEST_PAGE + 1), 0, 0)


def page_record(
    data: bytes, number: int, byte_offset: int | None, url: str | None = None, charset: str | None = None
) -> Record | Failure:
    """The record of one page; `url` and `charset` are what its transport states, if there was one."""
    if len(data) > LARGEST_PAGE:
        return Failure(number, byte_offset, "malformed_record", f"a page of more than {LARGEST_PAGE} bytes")
    declared = CHARSET.search(data[:CHARSET_BYTES])
    try:
        markup = decode(data, charset or (declared[1].decode("ascii", "replace") if declared else None))
    except UndecodableText as error:
        return Failure(number, byte_offset, "undecodable_text", str(error))
    page = extract_page(markup, url)
    if page is None:
        return Failure(number, byte_offset, "no_text", "no main text found in the page")
    return Record(number, byte_offset, page.body, page.title, page.published, page.publisher, page.url)


def extract_page(markup: str, url: str | None = None) -> Page | None:
    """Main text and metadata of a page; None where the page has no main text."""
    # lxml refuses text that declares an encoding, as it is decoded already.
    document = bare_extraction(
        XML_DECLARATION.sub("", markup),
        url=url,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        date_extraction_params=DATES,
    )
    body = document.text if document is not None else None
    if document is None or not body or not body.strip():
        return None
    host = urlsplit(url).hostname if url else document.hostname
    return Page(
        body=_without_headline(body, document.title).replace("\n", "\n\n"),
        title=document.title,
        published=document.date,
        publisher=document.sitename or host,
        url=url or document.url,
    )


def fragment_text(markup: str) -> str:
    """The text of a piece of markup, as feeds carry it, with a line break for every block; no part is left out."""
    if "<" not in markup:
        markup = f"<p>{markup}</p>"
    try:
        tree = lxml.html.fromstring(f"<div>{BLOCK_TAG.sub(lambda tag: chr(10) + tag[0], markup)}</div>")
    except (LxmlError, ValueError):
        return ""
    for element in tree.xpath("//script|//style"):
        element.drop_tree()
    return "\n\n".join(line.strip() for line in str(tree.text_content()).splitlines() if line.strip())


def _without_headline(body: str, title: str | None) -> str:
    """The body without a first line that repeats the title, since the normalised text begins with the title anyway."""
    first, _, rest = body.lstrip().partition("\n")
    return rest if title and rest.strip() and first.strip().casefold() == title.strip().casefold() else body
