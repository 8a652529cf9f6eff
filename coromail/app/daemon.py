"""Go to the background with python-daemon, and tell the one who waits at the terminal how it went."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import NoReturn

from daemon import DaemonContext


class Launch:
    """The waiting end's view of a start. In the foreground there is nobody but the terminal itself."""

    def ready(self) -> None:
        """The server serves."""

    def failed(self, text: str, status: int) -> int:
        """The server will not serve; `text` says why. Returns `status`, the exit status of the command."""
        print(text, file=sys.stderr)
        return status


class DaemonLaunch(Launch):
    """Tells the process that was started at the terminal, which waits at the other end of a pipe."""

    def __init__(self, fd: int) -> None:
        self._fd: int | None = fd

    def ready(self) -> None:
        self._tell(b"0")

    def failed(self, text: str, status: int) -> int:
        self._tell(b"%d%s" % (status, text.encode(errors="backslashreplace")))
        return status

    def _tell(self, report: bytes) -> None:
        if self._fd is not None:  # only the first report has a reader
            # Not os.close(): gevent's waits for the loop to turn, and an idle loop does not.
            with open(self._fd, "wb") as pipe:
                pipe.write(report)
            self._fd = None


def daemonise(keep: Iterable[int], umask: int) -> Launch:
    """Return in a daemon: own session, no terminal, working directory /, only the descriptors `keep` open.

    The calling process waits for `ready` or `failed` and exits with its status. There must be no event loop
    yet: its descriptors would be closed under it.
    """
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        _wait(reading)
    os.close(reading)
    DaemonContext(
        detach_process=True,  # also where the parent has process id 1, as in a container
        files_preserve=[*keep, writing],
        umask=umask,
        signal_map={},
    ).open()
    return DaemonLaunch(writing)


def _wait(reading: int) -> NoReturn:
    """Exit as the daemon says. Without cleaning up: what is open belongs to the daemon now."""
    with open(reading, "rb") as pipe:
        report = pipe.read()
    status = report[:1].decode() or "1"
    text = report[1:].decode() if report else "the server ended before it was ready; its log may say why"
    if text:
        print(text, file=sys.stderr, flush=True)
    os._exit(int(status))
