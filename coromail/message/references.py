"""Which messages a message answers, for THREAD (RFC 5256 section 3, "REFERENCES")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .lexical import unquote
from .structure import Part

MAX_REFERENCES = 1000

_msg_id = re.compile(rb"<([^<>]*)>").finditer
_usual = re.compile(rb"<([^<>\s\"]+@[^<>\s\"@]+)>\Z").match  # a field of one, which is normal as it stands


class References(NamedTuple):
    """Message IDs without brackets, normalised: quoting and white space taken off.

    `message_id` is None when there is no valid one; `parents` are the ancestors, the oldest first.
    """

    message_id: bytes | None
    parents: list[bytes]


def references(root: Part) -> References:
    """From References (the last `MAX_REFERENCES` of them), else the first ID of In-Reply-To."""
    return from_fields(root.fields)


def from_fields(found: Mapping[bytes, bytes]) -> References:
    """The same, from what `headers.known_fields` found."""
    get = found.get
    own = message_ids(get(b"message-id"))
    parents = message_ids(get(b"references"))[-MAX_REFERENCES:] or message_ids(get(b"in-reply-to"))[:1]
    return References(own[0] if own else None, parents)


def message_ids(value: bytes | None) -> list[bytes]:
    """The valid message IDs (RFC 5322 section 3.6.4: with an "@") of a field, normalised, in their order."""
    if not value:
        return []
    if usual := _usual(value):
        return [usual[1]]
    return [normal for found in _msg_id(value) if (normal := _normal(found[1]))]


def _normal(msg_id: bytes) -> bytes:
    local, at, domain = b"".join(msg_id.split()).rpartition(b"@")
    if not at or not local or not domain:
        return b""
    if local.startswith(b'"') and local.endswith(b'"') and len(local) > 2:
        local = unquote(local[1:-1])
    return b"%b@%b" % (local, domain)
