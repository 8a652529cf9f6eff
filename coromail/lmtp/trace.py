"""The lines that final delivery puts before a message (RFC 5321 section 4.4)."""

from __future__ import annotations

import time


def trace(
    sender: str, recipient: str, *, client: str, peer: str, host: str, protocol: str, identifier: str
) -> bytes:
    """Return-Path, Delivered-To and Received. The arguments hold no control characters.

    `client` is what the client said in LHLO, `peer` its IP address ("" on a unix socket), `protocol` one of
    RFC 3848 or RFC 6531 section 4.3, such as LMTPS.
    """
    address = f" ([{'IPv6:' if ':' in peer else ''}{peer}])" if peer else ""
    date = time.strftime("%a, %d %b %Y %H:%M:%S %z")
    return (
        f"Return-Path: <{sender}>\r\n"
        f"Delivered-To: {recipient}\r\n"
        f"Received: from {client}{address}\r\n"
        f"\tby {host} with {protocol} id {identifier}\r\n"
        f"\tfor <{recipient}>; {date}\r\n"
    ).encode()


def without_return_path(octets: bytes) -> bytes:
    """A message without the Return-Path that it begins with, which the one of final delivery replaces."""
    if octets[:12].lower() != b"return-path:":
        return octets
    end = octets.find(b"\n") + 1
    while end and octets[end : end + 1] in (b" ", b"\t"):
        end = octets.find(b"\n", end) + 1
    return octets[end:] if end else octets
