"""Encoded words in header fields (RFC 2047), decoded for searching, sorting and previews."""

from __future__ import annotations

import binascii
import re

from . import charsets

# Each part ends at the next "?", so that no octet is looked at more than a few times.
_encoded_word = re.compile(rb"=\?([^?\s]*)\?([bBqQ])\?([^?]*)\?=").finditer
_not_base64 = bytes(
    o for o in range(256) if o not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)


def decode(value: bytes) -> str:
    """An unfolded field body as text; never raises.

    White space between encoded words goes (section 6.2); neighbours of one charset are joined before they
    are decoded, as many writers split multibyte characters. Other text is UTF-8, else ISO-8859-1.
    """
    if b"=?" not in value:
        return charsets.decode(value, None)
    done: list[str] = []
    run: list[bytes] = []  # octets of neighbouring words in one charset
    run_charset = b""
    end = 0
    for word in _encoded_word(value):
        charset = word[1].partition(b"*")[0].lower()  # RFC 2231 section 5: "charset*language"
        gap = value[end : word.start()]
        joins = bool(run) and (not gap or gap.isspace())
        if run and not (joins and charset == run_charset):
            done.append(charsets.decode(b"".join(run), run_charset))
            run = []
        if not joins:
            done.append(charsets.decode(gap, None))
        run_charset = charset
        run.append(_base64(word[3]) if word[2] in b"bB" else _q(word[3]))
        end = word.end()
    if run:
        done.append(charsets.decode(b"".join(run), run_charset))
    done.append(charsets.decode(value[end:], None))
    return "".join(done)


def _base64(text: bytes) -> bytes:
    """The "B" encoding (section 4.1); what is not of its alphabet is passed over."""
    text = text.translate(None, _not_base64)
    if len(text) % 4 == 1:
        text = text[:-1]
    return binascii.a2b_base64(text + b"=" * (-len(text) % 4))


def _q(text: bytes) -> bytes:
    """The "Q" encoding (section 4.2)."""
    return binascii.a2b_qp(text.replace(b"=\n", b"").replace(b"=\r", b""), header=True)
