"""What happens on a server, as objects that plugins may change and listeners hear of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntFlag
from logging import getLogger
from typing import Any

logger = getLogger("coromail")

EVERY = "all"
"""In place of an event's name: all events."""


class Eat(IntFlag):
    """How far an event goes on when a plugin has had it.

    NONE: on to the next plugin, then to its destination. CLIENT: to the next plugin, but not to its destination.
    PLUGIN: to its destination at once. ALL: no further.

    The destination of a command is the server's own `Command`, of a response the client, of all other events
    (and of commands that were not eaten) the listeners.
    """

    NONE = 0
    CLIENT = 1
    PLUGIN = 2
    ALL = 3


class Event:
    """One event: `name`, the `session` it happened to (None where there is none), and its `arguments`.

    Plugins may change `arguments` in place, and append to them for those who come after.
    """

    __slots__ = ("arguments", "name", "session")

    def __init__(self, name: str, session: Any = None, arguments: Sequence[Any] = ()) -> None:
        self.name = name
        self.session = session
        self.arguments = list(arguments)

    def __repr__(self) -> str:
        return f"Event({self.name})"  # arguments hold passwords and mail


Listener = Callable[[Event], object]


class Listeners:
    """Functions that are told of events, those by name before those that want all of them."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Listener]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def register(self, listener: Listener, *names: str) -> None:
        """Have `listener` called for the named events; for all of them when none, or "all", is named."""
        for name in names or (EVERY,):
            known = self._by_name.setdefault(name, [])
            if listener not in known:
                known.append(listener)

    def unregister(self, listener: Listener, *names: str) -> None:
        """Undo `register` for the named events, or wherever the listener is registered."""
        for name in names or tuple(self._by_name):
            known = self._by_name.get(name, [])
            if listener in known:
                known.remove(listener)
            if not known:
                self._by_name.pop(name, None)

    def tell(self, event: Event) -> None:
        """Call everybody who wants this event. What one raises is logged and does not stop the others."""
        for name in (event.name, EVERY):
            for listener in tuple(self._by_name.get(name, ())):
                try:
                    listener(event)
                except Exception:
                    logger.exception("a listener failed on %s", event.name)
