"""`materiel explore`: looks into a release with a browser."""

from __future__ import annotations

import contextlib
import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.messages import CommandError, complain, examples
from flows.commands.release_folder import DEFAULT_OUTPUT, OutputOption, ReleaseOption, chosen_release

EPILOG = examples(
    "materiel explore",
    "materiel explore --release output/releases/2026.11.23-aa9170f3",
    "materiel explore --port 8080 --no-browser",
)


def explore(
    release: ReleaseOption = None,
    output: OutputOption = DEFAULT_OUTPUT,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on this machine (0: any free one).")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
) -> None:
    """Open the explorer of a release in a browser, until Ctrl-C.

    Serves the folder of the release on this machine alone. The address goes to
    standard output.
    """
    folder = chosen_release(release, output)
    with contextlib.ExitStack() as stack:
        roots = (folder, *_explorer_beside(folder, stack))
        _serve(roots, port, browser)


def _explorer_beside(folder: Path, stack: contextlib.ExitStack) -> tuple[Path, ...]:
    """A folder with an explorer for a release that was published without one; it lasts as long as `stack`."""
    from flows.explore.libraries import LibrariesMissingError
    from flows.explore.page import FOLDER, write_explorer

    if (folder / FOLDER / "index.html").is_file():
        return ()
    work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="materiel-explorer-")))
    try:
        write_explorer(work, folder.resolve().name)
    except LibrariesMissingError as error:
        raise CommandError(str(error)) from error
    complain(f"{folder} was published without an explorer: shown with the one of this version of Materiel")
    return (work,)


def _serve(roots: tuple[Path, ...], port: int, browser: bool) -> None:
    from flows.explore.server import ReleaseServer

    try:
        server = ReleaseServer(roots, port)
    except OSError as error:
        raise CommandError(f"port {port} cannot be used ({error.strerror}); name another with --port") from error
    with server:
        print(server.url, flush=True)
        complain("Serving on this machine alone; Ctrl-C ends it.")
        if browser and not webbrowser.open(server.url):
            complain("No browser could be opened: open the address in one.")
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
