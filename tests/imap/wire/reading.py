"""Shared by the tests of Arguments."""

from __future__ import annotations

from typing import Any

import pytest

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments


def read(method: str, *segments: bytes, utf8: bool = False, end: bool = True) -> Any:
    """What `method` reads from `segments`, all of it unless `end` is False."""
    args = Arguments(list(segments), utf8=utf8)
    value = getattr(args, method)()
    if end:
        args.end()
    return value


def refused(method: str, *segments: bytes, utf8: bool = False) -> None:
    with pytest.raises(Bad):
        read(method, *segments, utf8=utf8)
