"""A release works from any web server, below any path, with byte ranges or without; what is missing is named."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.explore.conftest import PATIENCE, serving, shown


class Quiet(SimpleHTTPRequestHandler):
    """The server of Python's standard library, which knows no byte ranges."""

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def hosted(release: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address and folder of a copy of the release, two folders below the root of a plain server."""
    folder = tmp_path / "data" / "releases" / release.name
    shutil.copytree(release, folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}/data/releases/{release.name}/explorer/", folder


def test_works_below_a_path_and_without_byte_ranges(browser: Any, hosted: tuple[str, Path]) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(hosted[0] + "#supplier=IRN&factuality=denied")
        shown(page, "#supplier=IRN&factuality=denied")
        assert page.locator("#list .evidence").count() > 1


@pytest.mark.parametrize("name", ["claims.parquet", "articles.parquet", "explorer/declarations.json"])
def test_names_the_file_that_is_missing(browser: Any, hosted: tuple[str, Path], name: str) -> None:
    address, folder = hosted
    (folder / name).unlink()
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        page.wait_for_selector("html[data-state=failed]")
        said = page.inner_text("[role=alert]")
        assert name.rpartition("/")[2] in said
        assert "Serve the whole folder of the release." in said
        assert page.is_hidden("#explorer")


def test_a_damaged_file_is_named(browser: Any, hosted: tuple[str, Path]) -> None:
    address, folder = hosted
    (folder / "events.parquet").write_bytes(b"PAR1 this is none")
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        page.wait_for_selector("html[data-state=failed]")
        assert "events.parquet cannot be read" in page.inner_text("[role=alert]")


def test_opened_as_a_file_it_says_what_to_do(browser: Any, release: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto((release / "explorer" / "index.html").as_uri())
        assert "materiel explore" in page.inner_text("#start")
