"""ENABLE: RFC 5161, RFC 9051 section 6.3.1."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client


def test_unknown_names_are_passed_over(alice: Client) -> None:
    assert alice.ok("ENABLE X-FROB IDLE STARTTLS").only("ENABLED") == []


def test_one_enabled_response_even_for_nothing(alice: Client) -> None:
    assert len(alice.ok("ENABLE FROB").data("ENABLED")) == 1


def test_what_was_enabled_is_not_listed_twice_in_one(alice: Client) -> None:
    names = alice.ok("ENABLE CONDSTORE condstore CONDSTORE").only("ENABLED")
    assert len(names) <= 1


def test_capabilities_do_not_change(alice: Client) -> None:
    """RFC 9051 section 6.3.1: CAPABILITY after ENABLE must list the same as before."""
    before = alice.ok("CAPABILITY").only("CAPABILITY")
    alice.ok("ENABLE CONDSTORE QRESYNC UTF8=ACCEPT IMAP4rev2")
    assert alice.ok("CAPABILITY").only("CAPABILITY") == before


def test_only_what_is_announced_can_be_enabled(alice: Client) -> None:
    announced = alice.ok("CAPABILITY").only("CAPABILITY")
    enabled = alice.ok("ENABLE CONDSTORE QRESYNC UTF8=ACCEPT IMAP4rev2 UIDONLY").only("ENABLED")
    assert set(enabled) <= set(announced)


def test_pipelined_behind_login(stranger: Client) -> None:
    replies = stranger.send(b"a LOGIN alice secret\r\nb ENABLE CONDSTORE\r\nc SELECT INBOX\r\n")
    assert [(reply.tag, reply.name) for reply in replies if reply.tag] == [
        ("a", "OK"),
        ("b", "OK"),
        ("c", "OK"),
    ]


@pytest.mark.parametrize(
    "line", ["ENABLE", "ENABLE ", "ENABLE  CONDSTORE", 'ENABLE "CONDSTORE"', "ENABLE (CONDSTORE)"]
)
def test_bad_syntax(alice: Client, line: str) -> None:
    alice.bad(line)


def test_needs_login(stranger: Client) -> None:
    stranger.bad("ENABLE CONDSTORE")
