"""MESSAGELIMIT and SAVELIMIT: how many messages one command may work on (RFC 9738)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.errors import No
from coromail.imap.view import Spans

if TYPE_CHECKING:
    from coromail.imap.command import Command


def cut(command: Command, spans: Spans) -> Spans:
    """The highest messages of the spans, as many as are allowed; the client is told where they end."""
    limit = command.host.limits.messages
    count = sum(last - first for first, last in spans)
    if not limit or count <= limit:
        return spans
    kept: Spans = []
    left = limit
    for first, last in reversed(spans):
        kept.append((max(first, last - left), last))
        left -= last - kept[-1][0]
        if not left:
            break
    kept.reverse()
    note(command, limit, command.view.uids[kept[0][0]])
    return kept


def note(command: Command, limit: int, lowest: int) -> None:
    """The tagged OK is to say that the command stopped at a UID."""
    command.ok(f"{command.name} completed, but only for {limit} messages", f"MESSAGELIMIT {limit} {lowest}")


def make_way(command: Command) -> None:
    """Another response code is due in the tagged reply: MESSAGELIMIT goes before it."""
    if command.code is not None:
        command.untagged(f"NO [{command.code}] There is more to do")
        command.ok()


def refuse_page(command: Command, wanted: tuple[int, int]) -> None:
    """NO for a range of PARTIAL that is wider than the limit."""
    limit = command.host.limits.messages
    if limit and abs(wanted[1] - wanted[0]) >= limit:
        raise No("The range has too many messages", code=f"MESSAGELIMIT {limit}")


def refuse_all(command: Command, count: int) -> None:
    """NO when a command that makes no sense for a part of a mailbox has too many messages."""
    limit = command.host.limits.messages
    if limit and count > limit:
        raise No("The mailbox has too many messages for this", code=f"MESSAGELIMIT {limit}")


def refuse_saving(command: Command, count: int, spans: Sequence[tuple[int, int]] = ()) -> None:
    """NO when a COPY or APPEND would save too many messages; of a COPY it is told how far it might go."""
    limits = command.host.limits
    limit = min(filter(None, (limits.messages, limits.messages_saved)), default=0)
    if not limit or count <= limit:
        return
    code = f"MESSAGELIMIT {limit}"
    for first, last in reversed(spans):
        if last - first >= limit:
            code += f" {command.view.uids[last - limit]}"
            break
        limit -= last - first
    raise No("Too many messages at once", code=code)
