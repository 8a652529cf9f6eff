"""The checker on data about mailboxes: RFC 9051 section 7.3, RFC 3501, 5258, 2342, 8438, 8474, 7889, 9208."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imap.checker import Checker, GrammarError


def one(line: bytes, **modes: bool) -> Any:
    (reply,) = Checker(**modes).feed(line + b"\r\n")
    return reply.data


def test_list() -> None:
    listed = one(b'* LIST (\\HasNoChildren \\Sent \\Marked) "/" "a b"')
    assert listed.attributes == [b"\\HasNoChildren", b"\\Sent", b"\\Marked"]
    assert (listed.delimiter, listed.mailbox, listed.extended) == (b"/", b"a b", {})


@pytest.mark.parametrize(
    ("line", "mailbox"),
    [
        (b'* LIST () "/" INBOX', b"INBOX"),
        (b'* LIST (\\Noselect) "/" ""', b""),
        (b"* LIST () NIL foo", b"foo"),
        (b'* LIST () "\\\\" foo]', b"foo]"),
        (b'* LIST () "." {3}\r\nfoo', b"foo"),
        (b'* LIST () "/" "NIL"', b"NIL"),
        (b'* LIST () "/" ~peter/mail/&U,BTFw-/&ZeVnLIqe-', b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        (b'* LIST () "/" "a&-b"', b"a&-b"),
        (b'* LSUB (\\Noselect) "/" a/b', b"a/b"),
        (b'* LIST (\\NonExistent) "." "bar" (CHILDINFO ("SUBSCRIBED"))', b"bar"),
        (b'* LIST () "." "bar" ("OLDNAME" ("old"))', b"bar"),
        (b'* LIST () "." bar ()', b"bar"),
    ],
)
def test_list_accepted(line: bytes, mailbox: bytes) -> None:
    assert one(line).mailbox == mailbox


@pytest.mark.parametrize(
    "line",
    [
        b'* LIST () "/" ',
        b'* LIST () "/"',
        b"* LIST () / foo",
        b'* LIST () "//" foo',
        b'* LIST () "" foo',
        b'* LIST  () "/" foo',
        b'* LIST ()  "/" foo',
        b'* LIST () "/"  foo',
        b'* LIST () "/" foo ',
        b'* LIST () "/" NIL',
        b'* LIST () "/" foo bar',
        b'* LIST () "/" fo*',
        b'* LIST () "/" f(o',
        b'* LIST ( \\Marked) "/" foo',
        b'* LIST (\\Marked ) "/" foo',
        b'* LIST (\\Marked \\Unmarked) "/" foo',
        b'* LIST (\\Noselect \\NonExistent) "/" foo',
        b'* LIST (\\HasChildren \\HasNoChildren) "/" foo',
        b'* LIST (\\HasChildren \\Noinferiors) "/" foo',
        b'* LIST (\\Sent \\sent) "/" foo',
        b'* LIST (\\Frob) "/" foo',
        b'* LIST (Marked) "/" foo',
        b'* LIST () "/" "caf\xc3\xa9"',
        b'* LIST () "/" {5}\r\ncaf\xc3\xa9',
        b'* LIST () "/" "a&b"',
        b'* LIST () "/" "&AGE-"',
        b'* LIST () "/" "&U,BTFw-&ZeVnLIqe-"',
        b'* LIST () "/" "&U,BTF-"',
        b'* LIST () "/" "&2AA-"',
        b'* LIST () "." bar (CHILDINFO ())',
        b'* LIST () "." bar (CHILDINFO (SUBSCRIBED))',
        b'* LIST () "." bar (FROB (a))',
        b'* LIST () "." bar (OLDNAME old)',
        b'* LSUB () "." bar ()',
    ],
)
def test_list_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)


def test_utf8_names() -> None:
    for modes in ({"utf8": True}, {"rev2": True}):
        assert one('* LIST () "/" "café & bar"'.encode(), **modes).mailbox == "café & bar".encode()
        for name in (b"caf\xe9", b"a\tb"):
            with pytest.raises(GrammarError):
                one(b'* LIST () "/" "%b"' % name, **modes)


def test_status() -> None:
    mailbox, items = one(
        b"* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 1 UNSEEN 0 RECENT 0 DELETED 1 "
        b"SIZE 9000000000 HIGHESTMODSEQ 0 APPENDLIMIT NIL MAILBOXID (F1) DELETED-STORAGE 3)"
    )
    assert mailbox == b"blurdybloop"
    assert items["SIZE"] == 9_000_000_000
    assert items["APPENDLIMIT"] is None
    assert items["MAILBOXID"] == b"F1"
    assert one(b"* STATUS a ()") == (b"a", {})


@pytest.mark.parametrize(
    "line",
    [
        b"* STATUS a",
        b"* STATUS a (UIDNEXT 0)",
        b"* STATUS a (UIDVALIDITY 0)",
        b"* STATUS a (MESSAGES 1 )",
        b"* STATUS a (MESSAGES 1 MESSAGES 1)",
        b"* STATUS a (MESSAGES -1)",
        b"* STATUS a (MESSAGES NIL)",
        b"* STATUS a (MESSAGES 4294967296)",
        b"* STATUS a (SIZE 9223372036854775808)",
        b"* STATUS a (MAILBOXID F1)",
        b"* STATUS a (MAILBOXID (a.b))",
        b"* STATUS a (FROB 1)",
        b"* STATUS a(MESSAGES 1)",
        b'* STATUS "" (MESSAGES 1)',
        b"* STATUS NIL (MESSAGES 1)",
    ],
)
def test_status_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)


def test_status_has_no_recent_in_rev2() -> None:
    with pytest.raises(GrammarError):
        one(b"* STATUS a (RECENT 1)", rev2=True)


def test_flags() -> None:
    assert one(b"* FLAGS (\\Answered \\Seen $Forwarded)") == [b"\\Answered", b"\\Seen", b"$Forwarded"]
    assert one(b"* FLAGS ()") == []


@pytest.mark.parametrize(
    "line",
    [
        b"* FLAGS",
        b"* FLAGS (\\Seen \\*)",
        b"* FLAGS (\\Recent)",
        b"* FLAGS (\\Custom)",
        b"* FLAGS (a]b)",
        b"* FLAGS (a a)",
        b'* FLAGS ("a")',
        b"* FLAGS (a  b)",
        b"* FLAGS (\\)",
    ],
)
def test_flags_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)


def test_namespace() -> None:
    line = b'* NAMESPACE (("" "/")("#mh/" "/" "X-PARAM" ("FLAG1" "FLAG2"))) NIL (({3}\r\na&- NIL))'
    assert one(line) == [[(b"", b"/"), (b"#mh/", b"/")], None, [(b"a&-", None)]]


@pytest.mark.parametrize(
    "line",
    [
        b"* NAMESPACE NIL NIL",
        b"* NAMESPACE () NIL NIL",
        b'* NAMESPACE (("" "/") ("a" "/")) NIL NIL',
        b'* NAMESPACE ((a "/")) NIL NIL',
        b'* NAMESPACE (("" "/" )) NIL NIL',
        b'* NAMESPACE ((NIL "/")) NIL NIL',
        b"* NAMESPACE NIL NIL NIL NIL",
        b'* NAMESPACE (("" "/" "X" ())) NIL NIL',
    ],
)
def test_namespace_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)


def test_sizes() -> None:
    replies = Checker().feed(b"* 0 EXISTS\r\n* 0 RECENT\r\n* 4294967295 EXPUNGE\r\n")
    assert [(reply.name, reply.number) for reply in replies] == [
        ("EXISTS", 0),
        ("RECENT", 0),
        ("EXPUNGE", 2**32 - 1),
    ]


@pytest.mark.parametrize(
    "line",
    [b"* 0 EXPUNGE", b"* 01 EXISTS", b"* 1 EXISTS ", b"* 1  EXISTS", b"* 1 FROB", b"* 1", b"* -1 EXISTS"],
)
def test_sizes_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)


def test_capability() -> None:
    names = one(
        b"* CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ AUTH=SCRAM-SHA-256-PLUS RIGHTS=kxten APPENDLIMIT=1000 "
        b"QUOTA=RES-STORAGE STATUS=SIZE THREAD=REFERENCES COMPRESS=DEFLATE"
    )
    assert names[0] == "IMAP4REV1"


@pytest.mark.parametrize(
    "line",
    [
        b"* CAPABILITY",
        b"* CAPABILITY ",
        b"* CAPABILITY IDLE",
        b"* CAPABILITY IMAP4rev1 IDLE IDLE",
        b"* CAPABILITY IMAP4rev1  IDLE",
        b"* CAPABILITY IMAP4rev1 IDLE ",
        b"* CAPABILITY IMAP4rev1 FROB",
        b"* CAPABILITY IMAP4rev1 AUTH=",
        b"* CAPABILITY IMAP4rev1 RIGHTS=kx",
        b"* CAPABILITY IMAP4rev1 RIGHTS=kxtel",
        b"* CAPABILITY IMAP4rev1 APPENDLIMIT=",
        b"* CAPABILITY IMAP4rev1 LITERAL+ LITERAL-",
        b"* CAPABILITY IMAP4rev1 UTF8=ACCEPT UTF8=ONLY",
        b'* CAPABILITY IMAP4rev1 "IDLE"',
    ],
)
def test_capability_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)


def test_enabled() -> None:
    assert one(b"* ENABLED") == []
    assert one(b"* ENABLED CONDSTORE QRESYNC") == ["CONDSTORE", "QRESYNC"]
    for line in (b"* ENABLED IDLE", b"* ENABLED CONDSTORE CONDSTORE", b"* ENABLED ", b"* ENABLED FROB"):
        with pytest.raises(GrammarError):
            one(line)
