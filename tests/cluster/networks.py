"""Machines for a test: network namespaces on one bridge, each with an address and a loopback of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NETWORK = "10.77.0"


@dataclass(frozen=True)
class Machine:
    """A network namespace; `within` is what a command needs before it to run there."""

    name: str
    address: str

    @property
    def within(self) -> list[str]:
        """Runs a command on this machine."""
        return ["ip", "netns", "exec", self.name]

    def without(self, folder: Path) -> list[str]:
        """Runs a command on this machine that sees `folder` empty: another machine's disk."""
        script = 'mount -t tmpfs none "$0" && exec "$@"'
        return [*self.within, "unshare", "--mount", "sh", "-c", script, str(folder)]


def can_make_machines() -> bool:
    """Whether this process may make network namespaces: root on Linux, with iproute2."""
    if os.geteuid() != 0:
        return False
    name = f"mat{os.getpid()}-try"
    with contextlib.suppress(OSError):
        if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0:
            _ip("netns", "delete", name)
            return True
    return False


@contextlib.contextmanager
def machines(*roles: str) -> Iterator[dict[str, Machine]]:
    """A machine for every role, all on one network; gone at the end."""
    prefix = f"mat{os.getpid()}"
    hub = f"{prefix}-hub"
    made = {role: Machine(f"{prefix}-{role}", f"{NETWORK}.{place + 2}") for place, role in enumerate(roles)}
    _ip("netns", "add", hub)
    try:
        _ip("-n", hub, "link", "add", "bridge", "type", "bridge")
        _ip("-n", hub, "link", "set", "bridge", "up")
        for place, machine in enumerate(made.values()):
            _ip("netns", "add", machine.name)
            _ip("-n", hub, "link", "add", f"port{place}", "type", "veth", "peer", "name", "eth0", "netns", machine.name)
            _ip("-n", hub, "link", "set", f"port{place}", "master", "bridge", "up")
            _ip("-n", machine.name, "address", "add", f"{machine.address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", machine.name, "link", "set", device, "up")
        yield made
    finally:
        for name in [*(machine.name for machine in made.values()), hub]:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
