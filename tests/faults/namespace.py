"""A network of its own for some clients, joined to ours by one cable that can be pulled: nobody is told then.

Needs root and iproute2.
"""

import ctypes
import os
import shutil
import subprocess

CLONE_NEWNET = 0x40000000


def can_be_made() -> bool:
    return os.geteuid() == 0 and shutil.which("ip") is not None


class Namespace:
    """`here` is our end of the cable, where a server may listen."""

    def __init__(self) -> None:
        number = os.getpid() % 250 + 1
        self.name, self.cable = f"rooms{os.getpid()}", f"rooms{os.getpid()}"
        self.here = f"10.213.{number}.1"
        self._there = f"10.213.{number}.2"
        self._far_end = "cable"

    def make(self) -> "Namespace":
        """Raises CalledProcessError where that is not allowed."""
        ip("netns", "add", self.name)
        ip("link", "add", self.cable, "type", "veth", "peer", "name", self._far_end, "netns", self.name)
        ip("addr", "add", f"{self.here}/24", "dev", self.cable)
        ip("-n", self.name, "addr", "add", f"{self._there}/24", "dev", self._far_end)
        ip("link", "set", self.cable, "up")
        self.mend()
        return self

    def enter(self) -> None:
        """The thread that calls this lives there from now on."""
        descriptor = os.open(f"/var/run/netns/{self.name}", os.O_RDONLY)
        try:
            if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        finally:
            os.close(descriptor)

    def pull(self) -> None:
        ip("-n", self.name, "link", "set", self._far_end, "down")

    def mend(self) -> None:
        ip("-n", self.name, "link", "set", self._far_end, "up")

    def close(self) -> None:
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
