"""An output folder with an old release, the corpus of the next one, and what that one must look like."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows.publish.release import latest
from flows.publish.verify import findings
from tests.reliability.faults import Fault
from tests.reliability.runs import Order, Started, undisturbed

QUIET = "The harbour was quiet through the night and the ferries ran on time, officials at the port said. "
SIDES = (("Irn", "rus"), ("Prk", "rus"), ("Usa", "ukr"), ("Deu", "ukr"))
TIMED = {"release.json", "latest.json", "releases.json"}
"""Files that tell the time of publishing."""


def write_articles(path: Path, first: int, n: int) -> None:
    """A corpus file of `n` articles of about 6,000 characters, of a month of their own, with two claims each."""
    with path.open("w") as file:
        for k in range(first, first + n):
            (one, two), (three, four) = SIDES[k % 4], SIDES[(k + 1) % 4]
            text = f"{QUIET * (50 + k % 20)}{one} sends {k} missiles to {two}. Later {three} sends {k} shells to {four}"
            record = {"id": str(k), "title": f"{k} ships seen", "text": text, "publisher": "The Harbour Gazette"}
            day = f"2024-{1 + first // 20 % 12:02}-{1 + k % 28:02}T12:00:00Z"
            file.write(json.dumps(record | {"published": day, "url": f"https://example.org/{k}"}) + "\n")


class Arena:
    """The place of the trials. `before` and `after` are output folders that nobody disturbed."""

    def __init__(self, folder: Path, api_url: str, workers: int = 1, is_validated: bool = False) -> None:
        self.folder, self.api_url, self.workers, self.is_validated = folder, api_url, workers, is_validated
        self.log = folder / "read.log"
        self.corpora = folder / "corpora"
        self.before, self.after = folder / "before", folder / "after"
        self.n = 0
        for name, files in {"old": 1, "new": 2}.items():
            (self.corpora / name).mkdir(parents=True)
            for k in range(files):
                write_articles(self.corpora / name / f"month_{k}.jsonl", 20 * k, 20)
        self._publish(self.before, "old")
        self.old = str((latest(self.before) or {})["version"])
        shutil.copytree(self.before, self.after, symlinks=True)
        self.undisturbed = self._publish(self.after, "new")
        self.new = str((latest(self.after) or {})["version"])

    def _publish(self, output: Path, corpus: str) -> dict[str, Any]:
        outcome = undisturbed(self.order(output, corpus=corpus, fault=Fault("kill", "publish", 0)))
        assert outcome["status"] == "published", outcome
        return outcome

    def order(
        self, output: Path, fault: Fault | None = None, workers: int | None = None, corpus: str = "new", url: str = ""
    ) -> Order:
        """A run over the larger corpus, unless told otherwise."""
        self.n += 1
        return Order(
            self.corpora / corpus,
            output,
            self.folder / f"trace_{self.n}",
            self.log,
            url or self.api_url,
            workers or self.workers,
            fault,
            self.is_validated,
        )

    def fresh(self, place: Path | None = None) -> Path:
        """An output folder with the old release."""
        output = (place or self.folder) / "output"
        shutil.rmtree(output, ignore_errors=True)
        return Path(shutil.copytree(self.before, output, symlinks=True))

    def is_old_readable(self, output: Path) -> list[str]:
        """What is wrong for a reader of the output folder right after a fault; nothing if the release is whole."""
        pointer = latest(output)
        if pointer is None or pointer["version"] not in (self.old, self.new):
            return [f"the pointer says {pointer}"]
        found = findings(output / "releases" / self.old) + findings(output / pointer["path"])
        if not (output / "latest" / "release.json").is_file():
            found.append("the link leads nowhere")
        return found

    def recover(self, output: Path, workers: int | None = None) -> tuple[str, list[str]]:
        """Runs again; returns the outcome and what then differs from a folder that nobody disturbed."""
        outcome = Started(self.order(output, workers=workers)).wait()
        status = str(outcome.get("status"))
        if status not in ("published", "unchanged"):
            return status, [f"the next run {status}: {outcome.get('reason')}"]
        return status, self.differences(output)

    def differences(self, output: Path) -> list[str]:
        """Files that are missing, stray or other than in the undisturbed folder; the cache by what it holds."""
        found = [f"{name} is missing" for name in sorted(files_of(self.after) - files_of(output))]
        found += [f"{name} is stray" for name in sorted(files_of(output) - files_of(self.after))]
        for name in sorted(files_of(output) & files_of(self.after)):
            if not same_content(output / name, self.after / name):
                found.append(f"{name} differs")
        return found + _cache_faults(output, self.after)


def files_of(output: Path) -> set[str]:
    """Everything but accounts of runs and the cache; links by name."""
    names = {path.relative_to(output).as_posix() for path in output.rglob("*")}
    kept = {name for name in names if not name.startswith(("latest/", "runs/2", "cache/", ".prefect"))}
    return kept | {f"{name} -> {(output / name).readlink()}" for name in kept if (output / name).is_symlink()}


def same_content(one: Path, other: Path) -> bool:
    """The same bytes, but for the time of publishing."""
    return _content(one) == _content(other)


def _content(path: Path) -> Any:
    if not path.is_file():
        return None
    if path.name not in TIMED:
        return path.read_bytes()
    return without_time(json.loads(path.read_text()))


def without_time(value: Any) -> Any:
    """A value of JSON without what tells the time of publishing."""
    if isinstance(value, dict):
        return {key: without_time(inner) for key, inner in value.items() if key not in ("created_at", "run")}
    return [without_time(inner) for inner in value] if isinstance(value, list) else value


def _cache_faults(output: Path, expected: Path) -> list[str]:
    """The same articles must be kept, each once, and nothing but whole files."""
    found = [f"{path} is stray" for path in (output / "cache").rglob("*.partial")]
    held, wanted = (_cached(folder) for folder in (output, expected))
    return found if held == wanted else [*found, f"the cache keeps {len(held)} readings, not {len(wanted)}"]


def _cached(output: Path) -> list[str]:
    files = sorted((output / "cache").glob("*/*.parquet"))
    ids = [key for file in files for key in pq.read_table(file, columns=["article_id"])["article_id"].to_pylist()]
    return sorted(ids)
