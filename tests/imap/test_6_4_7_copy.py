"""COPY: RFC 3501 and RFC 9051 section 6.4.7; COPYUID: RFC 4315 section 3; RFC 2180 section 4.4."""

from __future__ import annotations

import pytest

from coromail.errors import OverQuota
from coromail.model import Mailbox, Message, Model
from tests.imap.harness import Client, TestHost, expand
from tests.imap.mails import numbered


class Private(Message):
    """Says "secret" and may not be copied."""

    def copy_allowed(self, target: Mailbox) -> bool:
        return b"secret" not in self.octets()


class Small(Mailbox):
    """Takes five messages."""

    message_class = Private

    def record_added(self, messages: object, modseq: int) -> None:
        if len(self.index) + len(list(messages)) > 5:  # type: ignore[call-overload]
            raise OverQuota("Full")


class SmallModel(Model):
    mailbox_class = Small


@pytest.fixture
def three(alice: Client) -> Client:
    """alice has INBOX open with three messages, and there is `work`."""
    for number, flags in ((1, "(\\Seen)"), (2, "(\\Flagged $Mine)"), (3, "()")):
        alice.ok(f'APPEND INBOX {flags} "17-Jul-1996 02:44:2{number} -0700" {{{len(numbered(number))}+}}\r\n'.encode()
                 + numbered(number))  # fmt: skip
    alice.ok("CREATE work")
    alice.ok("SELECT INBOX")
    return alice


def test_copies_are_at_the_end(three: Client) -> None:
    three.append(numbered(9), "work")
    three.ok("COPY 2:3 work")
    assert three.exists == 3
    assert three.ok("SELECT work").exists == 3
    assert [v["BODY[]"] for v in three.ok("FETCH 2:3 BODY.PEEK[]").fetches().values()] == [
        numbered(2),
        numbered(3),
    ]


def test_flags_and_internal_date_are_kept(three: Client) -> None:
    """The flags and internal date of the message SHOULD be preserved, and \\Recent SHOULD be set."""
    before = three.ok("FETCH 1:3 (FLAGS INTERNALDATE)").fetches()
    three.ok("COPY 1:3 work")
    three.ok("SELECT work")
    after = three.ok("FETCH 1:3 (FLAGS INTERNALDATE)").fetches()
    for number in (1, 2, 3):
        assert after[number]["INTERNALDATE"] == before[number]["INTERNALDATE"]
        assert set(after[number]["FLAGS"]) == set(before[number]["FLAGS"])
        assert b"\\Recent" in after[number]["FLAGS"]


def test_originals_stay_as_they_are(three: Client) -> None:
    before = three.ok("FETCH 1:* (UID FLAGS)").fetches()
    three.ok("COPY 1:* work")
    assert three.ok("FETCH 1:* (UID FLAGS)").fetches() == before


def test_copyuid(three: Client) -> None:
    """UIDVALIDITY of the target, UIDs there and here in the same order."""
    validity = three.ok("STATUS work (UIDVALIDITY)").statuses["work"]["UIDVALIDITY"]
    result = three.ok("COPY 2:3 work")
    assert result.code == "COPYUID"
    told, old, new = result.codes["COPYUID"]
    assert (told, expand(old), expand(new)) == (validity, [2, 3], [1, 2])


def test_copyuid_maps_a_set_written_in_any_order(three: Client) -> None:
    _, old, new = three.ok("UID COPY 3,1 work").codes["COPYUID"]
    three.ok("SELECT work")
    for source, copy in zip(expand(old), expand(new), strict=True):
        assert three.ok(f"UID FETCH {copy} BODY.PEEK[]").fetched("BODY[]") == [numbered(source)]


def test_missing_target_is_trycreate(three: Client, other: Client) -> None:
    """It MUST send [TRYCREATE] and MUST NOT create the mailbox."""
    three.no("COPY 1 missing", code="TRYCREATE")
    three.no("UID COPY 1 missing", code="TRYCREATE")
    assert "missing" not in three.ok('LIST "" *').lists


def test_target_that_holds_no_messages(three: Client) -> None:
    three.ok("CREATE up/down")
    three.ok("DELETE up")
    three.no("COPY 1 up")


def test_copy_into_the_mailbox_itself(three: Client) -> None:
    assert three.ok("COPY 1:2 INBOX").exists == 5
    assert three.ok("FETCH 4:5 BODY.PEEK[]").fetched("BODY[]") == [numbered(1), numbered(2)]


def test_others_notice(three: Client, other: Client) -> None:
    other.ok("SELECT work")
    three.ok("COPY 1 work")
    assert other.ok("NOOP").exists == 1


def test_copying_from_a_read_only_mailbox(three: Client) -> None:
    three.ok("EXAMINE INBOX")
    three.ok("COPY 1 work")


def test_uids_that_there_are_not(three: Client) -> None:
    """No error, nothing copied, and no COPYUID with empty sets."""
    result = three.ok("UID COPY 99 work")
    assert result.code is None
    assert three.ok("SELECT work").exists == 0


def test_numbers_that_there_are_not(three: Client) -> None:
    three.bad("COPY 1:4 work")
    assert three.ok("SELECT work").exists == 0


@pytest.mark.parametrize(
    "line", ["COPY", "COPY 1", "COPY work", "COPY 0 work", "COPY 1 work x", "UID COPY x work"]
)
def test_bad_syntax(three: Client, line: str) -> None:
    three.bad(line)


# All or nothing


@pytest.fixture
def small() -> Client:
    """alice, mailboxes that take five messages, INBOX open; the second of its four must not be copied."""
    client = Client(TestHost(SmallModel)).login()
    for octets in (numbered(1), b"Subject: secret\r\n\r\n", numbered(3), numbered(4)):
        client.append(octets)
    client.ok("CREATE work")
    client.ok("SELECT INBOX")
    return client


def test_one_refused_refuses_all(small: Client) -> None:
    """If COPY is unsuccessful for any reason, the server MUST restore the target to its state before."""
    small.no("COPY 1:4 work", code="NOPERM")
    status = small.ok("STATUS work (MESSAGES UIDNEXT)").statuses["work"]
    assert status == {"MESSAGES": 0, "UIDNEXT": 1}
    small.ok("COPY 1,3:4 work")


def test_no_room_for_all_is_none(small: Client) -> None:
    small.ok("COPY 1,3,4 work")
    small.no("COPY 1,3,4 work", code="OVERQUOTA")
    assert small.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 3
    assert small.ok("NOOP").names == []


def test_messages_that_are_gone(three: Client, other: Client) -> None:
    """RFC 2180 section 4.4.1: a COPY by number that names one is NO, and nothing is copied; by UID it is passed over."""
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    result = three.no("COPY 1:3 work", code="EXPUNGEISSUED")
    assert 2 in result.expunges
    assert three.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 0
    _, old, _ = three.ok("UID COPY 1:3 work").codes["COPYUID"]
    assert expand(old) == [1, 3]
