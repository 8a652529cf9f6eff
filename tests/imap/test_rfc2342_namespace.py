"""NAMESPACE: RFC 2342 section 5, RFC 9051 section 6.3.10."""

from __future__ import annotations

from tests.imap.harness import Client


def test_three_namespaces_with_the_separator_of_list(alice: Client) -> None:
    kinds = alice.ok("NAMESPACE").only("NAMESPACE")
    assert len(kinds) == 3
    prefix, separator = kinds[0][0]
    (listed,) = alice.ok(f'LIST "{prefix.decode()}" ""').data("LIST")
    assert listed.delimiter == separator


def test_personal_prefix_leads_to_the_mailboxes(alice: Client) -> None:
    alice.ok("CREATE work")
    ((prefix, _),) = alice.ok("NAMESPACE").only("NAMESPACE")[0]
    assert "work" in alice.ok(f'LIST "{prefix.decode()}" *').lists


def test_needs_login_and_takes_no_arguments(stranger: Client) -> None:
    stranger.bad("NAMESPACE")
    stranger.login()
    stranger.bad("NAMESPACE x")


def test_in_selected_state(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.ok("NAMESPACE")
