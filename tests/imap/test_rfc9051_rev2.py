"""IMAP4rev2 beside IMAP4rev1: RFC 9051, by the items of its appendix E."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, literal
from tests.imap.mails import PLAIN, numbered

DENORMALIZED = "Cafe\u0301"
NORMALIZED = "Caf\u00e9"
GLOBAL = b"Content-Type: message/global\r\n\r\nSubject: gr\xc3\xbc\xc3\x9fe\r\nFrom: \xc3\xa4@example.org\r\n\r\nx\r\n"


@pytest.fixture
def rev2(alice: Client) -> Client:
    """A client that chose IMAP4rev2."""
    assert alice.ok("ENABLE IMAP4rev2").only("ENABLED") == ["IMAP4REV2"]
    return alice


def test_6_1_1_both_are_offered(stranger: Client) -> None:
    assert {"IMAP4REV1", "IMAP4REV2"} <= set(stranger.ok("CAPABILITY").only("CAPABILITY"))


def test_6_3_1_nothing_changes_without_enable(alice: Client) -> None:
    alice.append(PLAIN)
    names = alice.ok("SELECT INBOX").names
    assert "RECENT" in names
    assert "LIST" not in names
    assert alice.ok("SEARCH ALL").names == ["SEARCH"]


def test_6_3_1_capabilities_stay_the_same(alice: Client) -> None:
    before = alice.ok("CAPABILITY").only("CAPABILITY")
    alice.ok("ENABLE IMAP4rev2")
    assert alice.ok("CAPABILITY").only("CAPABILITY") == before


def test_2_everything_folded_in_is_there(rev2: Client) -> None:
    offered = set(rev2.ok("CAPABILITY").only("CAPABILITY"))
    assert offered >= {
        "NAMESPACE",
        "UNSELECT",
        "UIDPLUS",
        "ESEARCH",
        "SEARCHRES",
        "ENABLE",
        "IDLE",
        "SASL-IR",
        "LIST-EXTENDED",
        "LIST-STATUS",
        "MOVE",
        "SPECIAL-USE",
        "BINARY",
    }
    assert offered & {"LITERAL+", "LITERAL-"}


def test_3_status_size_and_deleted(rev2: Client) -> None:
    rev2.append(PLAIN)
    rev2.append(PLAIN, flags="(\\Deleted)")
    items = rev2.ok("STATUS INBOX (SIZE DELETED)").statuses["INBOX"]
    assert items == {"SIZE": 2 * len(PLAIN), "DELETED": 1}


def test_4_search_answers_with_esearch(rev2: Client) -> None:
    rev2.append(PLAIN)
    rev2.ok("SELECT INBOX")
    result = rev2.ok("SEARCH ALL")
    assert result.names == ["ESEARCH"]
    assert result.esearch.data == {"ALL": [(1, 1)]}
    assert rev2.ok("UID SEARCH DELETED").esearch.data == {}


def test_7_copyuid_for_both_moves(rev2: Client) -> None:
    rev2.ok("CREATE Archive")
    for number in range(2):
        rev2.append(numbered(number))
    rev2.ok("SELECT INBOX")
    assert "COPYUID" in rev2.ok("MOVE 1 Archive").codes
    assert "COPYUID" in rev2.ok("UID MOVE 2 Archive").codes


def test_8_copy_makes_no_mailbox(rev2: Client) -> None:
    rev2.append(PLAIN)
    rev2.ok("SELECT INBOX")
    rev2.no("COPY 1 Nowhere", code="TRYCREATE")
    rev2.no("MOVE 1 Nowhere", code="TRYCREATE")
    assert "Nowhere" not in rev2.ok('LIST "" *').lists


def test_9_to_12_select(rev2: Client) -> None:
    rev2.ok("CREATE foo")
    rev2.append(PLAIN, "foo")
    result = rev2.ok("SELECT foo")
    assert set(result.names) == {"FLAGS", "OK", "EXISTS", "LIST"}
    assert list(result.lists) == ["foo"]
    assert {"PERMANENTFLAGS", "UIDVALIDITY", "UIDNEXT"} <= set(result.codes)
    assert "UNSEEN" not in result.codes
    assert rev2.ok("FETCH 1 FLAGS").fetched("FLAGS") == [[]], "no \\Recent"
    again = rev2.ok("EXAMINE foo")
    assert "CLOSED" in again.codes


def test_12_no_recent_with_new_mail(rev2: Client, other: Client) -> None:
    rev2.ok("SELECT INBOX")
    other.ok("APPEND INBOX", literal(PLAIN))
    assert rev2.ok("NOOP").names == ["EXISTS"]


def test_16_names_in_utf_8(rev2: Client, other: Client) -> None:
    rev2.ok('CREATE "Entwürfe"')
    assert "Entwürfe" in rev2.ok('LIST "" *').lists
    assert "Entw&APw-rfe" in other.ok('LIST "" *').lists
    rev2.ok('CREATE "A&B"')
    assert "A&B" in rev2.ok('LIST "" *').lists
    assert "A&-B" in other.ok('LIST "" *').lists
    rev2.bad("CREATE", b'"\xff\xfe"')


@pytest.mark.parametrize("verb", ["SELECT", "STATUS", "DELETE", "APPEND", "RENAME"])
def test_5_1_denormalized_names_work_everywhere(rev2: Client, verb: str) -> None:
    rev2.ok(f'CREATE "{DENORMALIZED}"')
    assert NORMALIZED in rev2.ok('LIST "" *').lists
    arguments: dict[str, list[str | bytes | literal]] = {
        "STATUS": ["(MESSAGES)"],
        "APPEND": [literal(PLAIN)],
        "RENAME": ["x"],
    }
    rev2.ok(f'{verb} "{DENORMALIZED}"', *arguments.get(verb, []))


def test_6_3_9_7_oldname(rev2: Client) -> None:
    def told(*command: str) -> bytes:
        return b"".join(reply.raw for reply in rev2.ok(*command).untagged if reply.name == "LIST")

    new, old = f'"{NORMALIZED}"'.encode(), f'("OLDNAME" ("{DENORMALIZED}"))'.encode()
    assert told(f'CREATE "{DENORMALIZED}"') == b'* LIST () "/" %s %s' % (new, old)
    assert told(f'SELECT "{DENORMALIZED}"').endswith(b"%s %s" % (new, old))
    assert told(f'RENAME "{DENORMALIZED}" plain') == b'* LIST () "/" plain %s' % old
    assert told("RENAME plain other") == b""
    assert told("CREATE simple") == b""
    assert told("DELETE simple") == b""
    rev2.ok(f'CREATE "{NORMALIZED}"')
    assert told(f'DELETE "{DENORMALIZED}"') == b'* LIST (\\NonExistent) "/" %s %s' % (new, old)


def test_6_3_9_7_not_for_rev1(alice: Client) -> None:
    assert alice.ok("CREATE", b"Cafe&AwE-").names == []
    assert alice.ok("SELECT", b"Caf&AOk-").status == "OK"


def test_16_headers_in_utf_8(rev2: Client) -> None:
    mail = "Subject: Grüße\r\nFrom: Jürgen <ü@example.org>\r\n\r\nx\r\n".encode()
    rev2.append(mail)
    rev2.ok("SELECT INBOX")
    assert rev2.ok("FETCH 1 BODY.PEEK[]").fetched("BODY[]") == [mail]
    assert rev2.ok("SEARCH SUBJECT", literal("grüße".encode())).search == [1]
    rev2.ok("FETCH 1 (ENVELOPE BODYSTRUCTURE)")


def test_7_5_2_message_global_is_a_message(rev2: Client) -> None:
    rev2.append(GLOBAL)
    rev2.ok("SELECT INBOX")
    structure = rev2.ok("FETCH 1 BODYSTRUCTURE").untagged[0].raw
    assert b'"message" "global"' in structure.lower()
    assert b"example.org" in structure, "with the envelope of the inner message"
    assert rev2.ok("FETCH 1 BODY.PEEK[1.HEADER.FIELDS (SUBJECT)]").status == "OK"


@pytest.mark.parametrize("enable", [None, "UTF8=ACCEPT"])
def test_7_5_2_message_global_is_any_part_in_rev1(alice: Client, enable: str | None) -> None:
    """RFC 3501 section 9 has an envelope and a body for MESSAGE RFC822 alone: a client reads an md5 there."""
    alice.append(GLOBAL.replace(b"message/global", b"Message/GLOBAL"))
    alice.append(PLAIN)
    if enable:
        alice.ok(f"ENABLE {enable}")
    alice.ok("SELECT INBOX")
    for item in ("BODYSTRUCTURE", "BODY"):
        nested, plain = alice.ok(f"FETCH 1:2 {item}").fetched(item)
        assert (nested.subtype.lower(), nested.message, nested.lines) == (b"global", None, None)
        assert plain.type.lower() == b"text"
    assert alice.ok("FETCH 1 BODY.PEEK[1.HEADER.FIELDS (SUBJECT)]").status == "OK"


def test_7_5_2_parameters_with_a_charset_are_decoded_in_rev2_only(alice: Client) -> None:
    """RFC 2231 section 6 has continuations joined and no more: who reads `filename*` in rev1 decodes it."""
    alice.append(
        b"Content-Type: text/plain; name*0*=utf-8''%e2; name*1*=%82%ac\r\n"
        b"Content-Disposition: attachment; filename*=iso-8859-1''%e9\r\n\r\nx\r\n"
    )
    alice.ok("SELECT INBOX")
    plain = alice.ok("FETCH 1 BODYSTRUCTURE").untagged[0].raw
    assert b'"name*" "utf-8\'\'%e2%82%ac"' in plain
    assert b'"filename*" "iso-8859-1\'\'%e9"' in plain
    assert b'"name*" "utf-8\'\'%e2%82%ac"' in alice.ok("FETCH 1 BODY").untagged[0].raw
    alice.ok("ENABLE IMAP4rev2")
    decoded = alice.ok("FETCH 1 BODYSTRUCTURE").untagged[0].raw
    assert "€".encode() in decoded
    assert "é".encode() in decoded


def test_17_to_19_what_rev1_clients_know_still_works(rev2: Client) -> None:
    rev2.append(PLAIN)
    rev2.ok("SELECT INBOX")
    rev2.ok("CHECK")
    rev2.ok('LSUB "" *')
    assert rev2.ok("FETCH 1 RFC822.SIZE").fetched("RFC822.SIZE") == [len(PLAIN)]


def test_21_flag_news_with_uid(rev2: Client, other: Client) -> None:
    rev2.append(PLAIN)
    rev2.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS (\\Answered)")
    assert rev2.ok("NOOP").fetches() == {1: {"UID": 1, "FLAGS": [b"\\Answered"]}}
    rev2.idle()
    other.ok("STORE 1 -FLAGS (\\Answered)")
    (told,) = rev2.news()
    assert told.data == {"UID": 1, "FLAGS": []}
    rev2.done()
    fetched = rev2.ok("FETCH 1 BODY[TEXT]").fetches()[1]
    assert (fetched["UID"], fetched["FLAGS"]) == (1, [b"\\Seen"])


def test_1_sizes_of_64_bits(rev2: Client) -> None:
    rev2.append(PLAIN)
    rev2.ok("SELECT INBOX")
    assert rev2.ok("SEARCH SMALLER 9223372036854775807").search == [1]
    assert rev2.ok("FETCH 1 BODY.PEEK[]<9223372036854775806.1>").fetched("BODY[]<9223372036854775806>") == [
        b""
    ]
    rev2.bad("SEARCH LARGER 9223372036854775808")


def test_6_3_9_nonexistent(rev2: Client) -> None:
    rev2.ok("CREATE a/b")
    rev2.ok("DELETE a")
    assert b"\\NonExistent" in rev2.ok('LIST "" *').lists["a"].attributes
