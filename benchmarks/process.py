"""CPU time and memory of a server with all its processes, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on, see proc(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def tree(root: int) -> list[int]:
    """A process and its living descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with suppress(OSError):
                children.setdefault(int(_stat(int(entry))[1]), []).append(int(entry))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _cpu_parts(pid: int) -> Iterator[float]:
    fields = _stat(pid)
    yield (int(fields[13]) + int(fields[14])) / TICK  # of children that ended and were waited for
    for thread in Path(f"/proc/{pid}/task").iterdir():
        yield int((thread / "schedstat").read_text().split()[0]) / 1e9


def cpu_seconds(root: int) -> float:
    """User and system time that a process and its descendants have used so far."""
    total = 0.0
    for pid in tree(root):
        with suppress(OSError):
            total += sum(_cpu_parts(pid))
    return total


def memory(root: int) -> int:
    """Octets of memory (PSS: shared pages are divided among their users) of a process and its descendants."""
    total = 0
    for pid in tree(root):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total
