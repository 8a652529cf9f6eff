"""Line ends: mail is CRLF on the wire (RFC 5322 section 2.1), often LF on disk.

A bare CR is data, never a line end, and is kept as it is.
"""

from __future__ import annotations


def to_crlf(octets: bytes) -> bytes:
    """`octets` with each bare LF turned into CRLF. Returns the same object when there is nothing to do."""
    if b"\r" not in octets:  # the usual form on disk, and a search for one octet costs next to nothing
        return octets.replace(b"\n", b"\r\n")
    crlf = octets.count(b"\r\n")
    if crlf == octets.count(b"\n"):
        return octets
    if crlf:
        octets = octets.replace(b"\r\n", b"\n")
    return octets.replace(b"\n", b"\r\n")


def crlf_size(octets: bytes) -> int:
    """The size in octets that `to_crlf(octets)` would have."""
    return len(octets) + octets.count(b"\n") - octets.count(b"\r\n")
