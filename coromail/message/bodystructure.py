"""BODY and BODYSTRUCTURE as they go over the wire (RFC 9051 section 7.5.2)."""

from __future__ import annotations

from .envelope import envelope
from .parameters import Parameters, content_type, with_parameters
from .structure import Part
from .wirestring import nstring

_PLACING = frozenset((b"content-disposition", b"content-language", b"content-location"))
_EXTENSIONS = _PLACING | {b"content-md5"}


def bodystructure(octets: bytes, root: Part, extended: bool, rev2: bool = True) -> bytes:
    """The body structure of an entity: with all extension fields BODYSTRUCTURE, without them BODY.

    In IMAP4rev2 only, a message/global has an envelope and a body of its own (section 9, "media-message"; the
    grammar of RFC 3501 has them for message/rfc822 alone), and parameters with a charset are decoded (section 7.5.2;
    RFC 2231 section 6 has no more than continuations joined): clients of IMAP4rev1 expect what the message says.
    """
    out: list[bytes] = []
    waiting: list[bytes | Part] = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, bytes):
            out.append(part)
        elif part.children:
            out.append(b"(")
            waiting.append(_multipart_end(part, extended, rev2))
            waiting.extend(reversed(part.children))
        elif part.message is not None and (rev2 or part.subtype == b"rfc822"):
            out.append(b"(%b %b " % (_basic(part, rev2), envelope(octets, part.message)))
            waiting.append(b" %d%b)" % (part.lines, _extensions(part, rev2) if extended else b""))
            waiting.append(part.message)
        else:
            lines = b" %d" % part.lines if part.type == b"text" else b""
            out.append(
                b"(%b%b%b)" % (_basic(part, rev2), lines, _extensions(part, rev2) if extended else b"")
            )
    return b"".join(out)


def _basic(part: Part, rev2: bool) -> bytes:
    """Type, subtype and "body-fields"."""
    return b"%b %b %b %b %b %b %d" % (
        nstring(part.type),
        nstring(part.subtype),
        _parameters(_with_charset(part, rev2)),
        nstring(part.content_id),
        nstring(part.description),
        nstring(part.encoding),
        part.end - part.body_start,
    )


def _of_type(part: Part, rev2: bool) -> Parameters:
    """The parameters of Content-Type."""
    if rev2 or not _has_charset(part.parameters):
        return part.parameters
    found = content_type(part.fields[b"content-type"], decode=False)
    return found[2] if found else ()


def _has_charset(parameters: Parameters) -> bool:
    return any(name.endswith(b"*") for name, _ in parameters)


def _with_charset(part: Part, rev2: bool) -> Parameters:
    """The parameters; text that names no charset is in US-ASCII (RFC 2046 section 4.1.2)."""
    parameters = _of_type(part, rev2)
    if part.type != b"text" or any(name in (b"charset", b"charset*") for name, _ in parameters):
        return parameters
    return (*parameters, (b"charset", b"us-ascii"))


def _parameters(parameters: Parameters) -> bytes:
    """ "body-fld-param"."""
    if not parameters:
        return b"NIL"
    return b"(%b)" % b" ".join([b"%b %b" % (nstring(name), nstring(value)) for name, value in parameters])


def _multipart_end(part: Part, extended: bool, rev2: bool) -> bytes:
    """All of a multipart after its parts."""
    if not extended:
        return b" %b)" % nstring(part.subtype)
    return b" %b %b%b)" % (nstring(part.subtype), _parameters(_of_type(part, rev2)), _placing(part, rev2))


def _extensions(part: Part, rev2: bool) -> bytes:
    """ "body-ext-1part", with the space before it."""
    if part.fields.keys().isdisjoint(_EXTENSIONS):
        return b" NIL NIL NIL NIL"
    return b" %b%b" % (nstring(part.md5), _placing(part, rev2))


def _placing(part: Part, rev2: bool) -> bytes:
    """Disposition, language and location, with a space before each."""
    disposition = part.disposition
    if disposition and not rev2 and _has_charset(disposition[1]):
        written = part.fields[b"content-disposition"]
        disposition = disposition[0], with_parameters(written, decode=False)[1]
    language = part.language
    return b" %b %b %b" % (
        b"(%b %b)" % (nstring(disposition[0]), _parameters(disposition[1])) if disposition else b"NIL",
        b"(%b)" % b" ".join(map(nstring, language)) if language else b"NIL",
        nstring(part.location),
    )
