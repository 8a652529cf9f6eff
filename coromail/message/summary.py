"""What SORT, THREAD and SEARCH need of a header, in a form that is quick to keep and to compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from . import addresses, encoded_words
from .dates import parse as parse_date
from .headers import known_fields
from .references import from_fields
from .subject import base_subject

FIELDS = {
    "SUBJECT": "subject",
    "FROM": "from_",
    "TO": "to",
    "CC": "cc",
    "BCC": "bcc",
}  # SEARCH key to attribute


class Summary(NamedTuple):
    """The facts of one header. A store may keep them with the message: they never change.

    `sent`: the Date field in seconds since 1970 UTC (RFC 5256 section 2.2), `day`: the day it names, in its
    own zone, as a proleptic Gregorian ordinal; both None without a date that can be read. `base_subject` and
    `is_reply`: RFC 5256 section 2.1. `subject` to `bcc`: the unfolded field bodies, empty when absent.
    `message_id` (empty: none) and `references` (the oldest first): normalised, without brackets.
    """

    sent: int | None
    day: int | None
    subject: bytes
    base_subject: str
    is_reply: bool
    from_: bytes
    to: bytes
    cc: bytes
    bcc: bytes
    message_id: bytes
    references: tuple[bytes, ...]


NOTHING = Summary(None, None, b"", "", False, b"", b"", b"", b"", b"", ())


def summarize(header: bytes) -> Summary:
    """The summary of a message, from its header (or all of it up to the end of the header). Never raises."""
    return of_fields(known_fields(header, 0, len(header)))


def of_fields(found: Mapping[bytes, bytes]) -> Summary:
    """The summary of a header of which `known_fields` (or `Part.fields`) is at hand. Never raises."""
    get = found.get
    written = get(b"date")
    date = parse_date(written) if written else None
    subject = get(b"subject", b"")
    base, is_reply = base_subject(subject) if subject else ("", False)
    message_id, parents = from_fields(found)
    return Summary(
        None if date is None else int(date.timestamp()),
        None if date is None else date.toordinal(),
        subject,
        base,
        is_reply,
        get(b"from", b""),
        get(b"to", b""),
        get(b"cc", b""),
        get(b"bcc", b""),
        message_id or b"",
        tuple(parents),
    )


def first_mailbox(value: bytes) -> str:
    """addr-mailbox of the first address of a field, the empty string when there is none (RFC 5256 section 3)."""
    found = addresses.parse(value) if value else []
    return _text(found[0].mailbox) if found else ""


def first_display(value: bytes) -> str:
    """What the first address of a field is shown as: its name, else its address (RFC 5957 section 3)."""
    found = addresses.parse(value) if value else []
    if not found:
        return ""
    name, _, mailbox, host = found[0]
    if name and (shown := encoded_words.decode(name)):
        return shown
    if mailbox is not None and host is not None:
        return f"{_text(mailbox)}@{_text(host)}"
    return _text(mailbox)


def _text(value: bytes | None) -> str:
    return encoded_words.decode(value) if value else ""
