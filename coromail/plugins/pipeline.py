"""Plugins in order, and the way of an event through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from logging import getLogger
from typing import Any

from coromail.plugins.events import EVERY, Eat, Event, Listeners
from coromail.plugins.plugin import Plugin

logger = getLogger("coromail")

MAX_NAMES = 1000

Handler = Callable[[Event], Eat | None]


class Pipeline:
    """An ordered list of plugins, each under an alias that is unique. `if pipeline:` asks whether anybody cares.

    A plugin may be named by its alias or by itself. KeyError: there is none such; ValueError: the alias or the
    plugin is there already. `listeners` hear of the events that no plugin has eaten.
    """

    def __init__(self) -> None:
        self.listeners = Listeners()
        self._plugins: list[tuple[str, Plugin]] = []
        self._wanted: dict[tuple[str, str], list[Plugin]] = {}
        self._handlers: dict[tuple[str, str], list[tuple[str, Handler]]] = {}

    def __bool__(self) -> bool:
        return bool(self._plugins) or bool(self.listeners)

    def __len__(self) -> int:
        return len(self._plugins)

    def __iter__(self) -> Iterator[tuple[str, Plugin]]:
        return iter(tuple(self._plugins))

    # The order

    def order(self) -> list[str]:
        """The aliases, first plugin first."""
        return [alias for alias, _ in self._plugins]

    def get(self, plugin: str | Plugin) -> Plugin:
        """The plugin of that alias."""
        return self._plugins[self.get_index(plugin)][1]

    def get_index(self, plugin: str | Plugin) -> int:
        """The place of a plugin, from 0."""
        for index, pair in enumerate(self._plugins):
            if plugin in pair:
                return index
        raise KeyError(plugin)

    def add(self, alias: str, plugin: Plugin) -> None:
        """Put a plugin behind all others."""
        self._insert(len(self._plugins), alias, plugin)

    push = add

    def unshift(self, alias: str, plugin: Plugin) -> None:
        """Put a plugin before all others."""
        self._insert(0, alias, plugin)

    def insert_before(self, other: str | Plugin, alias: str, plugin: Plugin) -> None:
        """Put a plugin before another one."""
        self._insert(self.get_index(other), alias, plugin)

    def insert_after(self, other: str | Plugin, alias: str, plugin: Plugin) -> None:
        """Put a plugin behind another one."""
        self._insert(self.get_index(other) + 1, alias, plugin)

    def replace(self, other: str | Plugin, alias: str, plugin: Plugin) -> Plugin:
        """Put a plugin in the place of another one, which is returned."""
        index = self.get_index(other)
        self._refuse_twins(self._plugins[:index] + self._plugins[index + 1 :], alias, plugin)
        old = self.remove(other)
        self._insert(index, alias, plugin)
        return old

    def bump_up(self, plugin: str | Plugin, by: int = 1) -> int:
        """Move a plugin towards the front; its new place."""
        return self._move(plugin, -by)

    def bump_down(self, plugin: str | Plugin, by: int = 1) -> int:
        """Move a plugin towards the end; its new place."""
        return self._move(plugin, by)

    def remove(self, plugin: str | Plugin) -> Plugin:
        """Take a plugin out."""
        alias, found = self._plugins.pop(self.get_index(plugin))
        self.unregister(found)
        self._safely(alias, lambda _: found.plugin_unregister(self), Event("plugin_unregister"))
        self.listeners.tell(Event("plugin_del", arguments=[alias, found]))
        return found

    def pop(self) -> Plugin:
        """Take the last plugin out. IndexError when there is none."""
        return self.remove(self._plugins[-1][1])

    def shift(self) -> Plugin:
        """Take the first plugin out. IndexError when there is none."""
        return self.remove(self._plugins[0][1])

    def _insert(self, index: int, alias: str, plugin: Plugin) -> None:
        self._refuse_twins(self._plugins, alias, plugin)
        self._plugins.insert(index, (alias, plugin))
        self._safely(alias, lambda _: plugin.plugin_register(self), Event("plugin_register"))
        self._handlers.clear()
        self.listeners.tell(Event("plugin_add", arguments=[alias, plugin]))

    @staticmethod
    def _refuse_twins(others: list[tuple[str, Plugin]], alias: str, plugin: Plugin) -> None:
        if any(plugin is other or alias == name for name, other in others):
            raise ValueError(f"there is a plugin {alias} already")

    def _move(self, plugin: str | Plugin, by: int) -> int:
        index = self.get_index(plugin)
        pair = self._plugins.pop(index)
        index = min(max(index + by, 0), len(self._plugins))
        self._plugins.insert(index, pair)
        self._handlers.clear()
        return index

    # Who wants what

    def register(self, plugin: Plugin, hook: str, *names: str) -> None:
        """Give events of a hook type ("pop3d", "pop3c", "imapd", "imapc") to a plugin; "all" for every one."""
        for name in names or (EVERY,):
            wanted = self._wanted.setdefault((hook.lower(), name.lower()), [])
            if plugin not in wanted:
                wanted.append(plugin)
        self._handlers.clear()

    def unregister(self, plugin: Plugin, hook: str | None = None, *names: str) -> None:
        """Undo `register` for some events, for a hook type, or altogether."""
        for key, wanted in self._wanted.items():
            if hook in (None, key[0]) and (not names or key[1] in names) and plugin in wanted:
                wanted.remove(plugin)
        self._handlers.clear()

    # Events

    def process(self, hook: str, event: Event) -> Eat:
        """Show an event to the plugins that want it; whether it was eaten by then."""
        eaten = Eat.NONE
        for alias, handler in self._handlers_of(hook, event.name):
            result = self._safely(alias, handler, event)
            eaten |= result
            if result & Eat.PLUGIN:
                break
        return eaten

    def send_event(self, event: Event, hook: str) -> Eat:
        """Show an event to the plugins and then, unless it was eaten, to the listeners."""
        eaten = self.process(hook, event)
        if not eaten & Eat.CLIENT:
            self.listeners.tell(event)
        return eaten

    def send_to_client(self, session: Any, data: bytes) -> None:
        """Send octets to a client as they are, at once."""
        session.write(data)
        session.flush()

    def disconnect(self, session: Any) -> None:
        """Mark a client: its connection is closed once its output is out."""
        session.closing = True

    def _handlers_of(self, hook: str, name: str) -> list[tuple[str, Handler]]:
        found = self._handlers.get((hook, name))
        if found is None:
            wanted = self._wanted.get((hook, name), []), self._wanted.get((hook, EVERY), [])
            method = f"{hook}_{name}"
            found = [
                (alias, getattr(plugin, method, plugin._default))
                for alias, plugin in self._plugins
                if any(plugin in plugins for plugins in wanted)
            ]
            if len(self._handlers) < MAX_NAMES:  # clients invent verbs
                self._handlers[hook, name] = found
        return found

    def _safely(self, alias: str, handler: Callable[[Event], object], event: Event) -> Eat:
        try:
            result = handler(event)
            if result is None:
                return Eat.NONE
            if not isinstance(result, Eat):
                raise TypeError(f"{result!r} is no Eat")  # noqa: TRY301
        except Exception as error:
            logger.exception("plugin %s failed on %s", alias, event.name)
            if event.name != "plugin_error":
                self.listeners.tell(Event("plugin_error", event.session, [alias, event, error]))
            return Eat.NONE
        return result
