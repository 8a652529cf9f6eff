"""Capabilities that are switched off: neither announced nor understood, by listener, user, or for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from coromail.imap.capabilities import switched_off
from tests.imap.harness import Client, TestAuth, TestHost
from tests.imap.mails import PLAIN


class PickyAuth(TestAuth):
    """bob does not get IDLE."""

    __test__ = False

    def user_settings(self, user: str) -> Mapping[str, Any]:
        return {"capabilities_off": ["IDLE"]} if user == "bob" else {}


def off(*names: str, key: str = "all") -> Client:
    host = TestHost()
    host.capabilities_off = {key: list(names)}
    return Client(host)


def names(client: Client) -> list[str]:
    return list(client.ok("CAPABILITY").only("CAPABILITY"))


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("IDLE", "IDLE"),
        ("ID", "ID NIL"),
        ("ENABLE", "ENABLE CONDSTORE"),
        ("NAMESPACE", "NAMESPACE"),
        ("UNSELECT", "UNSELECT"),
        ("MOVE", "UID MOVE 1 INBOX"),
        ("UIDPLUS", "UID EXPUNGE 1"),
        ("LIST-STATUS", 'LIST "" * RETURN (STATUS (MESSAGES))'),
        ("LIST-EXTENDED", 'LIST (SUBSCRIBED) "" *'),
        ("LIST-EXTENDED", 'LIST "" * RETURN (STATUS (MESSAGES))'),
        ("ESEARCH", "SEARCH RETURN (COUNT) ALL"),
    ],
)
def test_syntax_is_refused(name: str, command: str) -> None:
    client = off(name.lower()).login()
    client.append(PLAIN)
    client.ok("SELECT INBOX")
    assert name not in names(client)
    client.bad(command)


def test_initial_response() -> None:
    client = off("SASL-IR")
    assert "SASL-IR" not in names(client)
    client.bad("AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==")


@pytest.mark.parametrize(("key", "there"), [("imap", False), ("143", False), ("imaps", True), ("993", True)])
def test_by_listener(key: str, there: bool) -> None:
    assert ("IDLE" in names(off("IDLE", key=key))) is there


def test_by_user() -> None:
    host = TestHost(auth_class=PickyAuth)
    assert "IDLE" in names(Client(host))
    assert "IDLE" in names(Client(host).login("alice"))
    bob = Client(host)
    assert "IDLE" not in bob.ok("LOGIN bob secret").codes["CAPABILITY"]
    bob.bad("IDLE")


def test_what_needs_it_goes_too() -> None:
    assert switched_off(["condstore"]) == {"CONDSTORE", "QRESYNC"}
    assert "LIST-MYRIGHTS" in switched_off(["ACL"])
