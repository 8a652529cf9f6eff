"""The connection whose greenlet is running."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent

if TYPE_CHECKING:
    from coromail.server.connection import Connection

connection: contextvars.ContextVar[Connection | None] = contextvars.ContextVar("connection", default=None)


def spawn(function: Callable[..., Any], *args: Any) -> gevent.Greenlet[..., Any]:
    """A greenlet that knows the current connection: by itself a greenlet starts with an empty context."""
    return gevent.spawn(contextvars.copy_context().run, function, *args)
