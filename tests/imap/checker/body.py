"""ENVELOPE, BODY and BODYSTRUCTURE (RFC 9051 sections 7.5.2 and 9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from tests.imap.checker.scanner import Scanner


class Address(NamedTuple):
    """addr-name, addr-adl, addr-mailbox, addr-host."""

    name: bytes | None
    adl: bytes | None
    mailbox: bytes | None
    host: bytes | None


Addresses = list[Address] | None


class Envelope(NamedTuple):
    """The ten members in the order of the wire."""

    date: bytes | None
    subject: bytes | None
    from_: Addresses
    sender: Addresses
    reply_to: Addresses
    to: Addresses
    cc: Addresses
    bcc: Addresses
    in_reply_to: bytes | None
    message_id: bytes | None


@dataclass(slots=True)
class Body:
    """One part. `type` is "multipart" if it has `parts`.

    `extension` holds what was sent of md5 (single parts only), disposition, language, location.
    """

    type: bytes
    subtype: bytes
    parts: list[Body] = field(default_factory=list)
    parameters: dict[bytes, bytes] | None = None
    id: bytes | None = None
    description: bytes | None = None
    encoding: bytes = b""
    octets: int = 0
    lines: int | None = None
    envelope: Envelope | None = None
    message: Body | None = None
    extension: list[object] = field(default_factory=list)


def _address(scanner: Scanner) -> Address:
    scanner.expect(b"(", "address")
    name = scanner.nstring("addr-name")
    scanner.sp("address")
    adl = scanner.nstring("addr-adl")
    scanner.sp("address")
    mailbox = scanner.nstring("addr-mailbox")
    scanner.sp("address")
    host = scanner.nstring("addr-host")
    scanner.expect(b")", "address")
    if mailbox is None and host is not None:
        scanner.fail("address", "a host without a mailbox is neither an address nor a group mark")
    return Address(name, adl, mailbox, host)


def _addresses(scanner: Scanner, production: str) -> Addresses:
    if scanner.nil():
        return None
    scanner.expect(b"(", production)
    found = [_address(scanner)]
    while scanner.looking_at(b"("):
        found.append(_address(scanner))
    scanner.expect(b")", production)
    return found


def envelope(scanner: Scanner, production: str = "envelope") -> Envelope:
    """The parenthesised envelope; Sender and Reply-To default to From (RFC 9051 section 7.5.2)."""
    scanner.expect(b"(", production)
    date = scanner.nstring("env-date")
    scanner.sp(production)
    subject = scanner.nstring("env-subject")
    lists: list[Addresses] = []
    for member in ("env-from", "env-sender", "env-reply-to", "env-to", "env-cc", "env-bcc"):
        scanner.sp(production)
        lists.append(_addresses(scanner, member))
    scanner.sp(production)
    in_reply_to = scanner.nstring("env-in-reply-to")
    scanner.sp(production)
    message_id = scanner.nstring("env-message-id")
    scanner.expect(b")", production)
    if lists[0] is not None and (lists[1] is None or lists[2] is None):
        scanner.fail(production, "sender or reply-to is NIL though from is not")
    from_, sender, reply_to, to, cc, bcc = lists
    return Envelope(date, subject, from_, sender, reply_to, to, cc, bcc, in_reply_to, message_id)


def body(scanner: Scanner, production: str, *, extensible: bool) -> Body:
    """A body; extension data only where `extensible` (BODYSTRUCTURE)."""
    scanner.expect(b"(", production)
    if scanner.looking_at(b"("):
        part = _multipart(scanner, production, extensible)
    else:
        part = _single(scanner, production, extensible)
    scanner.expect(b")", production)
    return part


def _multipart(scanner: Scanner, production: str, extensible: bool) -> Body:
    parts: list[Body] = []
    while scanner.looking_at(b"("):
        parts.append(body(scanner, production, extensible=extensible))
    scanner.sp("body-type-mpart")
    part = Body(b"multipart", scanner.string("media-subtype"), parts)
    if extensible and scanner.looking_at(b" "):
        scanner.sp("body-ext-mpart")
        part.parameters = _parameters(scanner)
        _extension(scanner, part, "body-ext-mpart")
    return part


def _single(scanner: Scanner, production: str, extensible: bool) -> Body:
    type_ = scanner.string("media-basic")
    scanner.sp(production)
    part = Body(type_, scanner.string("media-subtype"))
    if not part.type or not part.subtype or part.type.upper() == b"MULTIPART":
        scanner.fail("media-basic", "no media type, or a multipart without parts")
    scanner.sp("body-fields")
    part.parameters = _parameters(scanner)
    scanner.sp("body-fields")
    part.id = scanner.nstring("body-fld-id")
    scanner.sp("body-fields")
    part.description = scanner.nstring("body-fld-desc")
    scanner.sp("body-fields")
    part.encoding = scanner.string("body-fld-enc")
    scanner.sp("body-fields")
    part.octets = scanner.number("body-fld-octets")
    if part.type.upper() == b"TEXT":
        scanner.sp("body-type-text")
        part.lines = scanner.number64("body-fld-lines")
    elif _is_message(scanner, part):
        scanner.sp("body-type-msg")
        part.envelope = envelope(scanner)
        scanner.sp("body-type-msg")
        part.message = body(scanner, production, extensible=extensible)
        scanner.sp("body-type-msg")
        part.lines = scanner.number64("body-fld-lines")
    if extensible and scanner.looking_at(b" "):
        scanner.sp("body-ext-1part")
        part.extension.append(scanner.nstring("body-fld-md5"))
        _extension(scanner, part, "body-ext-1part")
    return part


def _is_message(scanner: Scanner, part: Body) -> bool:
    """MESSAGE/RFC822; MESSAGE/GLOBAL too in IMAP4rev2, and in it alone."""
    if part.type.upper() != b"MESSAGE":
        return False
    if part.subtype.upper() == b"RFC822":
        return True
    return scanner.rev2 and part.subtype.upper() == b"GLOBAL"


def _parameters(scanner: Scanner) -> dict[bytes, bytes] | None:
    if scanner.nil():
        return None

    def pair() -> tuple[bytes, bytes]:
        name = scanner.string("body-fld-param")
        scanner.sp("body-fld-param")
        return name, scanner.string("body-fld-param")

    return dict(scanner.listed(pair, "body-fld-param"))


def _extension(scanner: Scanner, part: Body, production: str) -> None:
    """Disposition, language, location, each optional from the right; more than that no RFC defines."""
    for take in (_disposition, _language, _location):
        if not scanner.looking_at(b" "):
            return
        scanner.sp(production)
        part.extension.append(take(scanner))
    if not scanner.looking_at(b")"):
        scanner.fail("body-extension", "servers must not send undefined extension data")


def _disposition(scanner: Scanner) -> tuple[bytes, dict[bytes, bytes] | None] | None:
    if scanner.nil():
        return None
    scanner.expect(b"(", "body-fld-dsp")
    kind = scanner.string("body-fld-dsp")
    scanner.sp("body-fld-dsp")
    parameters = _parameters(scanner)
    scanner.expect(b")", "body-fld-dsp")
    return kind, parameters


def _language(scanner: Scanner) -> bytes | list[bytes] | None:
    if scanner.looking_at(b"("):
        return scanner.listed(lambda: scanner.string("body-fld-lang"), "body-fld-lang")
    return scanner.nstring("body-fld-lang")


def _location(scanner: Scanner) -> bytes | None:
    return scanner.nstring("body-fld-loc")
