"""The checker on status responses, tagged lines and continuations: RFC 9051 sections 7.1, 7.6 and 9."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imap.checker import Checker, GrammarError
from tests.imap.checker.status import CODES


def one(line: bytes, **modes: bool) -> Any:
    (reply,) = Checker(**modes).feed(line + b"\r\n")
    return reply


@pytest.mark.parametrize(
    ("line", "name", "code", "text"),
    [
        (b"* OK hello", "OK", None, "hello"),
        (b"* PREAUTH hello", "PREAUTH", None, "hello"),
        (b"* BYE [UNAVAILABLE] going down", "BYE", ("UNAVAILABLE", None), "going down"),
        (b"* BYE [ALERT] a {5}", "BYE", ("ALERT", None), "a {5}"),
        (b"* OK [UIDNEXT 4392] next", "OK", ("UIDNEXT", 4392), "next"),
        (b"* OK [PERMANENTFLAGS ()] none", "OK", ("PERMANENTFLAGS", []), "none"),
        (
            b"* OK [PERMANENTFLAGS (\\Deleted $Junk \\*)] x",
            "OK",
            ("PERMANENTFLAGS", [b"\\Deleted", b"$Junk", b"\\*"]),
            "x",
        ),
        (b"* OK [HIGHESTMODSEQ 9223372036854775807] x", "OK", ("HIGHESTMODSEQ", 2**63 - 1), "x"),
        (b"* OK [MAILBOXID (F-1_a)] x", "OK", ("MAILBOXID", b"F-1_a"), "x"),
        (b'* OK [INPROGRESS ("a ]" 1 2)] x', "OK", ("INPROGRESS", (b"a ]", 1, 2)), "x"),
        (b"* OK [INPROGRESS (NIL NIL NIL)] x", "OK", ("INPROGRESS", (None, None, None)), "x"),
        (b"* OK [INPROGRESS] x", "OK", ("INPROGRESS", None), "x"),
        (b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x", "OK", ("CAPABILITY", ["IMAP4REV1", "AUTH=PLAIN"]), "x"),
        (b"* OK [COPYUID 1 2:3 9,8] x", "OK", ("COPYUID", (1, [(2, 3)], [(9, 9), (8, 8)])), "x"),
        (b'* NO [NOUPDATE "B02"] x', "NO", ("NOUPDATE", b"B02"), "x"),
        (
            b"* OK [URLMECH INTERNAL XSAMPLE=P34OKhO7VEkCbsiYY8rGEg==] x",
            "OK",
            ("URLMECH", [b"INTERNAL", b"XSAMPLE=P34OKhO7VEkCbsiYY8rGEg=="]),
            "x",
        ),
    ],
)
def test_untagged_accepted(line: bytes, name: str, code: object, text: str) -> None:
    reply = one(line)
    assert (reply.kind, reply.name, reply.code, reply.text) == ("untagged", name, code, text)


@pytest.mark.parametrize(
    ("line", "name", "code"),
    [
        (b"a1 OK done", "OK", None),
        (b"A]b OK done", "OK", None),
        (b'a1 NO [BADCHARSET (US-ASCII "UTF-8")] x', "NO", ("BADCHARSET", [b"US-ASCII", b"UTF-8"])),
        (b"a1 NO [BADCHARSET] x", "NO", ("BADCHARSET", [])),
        (b"a1 NO [TRYCREATE] x", "NO", ("TRYCREATE", None)),
        (b"a1 NO [BADEVENT (MessageNew FlagChange)] x", "NO", ("BADEVENT", ["MESSAGENEW", "FLAGCHANGE"])),
        (b"a1 OK [MODIFIED 7,9:11] x", "OK", ("MODIFIED", [(7, 7), (9, 11)])),
        (b"a1 OK [METADATA LONGENTRIES 2199] x", "OK", ("METADATA", ("LONGENTRIES", 2199))),
        (b"a1 NO [METADATA TOOMANY] x", "NO", ("METADATA", ("TOOMANY", None))),
        (b"a1 OK [APPENDUID 38505 3955] x", "OK", ("APPENDUID", (38505, [(3955, 3955)]))),
        (b"a1 OK [APPENDUID 38505 3955:3957] x", "OK", ("APPENDUID", (38505, [(3955, 3957)]))),
        (b"a1 OK [MESSAGELIMIT 1000 23221] x", "OK", ("MESSAGELIMIT", (1000, 23221))),
        (b"a1 BAD [UIDREQUIRED] x", "BAD", ("UIDREQUIRED", None)),
        (b"a1 NO [BADURL imap://a@b/c;UID=1] x", "NO", ("BADURL", b"imap://a@b/c;UID=1")),
        (b"a1 NO [UNDEFINED-FILTER my-filter] x", "NO", ("UNDEFINED-FILTER", b"my-filter")),
        (b"a1 OK [REFERRAL IMAP://MATTHEW@SERVER2/] x", "OK", ("REFERRAL", b"IMAP://MATTHEW@SERVER2/")),
    ],
)
def test_tagged_accepted(line: bytes, name: str, code: object) -> None:
    reply = one(line)
    assert (reply.kind, reply.tag, reply.name, reply.code) == ("tagged", line.split()[0].decode(), name, code)


@pytest.mark.parametrize(
    "line",
    [
        b"* OK",
        b"* OK ",
        b"* OK  two",
        b"* OK end ",
        b"* OK [ALERT]",
        b"* OK [ALERT] ",
        b"* OK [ALERT]text",
        b"* OK [ALERT]  text",
        b"* OK [ALERT ] text",
        b"* OK [ ALERT] text",
        b"* OK [] text",
        b"* OK [ALERT text",
        b"* OK [FROBNICATE] text",
        b"* OK \x07bell",
        b"* OK nul\x00",
        b"* OK caf\xc3\xa9",
        b"* OK [UIDNEXT 0] x",
        b"* OK [UIDNEXT] x",
        b"* OK [UIDNEXT 4294967296] x",
        b"* OK [UIDVALIDITY 0] x",
        b"* OK [UIDVALIDITY 007] x",
        b"* OK [UNSEEN 0] x",
        b"* OK [HIGHESTMODSEQ 0] x",
        b"* OK [HIGHESTMODSEQ 9223372036854775808] x",
        b"* OK [PERMANENTFLAGS (\\* \\Seen)] x",
        b"* OK [PERMANENTFLAGS (\\Recent)] x",
        b"* OK [PERMANENTFLAGS (\\Seen \\seen)] x",
        b"* OK [PERMANENTFLAGS (\\Seen )] x",
        b"* OK [PERMANENTFLAGS ( \\Seen)] x",
        b"* OK [PERMANENTFLAGS] x",
        b"* OK [COPYUID 1 2:4 9] x",
        b"* OK [COPYUID 1 2:* 9] x",
        b"* OK [COPYUID 0 2 9] x",
        b"* OK [COPYUID 1 2  9] x",
        b"* OK [COPYUID 1 2, 9] x",
        b"* OK [CAPABILITY] x",
        b"* OK [CAPABILITY IDLE] x",
        b"* OK [CAPABILITY IMAP4rev1 ] x",
        b"* OK [INPROGRESS (NIL NIL 4)] x",
        b'* OK [INPROGRESS ("a" 4 4)] x',
        b"* OK [INPROGRESS (a 1 4)] x",
        b"* NO [NOUPDATE B02] x",
        b"* OK [READ-ONLY x] x",
        b"* OK [TRYCREATE] x",
        b"* NO [UIDNEXT 3] x",
        b"* BYE [READ-WRITE] x",
        b"a OK [INPROGRESS] x",
        b"a NO [COPYUID 1 2 3] x",
        b"a OK [APPENDUID 1 5:5] x",
        b"a OK [APPENDUID 1 0] x",
        b"a OK [APPENDUID 1 *] x",
        b"a OK [MODIFIED] x",
        b"a OK [MODIFIED *] x",
        b"a NO [BADCHARSET ()] x",
        b"a NO [BADEVENT ()] x",
        b"a NO [METADATA HUGE] x",
        b"a NO [BADCHARSET (a b] x",
        b"a PREAUTH x",
        b"a BYE x",
        b"a+ OK x",
        b"a  OK x",
        b" OK x",
        b"a OK",
        b"",
        b"*",
        b"* ",
        b"*OK x",
        b"* FROB x",
        b"OK x",
    ],
)
def test_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)


def test_utf8_text_needs_rev2() -> None:
    assert one("* OK café".encode(), rev2=True).text == "café"
    for line in ("* OK café".encode(), b"* OK caf\xe9"):
        with pytest.raises(GrammarError):
            one(line, utf8=True)
    with pytest.raises(GrammarError):
        one(b"* OK caf\xe9", rev2=True)


def test_unseen_is_not_in_rev2() -> None:
    assert one(b"* OK [UNSEEN 3] x").code == ("UNSEEN", 3)
    with pytest.raises(GrammarError):
        one(b"* OK [UNSEEN 3] x", rev2=True)


def test_every_code_knows_where_it_may_stand() -> None:
    places = {f"{kind}{condition}" for kind in "T*" for condition in ("OK", "NO", "BAD")} | {
        "*BYE",
        "*PREAUTH",
    }
    for name, code in CODES.items():
        assert code.where.split(), name
        assert set(code.where.split()) <= places, name


@pytest.mark.parametrize(
    ("line", "data", "text"),
    [
        (b"+ ", b"", ""),
        (b"+ idling", None, "idling"),
        (b"+ Ready for literal data", None, "Ready for literal data"),
        (b"+ PDE4OTYuNjk3QHBvc3RvZmZpY2U+", b"<1896.697@postoffice>", "PDE4OTYuNjk3QHBvc3RvZmZpY2U+"),
    ],
)
def test_continuation(line: bytes, data: bytes | None, text: str) -> None:
    reply = one(line)
    assert (reply.kind, reply.data, reply.text) == ("continuation", data, text)


@pytest.mark.parametrize("line", [b"+", b"+idling", b"+  idling", b"+ [x", b"+ id\x00ling", b"+ trailing "])
def test_continuation_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)


def test_error_says_where() -> None:
    with pytest.raises(GrammarError) as caught:
        one(b"* 3 FETCH (FLAGS (\\Seen ) UID 3)")
    assert caught.value.production == "flag-list" or "FLAGS" in caught.value.production
    assert b"<<HERE>>" in caught.value.octets
