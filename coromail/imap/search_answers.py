"""How the result of SEARCH is told: SEARCH, or ESEARCH (RFC 4731, RFC 9051 section 7.3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.imap.wire import writer
from coromail.imap.wire.sequence_set import compact

if TYPE_CHECKING:
    from coromail.imap.command import Command


def answer(command: Command, options: dict[str, object] | None, uids: Sequence[int], by_uid: bool) -> None:
    """Send the untagged reply for the UIDs found, ascending."""
    view = command.view
    numbers = uids if by_uid else [view.sequence(uid) for uid in uids]
    if options is None and not command.session.rev2:
        command.untagged(b"SEARCH" + b"".join(b" %d" % number for number in numbers))
        return
    command.untagged(esearch(command.tag, options or {"ALL": True}, numbers, by_uid))


def esearch(tag: bytes, options: dict[str, object], numbers: Sequence[int], by_uid: bool) -> bytes:
    """`ESEARCH (TAG "a") UID MIN 1 ...`; what has no result is left out, COUNT never is."""
    parts = [b"ESEARCH (TAG %s)" % writer.quoted(tag)]
    if by_uid:
        parts.append(b"UID")
    if numbers:
        if "MIN" in options:
            parts.append(b"MIN %d" % numbers[0])
        if "MAX" in options:
            parts.append(b"MAX %d" % numbers[-1])
        if "ALL" in options:
            parts.append(b"ALL " + compact(numbers))
    if "COUNT" in options:
        parts.append(b"COUNT %d" % len(numbers))
    return b" ".join(parts)
