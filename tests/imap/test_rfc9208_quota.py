"""QUOTA: RFC 9208, and RFC 2087 whose clients it serves; enforced on every way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from coromail.model.quota import limits
from tests.imap.harness import Client, TestAuth, TestHost, literal

MAIL = b"Subject: x\r\n\r\n" + b"y" * 1000 + b"\r\n"  # 1016 octets


class Limited(TestAuth):
    """alice may have 4 kB in 5 messages and 4 mailboxes; bob 10 messages; carol what she likes."""

    __test__ = False

    def user_settings(self, user: str) -> Mapping[str, Any]:
        quotas = {"alice": {"storage": "4k", "messages": 5, "mailboxes": 4}, "bob": {"messages": 10}}
        return {"quota": quotas[user]} if user in quotas else {}


@pytest.fixture
def host() -> TestHost:
    return TestHost(auth_class=Limited)


def quota(client: Client, root: str = "alice") -> dict[str, tuple[int, int]]:
    name, resources = client.ok(f"GETQUOTA {root}").only("QUOTA")
    assert name == root.encode()
    found: dict[str, tuple[int, int]] = resources
    return found


def test_capabilities(alice: Client) -> None:
    names = set(alice.ok("CAPABILITY").only("CAPABILITY"))
    assert {"QUOTA", "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE", "QUOTA=RES-MAILBOX"} <= names
    assert "QUOTASET" not in names


def test_4_1_1_getquota(alice: Client) -> None:
    assert quota(alice) == {"STORAGE": (0, 4), "MESSAGE": (0, 5), "MAILBOX": (1, 4)}
    alice.append(MAIL)
    assert quota(alice)["STORAGE"] == (1, 4)
    assert quota(alice)["MESSAGE"] == (1, 5)


def test_4_1_2_getquotaroot(alice: Client) -> None:
    result = alice.ok("GETQUOTAROOT INBOX")
    assert result.only("QUOTAROOT") == (b"INBOX", [b"alice"])
    assert result.only("QUOTA")[0] == b"alice"
    assert alice.ok("GETQUOTAROOT not/yet").only("QUOTAROOT") == (b"not/yet", [b"alice"])


def test_no_limits_no_roots(host: TestHost) -> None:
    """Client quirk 23: what is not limited is not mentioned."""
    carol = Client(host).login("carol")
    result = carol.ok("GETQUOTAROOT INBOX")
    assert result.only("QUOTAROOT") == (b"INBOX", [])
    assert not result.data("QUOTA")
    carol.no("GETQUOTA carol", code="NONEXISTENT")


def test_others_are_nobodys_business(alice: Client, bob: Client) -> None:
    bob.no("GETQUOTA alice", code="NONEXISTENT")
    bob.no("GETQUOTA nobody", code="NONEXISTENT")
    bob.no('GETQUOTAROOT "Other Users/alice/INBOX"', code="NONEXISTENT")
    alice.ok("SETACL INBOX bob lr")
    result = bob.ok('GETQUOTAROOT "Other Users/alice/INBOX"')
    assert result.only("QUOTAROOT")[1] == []
    assert not result.data("QUOTA")


def test_setquota_is_not_there(alice: Client) -> None:
    alice.bad("SETQUOTA alice (STORAGE 100)")


def test_4_3_1_append(alice: Client) -> None:
    for _ in range(4):
        alice.append(MAIL)
    alice.no("APPEND INBOX", literal(MAIL), code="OVERQUOTA")
    alice.append(b"a: b\r\n\r\n")
    alice.no("APPEND INBOX", literal(b"a: b\r\n\r\n"), code="OVERQUOTA")
    assert alice.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"]["MESSAGES"] == 5


def test_4_3_1_multiappend_is_all_or_none(alice: Client) -> None:
    alice.append(MAIL)
    alice.append(MAIL)
    alice.no("APPEND INBOX", literal(MAIL), literal(MAIL), literal(MAIL), code="OVERQUOTA")
    assert alice.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"]["MESSAGES"] == 2


def test_4_3_1_copy_and_move(alice: Client) -> None:
    alice.ok("CREATE other")
    for _ in range(3):
        alice.append(MAIL)
    alice.ok("SELECT INBOX")
    alice.no("COPY 1:3 other", code="OVERQUOTA")
    alice.ok("COPY 1 other")
    assert quota(alice)["MESSAGE"] == (4, 5)
    alice.ok("MOVE 1:3 other")
    assert quota(alice)["MESSAGE"] == (4, 5)


def test_full_is_full_but_move_and_delete_work(alice: Client) -> None:
    alice.ok("CREATE other")
    for _ in range(5):
        alice.append(b"a: b\r\n\r\nc\r\n")
    alice.ok("SELECT INBOX")
    alice.ok("MOVE 1:2 other")
    alice.ok(r"STORE 1 +FLAGS (\Deleted)")
    alice.ok("EXPUNGE")
    alice.append(b"a: b\r\n\r\nc\r\n")
    alice.no("APPEND INBOX", literal(b"a: b\r\n\r\nc\r\n"), code="OVERQUOTA")


def test_into_the_mailbox_of_another_counts_there(alice: Client, bob: Client) -> None:
    alice.ok("SETACL INBOX bob lri")
    there = '"Other Users/alice/INBOX"'
    for _ in range(6):
        bob.append(MAIL)
    bob.ok("SELECT INBOX")
    bob.no(f"COPY 1:6 {there}", code="OVERQUOTA")
    bob.no(f"MOVE 1:6 {there}", code="OVERQUOTA")
    bob.ok(f"MOVE 1:2 {there}")
    assert quota(alice)["MESSAGE"] == (2, 5)
    assert quota(bob, "bob")["MESSAGE"] == (4, 10)


def test_mailboxes(alice: Client) -> None:
    for name in "abc":
        alice.ok(f"CREATE {name}")
    alice.no("CREATE d", code="OVERQUOTA")
    assert quota(alice)["MAILBOX"] == (4, 4)
    alice.ok("DELETE a")
    alice.ok("CREATE d")


def test_4_1_4_status_items(alice: Client) -> None:
    for _ in range(3):
        alice.append(MAIL)
    alice.ok("SELECT INBOX")
    alice.ok(r"STORE 1:2 +FLAGS (\Deleted)")
    items = alice.ok("STATUS INBOX (DELETED DELETED-STORAGE)").statuses["INBOX"]
    assert items == {"DELETED": 2, "DELETED-STORAGE": 2 * len(MAIL)}


@pytest.mark.parametrize(
    ("setting", "found"),
    [(None, {}), ("1G", {"STORAGE": 2**30}), (1000, {"STORAGE": 1000}), ({"storage": "2 MB"}, {"STORAGE": 2**21}),
     ({"messages": 7, "mailboxes": 0}, {"MESSAGE": 7, "MAILBOX": 0})],
)  # fmt: skip
def test_settings(setting: object, found: dict[str, int]) -> None:
    assert limits(setting) == found


@pytest.mark.parametrize(
    "setting", ["much", "1X", "-1", {"storage": ""}, {"messages": "7"}, {"mesages": 7}, "1" * 50]
)
def test_settings_that_make_no_sense(setting: object) -> None:
    with pytest.raises(ValueError, match="is no"):
        limits(setting)
