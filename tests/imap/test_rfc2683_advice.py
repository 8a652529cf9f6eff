"""What RFC 2683 recommends to servers, section by section; RFC 2180 section 3 on mailboxes shared by sessions."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost
from tests.imap.mails import PLAIN, numbered


def test_3_1_1_closing_without_logout_is_no_harm(alice: Client, other: Client) -> None:
    """The server should treat it like a LOGOUT."""
    alice.append(numbered(1), flags="(\\Deleted)")
    alice.ok("SELECT INBOX")
    alice.disconnect()
    assert other.ok("SELECT INBOX").exists == 1


def test_3_1_2_bye_when_the_server_ends_it(alice: Client) -> None:
    """An untagged BYE with the reason, before the connection is closed."""
    alice.session.timed_out()
    (bye,) = alice.hear()
    assert bye.name == "BYE"
    assert alice.closed


def test_3_2_1_5_long_command_lines(alice: Client) -> None:
    """At least 8,000 octets; BAD for more than there is room for, and the session goes on."""
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    uids = ",".join(["1"] * 3990)
    assert len(uids) > 7_900
    assert alice.ok(f"UID FETCH {uids} FLAGS").numbers("FETCH") == [1]
    alice.bad("NOOP " + "x" * 100_000)
    alice.ok("NOOP")


def test_3_2_3_status_of_the_selected_mailbox(alice: Client) -> None:
    """Clients should not, some do: it must not throw them off."""
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    assert alice.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"] == {"MESSAGES": 1}
    alice.ok("FETCH 1 FLAGS")


def test_3_4_1_utf8_is_a_charset_of_search(alice: Client) -> None:
    alice.append(b"Subject: =?utf-8?q?caf=C3=A9?=\r\n\r\n")
    alice.ok("SELECT INBOX")
    assert alice.ok("SEARCH CHARSET UTF-8 SUBJECT {5+}\r\ncaf\u00e9".encode()).search == [1]


def test_3_4_4_uids_stay(host: TestHost) -> None:
    """UIDs and UIDVALIDITY outlive the session."""
    first = Client(host).login()
    uid = first.append(numbered(1))
    validity = first.ok("SELECT INBOX").codes["UIDVALIDITY"]
    first.ok("LOGOUT")
    second = Client(host).login()
    assert second.ok("SELECT INBOX").codes["UIDVALIDITY"] == validity
    assert second.ok("FETCH 1 UID").fetched("UID") == [uid]


def test_3_4_5_fetch_in_one_go_or_in_many(alice: Client) -> None:
    """The same octets whichever way a client asks, with and without a cache."""
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    whole = alice.ok("FETCH 1 (BODY.PEEK[HEADER] BODY.PEEK[TEXT] BODY.PEEK[])").fetches()[1]
    assert whole["BODY[HEADER]"] + whole["BODY[TEXT]"] == whole["BODY[]"] == PLAIN


def test_3_4_8_slash_is_the_separator(alice: Client) -> None:
    """One of "/", "\\" and "."; never a letter."""
    alice.ok("CREATE a/b")
    assert {listed.delimiter for listed in alice.ok('LIST "" *').lists.values()} == {b"/"}


def test_3_4_9_noselect_names_can_be_made_again(alice: Client) -> None:
    alice.ok("CREATE a/b")
    alice.ok("DELETE a")
    alice.ok("CREATE a")
    alice.ok("SELECT a")


def test_3_4_10_deleting_a_mailbox_with_messages(alice: Client) -> None:
    """A server should permit it."""
    alice.ok("CREATE a")
    alice.append(numbered(1), "a")
    alice.ok("DELETE a")


@pytest.mark.parametrize("name", ["INBOX", "inbox", '"InBox"'])
def test_5_1_inbox_in_any_case(alice: Client, name: str) -> None:
    assert alice.ok(f'LIST "" {name}').lists.keys() == {"INBOX"}
    alice.ok(f"SUBSCRIBE {name}")
    assert alice.ok('LSUB "" *').lsubs.keys() == {"INBOX"}


# RFC 2180 section 3


def test_3_3_deleted_under_a_client(alice: Client, other: Client) -> None:
    """3.3.2: DELETE is done at once; the other connection hears BYE instead of a wrong answer."""
    alice.ok("CREATE work")
    alice.append(numbered(1), "work")
    alice.ok("SELECT work")
    other.ok("DELETE work")
    replies = alice.send(b"x FETCH 1 BODY[]\r\n")
    assert [reply.name for reply in replies][-1] == "BYE"
    assert not any(reply.name == "FETCH" for reply in replies)
    assert alice.closed


def test_3_4_renamed_under_a_client(alice: Client, other: Client) -> None:
    """3.4.2: the session goes on with the mailbox under its new name."""
    alice.ok("CREATE work")
    alice.append(numbered(1), "work")
    alice.ok("SELECT work")
    other.ok("RENAME work done")
    assert alice.ok("FETCH 1 BODY.PEEK[]").fetched("BODY[]") == [numbered(1)]
    other.append(numbered(2), "done")
    assert alice.ok("NOOP").exists == 2
