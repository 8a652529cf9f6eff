"""Where imported mail goes: each message once, however often the import is run."""

from __future__ import annotations

import contextlib
import hashlib
import imaplib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from coromail.app.transfer.client import Client, Message, quoted
from coromail.imap.wire import mutf7
from coromail.message.binary import storable
from coromail.model.object_ids import email_id

BATCH = 500  # messages that are asked for at a time
MOST = 50  # messages that are added at a time
SMALL = 64 * 1024  # octets; larger ones are added one by one

_FLAG = re.compile(
    r"\\(?:Seen|Answered|Flagged|Deleted|Draft)|[A-Za-z0-9$_.!&',/:;<=>?@^`|~#+-]{1,100}", re.I
)
_MESSAGE_ID = re.compile(rb"^message-id:", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class _Copy:
    """A message that is there; one message of the source is the same as one of these."""

    taken: bool = False


class _Known:
    """What is in one mailbox: by the digest of the message, and by size and header."""

    def __init__(self) -> None:
        self.by_email: defaultdict[str, list[_Copy]] = defaultdict(list)
        self.by_header: defaultdict[bytes, list[_Copy]] = defaultdict(list)


class Target:
    """The mailboxes of one user. Methods raise `imaplib.IMAP4.error` for what the server refuses."""

    def __init__(self, client: Client, with_headers: bool = False) -> None:
        self._client = client
        self._with_headers = with_headers  # whether `has` will be asked
        self._waiting_for = b""
        self._waiting: list[tuple[str, Message]] = []
        self.failed: list[str] = []
        self._known: dict[bytes, _Known] = {}
        self._separator = client.separator() or "/"
        listed = client.names()
        self._names = {one.name for one in listed if one.selectable}

    def path(self, parts: Sequence[str]) -> bytes:
        """The name of a mailbox, as it goes over the wire; what a name cannot have is replaced."""
        if len(parts) == 1 and parts[0].upper() == "INBOX":
            return b"INBOX"
        clean = [
            re.sub(r"[/\x00-\x1f\x7f]", "_", part).replace(self._separator, "_") or "_" for part in parts
        ]
        return mutf7.encode(self._separator.join(clean))

    def ensure(self, name: bytes) -> None:
        """Make and subscribe the mailbox, unless it is there."""
        if name not in self._names:
            self._client.checked(self._client.create(quoted(name)))
            self._client.checked(self._client.subscribe(quoted(name)))
            self._names.add(name)

    def has(self, name: bytes, size: int, header: bytes) -> bool:
        """Whether a message of that size and with that header, which must hold a Message-ID, is there already.

        Each one that is there answers for one of the source.
        """
        if _MESSAGE_ID.search(header) is None:
            return False
        return _take(self._contents(name).by_header.get(_key(size, header), ()))

    def add(self, name: bytes, where: str, octets: bytes, flags: Sequence[str], date: str) -> bool:
        """Add a message soon, unless it is there; whether it will be. `date` is an IMAP date-time or empty, `where`
        names the message in `failed`."""
        stored = storable(octets)
        if not stored:
            raise imaplib.IMAP4.error("it is empty, or has NUL where none may be")
        if _take(self._contents(name).by_email.get(email_id(stored), ())):
            return False
        self.ensure(name)
        if name != self._waiting_for or len(self._waiting) >= MOST:
            self.flush()
        self._waiting_for = name
        self._waiting.append(
            (where, Message([flag for flag in flags if _FLAG.fullmatch(flag)], date, stored))
        )
        if len(stored) > SMALL:
            self.flush()
        return True

    def flush(self) -> None:
        """Add what waits: many small messages in one go, one by one where that is refused."""
        waiting, self._waiting = self._waiting, []
        small = [message for _, message in waiting if len(message.octets) <= SMALL]
        done = False
        if len(small) == len(waiting) > 1:
            with contextlib.suppress(imaplib.IMAP4.error):
                self._append_many(small)
                done = True
        for where, message in () if done else waiting:
            try:
                self._client.append_one(self._waiting_for, message)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                self.failed.append(f"{where}: {error}")

    def _append_many(self, messages: Sequence[Message]) -> None:
        try:
            self._client.append_many(self._waiting_for, messages)
        except imaplib.IMAP4.abort as error:
            raise ConnectionError(str(error)) from error

    def _contents(self, name: bytes) -> _Known:
        if name not in self._known:
            self._known[name] = self._look(name) if name in self._names else _Known()
        return self._known[name]

    def _look(self, name: bytes) -> _Known:
        client, known = self._client, _Known()
        client.open_mailbox(name)
        uids = client.uids()
        items = "(EMAILID RFC822.SIZE BODY.PEEK[HEADER])" if self._with_headers else "(EMAILID)"
        for start in range(0, len(uids), BATCH):
            chunk = uids[start : start + BATCH]
            for message in client.fetch_messages(f"{chunk[0]}:{chunk[-1]}", items):
                copy = _Copy()
                known.by_email[message.email_id].append(copy)
                if self._with_headers:
                    known.by_header[_key(message.size, message.octets)].append(copy)
        return known


def _take(copies: Sequence[_Copy]) -> bool:
    for copy in copies:
        if not copy.taken:
            copy.taken = True
            return True
    return False


def _key(size: int, header: bytes) -> bytes:
    return hashlib.blake2b(b"%d " % size + header.rstrip(b"\r\n"), digest_size=16).digest()
