"""What the kernel tells of a process: CPU time, memory, places to run."""

import ctypes
import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of all its threads so far, also of those that ended; to the nanosecond."""
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise ProcessLookupError(pid)
    return time.clock_gettime(clock.value)


def cpu_parts(pid: int) -> dict[str, float]:
    """The same in parts, by the kernel's ticks: its first thread and the others that live, each in Python and in the
    kernel."""
    first = _times(Path(f"/proc/{pid}/task/{pid}/stat"))
    others = [_times(one / "stat") for one in Path(f"/proc/{pid}/task").iterdir() if one.name != str(pid)]
    user, system = (sum(part) for part in zip((0.0, 0.0), *others, strict=True))
    return {"hub_user": first[0], "hub_kernel": first[1], "others_user": user, "others_kernel": system}


def _times(stat: Path) -> tuple[float, float]:
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) / TICKS, int(fields[12]) / TICKS


def resident_kilobytes(pid: int) -> int:
    """Its resident memory."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))


def cores() -> tuple[int, int]:
    """One for the server and one for the driver; the same where there is only one."""
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[-1]
