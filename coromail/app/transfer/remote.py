"""Other servers as sources, by IMAP and by POP3. What they refuse is left, and named at the end."""

from __future__ import annotations

import contextlib
import imaplib
import poplib
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from coromail.app.transfer.client import Client, Fetched, Listed
from coromail.app.transfer.item import Item

BATCH = 100  # messages whose headers are asked for at a time
TRIES = 3  # connections for one mailbox
TIMEOUT = 120.0  # seconds
LOST = (imaplib.IMAP4.abort, OSError)
MAX_LINE = 10_000_000  # octets of a line that a POP3 server may send


class ImapClient(Client):
    """TLS from the first octet."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, timeout: float) -> None:
        self._context = context
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> Any:
        plain = super()._create_socket(timeout)  # type: ignore[misc]
        return self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain


class ImapSource:
    """All mailboxes of an account on another IMAP server; `connect` gives a client that is logged in."""

    faults: tuple[type[Exception], ...] = (imaplib.IMAP4.error, OSError)
    remote = True

    def __init__(self, connect: Callable[[], Client]) -> None:
        self._connect = connect
        self._client = connect()
        self.left: list[str] = []

    def count(self) -> int:
        """Nobody knows before every mailbox was opened."""
        return 0

    def items(self) -> Iterator[Item]:
        """Every message, mailbox by mailbox."""
        for listed in self._client.names():
            if listed.selectable:
                yield from self._mailbox(listed)

    def _mailbox(self, listed: Listed) -> Iterator[Item]:
        name = "/".join(listed.parts)
        done = 0
        for attempt in range(1, TRIES + 1):
            try:
                self._client.open_mailbox(listed.name)
                uids = [uid for uid in self._client.uids() if uid > done]
                for start in range(0, len(uids), BATCH):
                    chunk = uids[start : start + BATCH]
                    for message in self._batch(chunk, name):
                        done = message.uid
                        yield self._item(listed, message)
                    done = chunk[-1]
            except LOST as error:
                if attempt == TRIES:
                    self.left.append(f"{name}, from UID {done + 1} on: {error}")
                self._again()
            except imaplib.IMAP4.error as error:
                self.left.append(f"{name}: {error}")
                return
            else:
                return

    def _batch(self, uids: list[int], name: str) -> list[Fetched]:
        """What is known of some messages; one by one where the server chokes on one of them."""
        items = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])"
        try:
            fetched = list(self._client.fetch_messages(",".join(map(str, uids)), items))
        except LOST:
            raise
        except imaplib.IMAP4.error as error:
            if len(uids) == 1:
                self.left.append(f"{name}, UID {uids[0]}: {error}")
                return []
            return [message for uid in uids for message in self._batch([uid], name)]
        return sorted((one for one in fetched if one.uid in uids), key=lambda one: one.uid)

    def _item(self, listed: Listed, message: Fetched) -> Item:
        where = f"{'/'.join(listed.parts)}, UID {message.uid}"
        get = partial(self._octets, listed, message.uid)
        return Item(where, listed.parts, get, message.flags, message.date, message.size, message.octets)

    def _octets(self, listed: Listed, uid: int) -> bytes:
        try:
            return self._fetch(uid)
        except LOST:
            self._again()
            self._client.open_mailbox(listed.name)
            return self._fetch(uid)

    def _fetch(self, uid: int) -> bytes:
        for message in self._client.fetch_messages(str(uid), "(UID BODY.PEEK[])"):
            if message.uid == uid and message.octets:
                return message.octets
        raise imaplib.IMAP4.error("the server did not send it")

    def _again(self) -> None:
        self._client.shutdown()
        self._client = self._connect()


class Pop3Source:
    """The maildrop of an account on a POP3 server; nothing is deleted there."""

    faults: tuple[type[Exception], ...] = (poplib.error_proto, OSError)
    remote = True

    def __init__(self, client: poplib.POP3, mailbox: str) -> None:
        self._client = client
        self._parts = mailbox.split("/")
        self.left: list[str] = []

    def count(self) -> int:
        """How many messages there are."""
        return self._client.stat()[0]

    def items(self) -> Iterator[Item]:
        """Every message."""
        for line in self._client.list()[1]:
            number, size = (int(word) for word in line.split()[:2])
            try:
                header = self._lines(f"TOP {number} 0")
            except poplib.error_proto:
                header = b""  # TOP is optional (RFC 1939 section 7)
            get = partial(self._lines, f"RETR {number}")
            yield Item(f"message {number}", self._parts, get, size=size, header=header)

    def _lines(self, command: str) -> bytes:
        """A multi-line response as it is; poplib's own reader changes what it does not expect."""
        self._client._shortcmd(command)  # type: ignore[attr-defined]
        lines = []
        while (line := self._client.file.readline(MAX_LINE)) != b".\r\n":
            if not line.endswith(b"\n"):
                raise poplib.error_proto("the response has no end")
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


def imap_client(host: str, port: int, user: str, password: str, tls: str, context: ssl.SSLContext) -> Client:
    """A client that is logged in; `tls` is implicit, starttls or none."""
    client = ImapClient(host, port, context if tls == "implicit" else None, TIMEOUT)
    if tls == "starttls":
        client.starttls(context)
    client.login(user, password)
    return client


def pop3_client(
    host: str, port: int, user: str, password: str, tls: str, context: ssl.SSLContext
) -> poplib.POP3:
    """A client that is logged in; `tls` is implicit, starttls or none."""
    if tls == "implicit":
        client: poplib.POP3 = poplib.POP3_SSL(host, port, context=context, timeout=TIMEOUT)
    else:
        client = poplib.POP3(host, port, TIMEOUT)
    if tls == "starttls":
        client.stls(context)
    with contextlib.suppress(poplib.error_proto):
        client.utf8()  # where it is known, headers come as they are (RFC 6856 section 2.1)
    client.user(user)
    client.pass_(password)
    return client
