"""Where the log goes and how its lines look. One record is one line, whatever a client wrote."""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import sys
import time
from pathlib import Path

from coromail.app.config import Log
from coromail.app.privileges import Identity, inside

SYSLOG = "/dev/log"


class LogUnavailable(Exception):
    """The target of the log cannot be opened; the text says why."""


def escape(text: str) -> str:
    """`text` on one line: line ends, terminal controls and lone surrogates are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


class Text(logging.Formatter):
    """`2026-01-31T12:00:00.123+0000 warning coromail.imap: text`; syslog adds the time itself."""

    def __init__(self, *, with_time: bool) -> None:
        super().__init__()
        self.with_time = with_time

    def format(self, record: logging.LogRecord) -> str:
        text = escape(f"{record.levelname.lower()} {record.name}: {super().format(record)}")
        return f"{_stamp(record)} {text}" if self.with_time else text


class JSON(logging.Formatter):
    """One JSON object a line: time, level, logger, message and, after an exception, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _stamp(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)  # ASCII only: control characters and surrogates come out as \\uXXXX


def _stamp(record: logging.LogRecord) -> str:
    when = time.localtime(record.created)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', when)}.{record.msecs:03.0f}{time.strftime('%z', when)}"


class File(logging.FileHandler):
    """Appends to a file; `reopen` follows a file that log rotation has moved away."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")

    def reopen(self) -> None:
        """Open the path anew. If that fails, the old file stays in use and OSError is raised."""
        old = self.setStream(self._open())
        if old is not None:
            old.close()


def configure(settings: Log, *, daemon: bool = False) -> None:
    """Send the log of the whole process to where `settings` says. Raises LogUnavailable."""
    target = settings.target or ("syslog" if daemon else "stderr")
    handler = logging.NullHandler() if goes_nowhere(settings, daemon=daemon) else _handler(target)
    handler.setFormatter(JSON() if settings.format == "json" else Text(with_time=target != "syslog"))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(settings.level.upper())


def goes_nowhere(settings: Log, *, daemon: bool) -> bool:
    """Whether a daemon was given no target on a machine without syslog. It runs all the same."""
    return daemon and (settings.target == "stderr" or (settings.target is None and not Path(SYSLOG).exists()))


def _handler(target: str) -> logging.Handler:
    try:
        if target == "stderr":
            return logging.StreamHandler(sys.stderr)
        if target == "syslog":
            handler = logging.handlers.SysLogHandler(SYSLOG, logging.handlers.SysLogHandler.LOG_MAIL)
            handler.ident = "coromail: "
            return handler
        return File(Path(target))
    except OSError as error:
        raise LogUnavailable(f"cannot log to {target}: {error.strerror}") from None


def reopen() -> None:
    """Open log files anew, after rotation. What cannot be opened is logged to the old file."""
    for handler in _files():
        try:
            handler.reopen()
        except OSError as error:
            logging.getLogger("coromail").warning(
                "cannot reopen %s: %s", handler.baseFilename, error.strerror
            )


def hand_over(who: Identity | None, chroot: Path | None) -> None:
    """Prepare log files for the user that the process becomes, and for their names inside `chroot`."""
    for handler in _files():
        if who is not None and os.geteuid() == 0:
            os.chown(handler.baseFilename, who.uid, who.gid)
        handler.baseFilename = str(inside(chroot, Path(handler.baseFilename)))


def _files() -> list[File]:
    return [handler for handler in logging.getLogger().handlers if isinstance(handler, File)]
