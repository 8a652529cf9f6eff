"""The checker on extensions' data: RFC 4314, 9208, 5464, 2971, 7162, 4467, 5255, 9698."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imap.checker import Checker, GrammarError, Vanished


def one(line: bytes) -> Any:
    (reply,) = Checker().feed(line + b"\r\n")
    return reply.data


@pytest.mark.parametrize(
    ("line", "data"),
    [
        (b"* ACL INBOX", (b"INBOX", {})),
        (
            b'* ACL INBOX Fred rwipsldexta -bob "" anyone 1a',
            (b"INBOX", {b"Fred": b"rwipsldexta", b"-bob": b"", b"anyone": b"1a"}),
        ),
        (
            b"* LISTRIGHTS ~/Mail/saved smith la r swicdkxte",
            (b"~/Mail/saved", b"smith", [b"la", b"r", b"swicdkxte"]),
        ),
        (b'* LISTRIGHTS a anyone "" l r', (b"a", b"anyone", [b"", b"l", b"r"])),
        (b"* MYRIGHTS INBOX rwiptsldaex", (b"INBOX", b"rwiptsldaex")),
        (b'* QUOTA "" (STORAGE 10 512)', (b"", {"STORAGE": (10, 512)})),
        (
            b"* QUOTA root (MESSAGE 0 1 STORAGE 1 9223372036854775807)",
            (b"root", {"MESSAGE": (0, 1), "STORAGE": (1, 2**63 - 1)}),
        ),
        (b'* QUOTAROOT INBOX "" a', (b"INBOX", [b"", b"a"])),
        (b"* QUOTAROOT comp.mail.mime", (b"comp.mail.mime", [])),
        (
            b'* METADATA INBOX (/shared/comment "Shared comment" /private/comment NIL)',
            (b"INBOX", {b"/shared/comment": b"Shared comment", b"/private/comment": None}),
        ),
        (b'* METADATA "" (/shared/comment ~{2}\r\n\x00a)', (b"", {b"/shared/comment": b"\x00a"})),
        (b'* METADATA "" /shared/comment /private/comment', (b"", [b"/shared/comment", b"/private/comment"])),
        (b'* ID ("name" "coromail" "version" NIL)', {b"name": b"coromail", b"version": None}),
        (b"* ID NIL", None),
        (b"* ID ()", {}),
        (b"* VANISHED 405,407,410:425", Vanished(False, [(405, 405), (407, 407), (410, 425)])),
        (b"* VANISHED (EARLIER) 41,43:116", Vanished(True, [(41, 41), (43, 116)])),
        (b'* GENURLAUTH "imap://a" imap://b', [b"imap://a", b"imap://b"]),
        (b'* URLFETCH "imap://a" {3}\r\nabc imap://b NIL', [(b"imap://a", b"abc"), (b"imap://b", None)]),
        (b"* LANGUAGE (EN DE-IT i-default)", [b"EN", b"DE-IT", b"i-default"]),
        (b'* COMPARATOR i;unicode-casemap ("i;ascii-casemap")', (b"i;unicode-casemap", [b"i;ascii-casemap"])),
        (b'* JMAPACCESS "https://example.com/.s/[jmap]"', b"https://example.com/.s/[jmap]"),
    ],
)
def test_accepted(line: bytes, data: object) -> None:
    assert one(line) == data


@pytest.mark.parametrize(
    "line",
    [
        b"* ACL",
        b"* ACL INBOX Fred",
        b"* ACL INBOX Fred LR",
        b"* ACL INBOX Fred ll",
        b"* ACL INBOX a l a r",
        b'* ACL INBOX "" l',
        b"* LISTRIGHTS INBOX smith",
        b"* LISTRIGHTS INBOX smith la l",
        b'* LISTRIGHTS INBOX smith la ""',
        b"* MYRIGHTS INBOX",
        b"* MYRIGHTS INBOX l r",
        b'* QUOTA "" ()',
        b'* QUOTA ""',
        b'* QUOTA "" (STORAGE 10)',
        b'* QUOTA "" (STORAGE 10 NIL)',
        b'* QUOTA "" (FROB 1 2)',
        b'* QUOTA "" (STORAGE 1 2 STORAGE 1 2)',
        b"* QUOTAROOT",
        b"* METADATA INBOX ()",
        b"* METADATA INBOX",
        b"* METADATA INBOX (/shared/comment x)",
        b'* METADATA INBOX (/other/comment "x")',
        b'* METADATA INBOX (/shared/ "x")',
        b'* METADATA INBOX (/shared//a "x")',
        b'* METADATA INBOX ("/shared/a*" "x")',
        b"* ID",
        b'* ID ("name")',
        b'* ID (name "x")',
        b'* ID ("name" "a" "NAME" "b")',
        b'* ID ("' + b"x" * 31 + b'" "a")',
        b'* ID ("a" "' + b"x" * 1025 + b'")',
        b"* VANISHED",
        b"* VANISHED *",
        b"* VANISHED 1:*",
        b"* VANISHED EARLIER 1",
        b"* VANISHED (EARLIER)",
        b"* GENURLAUTH",
        b"* URLFETCH imap://a",
        b"* URLFETCH imap://a abc",
        b"* LANGUAGE ()",
        b"* LANGUAGE EN",
        b"* LANGUAGE (e_n)",
        b"* COMPARATOR",
        b'* COMPARATOR "a" ()',
        b"* JMAPACCESS https://example.com",
    ],
)
def test_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)
