"""OBJECTID: RFC 8474."""

from __future__ import annotations

from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import PLAIN, numbered

FIRST = b"Message-ID: <a@example.org>\r\nSubject: A\r\n\r\none\r\n"
REPLY = b"Message-ID: <b@example.org>\r\nReferences: <a@example.org>\r\nIn-Reply-To: <a@example.org>\r\n\r\ntwo\r\n"
DEEPER = b"Message-ID: <c@example.org>\r\nReferences: <a@example.org> <b@example.org>\r\n\r\nthree\r\n"
OTHER = b"Message-ID: <d@example.org>\r\nSubject: C\r\n\r\nfour\r\n"


def mailbox_id(client: Client, name: str) -> bytes:
    found: bytes = client.ok(f"STATUS {name} (MAILBOXID)").statuses[name]["MAILBOXID"]
    return found


def test_4_1_create(alice: Client) -> None:
    made = alice.ok("CREATE foo")
    assert made.tagged.code == ("MAILBOXID", mailbox_id(alice, "foo"))
    assert alice.ok("CREATE bar").tagged.code != made.tagged.code


def test_4_2_select_and_examine(alice: Client) -> None:
    alice.ok("CREATE foo")
    for command in ("SELECT foo", "EXAMINE foo"):
        assert alice.ok(command).codes["MAILBOXID"] == mailbox_id(alice, "foo")


def test_4_3_status_and_list(alice: Client) -> None:
    alice.ok("CREATE foo")
    alice.ok("CREATE foo/bar")
    listed = alice.ok('LIST "" * RETURN (STATUS (MAILBOXID))').statuses
    assert len({items["MAILBOXID"] for items in listed.values()}) == len(listed) == 3


def test_4_rename_keeps_it(alice: Client) -> None:
    alice.ok("CREATE foo")
    alice.ok("CREATE foo/bar")
    before = mailbox_id(alice, "foo"), mailbox_id(alice, "foo/bar")
    alice.ok("RENAME foo renamed")
    assert (mailbox_id(alice, "renamed"), mailbox_id(alice, "renamed/bar")) == before


def test_4_rename_inbox_does_not(alice: Client) -> None:
    before = mailbox_id(alice, "INBOX")
    alice.append(PLAIN)
    alice.ok("RENAME INBOX old")
    assert mailbox_id(alice, "INBOX") == before
    assert mailbox_id(alice, "old") != before


def test_4_deleted_and_made_again_is_another(alice: Client) -> None:
    alice.ok("CREATE foo")
    before = mailbox_id(alice, "foo")
    alice.ok("DELETE foo")
    alice.ok("CREATE foo")
    assert mailbox_id(alice, "foo") != before


def test_4_users_do_not_share_ids(alice: Client, bob: Client) -> None:
    assert mailbox_id(alice, "INBOX") != mailbox_id(bob, "INBOX")


def test_5_1_emailid_of_copies(alice: Client) -> None:
    alice.ok("CREATE foo")
    alice.append(FIRST)
    alice.append(OTHER)
    alice.ok("SELECT INBOX")
    ids = alice.ok("FETCH 1:* EMAILID").fetched("EMAILID")
    assert len(set(ids)) == 2
    alice.ok("STORE 1 +FLAGS ($X)")
    assert alice.ok("UID FETCH 1:* (EMAILID)").fetched("EMAILID") == ids
    alice.ok("COPY 1 foo")
    alice.ok("MOVE 2 foo")
    alice.ok("SELECT foo")
    assert alice.ok("FETCH 1:* EMAILID").fetched("EMAILID") == ids


def test_5_1_emailid_survives_the_session(host: TestHost, alice: Client) -> None:
    alice.append(FIRST)
    alice.ok("SELECT INBOX")
    before = alice.ok("FETCH 1 EMAILID").fetched("EMAILID")
    alice.ok("LOGOUT")
    again = Client(host).login()
    again.ok("SELECT INBOX")
    assert again.ok("FETCH 1 EMAILID").fetched("EMAILID") == before


def test_5_2_threadid(alice: Client) -> None:
    alice.ok("CREATE elsewhere")
    for mail in (FIRST, REPLY, OTHER, numbered(1), numbered(2)):
        alice.append(mail)
    alice.append(DEEPER, "elsewhere")
    alice.ok("SELECT INBOX")
    ids = alice.ok("FETCH 1:* THREADID").fetched("THREADID")
    assert ids[0] == ids[1]
    assert len(set(ids)) == 4
    alice.ok("SELECT elsewhere")
    assert alice.ok("FETCH 1 THREADID").fetched("THREADID") == [ids[0]], "across mailboxes"


def test_5_2_emailid_and_threadid_differ(alice: Client) -> None:
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    items = alice.ok("FETCH 1 (EMAILID THREADID)").fetches()[1]
    assert items["EMAILID"] != items["THREADID"]


def test_6_search(alice: Client) -> None:
    for mail in (FIRST, REPLY, OTHER, FIRST):
        alice.append(mail)
    alice.ok("SELECT INBOX")
    items = alice.ok("FETCH 1:* (EMAILID THREADID)").fetches()
    email = [items[number]["EMAILID"].decode() for number in range(1, 5)]
    thread = items[1]["THREADID"].decode()
    assert alice.ok(f"SEARCH EMAILID {email[1]}").search == [2]
    assert alice.ok(f"SEARCH EMAILID {email[0]}").search == [1, 4]
    assert alice.ok(f"SEARCH THREADID {thread}").search == [1, 2, 4]
    assert alice.ok(f"UID SEARCH OR EMAILID {email[2]} EMAILID {email[1]}").search == [2, 3]
    assert alice.ok(f"SEARCH EMAILID {email[0].upper()}").search == [], "case matters"
    assert alice.ok("SEARCH THREADID Tnone").search == []
    alice.bad("SEARCH EMAILID")
    alice.bad("SEARCH EMAILID a.b")
    alice.bad(f"SEARCH EMAILID {'a' * 256}")


def test_8_1_safe_identifiers(alice: Client) -> None:
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    items = alice.ok("FETCH 1 (EMAILID THREADID)").fetches()[1]
    for value in (items["EMAILID"], items["THREADID"], mailbox_id(alice, "INBOX")):
        assert value[:1].isalpha()
        assert value.lower()[1:] == value[1:]


def test_fetch_while_others_expunge(host: TestHost, alice: Client) -> None:
    other = Client(host).login()
    for number in range(1, 4):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS (\\Deleted)")
    other.ok("EXPUNGE")
    result = alice.no("FETCH 1:3 (EMAILID THREADID)", code="EXPUNGEISSUED")
    assert list(result.fetches()) == [1, 3]
    alice.ok("APPEND INBOX", literal(numbered(9)))
