"""ENVELOPE as it goes over the wire (RFC 9051 section 7.5.2)."""

from __future__ import annotations

from functools import lru_cache

from .addresses import parse
from .headers import known_fields
from .structure import Part
from .wirestring import nstring

_MAX_CACHED = 200


def envelope(octets: bytes, entity: Part | tuple[int, int]) -> bytes:
    """`(date subject from sender reply-to to cc bcc in-reply-to message-id)`.

    `entity` is a message or the offsets (start, end) of its header. Sender and Reply-To default to From.
    """
    found = entity.fields if isinstance(entity, Part) else known_fields(octets, *entity)
    get = found.get
    from_ = _addresses(get(b"from"))
    sender = _addresses(get(b"sender"))
    reply_to = _addresses(get(b"reply-to"))
    return b"(%b %b %b %b %b %b %b %b %b %b)" % (
        nstring(get(b"date")),
        nstring(get(b"subject")),
        from_,
        from_ if sender == b"NIL" else sender,
        from_ if reply_to == b"NIL" else reply_to,
        _addresses(get(b"to")),
        _addresses(get(b"cc")),
        _addresses(get(b"bcc")),
        nstring(get(b"in-reply-to")),
        nstring(get(b"message-id")),
    )


def _addresses(value: bytes | None) -> bytes:
    """NIL or a parenthesised list of address structures."""
    if not value:
        return b"NIL"
    return _cached(value) if len(value) <= _MAX_CACHED else _written(value)


def _written(value: bytes) -> bytes:
    addresses = [
        b"(%b %b %b %b)" % (nstring(name), nstring(route), nstring(mailbox), nstring(host))
        for name, route, mailbox, host in parse(value)
    ]
    return b"(%b)" % b"".join(addresses) if addresses else b"NIL"


# The same people write again and again.
_cached = lru_cache(2048)(_written)
