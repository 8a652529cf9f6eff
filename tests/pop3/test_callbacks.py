"""POP3 from plain functions (`coromail.pop3.callbacks`)."""

from __future__ import annotations

from typing import Any

import pytest

from coromail.context import Context
from coromail.pop3 import callbacks
from coromail.pop3.callbacks import CallbackAuth, CallbackModel, Callbacks
from coromail.pop3.commands import BUILTIN
from tests.pop3.harness import Client, TestHost
from tests.pop3.test_1939_7_apop import digest


class Shop:
    """Mail of two users, with a note of every call."""

    def __init__(self) -> None:
        self.mail = {
            "alice": {"a1": "Subject: ä\n\none\n", "a2": "no blank line"},
            "bob": {"b1": b"to: bob\r\n\r\n"},
        }
        self.calls: list[tuple[Any, ...]] = []

    def authenticate(self, user: str, password: str, address: str) -> bool:
        self.calls.append(("authenticate", user, address))
        return user in self.mail and password == "secret"

    def list(self, user: str) -> list[str]:
        self.calls.append(("list", user))
        return [*self.mail[user]]

    def retrieve(self, user: str, key: str) -> bytes | str:
        self.calls.append(("retrieve", user, key))
        return self.mail[user][key]  # type: ignore[index, return-value]

    def delete(self, user: str, key: str) -> bool | None:
        self.calls.append(("delete", user, key))
        if key == "a2":
            return False
        if key == "b1":
            raise OSError("no")
        del self.mail[user][key]  # type: ignore[attr-defined]
        return None


def host_of(welcome: str | None = None, **functions: Any) -> TestHost:
    made = Callbacks(**functions)
    settings = {"callbacks": made, "plaintext_without_tls": True}
    host = TestHost(
        CallbackModel, CallbackAuth, auth_context=Context(settings), model_context=Context(settings)
    )
    callbacks.prepare(host, made, welcome)
    return host


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def host(shop: Shop) -> TestHost:
    return host_of(
        authenticate=shop.authenticate,
        list=shop.list,
        retrieve=shop.retrieve,
        delete=shop.delete,
        welcome="Hello",
    )


def login(host: TestHost, user: str = "alice") -> Client:
    client = Client(host)
    client.ok(f"USER {user}")
    client.ok("PASS secret")
    return client


def test_a_whole_session(host: TestHost, shop: Shop) -> None:
    client = login(host)
    assert client.greeting == "Hello"
    assert client.multi("UIDL") == [b"1 a1", b"2 a2"]
    client.ok("UTF8")
    client.utf8 = True
    assert client.message(1) == "Subject: ä\r\n\r\none\r\n".encode()
    assert client.message(2) == b"no blank line\r\n"
    client.ok("DELE 1")
    assert ("delete", "alice", "a1") not in shop.calls
    client.quit()
    assert ("delete", "alice", "a1") in shop.calls
    assert login(host).multi("UIDL") == [b"1 a2"]


def test_sizes_are_octets_on_the_wire(host: TestHost) -> None:
    client = login(host)
    assert client.multi("LIST") == [b"1 %d" % len("Subject: ä\r\n\r\none\r\n".encode()), b"2 13"]


def test_the_address_of_the_client_is_told(host: TestHost, shop: Shop) -> None:
    client = Client(host)
    client.ok("USER alice")
    client.err("PASS wrong")
    assert shop.calls == [("authenticate", "alice", "192.0.2.7")]


def test_clients_have_their_own_state(host: TestHost) -> None:
    alice, bob = login(host), login(host, "bob")
    alice.ok("DELE 1")
    assert bob.ok("STAT").startswith("1 ")
    assert bob.message(1) == b"to: bob\r\n\r\n"
    assert alice.ok("STAT").startswith("1 ")
    bob.ok("DELE 1")
    assert alice.message(2) == b"no blank line\r\n"


def test_deletions_that_fail_are_told(host: TestHost, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    client = login(host)
    client.ok("DELE 1")
    client.ok("DELE 2")
    assert client.err("QUIT") == ("SYS/TEMP", "Some deleted messages were not removed")
    client.session.closed()
    assert [*shop.mail["alice"]] == ["a2"]
    client = login(host, "bob")
    client.ok("DELE 1")
    client.err("QUIT")
    assert "delete failed" in caplog.text


def test_nothing_is_deleted_without_quit(host: TestHost, shop: Shop) -> None:
    client = login(host)
    client.ok("DELE 1")
    client.drop()
    assert not [call for call in shop.calls if call[0] == "delete"]


def test_marked_messages_are_gone_from_the_listing(host: TestHost) -> None:
    client = login(host)
    client.ok("DELE 1")
    assert client.ok("STAT").startswith("1 ")
    client.err("RETR 1")
    client.err("RETR 0")
    client.err("RETR")
    client.ok("noop")
    client.ok("rset")


def test_without_delete_the_maildrop_cannot_be_changed(shop: Shop) -> None:
    client = login(host_of(authenticate=shop.authenticate, list=shop.list, retrieve=shop.retrieve))
    assert client.err("DELE 1")[0] == "SYS/PERM"


def test_with_size_nothing_is_retrieved_for_a_listing(shop: Shop) -> None:
    host = host_of(
        authenticate=shop.authenticate, list=shop.list, retrieve=shop.retrieve, size=lambda user, key: 7
    )
    assert login(host).multi("LIST") == [b"1 7", b"2 7"]
    assert not [call for call in shop.calls if call[0] == "retrieve"]


def test_connect_and_disconnect_however_the_client_goes(shop: Shop) -> None:
    seen: list[tuple[str | None, ...]] = []
    host = host_of(
        authenticate=shop.authenticate,
        list=shop.list,
        retrieve=shop.retrieve,
        connect=lambda address: seen.append((address,)),
        disconnect=lambda user, address: seen.append((user, address)),
    )
    Client(host).drop()
    login(host).drop()
    client = login(host)
    client.quit()
    client.session.closed()
    assert seen == [
        ("192.0.2.7",), (None, "192.0.2.7"),
        ("192.0.2.7",), ("alice", "192.0.2.7"),
        ("192.0.2.7",), ("alice", "192.0.2.7"),
    ]  # fmt: skip


def test_apop(shop: Shop) -> None:
    host = host_of(apop={"alice": "secret"}.get, list=shop.list, retrieve=shop.retrieve)
    client = Client(host)
    assert "SASL CRAM-MD5" in client.capa()
    assert "USER" not in client.capa()
    client.err("USER alice")
    client.ok(f"APOP alice {digest(client)}")


@pytest.mark.parametrize("length", [506, 507])
def test_a_welcome_has_506_octets_at_most(shop: Shop, length: int) -> None:
    functions = {"authenticate": shop.authenticate, "list": shop.list, "retrieve": shop.retrieve}
    if length > 506:
        with pytest.raises(ValueError, match="506"):
            callbacks.server(welcome="x" * length, **functions)
    else:
        assert len(Client(host_of(welcome="x" * length, **functions)).greeting) == length


@pytest.mark.parametrize("welcome", ["two\r\nlines", "<1@2>", "[x]", "ä"])
def test_what_cannot_be_a_welcome(shop: Shop, welcome: str) -> None:
    with pytest.raises(ValueError):
        callbacks.server(
            welcome=welcome, authenticate=shop.authenticate, list=shop.list, retrieve=shop.retrieve
        )


def test_login_delay_and_expire_of_users(shop: Shop) -> None:
    host = host_of(
        authenticate=shop.authenticate,
        list=shop.list,
        retrieve=shop.retrieve,
        login_delay=lambda user: 30 if user == "alice" else 600,
        expire=lambda user: None if user == "alice" else 5,
    )
    before, after = Client(host).capa(), login(host).capa()
    assert "LOGIN-DELAY 600 USER" in before
    assert "EXPIRE 5 USER" in before
    assert "LOGIN-DELAY 30" in after
    assert "EXPIRE NEVER" in after
    fixed = host_of(
        authenticate=shop.authenticate, list=shop.list, retrieve=shop.retrieve, login_delay=60, expire=7
    )
    assert {"LOGIN-DELAY 60", "EXPIRE 7"} <= set(Client(fixed).capa())


def test_version(host: TestHost) -> None:
    registry = BUILTIN.copy()
    registry.add(callbacks.Version)
    assert Client(host, registry).ok("VERSION").startswith("coromail")


def test_ids_that_are_no_unique_ids(shop: Shop) -> None:
    for bad in ("", "two words", "x" * 71, "ä"):
        host = host_of(
            authenticate=shop.authenticate, list=lambda user, bad=bad: [bad], retrieve=shop.retrieve
        )
        client = Client(host)
        client.ok("USER alice")
        assert client.err("PASS secret")[0] == "SYS/PERM"


def test_functions_that_are_missing(shop: Shop) -> None:
    with pytest.raises(ValueError, match="nobody could log in"):
        callbacks.server(list=shop.list, retrieve=shop.retrieve)
    with pytest.raises(TypeError):
        callbacks.server(authenticate=shop.authenticate, list=shop.list)


def test_a_function_that_raises_hurts_its_own_client_only(shop: Shop) -> None:
    def retrieve(user: str, key: str) -> str:
        raise OSError("backend away")

    host = host_of(
        authenticate=shop.authenticate, list=shop.list, retrieve=retrieve, size=lambda user, key: 1
    )
    client, other = login(host), login(host, "bob")
    assert client.err("RETR 1")[0] == "SYS/PERM"
    assert other.ok("STAT") == "1 1"
    assert client.ok("STAT") == "2 2"
