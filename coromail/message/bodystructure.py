"""BODY and BODYSTRUCTURE as they go over the wire (RFC 9051 section 7.5.2)."""

from __future__ import annotations

from .envelope import envelope
from .parameters import Parameters
from .structure import Part
from .wirestring import nstring

_EXTENSIONS = (b"content-md5", b"content-disposition", b"content-language", b"content-location")


def bodystructure(octets: bytes, root: Part, extended: bool, rev2: bool = True) -> bytes:
    """The body structure of an entity: with all extension fields BODYSTRUCTURE, without them BODY.

    A message/global has an envelope and a body of its own in IMAP4rev2 only (section 9, "media-message"): the
    grammar of RFC 3501 has them for message/rfc822 alone.
    """
    out: list[bytes] = []
    waiting: list[bytes | Part] = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, bytes):
            out.append(part)
        elif part.children:
            out.append(b"(")
            waiting.append(_multipart_end(part, extended))
            waiting.extend(reversed(part.children))
        elif part.message is not None and (rev2 or part.subtype == b"rfc822"):
            out.append(b"(%b %b " % (_basic(part), envelope(octets, part.message)))
            waiting.append(b" %d%b)" % (part.lines, _extensions(part) if extended else b""))
            waiting.append(part.message)
        else:
            lines = b" %d" % part.lines if part.type == b"text" else b""
            out.append(b"(%b%b%b)" % (_basic(part), lines, _extensions(part) if extended else b""))
    return b"".join(out)


def _basic(part: Part) -> bytes:
    """Type, subtype and "body-fields"."""
    return b"%b %b %b %b %b %b %d" % (
        nstring(part.type),
        nstring(part.subtype),
        _parameters(_with_charset(part)),
        nstring(part.content_id),
        nstring(part.description),
        nstring(part.encoding),
        part.end - part.body_start,
    )


def _with_charset(part: Part) -> Parameters:
    """The parameters; text that names no charset is in US-ASCII (RFC 2046 section 4.1.2)."""
    parameters = part.parameters
    if part.type != b"text" or any(name == b"charset" for name, _ in parameters):
        return parameters
    return (*parameters, (b"charset", b"us-ascii"))


def _parameters(parameters: Parameters) -> bytes:
    """ "body-fld-param"."""
    if not parameters:
        return b"NIL"
    return b"(%b)" % b" ".join([b"%b %b" % (nstring(name), nstring(value)) for name, value in parameters])


def _multipart_end(part: Part, extended: bool) -> bytes:
    """All of a multipart after its parts."""
    if not extended:
        return b" %b)" % nstring(part.subtype)
    return b" %b %b%b)" % (nstring(part.subtype), _parameters(part.parameters), _placing(part))


def _extensions(part: Part) -> bytes:
    """ "body-ext-1part", with the space before it."""
    found = part.fields
    if not any(name in found for name in _EXTENSIONS):
        return b" NIL NIL NIL NIL"
    return b" %b%b" % (nstring(part.md5), _placing(part))


def _placing(part: Part) -> bytes:
    """Disposition, language and location, with a space before each."""
    disposition = part.disposition
    language = part.language
    return b" %b %b %b" % (
        b"(%b %b)" % (nstring(disposition[0]), _parameters(disposition[1])) if disposition else b"NIL",
        b"(%b)" % b" ".join(map(nstring, language)) if language else b"NIL",
        nstring(part.location),
    )
