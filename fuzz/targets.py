# ruff: noqa: E501 (seeds are what they are)
"""All harnesses by name, each with inputs to begin from: the shapes that random octets would take long to find."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from coromail.server.deflate import Deflate
from coromail.server.proxy_protocol import SIGNATURE
from coromail.stores.maildir.records import Kind
from fuzz import administration, databases, files, grammars, mail, sessions, tokens

CORPUS = Path(__file__).parent / "corpus"  # inputs that once broke something, by harness


class Target(NamedTuple):
    """A harness: `run` takes any octets and raises only for a fault in coromail. Smaller than `longest` suffices."""

    run: Callable[[bytes], object]
    seeds: list[bytes]
    longest: int = 300

    def corpus(self) -> list[bytes]:
        """Inputs that once broke it."""
        folder = CORPUS / self.run.__name__
        return [file.read_bytes() for file in sorted(folder.glob("*"))] if folder.is_dir() else []


MAIL = b"""From: =?utf-8?q?a?= (b) <a@b.c>, g: x@y, "q\\"" <z>;\r\nTo: <@r:a@[1]>\r\nSubject: Re: [x] =?x?b?YQ==?= fwd:
Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)\r\nReferences: <a@b> <c@d>\r\nMessage-ID: <a@b>
Content-Type: multipart/mixed; boundary="b"; x*0*=utf-8'en'%41; x*1=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n
Subject: y\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n
<p>=e4=\r\n</p>\r\n--b\r\nContent-Type: application/x; name="a"\r\nContent-Disposition: attachment; filename*=''%20
Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--b--\r\n"""
FETCHES = b" (UID FLAGS BODY.PEEK[1.2.HEADER.FIELDS.NOT (a b)]<1.2> BINARY.SIZE[1] ENVELOPE) (CHANGEDSINCE 1 VANISHED)"
SEARCHES = (
    b' RETURN (MIN PARTIAL 1:5 SAVE) CHARSET UTF-8 OR NOT (SUBJECT "a" 1:*) (UID $ MODSEQ "/flags/\\\\Seen" all 5)'
    b" BEFORE 1-Jan-2020 FUZZY BODY \0\0ab\0\0 LARGER 5 OLDER 3 KEYWORD x HEADER a b"
)
IMAP = [
    b"a LOGIN alice secret\r\nb LOGIN {5+}\r\nalice {6+}\r\nsecret\r\nc NOOP\r\n",
    b"a AUTHENTICATE PLAIN =\r\nb AUTHENTICATE PLAIN\r\n*\r\nc ID (a NIL {16+}\r\nx-originating-ip {3+}\r\n::1)\r\nd STARTTLS\r\n",
    b'a LIST (SUBSCRIBED RECURSIVEMATCH) "" ("%" *) RETURN (STATUS (MESSAGES SIZE) CHILDREN)\r\nb STATUS INBOX (UIDNEXT)\r\n',
    b'a APPEND INBOX (\\Seen x) "17-Jul-1996 02:44:25 -0700" {5+}\r\nhello\r\nb CREATE x/y (USE (\\Sent))\r\nc RENAME x z\r\n',
    b"a SELECT INBOX (QRESYNC (1 2 1:5 (1 1)))\r\nb IDLE\r\nDONE\r\nc SETMETADATA INBOX (/private/x {1+}\r\na)\r\n",
    b"a FETCH 1"
    + FETCHES
    + b"\r\nb UID STORE 1:* (UNCHANGEDSINCE 1) +FLAGS.SILENT (\\Seen x)\r\nc UID EXPUNGE 1\r\n",
    b'a SEARCH RETURN (SAVE) OR NOT SEEN (SUBJECT "a" 1)\r\nb COPY $ INBOX\r\nc MOVE 1 INBOX\r\nd SORT (REVERSE DATE) UTF-8 ALL\r\n',
    b"a THREAD REFERENCES UTF-8 ALL\r\nb GETACL INBOX\r\nc SETACL INBOX bob +lr\r\nd GETQUOTAROOT INBOX\r\ne NOTIFY NONE\r\n",
    b"a ENABLE IMAP4rev2 UIDONLY\r\nb UID FETCH 1:* (PARTIAL -1:-5)\r\nc ESEARCH IN (mailboxes INBOX) ALL\r\nd REPLACE 1 INBOX {1+}\r\nx\r\n",
]
POP3 = [
    b"USER alice\r\nPASS secret\r\nRETR 1\r\nTOP 1 1\r\nUIDL\r\nDELE 1\r\nQUIT\r\n",
    b"AUTH PLAIN =\r\nCAPA\r\nLANG de\r\nUTF8\r\nXCLIENT ADDR=192.0.2.1 PORT=5 SESSION=x\r\n",
]
LMTP = [
    b'LHLO a\r\nMAIL FROM:<a@b> SIZE=5 BODY=8BITMIME\r\nRCPT TO:<"a b"@c>\r\nRCPT TO:<bob>\r\nDATA\r\nx: y\r\n\r\n..\r\n.\r\nQUIT\r\n',
    b"a: b\r\n.\r\nRSET\r\nXCLIENT ADDR=IPV6:::1 LOGIN=a+40b\r\nLHLO a\r\nMAIL FROM:<> SMTPUTF8\r\nRSET\r\nVRFY x\r\nSTARTTLS\r\nMAIL FROM:<>\r\n",
]
PROXY = [
    b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
    b"PROXY TCP6 ::1 ::2 1 2\r\n",
    SIGNATURE + b"\x21\x11\0\x1b" + bytes(12) + b"\x20\0\x0c\x07\0\0\0\0\x22\0\x04alic",
]
UIDS = [
    b"3 V1275660208 N25 G3085f01b7f11094c501100008c4a11c1\n24 P3 :1276528487.M3\n",
    b"1 1275660208 25\n24 1276528487\n",
]

SETTINGS = Path(__file__).parent.parent / "config"
SECRET = administration.SECRET
USERS = [
    b"alice:{PLAIN}"
    + SECRET
    + b":1:2:x:/home/a:/bin/sh:allow_nets=10.0.0.0/8 userdb_quota=5\n# x\nbob:$6$a$"
    + SECRET
    + b"\n",
    b"a: {password: '{PLAIN}"
    + SECRET
    + b"', protocols: [imap], app_passwords: [{name: x, password: '{SHA1}"
    + SECRET
    + b"'}]}\nb: null\n",
]
MBOXES = [
    b"From a@b Sat Jan  3 01:05:34 1996\nStatus: RO\nX-Status: AF\nX-Keywords: a b\nSubject: x\n\n>From y\n>>From z\n\nFrom c 1\n\n",
    b"From a@b Sat Jan  3 01:05:34 1996\r\nstatus: R\r\nSubject: x\r\n\r\ntext\r\n\r\nFrom c Sun Feb 29 01:05 +0100 2004\nx\n",
]

CLAIMS = b'{"iss": "https://login.example.org", "aud": "coromail", "exp": 9999999999, "nbf": 1, "email": "a@b", "email_verified": true}'


def stored(line: bytes) -> bytes:
    """A line in a block that is not compressed (RFC 1951 section 3.2.4): a harness can change its text."""
    return b"\0" + len(line).to_bytes(2, "little") + (len(line) ^ 0xFFFF).to_bytes(2, "little") + line


_ALL = [
    Target(grammars.commands, [b"\x03" + line for line in IMAP] + [b"\0a {3}\r\nabc~{30+}\r\nx {1}\r\n"]),
    Target(grammars.arguments, [b"8" + b'"a\\"" x', b'7("/a" {1})', b'7 "17-Jul-1996 02:44:25 -0700"', b"7&AGE-", b"7YWJj"]),
    Target(grammars.sequence_sets, [b"1:5,7,*:3", b"$", b"4294967295:*,1"]),
    Target(grammars.fetch_items, [FETCHES]),
    Target(grammars.search_keys, [SEARCHES, b" (REVERSE ARRIVAL SUBJECT) UTF-8 ALL"]),
    Target(grammars.select_parameters, [b" (QRESYNC (1 2 1:5 (1:3 1:3)) CONDSTORE)", b" (subtree (INBOX a))"]),
    Target(grammars.mailbox_names, [b"&AGEAYg-&-x", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"], 100),
    Target(grammars.dates_and_urls, [b"1-Jan-2020", b" 7-Feb-1994 21:52:25 -0800", b"/INBOX;UIDVALIDITY=1/;UID=2/;SECTION=1.MIME"]),
    Target(grammars.pop3_lines, POP3),
    Target(grammars.lmtp_data, [b"..a\r\n.\r\nx", b"\n.\n\r\n.\n\r\n.\r\n"]),
    Target(grammars.proxy_headers, PROXY),
    Target(grammars.origins, [b"ADDR=IPV6:2001:db8::9 PORT=4711 LOGIN=a@b", b"x-originating-ip=192.0.2.1 x-connected-ip=::1"]),
    Target(grammars.compressed, [b"\xf3H\xcd\xc9\xc9\x07\0\x00\x00\xff\xff"]),
    Target(mail.mime, [MAIL], 4000),
    Target(mail.searching, [MAIL], 4000),
    Target(mail.header_values, MAIL.split(b"\n"), 500),
    Target(mail.contents, [b"utf-8\n=c3=a9=\r\n<script>x</script><b>&amp;", b"iso-2022-jp\nYWJj", b"utf-7\n+AGE-"], 1000),
    Target(sessions.imap_strangers, IMAP, 600),
    Target(sessions.imap_users, IMAP, 600),
    Target(sessions.imap_mailboxes, IMAP, 600),
    Target(sessions.imap_read_only, IMAP, 600),
    Target(sessions.imap_idle, [b"DONE\r\n", b"done\r\na NOOP\r\n", b"DO NE\r\n" + IMAP[5], b"DONE\r\n" + IMAP[4]], 600),
    Target(sessions.imap_compressed, [Deflate().pack(line) for line in IMAP] + [stored(line) for line in IMAP], 600),
    Target(sessions.pop3, POP3, 300),
    Target(sessions.lmtp, LMTP, 300),
    Target(sessions.sasl, [b"\0=", b"\0AGFsaWNlAHNlY3JldA==", b"\4biwsbj1hbGljZSxyPWFi\nYz1iaXdz", b"\1\nYWxpY2U=\nc2VjcmV0"], 500),
    Target(tokens.oauth_tokens, [CLAIMS, b"eyJhbGciOiJFUzI1NiIsImtpZCI6Im9uZSJ9.e30.AA", b'{"exp": 1e400, "aud": [], "iss": 5}'], 400),
    Target(files.uid_lists, UIDS),
    Target(files.journals, [files.record(1, 1, b"abc")]),
    Target(files.journal_records, [bytes([n]) + payload for n in range(len(Kind)) for _, payload in files.GOOD], 500),
    Target(files.records, [bytes(4) + b"INBOX", b"\1\0\0\0\2\0\0\0ab"]),
    Target(databases.cache_files, [b"\0\x40\1", b"\x02\x10a\x04\x20\xff"], 30),
    Target(databases.text_indexes, [b"\0\x40\1", b"\x02\x10a\x04\x20\xff"], 30),
    Target(administration.configurations, [file.read_bytes() for file in sorted(SETTINGS.glob("*.yaml"))], 5000),
    Target(administration.users_files, [(SETTINGS / "users.yaml").read_bytes(), *USERS], 1000),
    Target(administration.mboxes, MBOXES, 1000),
    Target(administration.http_requests, [b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", b"HEAD /healthz?x HTTP/1.0\r\n\r\n", b"POST / HTTP/1.1\r\n\r\n"]),
]  # fmt: skip
TARGETS = {target.run.__name__: target for target in _ALL}
