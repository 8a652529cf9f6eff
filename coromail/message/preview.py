"""Preview text (RFC 8970): the first words of a message."""

from __future__ import annotations

from .html_text import html_text
from .structure import Part
from .text import part_text

MAX_PREVIEW = 200  # characters (section 3.3)

_MAX_PLAIN = 20_000
_MAX_HTML = 200_000
_MAX_PARTS = 10


def preview(octets: bytes, root: Part) -> str:
    """At most `MAX_PREVIEW` characters on one line, from the first text part that has any; else empty."""
    tried = 0
    waiting = [root]
    while waiting and tried < _MAX_PARTS:
        part = waiting.pop()
        if part.children:
            if part.subtype != b"encrypted":
                waiting.extend(reversed(part.children))
        elif part.type == b"text" and part.subtype in (b"plain", b"html") and not _is_attachment(part):
            tried += 1
            text = _visible(octets, part)
            if text:
                return text
    return ""


def _is_attachment(part: Part) -> bool:
    disposition = part.disposition
    return disposition is not None and disposition[0] != b"inline"


def _visible(octets: bytes, part: Part) -> str:
    """The beginning of a part's text without markup and, when there is more, without quotations."""
    if part.subtype == b"html":
        return _one_line(html_text(part_text(octets, part, _MAX_HTML), 4 * MAX_PREVIEW))
    lines = part_text(octets, part, _MAX_PLAIN).splitlines()
    own = _one_line(" ".join([line for line in lines if not line.startswith(">")]))
    return own or _one_line(" ".join(lines))


def _one_line(text: str) -> str:
    line = " ".join(text.split(None, 4 * MAX_PREVIEW)[: 4 * MAX_PREVIEW])[: 4 * MAX_PREVIEW]
    if not line.isprintable():  # control and zero-width characters, with which some mail pads its beginning
        line = " ".join("".join([c if c.isprintable() else " " for c in line]).split())
    return line[:MAX_PREVIEW].rstrip()
