"""Certificates that are renewed on disk come into use by themselves."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import gevent

LOOK_EVERY = 30.0  # seconds; a renewal is due days before it is needed

logger = logging.getLogger("coromail")

Pairs = Sequence[tuple[Path, Path]]
Stamps = list[tuple[int, int, int] | None]


class Renewal:
    """Looks at the files of certificates and keys, and hands them to `use` when one has changed.

    `pairs()` names them as the configuration has them now. While they do not fit together, because only one of
    the two is written yet, the old ones stay in use.
    """

    def __init__(self, pairs: Callable[[], Pairs], use: Callable[[Pairs], None]) -> None:
        self._pairs = pairs
        self._use = use
        self._seen = _stamps(pairs())

    def run(self) -> None:
        """Look again and again; runs in a greenlet of its own."""
        while True:
            gevent.sleep(LOOK_EVERY)
            self.look()

    def look(self) -> None:
        """Look once."""
        pairs = self._pairs()
        stamps = _stamps(pairs)
        if stamps == self._seen:
            return
        try:
            self._use(pairs)
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            logger.warning("the changed certificates are not used: %s", error)
        else:
            self._seen = stamps
            logger.info("the changed certificates are in use")


def _stamps(pairs: Pairs) -> Stamps:
    return [_stamp(file) for pair in pairs for file in pair]


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
