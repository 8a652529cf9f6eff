"""One mail transaction: a sender, recipients, and the way into their mailboxes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import NamedTuple

from coromail.auth.connection_facts import ConnectionFacts
from coromail.errors import NotPossible, StorageError
from coromail.host import Host
from coromail.lmtp.paths import Path
from coromail.model.mailbox import Mailbox, NewMessage
from coromail.model.model import Model

DETAIL = "+"  # separates a user from what follows in a local part (RFC 5233 section 1)


class Recipient(NamedTuple):
    """An accepted RCPT: the address as it was written, and the user's open mail."""

    address: str
    model: Model
    mailbox: Mailbox

    def deliver(self, octets: bytes) -> None:
        """Put a message into INBOX. Durable on return. Raises a storage error."""
        self.mailbox.append(NewMessage(octets))


class Transaction:
    """Begun by MAIL; `size` is what the client declared, in octets (0: nothing)."""

    __slots__ = ("identifier", "recipients", "sender", "size", "utf8")

    def __init__(self, sender: str, size: int, utf8: bool) -> None:
        self.sender = sender
        self.size = size
        self.utf8 = utf8
        self.identifier = secrets.token_hex(8)
        self.recipients: list[Recipient] = []

    def close(self) -> None:
        """Let go of the recipients' mail."""
        for recipient in self.recipients:
            recipient.model.close()
        self.recipients.clear()


def names(path: Path) -> Iterator[str]:
    """The users that an address may mean, the most exact first: with and without domain, with and without detail."""
    plain = path.local.partition(DETAIL)[0]
    for local in (path.local, plain) if plain and plain != path.local else (path.local,):
        if path.domain:
            yield f"{local}@{path.domain}"
        yield local


def open_model(host: Host, facts: ConnectionFacts, path: Path) -> Model | None:
    """The mail of the user to whom an address belongs; None when it belongs to nobody. Raises a storage error.

    Rules on the addresses that users log in from say nothing about deliveries: `facts` shall not have a peer.
    """
    auth = host.make_auth()
    auth.connection = facts
    for name in names(path):
        user = auth.prepare_user(name)
        if user is not None and auth.knows(user) and auth.may_log_in(user):
            auth.user = user
            return host.make_model(auth)
    return None


def recipient(host: Host, facts: ConnectionFacts, path: Path, size: int) -> Recipient | None:
    """The recipient that an address means, if there is room for `size` octets. None when there is no such user.

    Raises:
        OverQuota: the message would not fit.
        StorageError: the user's mail cannot be had.
    """
    model = open_model(host, facts, path)
    if model is None:
        return None
    try:
        mailbox = model.select("INBOX", "i")
        if mailbox.read_only:
            raise NotPossible("This mailbox takes no mail")
        model.account.need_room(MESSAGE=1, STORAGE=max(size, 1))
    except StorageError:
        model.close()
        raise
    return Recipient(path.written, model, mailbox)
