"""The tree of MIME entities in a message (RFC 2045, RFC 2046), by offsets into its octets.

The scan goes from the outside in: a multipart's own delimiters are looked for within the range that its
parent leaves it, so an outer boundary always ends what is inside. A delimiter is a whole line: the boundary
and only white space after it, as the grammar in RFC 2046 section 5.1.1 has it. Its prose would let any line
that begins with the boundary do, but then no boundary could be the beginning of another, and those exist.

Limits (`limits.UNDERSTOOD`): containers below so many levels, and all once the message has so many parts, are
leaves of type application/octet-stream; the last part counted runs to the end of its multipart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .headers import header_end, known_fields
from .lexical import without_comments
from .limits import UNDERSTOOD
from .parameters import Parameters, content_type, with_parameters

MediaType = tuple[bytes, bytes, Parameters]
Read = Callable[[bytes, int, int], Mapping[bytes, bytes]]  # the fields of a header between two offsets

_TEXT: MediaType = (b"text", b"plain", ((b"charset", b"us-ascii"),))  # RFC 2045 section 5.2
_MESSAGE: MediaType = (b"message", b"rfc822", ())  # in a digest: RFC 2046 section 5.1.5
_BOUNDARY = (b"boundary", b"boundary*")
_IDENTITY = (b"7bit", b"8bit", b"binary")


class Part:
    """One entity: a message, a body part, or the message inside a message/rfc822 part.

    `octets[header_start:body_start]` is its header with the blank line, `octets[body_start:end]` its body;
    the CRLF before a delimiter belongs to the delimiter. `type` and `subtype` are lower case, `parameters`
    are decoded (RFC 2231), `fields` is what `read` found in the header. A multipart has at least one of
    `children`; message/rfc822 and message/global have a `message`.
    """

    __slots__ = (
        "_lines",
        "body_start",
        "children",
        "end",
        "fields",
        "header_start",
        "message",
        "octets",
        "parameters",
        "read",
        "subtype",
        "type",
    )

    def __init__(
        self, octets: bytes, start: int, body_start: int, end: int, default: MediaType, read: Read
    ) -> None:
        self.octets = octets
        self.read = read
        self.header_start = start
        self.body_start = body_start
        self.end = end
        self.children: list[Part] = []
        self.message: Part | None = None
        self._lines = -1
        self.fields = read(octets, start, body_start)
        written = self.fields.get(b"content-type")
        media = (content_type(written) if written else None) or default
        self.type, self.subtype, self.parameters = media

    @property
    def lines(self) -> int:
        """Line ends in the body, counted when first asked for."""
        if self._lines < 0:
            self._lines = self.octets.count(b"\n", self.body_start, self.end)
        return self._lines

    @property
    def size(self) -> int:
        """Octets of the body as it is, in its transfer encoding."""
        return self.end - self.body_start

    @property
    def encoding(self) -> bytes:
        """Content-Transfer-Encoding in lower case, `7bit` when there is none (RFC 2045 section 6.1)."""
        written = self.fields.get(b"content-transfer-encoding")
        if not written:
            return b"7bit"
        if not written.isalnum():
            words = without_comments(written).replace(b";", b" ").split(None, 1)
            written = words[0] if words else b"7bit"
        return written.lower()

    @property
    def content_id(self) -> bytes | None:
        """Content-ID (RFC 2045 section 7)."""
        return self.fields.get(b"content-id")

    @property
    def description(self) -> bytes | None:
        """Content-Description (RFC 2045 section 8)."""
        return self.fields.get(b"content-description")

    @property
    def md5(self) -> bytes | None:
        """Content-MD5 (RFC 1864)."""
        return self.fields.get(b"content-md5")

    @property
    def disposition(self) -> tuple[bytes, Parameters] | None:
        """(type in lower case, parameters) of Content-Disposition (RFC 2183), None when absent or empty."""
        written = self.fields.get(b"content-disposition")
        if not written:
            return None
        type_, parameters = with_parameters(written)
        return (type_ or b"attachment", parameters)

    @property
    def language(self) -> list[bytes]:
        """The tags of Content-Language (RFC 3282 section 2)."""
        written = self.fields.get(b"content-language")
        if not written:
            return []
        return [tag for tag in map(bytes.strip, without_comments(written).split(b",")) if tag]

    @property
    def location(self) -> bytes | None:
        """Content-Location without the white space that folding put into it (RFC 2557 section 4.4)."""
        written = self.fields.get(b"content-location")
        return written and b"".join(written.split())


def scan(octets: bytes, read: Read = known_fields) -> Part:
    """The tree of a message. Never raises; linear in time (a search over any octet for each level at most).

    With `headers.structural_fields` for `read`, `fields` of the parts have no more than that.
    """
    root = _entity(octets, 0, len(octets), _TEXT, read)
    if root.type not in (b"multipart", b"message"):
        return root
    levels, parts = UNDERSTOOD.levels, UNDERSTOOD.parts
    waiting = [(root, 0)]
    count = 1
    while waiting:
        part, depth = waiting.pop()
        if part.type == b"multipart":
            if depth >= levels or count >= parts:
                part.type, part.subtype = b"application", b"octet-stream"
                continue
            part.children = _children(part, parts - count)
            count += len(part.children)
            depth += 1
            waiting += [(c, depth) for c in part.children if c.type == b"multipart" or c.type == b"message"]
        elif part.type == b"message" and (part.subtype == b"rfc822" or part.subtype == b"global"):
            if depth >= levels or count >= parts:
                part.type, part.subtype = b"application", b"octet-stream"
                continue
            part.message = _encapsulated(part)
            count += 1
            waiting.append((part.message, depth + 1))
    return root


def _entity(octets: bytes, start: int, end: int, default: MediaType, read: Read) -> Part:
    return Part(octets, start, header_end(octets, start, end), end, default, read)


def _encapsulated(part: Part) -> Part:
    """The message inside a message/rfc822 or message/global part.

    What is base64 or the like (RFC 2045 section 6.4 forbids it, RFC 6532 section 3.7 does not) cannot be
    reached by offset: it is an entity without header, its text the encoded octets.
    """
    if part.encoding in _IDENTITY:
        return _entity(part.octets, part.body_start, part.end, _TEXT, part.read)
    return Part(part.octets, part.body_start, part.body_start, part.end, _TEXT, part.read)


def _children(part: Part, limit: int) -> list[Part]:
    """The parts of a multipart, at least one and at most `limit`.

    IMAP has no way to write a multipart without parts. When the boundary is missing or never occurs, the
    only part is text/plain and holds the whole body; when there are delimiters but no part, it is empty.
    """
    octets, end = part.octets, part.end
    default = _MESSAGE if part.subtype == b"digest" else _TEXT
    boundary = next((value.rstrip() for name, value in part.parameters if name in _BOUNDARY), b"")
    children: list[Part] = []
    start = -1  # of the part that is being read
    empty = part.body_start
    for stop, after, closes in _delimiters(octets, boundary, part.body_start, end):
        if start >= 0:
            if len(children) + 1 >= limit:
                break
            children.append(_entity(octets, start, max(stop, start), default, part.read))
        start = -1 if closes else after
        empty = after
        if closes:
            break
    if start >= 0:  # the closing delimiter is missing
        children.append(_entity(octets, start, end, default, part.read))
    if not children:
        text_end = end if empty == part.body_start else empty
        children.append(Part(octets, empty, empty, text_end, _TEXT, part.read))
    return children


def _delimiters(octets: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Each delimiter line: (end of what is before it, offset after it, whether it is the closing one)."""
    if not boundary:
        return
    needle = b"\n--" + boundary
    position = max(start - 1, 0)
    while (found := octets.find(needle, position, end)) >= 0:
        tail = found + len(needle)
        position = octets.find(b"\n", tail, end)
        if position < 0:
            position = end
        rest = octets[tail:position].rstrip(b" \t\r")
        if not rest or rest == b"--":
            stop = found - 1 if found > start and octets[found - 1] == 13 else found
            yield stop, min(position + 1, end), bool(rest)
