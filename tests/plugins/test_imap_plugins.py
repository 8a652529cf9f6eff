"""Plugins in IMAP sessions."""

from __future__ import annotations

from typing import Any

from coromail.plugins import Eat, Event, Pipeline, Plugin
from tests.imap.harness import Client, TestHost, literal


class PluginHost(TestHost):
    def __init__(self, *plugins: Plugin) -> None:
        super().__init__()
        self.plugins = self.pipeline = Pipeline()
        for plugin in plugins:
            self.pipeline.push(type(plugin).__name__, plugin)


def test_events_of_a_session() -> None:
    host = PluginHost()
    heard: list[tuple[str, list[Any]]] = []
    host.pipeline.listeners.register(lambda event: heard.append((event.name, event.arguments)), "all")
    client = Client(host)
    client.ok("LOGIN alice", literal(b"secret"))
    client.ok("SELECT INBOX")
    client.ok("UID FETCH 1:* FLAGS")
    client.bad("XYZZY plugh")
    client.ok("LOGOUT")
    client.session.closed()
    client.session.closed()
    assert heard == [
        ("connection", ["192.0.2.7", "192.0.2.1"]),
        ("cmd_login", [b"t1", [b" alice ", b"secret", b""]]),
        ("cmd_select", [b"t2", [b" INBOX"]]),
        ("cmd_uid_fetch", [b"t3", [b" 1:* FLAGS"]]),
        ("cmd_xyzzy", [b"t4", [b" plugh"]]),
        ("cmd_logout", [b"t5", [b""]]),
        ("disconnected", []),
    ]


def test_a_plugin_changes_a_command() -> None:
    class Elsewhere(Plugin):
        def imapd_cmd_create(self, event: Event) -> None:
            event.arguments[1] = [b" Plugins"]

    client = Client(PluginHost(Elsewhere())).login()
    client.ok("CREATE Anything")
    client.ok("SELECT Plugins")
    client.no("SELECT Anything")


def test_a_plugin_answers_in_place_of_the_server() -> None:
    class Keep(Plugin):
        def imapd_cmd_expunge(self, event: Event) -> Eat:
            event.session.write(event.arguments[0] + b" NO [NOPERM] Nothing is expunged here\r\n")
            return Eat.CLIENT

        def imapd_cmd_xtime(self, event: Event) -> Eat:
            event.session.write(event.arguments[0] + b" OK half past nine\r\n")
            return Eat.ALL

    client = Client(PluginHost(Keep())).login()
    client.ok("SELECT INBOX")
    client.no("EXPUNGE", code="NOPERM")
    client.ok("XTIME")


def test_a_plugin_rewrites_responses() -> None:
    class Rename(Plugin):
        def imapc_response(self, event: Event) -> None:
            event.arguments[0] = event.arguments[0].replace(b"coromail", b"mailbox")

    client = Client(PluginHost(Rename())).login()
    assert client.ok("ID NIL").only("ID")[b"name"] == b"mailbox"


def test_a_plugin_that_raises_is_passed_over_and_named_in_the_log(caplog: Any) -> None:
    class Broken(Plugin):
        def imapd_cmd_noop(self, event: Event) -> None:
            raise RuntimeError("oops")

    client = Client(PluginHost(Broken())).login()
    client.ok("NOOP")
    assert "Broken" in caplog.text
