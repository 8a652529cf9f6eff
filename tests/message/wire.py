"""ENVELOPE and BODYSTRUCTURE of a message, read back by the strict grammar checker."""

from __future__ import annotations

from coromail.message import Part, bodystructure, envelope, scan
from tests.imap.checker import Body, Envelope
from tests.imap.checker.body import body
from tests.imap.checker.body import envelope as read_envelope
from tests.imap.checker.scanner import Scanner


def envelope_of(octets: bytes, part: Part | None = None) -> Envelope:
    """The envelope that clients see."""
    scanner = Scanner(envelope(octets, part or scan(octets)), rev2=True)
    found = read_envelope(scanner)
    scanner.end("envelope")
    return found


def body_of(octets: bytes, extended: bool = True, root: Part | None = None) -> Body:
    """The body structure that clients see."""
    scanner = Scanner(bodystructure(octets, root or scan(octets), extended), rev2=True)
    found = body(scanner, "body", extensible=extended)
    scanner.end("body")
    return found
