"""UIDPLUS: RFC 4315: APPENDUID and COPYUID, UIDNOTSTICKY (UID EXPUNGE: test_6_4_3_expunge.py)."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, expand, literal
from tests.imap.mails import numbered


@pytest.fixture
def alice(alice: Client) -> Client:
    """alice has a mailbox `work` with UIDs 3 and 4 in it."""
    alice.ok("CREATE work")
    for number in (1, 2, 3, 4):
        alice.append(numbered(number), "work", "(\\Deleted)" if number < 3 else "()")
    alice.ok("SELECT work")
    alice.ok("CLOSE")
    return alice


def test_announced(alice: Client) -> None:
    assert "UIDPLUS" in alice.ok("CAPABILITY").only("CAPABILITY")


def test_appenduid_is_what_select_shows(alice: Client) -> None:
    """Section 3: UIDVALIDITY of the mailbox, and the UID of the message."""
    validity, uids = alice.ok("APPEND work", literal(numbered(5))).codes["APPENDUID"]
    assert alice.ok("SELECT work").codes["UIDVALIDITY"] == validity
    assert alice.ok("FETCH * (UID BODY.PEEK[])").fetches()[3] == {"UID": 5, "BODY[]": numbered(5)}
    assert expand(uids) == [5]


def test_appenduid_also_for_the_selected_mailbox(alice: Client) -> None:
    alice.ok("SELECT work")
    result = alice.ok("APPEND work", literal(numbered(5)))
    assert (result.exists, expand(result.codes["APPENDUID"][1])) == (3, [5])


def test_no_appenduid_for_what_failed(alice: Client) -> None:
    assert "APPENDUID" not in alice.no("APPEND missing", literal(numbered(5))).codes


def test_uids_are_sticky(alice: Client) -> None:
    """No UIDNOTSTICKY: UIDs stay from session to session."""
    assert "UIDNOTSTICKY" not in alice.ok("SELECT work").codes
    assert alice.ok("FETCH 1:* UID").fetched("UID") == [3, 4]


@pytest.mark.parametrize("command", ["COPY 1:2", "UID COPY 3:4", "UID COPY 4,3", "UID COPY 1:*"])
def test_copyuid(alice: Client, command: str) -> None:
    """Section 3: both sets in the order of the copies, without "*", of the same length."""
    alice.ok("SELECT work")
    validity, old, new = alice.ok(f"{command} INBOX").codes["COPYUID"]
    assert alice.ok("STATUS INBOX (UIDVALIDITY)").statuses["INBOX"]["UIDVALIDITY"] == validity
    assert expand(old) == [3, 4]
    alice.ok("SELECT INBOX")
    for source, copy in zip(expand(old), expand(new), strict=True):
        assert alice.ok(f"UID FETCH {copy} BODY.PEEK[]").fetched("BODY[]") == [numbered(source)]


def test_a_new_mailbox_of_an_old_name_has_another_uidvalidity(alice: Client) -> None:
    before = alice.ok("STATUS work (UIDVALIDITY)").statuses["work"]["UIDVALIDITY"]
    alice.ok("DELETE work")
    alice.ok("CREATE work")
    assert alice.ok("STATUS work (UIDVALIDITY)").statuses["work"]["UIDVALIDITY"] > before
