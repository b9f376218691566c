"""A staged release, a server of it, and a browser whose pages must keep the page's own rules."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flows.explore.server import ReleaseServer
from tests.explore.release import staged_release

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
Visit = Callable[..., "Page"]
SETTINGS: Any = {"viewport": {"width": 1200, "height": 800}, "reduced_motion": "reduce"}
PATIENCE = 120_000  # milliseconds: a machine may be busy with other work
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    """Serves in a thread of its own until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="package")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the release; read-only for the tests."""
    return staged_release(tmp_path_factory.mktemp("explored"))


@pytest.fixture(scope="package")
def address(release: Path) -> Iterator[str]:
    """Address of the release's explorer."""
    server = ReleaseServer((release,))
    with serving(server):
        yield server.url


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless browser of this machine; tests that need one are skipped where there is none.

    It ends with this folder's tests, as its event loop runs on in the thread of all tests.
    """
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed: the explorer is not tried in a browser")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program)
        yield started
        started.close()


class Watch:
    """What pages did that they must not: left the origin, logged an error, broke the policy, ran a text."""

    def __init__(self, address: str) -> None:
        self.origin = address.removesuffix("explorer/")
        self.left: list[str] = []
        self.logged: list[str] = []

    def over(self, page: Page) -> Page:
        """The page, watched from now on."""
        page.set_default_timeout(PATIENCE)
        page.add_init_script(LISTEN)
        page.on("request", lambda request: None if allowed(request.url, self.origin) else self.left.append(request.url))
        page.on("console", lambda message: self.logged.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.logged.append(str(error)))
        return page

    def check(self, pages: list[Page]) -> None:
        """AssertionError if any of it happened; forgets it, so that the next test starts anew."""
        found = [page.evaluate("() => [violations.splice(0), window.harmed ?? 0]") for page in pages]
        seen = (self.left[:], self.logged[:])
        self.left.clear()
        self.logged.clear()
        assert (*seen, found) == ([], [], [[[], 0]] * len(pages))


@pytest.fixture(scope="package")
def common(browser: Browser, address: str) -> Iterator[tuple[Page, Watch]]:
    """One page that many tests go about in, so that the release is not read for each of them."""
    watch = Watch(address)
    context = browser.new_context(**SETTINGS)
    yield watch.over(context.new_page()), watch
    context.close()


@pytest.fixture
def visit(browser: Browser, address: str, common: tuple[Page, Watch]) -> Iterator[Visit]:
    """Opens the explorer at a hash, in a browser context of its own where settings are given."""
    contexts = []
    page_of_all, watch = common
    pages = []

    def open_page(hash_: str = "#", **settings: Any) -> Page:
        page = page_of_all
        if settings:
            contexts.append(browser.new_context(**{**SETTINGS, **settings}))
            page = watch.over(contexts[-1].new_page())
        pages.append(page)
        page.goto(address + hash_)
        shown(page, hash_)
        return page

    open_page.watch = watch  # type: ignore[attr-defined]
    yield open_page
    try:
        watch.check(pages)
    finally:
        for context in contexts:
            context.close()


def allowed(url: str, origin: str) -> bool:
    """Whether a request stays with the release, or with the page itself (its empty icon, a file to save)."""
    return url.startswith((origin, "data:,", f"blob:{origin}"))


def go(page: Page, hash_: str) -> None:
    """Goes to another selection on the same page, and waits until it shows."""
    page.evaluate("hash => { location.hash = hash }", hash_)
    shown(page, hash_)


def shown(page: Page, hash_: str) -> None:
    """Waits until a selection shows."""
    page.wait_for_function("hash => document.documentElement.dataset.shown === hash", arg=hash_)
