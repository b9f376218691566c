"""Web pages: main text, title, date and publisher by trafilatura; nothing is ever fetched from the network."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import BinaryIO
from urllib.parse import urlsplit

from trafilatura import bare_extraction
from trafilatura.settings import Document

from flows.ingest.encoding import UndecodableTextError, decode
from flows.ingest.patience import TooSlowError, patience
from flows.ingest.record import Failure, Reading, Record

# A page that gives no text becomes a reject; the library would log each as an error of the program.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
LARGEST_PAGE = 1 << 23
"""8 MiB of markup. A larger page is data, not an article: taking it apart needs up to 140 times its bytes."""
CHARSET = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,80}?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
CHARSET_BYTES = 4096
XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
PARTS = ("section", "article", "blockquote", "pre", "figcaption", "ul", "ol", "table")
BLOCKS = frozenset(("p", "div", "br", "li", "tr", *HEADINGS, *PARTS))
UNSEEN = frozenset(("script", "style", "template"))
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
    except UndecodableTextError as error:
        return Failure(number, byte_offset, "undecodable_text", str(error))
    try:
        with patience():
            page = extract_page(markup, url)
    except TooSlowError as error:
        return Failure(number, byte_offset, "malformed_record", f"the page {error}")
    except Exception as error:  # a page on which a library stumbles costs itself, and not the archive that it is in
        detail = f"the page cannot be taken apart: {type(error).__name__}: {error}"
        return Failure(number, byte_offset, "malformed_record", detail)
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
    body = document.text if isinstance(document, Document) else None
    if not isinstance(document, Document) or not body or not body.strip():
        return None
    return Page(
        body=_without_headline(body, document.title).replace("\n", "\n\n"),
        title=document.title,
        published=document.date,
        publisher=document.sitename or (_host(url) if url else document.hostname),
        url=url or document.url,
    )


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # an address that is none, such as one with a bracket that is not closed
        return None


def fragment_text(markup: str) -> str:
    """The text of a piece of markup, as feeds carry it: a paragraph for every block, and no part left out."""
    parser = _Fragment()
    # What opens after the last tag has closed is no tag. The library would look for its end again and again.
    end = markup.rfind(">") + 1
    parser.feed(markup[:end] + markup[end:].replace("<", "&lt;"))
    parser.close()
    return "\n\n".join(line.strip() for line in "".join(parser.parts).splitlines() if line.strip())


class _Fragment(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._n_unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._n_unseen += tag in UNSEEN
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._n_unseen = max(0, self._n_unseen - (tag in UNSEEN))
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._n_unseen:
            self.parts.append(data)


def _without_headline(body: str, title: str | None) -> str:
    """The body without a first line that repeats the title, since the normalised text begins with the title anyway."""
    first, _, rest = body.lstrip().partition("\n")
    return rest if title and rest.strip() and first.strip().casefold() == title.strip().casefold() else body
