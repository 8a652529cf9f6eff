"""What systemd asks of a service: readiness, watchdog, inherited sockets.

Sources: sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3). Without systemd everything here does nothing.
"""

from __future__ import annotations

import os
import socket
import time

FIRST_FD = 3  # SD_LISTEN_FDS_START


def notify(*lines: str) -> bool:
    """Send `KEY=value` lines to the manager. False when there is none, or when it does not listen."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path.startswith(("/", "@")):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            # "@" stands for the NUL that begins a name in the abstract namespace.
            sender.connect("\0" + path[1:] if path[0] == "@" else path)
            sender.sendall("\n".join(lines).encode())
    except OSError:
        return False
    return True


def ready(status: str) -> None:
    """The service serves (again)."""
    notify("READY=1", f"STATUS={status}", f"MAINPID={os.getpid()}")


def reloading() -> None:
    """The service reads its configuration again; `ready` ends this."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def stopping() -> None:
    """The service says goodbye to its clients."""
    notify("STOPPING=1", "STATUS=stopping")


def alive() -> None:
    """The service is not stuck; to be said every `watchdog_interval()` seconds."""
    notify("WATCHDOG=1")


def watchdog_interval() -> float | None:
    """Seconds between two `alive()`: half of what the manager allows. None when it does not watch us."""
    allowed, process = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID")
    if not (allowed.isdigit() and len(allowed) < 16) or process not in (None, str(os.getpid())):
        return None
    return int(allowed) / 2_000_000


def inherited_sockets() -> dict[str, list[socket.socket]]:
    """The listening sockets that the manager handed over, by name. May be called once.

    The environment is cleared, so that programs started from here do not take the sockets for theirs.
    """
    process = os.environ.pop("LISTEN_PID", "")
    count = os.environ.pop("LISTEN_FDS", "")
    names = os.environ.pop("LISTEN_FDNAMES", "").split(":")
    sockets: dict[str, list[socket.socket]] = {}
    if process != str(os.getpid()) or not (count.isdigit() and len(count) < 5):
        return sockets
    for index in range(int(count)):
        # Without FileDescriptorName= the name is that of the socket unit, or "unknown".
        name = names[index] if index < len(names) and names[index] else "unknown"
        inherited = socket.socket(fileno=FIRST_FD + index)
        inherited.set_inheritable(False)
        sockets.setdefault(name, []).append(inherited)
    return sockets
