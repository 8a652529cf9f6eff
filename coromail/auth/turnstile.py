"""How many passwords may wait to be checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from coromail.errors import Unavailable

MOST = 1000


class Turnstile:
    """Lets a call through to the thread pool while fewer than `most` are waiting or at work.

    Each check may cost 64 MiB and a tenth of a second. Who knocks when the house is full is told to come back:
    otherwise the queue would grow for as long as somebody floods it. For those who are known there is room for as
    many again, so that strangers cannot keep them out.
    """

    __slots__ = ("inside", "most")

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.inside = 0

    def __call__(
        self, known: bool, offload: Callable[..., Any], function: Callable[..., Any], *args: Any
    ) -> Any:
        """`offload(function, *args)`. Raises `Unavailable` when too many are inside."""
        if self.inside >= (2 * self.most if known else self.most):
            raise Unavailable("Too many people are logging in, please try again")
        self.inside += 1
        try:
            return offload(function, *args)
        finally:
            self.inside -= 1
