"""What can go wrong, in two families.

*Answers* (`No`, `Bad`, `Bye`, `Err`) are exceptions that become a protocol reply; a command raises them.
*Storage errors* know no protocol; models, mailboxes and stores raise them, and one table for each protocol
(`coromail.imap.replies`, `coromail.pop3.replies`) says which reply each becomes.
"""

from __future__ import annotations


class Answer(Exception):
    """An exception that is a reply: `text` for people, `code` (without brackets) for programs."""

    def __init__(self, text: str, code: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class No(Answer):
    """IMAP tagged NO: a well-formed command that cannot be done. `code` is an RFC 5530 (or extension) code."""


class Bad(Answer):
    """IMAP tagged BAD: the client broke the protocol (syntax, state, unknown command)."""


class Bye(Answer):
    """IMAP untagged BYE, then the connection is closed."""


class Err(Answer):
    """POP3 -ERR. `code` is an RFC 2449 or RFC 3206 response code such as IN-USE or SYS/TEMP."""


class Gone(ConnectionError):
    """The client went away, or was silent or deaf for too long. Transports raise it, models and Auths do not."""


class StorageError(Exception):
    """Base of all errors of models, mailboxes and stores. The message is fit to be shown to the client."""


class NoSuchMailbox(StorageError):
    """The named mailbox does not exist (or the user may not know that it does)."""


class MailboxExists(StorageError):
    """A mailbox of that name is there already."""


class MailboxHasChildren(StorageError):
    """Refused because the mailbox has child mailboxes."""


class InvalidName(StorageError):
    """The store can never have a mailbox of that name."""


class NotAllowed(StorageError):
    """The user lacks the right, or the object does not permit the operation."""


class NotPossible(StorageError):
    """The operation makes no sense for this object and never will (select a \\Noselect mailbox, delete INBOX)."""


class OverQuota(StorageError):
    """The operation would exceed a quota of the user."""


class LimitReached(StorageError):
    """A fixed limit of the server stands in the way: message size, last UID, number of keywords."""


class Expunged(StorageError):
    """The message was expunged by somebody else meanwhile."""


class InUse(StorageError):
    """Somebody else holds a lock that the operation needs."""


class Unavailable(StorageError):
    """A passing fault below: disk full, I/O error, database away. Nothing was changed; trying later may help."""


class NoStore(Unavailable):
    """All of a user's mail is not there: a file system that is not mounted, or mail that was removed."""


class Corrupted(StorageError):
    """Stored data contradict themselves and could not be mended."""
