"""The stand-in engine, a little slower and telling which process reads, so that a worker can be killed at its work."""

from __future__ import annotations

import os
import time

from tests.extract import plain_engine
from tests.extract.plain_engine import EXTRACTOR_VERSION, Article, Reading

__all__ = ["EXTRACTOR_VERSION", "Article", "Reader", "Reading"]
SECONDS = 0.05


class Reader(plain_engine.Reader):
    """`model` is a log file, as for the stand-in."""

    def read(self, article: Article) -> Reading:
        with self.log.open("a") as log:
            log.write(f"process-{os.getpid()}\n")
        time.sleep(SECONDS)
        return super().read(article)
