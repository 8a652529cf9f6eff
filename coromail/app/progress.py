"""How far a long command has come: a bar on a terminal (with tqdm, where that is installed), plain lines elsewhere."""

from __future__ import annotations

import importlib
import sys
import time
from typing import Any

EVERY = 10.0  # seconds between two plain lines


class Progress:
    """One task of `total` pieces (0: nobody knows). `note` puts a line of text out beside it."""

    def __init__(self, label: str, total: int) -> None:
        self._label = label
        self._total = total
        self._done = 0
        self._told = time.monotonic()
        self._bar: Any = _bar(label, total)

    def reach(self, done: int) -> None:
        """So much is done now."""
        step, self._done = done - self._done, done
        if self._bar is not None:
            self._bar.update(step)
        elif time.monotonic() - self._told > EVERY:
            self._told = time.monotonic()
            print(f"{self._label}: {done} of {self._total or '?'}", file=sys.stderr, flush=True)

    def step(self) -> None:
        """One more piece is done."""
        self.reach(self._done + 1)

    def note(self, text: str) -> None:
        """Something to be read, on standard output."""
        if self._bar is not None:
            self._bar.clear()
        print(text, flush=True)

    def close(self) -> None:
        """The task is over."""
        if self._bar is not None:
            self._bar.close()


def _bar(label: str, total: int) -> Any:
    if not sys.stderr.isatty():
        return None
    try:
        tqdm: Any = importlib.import_module("tqdm").tqdm
    except ImportError:
        return None
    return tqdm(total=total or None, desc=label, unit=" messages", leave=False)
