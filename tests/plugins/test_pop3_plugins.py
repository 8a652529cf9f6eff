"""Plugins in POP3 sessions."""

from __future__ import annotations

from typing import Any

import pytest

from coromail.plugins import Eat, Event, Pipeline, Plugin
from tests.pop3.harness import HELLO, Client, TestHost, crlf, login


class PluginHost(TestHost):
    def __init__(self, *plugins: Plugin) -> None:
        super().__init__()
        self.plugins = self.pipeline = Pipeline()
        for plugin in plugins:
            self.pipeline.push(type(plugin).__name__, plugin)


def test_events_of_a_session() -> None:
    host = PluginHost()
    host.fill(HELLO)
    heard: list[tuple[str, list[Any]]] = []
    host.pipeline.listeners.register(lambda event: heard.append((event.name, event.arguments)), "all")
    client = login(host)
    client.message(1)
    client.err("XYZZY plugh")
    client.quit()
    client.session.closed()
    assert heard == [
        ("connection", ["192.0.2.7", "192.0.2.1"]),
        ("cmd_user", [b"alice"]),
        ("cmd_pass", [b"secret"]),
        ("cmd_retr", [b"1"]),
        ("cmd_xyzzy", [b"plugh"]),
        ("cmd_quit", [b""]),
        ("disconnected", []),
    ]


def test_a_plugin_changes_a_command() -> None:
    class Renumber(Plugin):
        def pop3d_cmd_retr(self, event: Event) -> None:
            event.arguments[0] = b"2"

    host = PluginHost(Renumber())
    host.fill(HELLO, b"Subject: two\n\n2\n")
    assert login(host).message(1) == crlf(b"Subject: two\n\n2\n")


def test_a_plugin_answers_in_place_of_the_server() -> None:
    class Keep(Plugin):
        def pop3d_cmd_dele(self, event: Event) -> Eat:
            event.session.err("Nothing is deleted here")
            return Eat.CLIENT

        def pop3d_cmd_xtime(self, event: Event) -> Eat:
            event.session.ok("half past nine")
            return Eat.ALL

    host = PluginHost(Keep())
    inbox = host.fill(HELLO)
    client = login(host)
    assert client.err("DELE 1") == (None, "Nothing is deleted here")
    assert client.ok("XTIME") == "half past nine"
    assert client.session.bad_commands == 0
    client.quit()
    assert inbox.exists == 1


def test_a_plugin_changes_responses_and_data() -> None:
    class Polite(Plugin):
        def pop3c_response(self, event: Event) -> None:
            event.arguments[0] = event.arguments[0].replace(b"ready", b"at your service")

        def pop3c_data(self, event: Event) -> None:
            event.arguments[0] = event.arguments[0].replace(b"hello", b"HELLO")

    host = PluginHost(Polite())
    host.fill(HELLO)
    assert "at your service" in Client(host).greeting
    assert b"HELLO" in login(host).message(1)


def test_a_response_that_is_eaten_is_not_sent() -> None:
    class Silent(Plugin):
        def pop3c_response(self, event: Event) -> Eat | None:
            return Eat.CLIENT if event.arguments[0].startswith(b"-ERR") else None

    client = login(PluginHost(Silent()))
    assert client.raw(b"XYZZY\r\n") == b""
    assert client.raw(b"STAT\r\n") == b"+OK 0 0\r\n"


def test_a_raising_plugin_does_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Plugin):
        def _default(self, event: Event) -> None:
            raise ZeroDivisionError

    host = PluginHost(Broken())
    host.fill(HELLO)
    client = login(host)
    assert client.message(1) == crlf(HELLO)
    client.quit()
    assert "plugin Broken failed on cmd_retr" in caplog.text


def test_send_to_client_and_disconnect() -> None:
    class Goodbye(Plugin):
        def __init__(self, pipeline: Pipeline) -> None:
            self.pipeline = pipeline

        def pop3d_cmd_noop(self, event: Event) -> Eat:
            self.pipeline.send_to_client(event.session, b"+OK enough\r\n")
            self.pipeline.disconnect(event.session)
            return Eat.ALL

    host = PluginHost()
    host.pipeline.push("goodbye", Goodbye(host.pipeline))
    client = login(host)
    assert client.raw(b"NOOP\r\nSTAT\r\n") == b"+OK enough\r\n"
    assert client.session.closing


def test_very_long_keywords_are_no_events() -> None:
    host = PluginHost()
    heard: list[Event] = []
    host.pipeline.listeners.register(heard.append)
    login(host).err("X" * 41)
    assert [event.name for event in heard] == ["connection", "cmd_user", "cmd_pass"]
