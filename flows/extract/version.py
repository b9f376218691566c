"""The version of the extractor: one hash over everything that decides what a reading says, and over nothing else.

It is published with every claim and names the folder of cached readings, so that only such a change re-extracts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
RELEASE = "0.1.0"
CODE = Path("flows/extract")
WEIGHTS = CODE / "weights"
WORDS = (Path("schemas/lexicons"), Path("schemas/vocabularies"))
UNREAD = frozenset(
    {
        # Move readings about.
        *(CODE / name for name in ("flow.py", "cache.py", "shards.py")),
        # Explain claims that are published.
        CODE / "explain.py",
        *(WORDS[0] / name for name in ("frames.csv", "cue_kinds.csv")),
        # Say what differs between releases.
        *(WORDS[1] / name for name in ("claim_table.csv", "delta_change.csv", "event_relation.csv")),
    }
)
"""Files of these folders that do not decide what a reading says."""


@cache
def source_version(root: Path = ROOT) -> str:
    """`<release>-<10 hex digits>`; the digits hash names and contents of code, weights, lexicons and vocabularies.

    `root` is the folder that holds `flows` and `schemas`. FileNotFoundError if it holds no code or no word lists.
    """
    digest = hashlib.sha256()
    for path in sorted(deciding_files(root)):
        name, content = path.as_posix().encode(), (root / path).read_bytes()
        digest.update(b"%d %b %d %b" % (len(name), name, len(content), content))
    return f"{RELEASE}-{digest.hexdigest()[:10]}"


def deciding_files(root: Path) -> Iterator[Path]:
    """The files, relative to `root`, that decide what a reading says; there may be no weights yet."""
    for folder, pattern in ((CODE, "*.py"), *((words, "*.csv") for words in WORDS)):
        found = [path.relative_to(root) for path in (root / folder).rglob(pattern)]
        if not found:
            raise FileNotFoundError(f"{root / folder} holds no {pattern}; install the package again")
        yield from (path for path in found if path not in UNREAD)
    for path in (root / WEIGHTS).rglob("*"):
        if (
            path.is_file()
            and path.suffix != ".py"
            and not path.name.startswith(".")
            and path.parent.name != "__pycache__"
        ):
            yield path.relative_to(root)
