"""STORE: RFC 3501 and RFC 9051 section 6.4.6; UID STORE: RFC 3501 section 6.4.8; RFC 2180 section 4.2."""

from __future__ import annotations

import pytest

from coromail.errors import StorageError
from coromail.model.message import Message
from tests.imap.harness import Client
from tests.imap.mails import numbered


@pytest.fixture
def three(alice: Client) -> Client:
    """alice has INBOX open with UIDs 2, 3 and 4."""
    for number in range(1, 5):
        alice.append(numbered(number), flags="(\\Deleted)" if number == 1 else "()")
    alice.ok("SELECT INBOX")
    alice.ok("EXPUNGE")
    return alice


def flags(client: Client, number: int = 1) -> set[bytes]:
    """The flags of a message, less \\Recent."""
    return set(client.ok(f"FETCH {number} FLAGS").fetches()[number]["FLAGS"]) - {b"\\Recent"}


def test_add_remove_replace(three: Client) -> None:
    three.ok("STORE 1 +FLAGS (\\Seen $Work)")
    assert flags(three) == {b"\\Seen", b"$Work"}
    three.ok("STORE 1 +FLAGS (\\Flagged)")
    assert flags(three) == {b"\\Seen", b"\\Flagged", b"$Work"}
    three.ok("STORE 1 -FLAGS (\\Seen \\Draft)")
    assert flags(three) == {b"\\Flagged", b"$Work"}
    three.ok("STORE 1 FLAGS (\\Answered)")
    assert flags(three) == {b"\\Answered"}
    three.ok("STORE 1 FLAGS ()")
    assert flags(three) == set()


@pytest.mark.parametrize("item", ["FLAGS", "+FLAGS", "-FLAGS"])
def test_the_new_value_is_returned(three: Client, item: str) -> None:
    """Each item without .SILENT returns the new value, as if FETCH of FLAGS were done."""
    three.ok("STORE 2 FLAGS (\\Seen)")
    result = three.ok(f"STORE 2 {item} (\\Seen \\Flagged)")
    assert set(result.fetches()) == {2}
    assert set(result.fetches()[2]["FLAGS"]) - {b"\\Recent"} == flags(three, 2)


@pytest.mark.parametrize("item", ["FLAGS.SILENT", "+FLAGS.SILENT", "-FLAGS.SILENT", "+flags.silent"])
def test_silent_returns_nothing(three: Client, item: str) -> None:
    assert three.ok(f"STORE 1:* {item} (\\Flagged)").fetches() == {}


def test_returned_even_without_a_change(three: Client) -> None:
    three.ok("STORE 1 +FLAGS (\\Seen)")
    assert three.ok("STORE 1 +FLAGS (\\Seen)").numbers("FETCH") == [1]


@pytest.mark.parametrize(
    "line", ["STORE 1 +FLAGS \\Seen", "STORE 1 +FLAGS \\Seen $Work", "store 1 +flags (\\SEEN)"]
)
def test_other_ways_to_write_it(three: Client, line: str) -> None:
    """A list without parentheses is in the ABNF (store-att-flags); case does not matter."""
    three.ok(line)
    assert b"\\Seen" in flags(three)


def test_recent_cannot_be_changed(three: Client) -> None:
    """Section 2.3.2: clients cannot alter \\Recent. FLAGS replaces all the others and leaves it alone."""
    three.ok("STORE 1 FLAGS (\\Seen)")
    three.command("STORE 1 -FLAGS (\\Recent)")
    assert b"\\Recent" in three.ok("FETCH 1 FLAGS").fetches()[1]["FLAGS"]


def test_unknown_system_flag_is_refused(three: Client) -> None:
    assert three.command("STORE 1 +FLAGS (\\Frobnicated)").status in {"BAD", "NO"}
    assert flags(three) == set()


def test_keywords_do_not_differ_by_case(three: Client) -> None:
    three.ok("STORE 1 +FLAGS ($Work)")
    three.ok("STORE 1 +FLAGS ($WORK)")
    assert len(flags(three)) == 1
    three.ok("STORE 1 -FLAGS ($wOrK)")
    assert flags(three) == set()


def test_new_keywords_are_announced(three: Client, other: Client) -> None:
    """Section 7.2.6: FLAGS is sent again when the set changes, to every session."""
    other.ok("SELECT INBOX")
    assert b"brandnew" in three.ok("STORE 1 +FLAGS (brandnew)").only("FLAGS")
    assert b"brandnew" in other.ok("NOOP").only("FLAGS")


def test_keywords_that_nobody_has_are_not_made_by_taking_them_off(three: Client) -> None:
    """Nor is there a limit to what may be taken off."""
    assert three.ok("STORE 1 -FLAGS (unheard)").names == ["FETCH"]
    assert three.ok(f"STORE 1 -FLAGS (unheard {256 * 'k'})").names == ["FETCH"]
    assert b"unheard" not in three.ok("SELECT INBOX").only("FLAGS")


def test_what_is_stored_nowhere_makes_no_keyword(three: Client, other: Client) -> None:
    """A STORE that UNCHANGEDSINCE forbids changes nothing (RFC 7162 section 3.1.3)."""
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS (\\Flagged)")
    assert three.ok("STORE 1 (UNCHANGEDSINCE 1) +FLAGS (unheard)").code == "MODIFIED"
    three.ok("UID STORE 999 +FLAGS (unheard)")
    assert b"unheard" not in three.ok("SELECT INBOX").only("FLAGS")


def test_others_are_told(three: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    three.ok("STORE 1:2 +FLAGS.SILENT (\\Flagged)")
    assert {n: set(v["FLAGS"]) for n, v in other.ok("NOOP").fetches().items()} == {
        1: {b"\\Flagged"},
        2: {b"\\Flagged"},
    }


def test_what_fetch_told_is_no_news(three: Client, other: Client) -> None:
    """FETCH FLAGS tells what others changed; the same line again after it would tell nothing."""
    other.ok("SELECT INBOX")
    three.ok("STORE 1:2 +FLAGS.SILENT (\\Flagged)")
    assert other.ok("FETCH 1 FLAGS").numbers("FETCH") == [1, 2]
    three.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    assert other.ok("UID FETCH 1:* (FLAGS)").numbers("FETCH") == [1, 2, 3]
    assert other.ok("NOOP").names == []


def test_what_fetch_could_not_tell_stays_news(
    three: Client, other: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.ok("SELECT INBOX")
    three.ok("STORE 3 +FLAGS.SILENT (\\Flagged)")
    mailbox = other.session.view.mailbox

    def unreadable(uid: int) -> Message:
        raise StorageError("The disk is broken")

    with monkeypatch.context() as broken:
        broken.setattr(mailbox, "message", unreadable)
        assert other.no("FETCH 1:* (FLAGS BODY[])").numbers("FETCH") == [3]
    assert other.ok("NOOP").names == []


def test_what_fetch_told_without_modseq_is_news_for_condstore(three: Client, other: Client) -> None:
    """RFC 7162 section 3.1: such a client wants to hear the modification sequence of every change."""
    other.ok("SELECT INBOX (CONDSTORE)")
    three.ok("STORE 1 +FLAGS.SILENT (\\Flagged)")
    result = other.ok("FETCH 1 FLAGS")
    assert result.numbers("FETCH") == [1, 1]
    assert "MODSEQ" in result.fetches()[1]
    three.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    assert other.ok("FETCH 1 (FLAGS MODSEQ)").numbers("FETCH") == [1]


def test_what_store_told_is_no_news(three: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS.SILENT (\\Flagged)")
    assert three.ok("STORE 1 +FLAGS (\\Seen)").numbers("FETCH") == [1]
    assert three.ok("NOOP").names == []


def test_keywords_of_others_are_announced_before_they_are_seen(three: Client, other: Client) -> None:
    """RFC 9051 section 7.3.5: FLAGS names the flags that apply; FETCH shows none that was not named."""
    other.ok("SELECT INBOX")
    three.ok("STORE 1 +FLAGS (brandnew)")
    assert other.ok("FETCH 1 FLAGS").names == ["FLAGS", "OK", "FETCH"]
    three.ok("STORE 1 +FLAGS (newer)")
    assert other.ok("FETCH 1 BODY[]").names == ["FLAGS", "OK", "FETCH"]


def test_others_are_not_told_of_nothing(three: Client, other: Client) -> None:
    three.ok("STORE 1 +FLAGS (\\Flagged)")
    other.ok("SELECT INBOX")
    three.ok("STORE 1 +FLAGS (\\Flagged)")
    assert other.ok("NOOP").names == []


def test_what_others_changed_is_told_despite_silent(three: Client, other: Client) -> None:
    """RFC 9051: regardless of .SILENT the server SHOULD send FETCH when another change is observed."""
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS (\\Answered)")
    result = three.ok("STORE 1 +FLAGS.SILENT (\\Flagged)")
    assert {b"\\Answered", b"\\Flagged"} <= set(result.fetches()[1]["FLAGS"])


def test_read_only_is_no(three: Client) -> None:
    three.ok("EXAMINE INBOX")
    three.no("STORE 1 +FLAGS (\\Seen)")
    three.no("UID STORE 2 +FLAGS (\\Seen)")
    assert flags(three) == set()


def test_uid_store_answers_with_uid(three: Client) -> None:
    """Section 6.4.8: the number after "*" is a sequence number, and UID is in every FETCH."""
    result = three.ok("UID STORE 3 +FLAGS (\\Seen)")
    assert result.fetches()[2]["UID"] == 3


@pytest.mark.parametrize(
    ("uids", "numbers"), [("3:*", [2, 3]), ("99", []), ("1", []), ("99:*", [3]), ("4:2", [1, 2, 3])]
)
def test_uid_sets(three: Client, uids: str, numbers: list[int]) -> None:
    """A UID that there is not is no error."""
    assert three.ok(f"UID STORE {uids} +FLAGS (\\Seen)").numbers("FETCH") == numbers


def test_sequence_numbers_beyond_are_bad(three: Client) -> None:
    """Section 9, seq-number: a number above the number of messages is BAD, and nothing is changed."""
    three.bad("STORE 1:4 +FLAGS (\\Seen)")
    assert flags(three) == set()


@pytest.mark.parametrize(
    "line",
    [
        "STORE",
        "STORE 1",
        "STORE 1 FLAGS",
        "STORE 1 +FLAGS (\\Seen",
        "STORE 1 FLAGS.LOUD (\\Seen)",
        "STORE 1 ++FLAGS (\\Seen)",
        "STORE 0 FLAGS (\\Seen)",
        "STORE 1 FLAGS (\\Seen) now",
        "STORE 1 FLAGS (\\*)",
        "STORE 1 FLAGS (a(b)",
        'STORE 1 FLAGS ("Seen")',
        "STORE 1 BODY (\\Seen)",
        "UID STORE 0 FLAGS (\\Seen)",
        "UID STORE 1: FLAGS (\\Seen)",
    ],
)
def test_bad_syntax(three: Client, line: str) -> None:
    three.bad(line)
    assert flags(three) == set()


# RFC 2180 section 4.2: messages that another session expunged


@pytest.fixture
def behind(three: Client, other: Client) -> Client:
    """alice still has 1 to 3; another session has expunged 2."""
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    return three


def test_store_of_some_that_are_gone(behind: Client, other: Client) -> None:
    """4.2.1 to 4.2.3: what is there is changed; NO tells that something is missing."""
    result = behind.no("STORE 1:3 +FLAGS (\\Flagged)", code="EXPUNGEISSUED")
    assert result.numbers("FETCH") == [1, 3]
    assert result.expunges == []
    assert len(other.ok("NOOP").fetches()) == 2


@pytest.mark.parametrize("numbers", ["2", "1:3"])
def test_silent_store_of_some_that_are_gone(behind: Client, numbers: str) -> None:
    """4.2.1: when it was done for all that are there, OK."""
    result = behind.ok(f"STORE {numbers} +FLAGS.SILENT (\\Draft)")
    assert result.code == "EXPUNGEISSUED"
    assert result.expunges == []


def test_store_of_nothing_but_gone_ones(behind: Client) -> None:
    """4.2.2: only a tagged NO."""
    assert behind.no("STORE 2 +FLAGS (\\Draft)").names == []


def test_uid_store_of_one_that_is_gone(behind: Client) -> None:
    """A UID that there is not any more is no error (section 6.4.8)."""
    assert behind.ok("UID STORE 3 +FLAGS (\\Flagged)").fetches() == {}
