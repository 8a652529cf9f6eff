"""The mail that clients fetch: real messages when a corpus is there, and always some of our own making.

All of it is LF, as a delivery agent leaves it in a Maildir. On the wire it must be the same with CRLF.
"""

from __future__ import annotations

import email
import email.policy
import os
import random
import tarfile
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

CORPUS = Path(os.environ.get("COROMAIL_CORPUS") or Path(__file__).parents[3] / "shared/corpus")

# Folders of the archive, and the Maildir++ folder that each becomes; the first is INBOX.
FOLDERS = {
    "ham/spamassassin/hard_ham": "",
    "ham/spamassassin/easy_ham": ".easy",
    "ham/spamassassin/easy_ham_2": ".easy.second",
    "ham/apache-lists/maven-dev-2017-11": ".lists.maven",
    "ham/apache-lists/maven-dev-2017-12": ".lists.maven.december",
    "ham/apache-lists/httpd-users-2020-07": ".lists.httpd",
    "ham/apache-lists/httpd-users-2006-06-part": ".lists.httpd.2006",
    "ham/apache-lists/ponymail-commits-2016-06": ".lists.ponymail",
    "ham/apache-lists/asterix-dev-2017-09": ".lists.asterix",
    "ham/notmuch/lkml": ".lists.lkml",
    "ham/notmuch/notmuch-list": ".Entw&APw-rfe",
}
MADE = ".made up"


@cache
def by_folder() -> Mapping[str, list[bytes]]:
    """Messages of each Maildir++ folder (empty name: INBOX), LF line ends."""
    return {**(_real() or {"": made(40, seed=2), ".Entw&APw-rfe": made(30, seed=3)}), MADE: made(150, seed=1)}


@cache
def all_messages() -> list[bytes]:
    """Every message, in one list."""
    return [message for messages in by_folder().values() for message in messages]


def wire(messages: Iterable[bytes]) -> list[bytes]:
    """Messages as they must come over the wire (RFC 3501 section 2.2, RFC 1939 section 3), sorted."""
    return sorted(message.replace(b"\n", b"\r\n") for message in messages)


def same(got: Iterable[bytes], wanted: Iterable[bytes], what: str = "") -> None:
    """Fail with the first octets that differ, unless both hold the same messages in any order."""
    have, want = Counter(got), Counter(wanted)
    if have == want:
        return
    missing, surplus = sorted((want - have).elements()), sorted((have - want).elements())
    text = f"{what}: {have.total()} messages instead of {want.total()}, {len(missing)} are not as they were"
    if missing and surplus:
        one = missing[0]
        other = max(surplus, key=lambda candidate: _common(one, candidate))
        start = max(0, _common(one, other) - 40)
        text += f"; wanted ...{one[start : start + 160]!r}, got ...{other[start : start + 160]!r}"
    raise AssertionError(text)


def _common(one: bytes, other: bytes) -> int:
    """The length of what two messages begin with."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def without(messages: Iterable[bytes], *fields: str) -> list[bytes]:
    """Messages without header fields that a client adds or takes away."""
    names = tuple(field.lower().encode() + b":" for field in fields)
    return [_without(octets, names) for octets in messages]


def written_by_python(messages: Iterable[bytes], *fields: str) -> list[bytes]:
    """Messages without some fields, as clients write them that read mail with Python's `email` and write it anew."""
    policy = email.policy.compat32.clone(mangle_from_=False)
    anew = (email.message_from_bytes(octets).as_bytes(policy=policy) for octets in without(messages, *fields))
    return [_unfolded(octets) for octets in anew]


def _unfolded(octets: bytes) -> bytes:
    header, empty, body = octets.partition(b"\n\n")
    return header.replace(b"\n ", b" ").replace(b"\n\t", b" ") + empty + body


def _without(octets: bytes, names: tuple[bytes, ...]) -> bytes:
    lines = octets.splitlines(keepends=True)
    kept, dropping = list[bytes](), False
    for number, line in enumerate(lines):
        if line in (b"\n", b"\r\n"):
            return b"".join(kept + lines[number:])
        if not line.startswith((b" ", b"\t")):
            dropping = line.lower().startswith(names)
        if not dropping:
            kept.append(line)
    return b"".join(kept)


def _real() -> dict[str, list[bytes]]:
    archive = CORPUS / "ham.tar.xz"
    if not archive.exists():
        return {}
    folders: dict[str, list[bytes]] = {name: [] for name in FOLDERS.values()}
    with tarfile.open(archive, "r:xz") as members:
        for member in members:
            folder = FOLDERS.get(member.name.rpartition("/")[0])
            file = members.extractfile(member) if folder is not None and member.isfile() else None
            if file is not None and folder is not None:
                folders[folder].append(without_from_line(file.read()))
    return folders


def without_from_line(octets: bytes) -> bytes:
    """A message without the line by which an mbox file separates it (RFC 4155)."""
    return octets.partition(b"\n")[2] if octets.startswith(b"From ") else octets


def made(count: int, seed: int) -> list[bytes]:
    """Messages of our own with what trips clients and servers up: dots, long lines, 8-bit octets, no body."""
    chance = random.Random(seed)
    return [_make(chance, f"{seed}.{number}") for number in range(count)]


# No raw UTF-8 among the subjects: RFC 6856 section 2.1 has POP3 clients without UTF8 be given another form of it.
_SUBJECTS = [
    b"hello",
    b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=",
    b"Gr\xfc\xdfe",
    b"folded\n\tsubject",
    b"",
    b'"quoted" (remark)',
]
_LINES = [
    b".", b"..", b". dot and blank", b"", b" ", b"\t", b"x" * 1200, "\u20ac".encode(), b"\xe4\xfc\xff", b"+OK", b"-ERR",
    b"* 1 FETCH (FLAGS ())", b"{12}", b"--", b"-- ", b")", b"text " * 12, b"= =20 =3D", b"a1 OK done", b"From here",
]  # fmt: skip


def _make(chance: random.Random, number: str) -> bytes:
    """One message. Its body ends with a line end: some clients add one where it is missing."""
    header = (
        (
            f"Return-Path: <sender@example.org>\nMessage-ID: <{number}@example.org>\n"
            f"Date: {chance.randint(1, 28)} Mar {chance.randint(1990, 2030)} 10:00:00 +0100\n"
            f'From: "Sender {number}" <sender@example.org>\nTo: alice@example.org\n'
        ).encode()
        + b"Subject: "
        + chance.choice(_SUBJECTS)
        + b"\n"
    )
    kind = chance.choice(["plain", "plain", "multipart", "nested", "large", "no body"])
    if kind == "no body":
        return header + b"\n"
    if kind == "large":
        return header + b"\n" + b"\n".join(chance.randbytes(36).hex().encode() for _ in range(1600)) + b"\n"
    if kind == "plain":
        return header + b"\n" + _text(chance)
    boundary = f"=_{number}".encode()
    parts = [
        b"Content-Type: text/plain; charset=utf-8\n\n" + _text(chance) for _ in range(chance.randint(1, 4))
    ]
    if kind == "nested":
        parts.append(b"Content-Type: message/rfc822\n\n" + header + b"\n" + _text(chance))
    body = b"".join(b"--" + boundary + b"\n" + part for part in parts) + b"--" + boundary + b"--\n"
    return (
        header
        + b'MIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary="'
        + boundary
        + b'"\n\n'
        + body
    )


def _text(chance: random.Random) -> bytes:
    return b"".join(chance.choice(_LINES) + b"\n" for _ in range(chance.randint(0, 30)))
