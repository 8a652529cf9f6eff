"""The file with the process id. Its lock, not its content, says whether a server runs."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class AlreadyRunning(Exception):
    """Another server holds the pid file; the text names the file and the process."""


class NoPidFile(Exception):
    """The pid file cannot be opened; the text says why."""


class PidFile:
    """A pid file, locked from `acquire` on: across forks, until the process ends in whatever way.

    So a file left behind by a crash is no obstacle, and a process id that was given to another program
    meanwhile deceives nobody.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = -1

    def fileno(self) -> int:
        """The open file, to be kept open when all others are closed."""
        return self._fd

    def acquire(self) -> None:
        """Lock the file. Raises AlreadyRunning or NoPidFile."""
        while True:
            try:
                fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
            except OSError as error:
                raise NoPidFile(f"cannot open the pid file {self.path}: {error.strerror}") from None
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(fd, 20).decode("ascii", "replace").strip() or "unknown"
                os.close(fd)
                raise AlreadyRunning(
                    f"a server is running already: process {holder} holds the pid file {self.path}"
                ) from None
            if self._is_at_path(fd):
                self._fd = fd
                return
            os.close(fd)  # its last owner removed it between our open and our lock

    def write(self) -> None:
        """Write the id of this process; to be called after the last fork."""
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, b"%d\n" % os.getpid(), 0)

    def release(self) -> None:
        """Remove the file. Where the rights for that were given up, an empty file stays behind."""
        try:
            os.ftruncate(self._fd, 0)
            os.unlink(self.path)
        except OSError:
            pass
        finally:
            os.close(self._fd)

    def _is_at_path(self, fd: int) -> bool:
        try:
            return os.path.samestat(os.fstat(fd), os.stat(self.path))
        except FileNotFoundError:
            return False
