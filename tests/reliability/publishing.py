"""Publishes one staged release again and again in processes that are struck at the n-th write.

`python -m tests.reliability.publishing FOLDER [kill] [full]`
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flows.publish.flow import row_counts
from flows.publish.release import Staged, clear_leftovers, latest, publish
from flows.publish.verify import findings
from tests.publish.rows import DENIAL, SHELLS, Publisher
from tests.reliability.arena import files_of, same_content
from tests.reliability.faults import NEEDS_SPACE, Fault, Writes, injected


class Bench:
    """An old release, a new one that is staged, and what the output folder is like when that is published."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        publisher = Publisher(folder / "made")
        self.old = publisher.publish(SHELLS).name
        self.staged = publisher.stage(SHELLS, DENIAL)
        self.before = publisher.output
        self.after = folder / "after"
        shutil.copytree(self.before, self.after, symlinks=True)
        self.writes = self._publish_here(self.after, Fault("kill", "publish", 0))

    def _publish_here(self, output: Path, fault: Fault) -> list[str]:
        writes = Writes(output, fault)
        staged = self.staged_in(output)
        writes.begin("publish")
        with injected(writes):
            publish(staged, output, row_counts(staged.folder))
        return writes.seen

    def staged_in(self, output: Path) -> Staged:
        """The staged release, as it lies in a copy of the output folder."""
        previous = output / "releases" / self.old
        return replace(self.staged, folder=output / "staging" / self.staged.version, previous=previous)

    def strike(self, fault: Fault) -> tuple[Path, bool]:
        """Publishes in a child process that meets the fault; returns the output folder and if it was published."""
        output = self.folder / "struck"
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(self.before, output, symlinks=True)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.setsid()
                # An index that cannot be written is told as a warning, which the tests would take for an error.
                warnings.simplefilter("ignore", RuntimeWarning)
                self._publish_here(output, fault)
                status = 0
            except OSError:
                status = 2
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        if fault.kind == "kill":
            assert os.WTERMSIG(status) == signal.SIGKILL, f"write {fault.at} killed nobody ({status})"
        else:
            assert os.WIFEXITED(status) and os.WEXITSTATUS(status) in (0, 2), f"write {fault.at}: ended with {status}"
        return output, status == 0

    def is_old_readable(self, output: Path) -> list[str]:
        """What is wrong for a reader right after the fault."""
        pointer = latest(output)
        if pointer is None or pointer["version"] not in (self.old, self.staged.version):
            return [f"the pointer says {pointer}"]
        return findings(output / "releases" / self.old) + findings(output / pointer["path"])

    def recover(self, output: Path) -> list[str]:
        """Does what the next run does; returns what then differs from a folder that nobody disturbed."""
        clear_leftovers(output)
        strays = [f"{path.name} stays in staging" for path in (output / "staging").iterdir()]
        if (latest(output) or {})["version"] != self.staged.version:
            named = sorted(path.name for path in (output / "releases").iterdir())
            strays += [] if named == [self.old] else [f"releases {named}, with nothing new published"]
            shutil.copytree(self.staged.folder, output / "staging" / self.staged.version)
            self._publish_here(output, Fault("kill", "publish", 0))
        return strays + self.differences(output)

    def differences(self, output: Path) -> list[str]:
        """Files other than those of the undisturbed folder, or with another content."""
        odd = sorted(files_of(self.after) ^ files_of(output))
        both = sorted(files_of(self.after) & files_of(output))
        return [f"{name} is missing or stray" for name in odd] + [
            f"{name} differs" for name in both if not same_content(self.after / name, output / name)
        ]


def main(folder: Path, kinds: Sequence[str] = ("kill", "full")) -> None:
    """Strikes every write of publish by death, and those that take space by a full disk, and prints the outcome."""
    bench = Bench(folder)
    print(f"{len(bench.writes)} writes in publish")
    for kind in kinds:
        old = new = 0
        wrong: list[str] = []
        for at, write in enumerate(bench.writes, 1):
            if kind == "full" and write.split()[0] not in NEEDS_SPACE:
                continue
            output, _ = bench.strike(Fault(kind, "publish", at))  # type: ignore[arg-type]
            wrong += [f"{kind} at {write}: {found}" for found in bench.is_old_readable(output)]
            is_new = (latest(output) or {})["version"] != bench.old
            old, new = old + (not is_new), new + is_new
            wrong += [f"after {kind} at {write}: {found}" for found in bench.recover(output)]
            print(f"\r{kind} {at}", end="", file=sys.stderr)
        print(f"{kind}: {old} left the old release, {new} the new one; {len(wrong)} faults found")
        print("\n".join(wrong), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ("kill", "full"))
