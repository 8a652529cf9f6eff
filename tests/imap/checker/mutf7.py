"""Modified UTF-7 mailbox names as RFC 3501 section 5.1.3 demands them, judged, not decoded for use."""

from __future__ import annotations

import base64
import binascii
import re

ENCODED = re.compile(rb"&([A-Za-z0-9+,]*)-")


def mutf7_fault(name: bytes) -> str | None:
    """What is wrong with a mailbox name in modified UTF-7, or None."""
    if any(not 0x20 <= octet <= 0x7E for octet in name):
        return "control or 8-bit octet in a mailbox name"
    pos = 0
    previous_shift_end = -1
    while (pos := name.find(b"&", pos)) >= 0:
        found = ENCODED.match(name, pos)
        if found is None:
            return "'&' that begins no encoded part"
        if found.group(1):
            if pos == previous_shift_end:
                return "null shift between two encoded parts"
            if fault := _part_fault(found.group(1)):
                return fault
            previous_shift_end = found.end()
        pos = found.end()
    return None


def _part_fault(part: bytes) -> str | None:
    padded = part.replace(b",", b"/") + b"=" * (-len(part) % 4)
    try:
        octets = base64.b64decode(padded, validate=True)
        text = octets.decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError):
        return "encoded part is not UTF-16 in base64"
    if base64.b64encode(octets) != padded:
        return "encoded part with stray bits"
    if any(" " <= character <= "~" for character in text):
        return "printable US-ASCII in an encoded part"
    return None
