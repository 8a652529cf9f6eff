"""Section specifications: part numbers and what they stand for (RFC 9051 section 6.4.5.1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .headers import select_fields
from .structure import Part


def find(root: Part, path: Sequence[int]) -> Part | None:
    """The part numbered `path` (`[2, 1]` for `2.1`), `root` for an empty path, None when there is none.

    Numbers count the parts of a multipart; below message/rfc822 they count those of the message in it; a
    message that is no multipart has one part, 1, which is its own body.
    """
    part = root
    entity: Part | None = root  # what the next number counts in, when it is a message
    for number in path:
        if entity is None:
            entity = part.message
        if entity is None or not entity.children:
            parts = part.children if entity is None else [entity]
        else:
            parts = entity.children
        if not 1 <= number <= len(parts):
            return None
        part, entity = parts[number - 1], None
    return part


def section(
    octets: bytes,
    root: Part,
    path: Sequence[int],
    text: str | None = None,
    field_names: Collection[bytes] = (),
) -> bytes | None:
    """The octets of a section, None when the message has no such part (the client is sent NIL).

    `text` is None for the body of a part (all of the message for an empty path), or one of `HEADER`,
    `HEADER.FIELDS`, `HEADER.FIELDS.NOT`, `TEXT` and `MIME`; `field_names` are lower case.
    """
    part = find(root, path)
    if part is None:
        return None
    if text is None:
        return octets[part.body_start if path else part.header_start : part.end]
    if text == "MIME":
        return octets[part.header_start : part.body_start] if path else None
    message = part.message if path else part
    if message is None:
        return None
    if text == "TEXT":
        return octets[message.body_start : message.end]
    header = octets[message.header_start : message.body_start]
    if text == "HEADER":
        return header
    return select_fields(header, frozenset(field_names), text == "HEADER.FIELDS.NOT")
