"""The version of reading corpora: one hash over all that decides which article a record becomes, and nothing else.

It names the folder of files read before, so that another reader, or another release of a library, reads them again.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import unicodedata
from functools import cache
from pathlib import Path

CODE = Path(__file__).parent
UNREAD = frozenset(
    {
        # Find files, keep what was read, choose among it.
        *("flow.py", "discovery.py", "stamps.py", "packs.py", "feed_archive.py", "history.py", "version.py"),
        *("merge.py", "fates.py", "periods.py", "withdrawals.py", "account.py"),
    }
)
"""Files of this folder that do not decide what a record becomes."""
BESIDE = (CODE.parent / "redaction.py", CODE.parents[1] / "schemas" / "arrow.py")
"""Files elsewhere that do: what rejects may tell, and the columns of an article."""
LIBRARIES = (
    *("charset-normalizer", "datasketch", "fastwarc", "feedparser", "lxml", "numpy", "py3langid", "pyarrow"),
    *("python-dateutil", "trafilatura", "zstandard"),
)
"""Packages that decide it too."""


@cache
def reading_version() -> str:
    """12 hexadecimal digits over names and contents of the deciding files, and the versions of the libraries."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    deciding = sorted(path for path in CODE.rglob("*.py") if path.name not in UNREAD)
    for path in (*deciding, *BESIDE):
        name, content = path.relative_to(CODE.parents[1]).as_posix().encode(), path.read_bytes()
        digest.update(b"%d %b %d %b" % (len(name), name, len(content), content))
    for library in LIBRARIES:
        digest.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    return digest.hexdigest()[:12]
