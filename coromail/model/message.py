"""One message: its octets, and what the protocols say about it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from coromail.message.bodystructure import bodystructure
from coromail.message.dates import parse as parse_date
from coromail.message.envelope import envelope
from coromail.message.headers import fields, first, header_end, unfold
from coromail.message.lines import to_crlf
from coromail.message.matching import Needle
from coromail.message.preview import preview
from coromail.message.structure import Part, scan
from coromail.message.summary import Summary, summarize
from coromail.model.flags import Flags, canonical

if TYPE_CHECKING:
    from coromail.model.mailbox import Mailbox


class HasBytes(Protocol):
    """What the standard library's email messages have."""

    def as_bytes(self) -> bytes: ...


class Message:
    """A message of a mailbox. Subclass it when the octets come from elsewhere: override `octets`.

    `content` is a whole message: octets, text (sent as UTF-8) or an object with `as_bytes`; bare LF line ends
    become CRLF. `uid` is kept when the message brings one that is free (higher than all before), else the
    mailbox gives the next. `internaldate` is a datetime or seconds since 1970; now when it is left out.
    """

    __slots__ = ("_content", "_flags", "_size", "internaldate", "mailbox", "savedate", "uid")

    near = False

    def __init__(
        self,
        content: bytes | str | HasBytes = b"",
        *,
        uid: int | None = None,
        flags: Iterable[str] = (),
        internaldate: datetime | float | None = None,
    ) -> None:
        if isinstance(content, str):
            content = content.encode()
        elif not isinstance(content, bytes):
            content = content.as_bytes()
        self._content = to_crlf(content)
        self._size = -1
        self._flags = Flags.of(canonical(name) for name in flags)
        self.uid = uid or 0
        self.mailbox: Mailbox | None = None
        if isinstance(internaldate, datetime):
            internaldate = internaldate.timestamp()
        self.internaldate: int = int(time.time() if internaldate is None else internaldate)
        self.savedate: int = int(time.time())

    # What subclasses override

    def octets(self) -> bytes:
        """The whole message, line ends CRLF. May wait (cooperatively); always the same octets for a UID."""
        return self._content

    @property
    def size(self) -> int:
        """RFC822.SIZE: exactly `len(self.octets())`."""
        if self._size < 0:
            self._size = len(self.octets())
        return self._size

    def copy_allowed(self, target: Mailbox) -> bool:
        """Whether this message may be copied into `target`."""
        return True

    def copy(self, target: Mailbox) -> Message:
        """A new message for `target` with the same octets, flags and internal date."""
        return target.message_class(self.octets(), flags=self.flags.names, internaldate=self.internaldate)

    # Flags

    @property
    def flags(self) -> Flags:
        """The flags all sessions share; `\\Recent` belongs to a session and is not among them."""
        if self.mailbox is None:
            return self._flags
        return self.mailbox.flags_of(self.uid)

    @property
    def modseq(self) -> int:
        """The modification sequence of the last change of the metadata (RFC 7162 section 3.1)."""
        return 0 if self.mailbox is None else self.mailbox.modseq_of(self.uid)

    @property
    def expunged(self) -> bool:
        """Whether the message has left its mailbox."""
        return self.mailbox is not None and not self.mailbox.has_uid(self.uid)

    def has_flag(self, name: str) -> bool:
        """Whether the flag is set; case does not matter."""
        return self.flags.has(name)

    def set_flag(self, name: str) -> None:
        """Set one flag and tell everyone who has the mailbox open."""
        self._change("+", [name])

    def clear_flag(self, name: str) -> None:
        """Clear one flag and tell everyone who has the mailbox open."""
        self._change("-", [name])

    def store(self, operation: str, names: Iterable[str]) -> None:
        """Replace (`""`), add (`"+"`) or remove (`"-"`) flags and tell everyone."""
        self._change(operation, list(names))

    def _change(self, operation: str, names: list[str]) -> None:
        if self.mailbox is not None:
            self.mailbox.store([self.uid], operation, names)
        elif operation == "+":
            self._flags = self._flags.with_(canonical(name) for name in names)
        elif operation == "-":
            self._flags = self._flags.without(canonical(name) for name in names)
        else:
            self._flags = Flags.of(canonical(name) for name in names)

    def expunge(self) -> None:
        """Remove this message from its mailbox and tell everyone."""
        if self.mailbox is not None:
            self.mailbox.expunge([self.uid])

    # What the protocols ask

    def structure(self) -> Part:
        """The MIME structure, scanned from the octets."""
        return scan(self.octets())

    def envelope(self) -> bytes:
        """ENVELOPE in wire form (RFC 9051 section 7.5.2)."""
        octets = self.octets()
        return envelope(octets, scan(octets))

    def bodystructure(self, extended: bool = True) -> bytes:
        """BODYSTRUCTURE, or BODY without the extension data, in wire form (RFC 9051 section 7.5.2)."""
        octets = self.octets()
        return bodystructure(octets, scan(octets), extended)

    def header(self) -> bytes:
        """The header with the blank line that ends it."""
        octets = self.octets()
        return octets[: header_end(octets)]

    def header_field(self, name: str) -> bytes | None:
        """The first field of that name, unfolded, or None."""
        header = self.header()
        value = first(fields(header, 0, len(header)), name.lower().encode())
        return None if value is None else unfold(value)

    def preview(self, lazy: bool = False) -> str | None:
        """The first words (RFC 8970). With `lazy`, None where the octets would have to be brought in for it.

        A subclass whose `octets` take no time says so by `near`.
        """
        if lazy and not self.near and type(self).octets is not Message.octets:
            return None
        octets = self.octets()
        return preview(octets, scan(octets))

    def summary(self) -> Summary:
        """What SORT, THREAD and SEARCH need of the header, worked out anew; see `Mailbox.summaries`."""
        return summarize(self.header())

    def header_holds(self, name: str, needle: Needle) -> bool:
        """Whether there is a field of that name which holds the needle."""
        header = self.header()
        folded = name.lower().encode()
        return any(
            field.lower() == folded and needle.in_field(unfold(value))
            for field, value in fields(header, 0, len(header))
        )

    @property
    def date(self) -> datetime | None:
        """The Date field, or None where it is missing or cannot be read."""
        value = self.header_field("Date")
        return None if value is None else parse_date(value)

    @property
    def sent(self) -> datetime:
        """The Date field, and the internal date where that is of no use (RFC 5256 section 2.2)."""
        return self.date or datetime.fromtimestamp(self.internaldate, UTC)
