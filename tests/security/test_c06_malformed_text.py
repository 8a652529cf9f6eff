# ruff: noqa: E501 (a table)
"""C6: malformed addresses, encoded words, charsets, UTF-8: an answer, never a traceback, never the end of the process.

CVE-2017-14461, CVE-2019-19722, CVE-2020-7957, CVE-2026-47088, CVE-2020-10967, CVE-2020-7046, CVE-2019-10691. Random
ones come from fuzz/.
"""

from __future__ import annotations

import pytest

from coromail.message.lines import to_crlf
from coromail.model.mailbox import NewMessage
from tests.imap.harness import Client, TestHost, literal
from tests.lmtp.harness import LmtpHost
from tests.lmtp.harness import connect as lmtp
from tests.pop3.harness import TestHost as Pop3Host
from tests.pop3.harness import login as pop3

VALUES = [
    b"group:;", b"group: a@b, ;", b"group:", b":;", b"(comment ending in \\", b"a (b (c \\) <d@e>", b'""@example.com',
    b'"" <>', b"<>", b"<@a,@b:c@d>", b"@", b"a@", b"a@[", b'"a', b"=?", b"=?utf-8?", b"=?utf-8?q?=?=", b"=?utf-8?q?=c3?=",
    b"=?utf-8?b?w?=", b"=?x-none?q?a?=", b"=?zlib?q?a?=", b"=?utf-16?b?AA==?=", b"\xc3", b"\xff\xfe", b"\xed\xa0\x80", b"a\0b",
    b"\xf4\x90\x80\x80", b"=?utf-7?q?+2AA-?=", b"\r\n ", b"\t", b"," * 50, b"x" * 2000, b"\x1b[31m",
]  # fmt: skip
FIELDS = [
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"References",
    b"Content-Type",
    b"Content-Disposition",
    b"In-Reply-To",
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_in_every_field_of_a_message(value: bytes) -> None:
    octets = b"".join(field + b": " + value + b"\r\n" for field in FIELDS) + b"\r\n" + value
    host = TestHost()
    client = Client(host).login()
    client.session.model.select("INBOX").append(NewMessage(to_crlf(octets)))  # as LMTP or a Maildir brings it
    client.ok("SELECT INBOX")
    for item in ("ENVELOPE", "BODYSTRUCTURE", "BODY", "PREVIEW", "BODY.PEEK[HEADER.FIELDS (TO)]"):
        client.ok(f"FETCH 1 {item}")
    client.ok("SEARCH CHARSET UTF-8 OR TEXT zzz TO zzz")
    client.ok("SORT (FROM TO SUBJECT DATE) UTF-8 ALL")
    client.ok("THREAD REFERENCES UTF-8 ALL")
    reader = Pop3Host()
    reader.fill(octets)
    pop3(reader).message(1)
    assert not reader.bugs()


BAD_UTF8 = [b"\xff", b"\xc3", b"a\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf"]


@pytest.mark.parametrize("octets", BAD_UTF8, ids=repr)
def test_invalid_utf8_where_names_are_due(octets: bytes) -> None:
    host = TestHost()
    assert Client(host).command("LOGIN", literal(octets), "x").status in ("NO", "BAD")
    assert Client(host).command("LOGIN alice", literal(octets)).status in ("NO", "BAD")
    for utf8 in (False, True):
        client = Client(host).login()
        if utf8:
            client.ok("ENABLE UTF8=ACCEPT")
        for verb in ("SELECT", "CREATE", "DELETE", "SUBSCRIBE", "STATUS"):
            more = ("(MESSAGES)",) if verb == "STATUS" else ()
            assert client.command(verb, literal(octets), *more).status in ("NO", "BAD")
        client.ok("SELECT INBOX")
        for key in ("SUBJECT", "TEXT", "KEYWORD"):
            client.command("SEARCH CHARSET UTF-8", key, literal(octets))
        client.ok("NOOP")


@pytest.mark.parametrize("octets", [*BAD_UTF8, b'""', b'"a"b', b"<", b"a\\", b"@", b"(x)a"], ids=repr)
def test_recipients(octets: bytes) -> None:
    client = lmtp(LmtpHost())
    for command in (b"MAIL FROM:<%b@example.com>", b"RCPT TO:<%b@example.com>", b"RCPT TO:<%b>"):
        for code, _, _ in client.raw(command % octets + b"\r\n"):
            assert code in (250, 500, 501, 503, 550, 553)
    assert not client.host.bugs()
