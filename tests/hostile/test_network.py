"""Addresses in the data are data: no reader and no later stage asks for them."""

from __future__ import annotations

import json
import re
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.hostile.network import bait, watched
from tests.ingest.samples import PAGE, SENTENCES, ingested

BODY = " ".join(SENTENCES)


def page(address: str) -> str:
    """A page that would have a browser fetch in every way that markup knows."""
    head = f"""<base href="{address}/base/"><link rel="stylesheet" href="{address}/style.css">
<link rel="canonical" href="{address}/canonical"><meta http-equiv="refresh" content="0;url={address}/refresh">
<script src="{address}/script.js"></script><meta property="og:url" content="{address}/og">
<link rel="amphtml" href="{address}/amp"><link rel="next" href="{address}/page/2">
<script type="application/ld+json">{{"@context": "{address}/context", "@type": "NewsArticle"}}</script>"""
    body = f"""<img src="{address}/image.png" srcset="{address}/2x.png 2x"><iframe src="{address}/frame"></iframe>
<a href="{address}/link">more</a><object data="{address}/object"></object><video src="{address}/video"></video>"""
    return PAGE.replace("</head>", f"{head}</head>").replace("</h1>", f"</h1>{body}")


def feed(address: str) -> str:
    """A feed with an external entity, a schema, a style sheet, an inclusion and all addresses that entries have."""
    return f"""<?xml version="1.0"?><?xml-stylesheet href="{address}/style.xsl" type="text/xsl"?>
<!DOCTYPE rss SYSTEM "{address}/rss.dtd" [<!ENTITY % remote SYSTEM "{address}/remote.ent"> %remote;
<!ENTITY page SYSTEM "{address}/entity">]>
<rss version="2.0" xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x {address}/schema.xsd"><channel>
<title>News</title><link>{address}/home</link><image><url>{address}/logo.png</url></image>
<item><title>Tanks</title><link>{address}/tanks</link><guid>{address}/guid</guid>
<enclosure url="{address}/audio.mp3" type="audio/mpeg" length="1"/><media:content url="{address}/media"/>
<source url="{address}/source">Wire</source><comments>{address}/comments</comments>
<description>{BODY} &page; <xi:include href="{address}/include"/></description></item></channel></rss>"""


def corpus(folder: Path, address: str) -> Path:
    """A file of every format that has addresses within it; some are nothing but an address."""
    folder.mkdir()
    markup = page(address).encode()
    (folder / "page.html").write_bytes(markup)
    (folder / "feed.xml").write_text(feed(address))
    declaration = re.compile(r"<!DOCTYPE.*?]>", re.DOTALL)
    (folder / "plain.rss").write_text(declaration.sub("", feed(address)).replace("&page;", ""))
    (folder / "only.rss").write_text(f"{address}/feed-itself")
    (folder / "only.html").write_text(f"{address}/page-itself")
    (folder / "only.txt").write_text(f"{address}/text-itself")
    row = {"id": f"{address}/id", "text": f"{BODY} {address}/text", "url": f"{address}/url", "title": f"{address}/t"}
    (folder / "news.jsonl").write_text(json.dumps(row) + "\n")
    (folder / "news.json").write_text(json.dumps({"$schema": f"{address}/schema", "articles": [row]}))
    (folder / "news.csv").write_text(f'id,text,url\n1,"{BODY}",{address}/csv\n')
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nLocation: %s/moved\r\n\r\n" % address.encode() + markup
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}/warc\r\nContent-Type: application/http\r\n"
    head += f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Length: {len(answer)}\r\n\r\n"
    (folder / "news.warc").write_bytes(head.encode() + answer + b"\r\n\r\n")
    return folder


def test_no_reader_asks_for_an_address_of_the_data(tmp_path: Path) -> None:
    with bait() as (address, asked), watched() as connected:
        outcome = ingested([str(corpus(tmp_path / "news", address))], tmp_path / "work")
    assert asked == []
    assert connected == []
    read = {row["corpus"] for row in outcome.files if row["n_articles"] + row["n_duplicates"]}
    assert {"page.html", "plain.rss", "news.jsonl", "news.json", "news.csv", "news.warc"} <= read
    assert any(row["url"] == f"{address}/url" for row in outcome.articles)


def test_who_asks_would_be_noticed() -> None:
    with bait() as (address, asked), watched() as connected:
        urllib.request.urlopen(f"{address}/x", timeout=10).close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain, pytest.raises(OSError):
            plain.settimeout(0)
            plain.connect(("192.0.2.1", 9))
            raise OSError("connecting a datagram socket sends nothing")
    assert asked == ["/x"]
    assert connected == ["socket.connect 192.0.2.1"]
