"""What one logged-in user sees: the mailbox tree, by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from coromail.context import Context
from coromail.errors import MailboxExists, MailboxHasChildren, NoSuchMailbox, NotPossible
from coromail.model.account import Account
from coromail.model.mailbox import Mailbox

if TYPE_CHECKING:
    from coromail.auth.auth import Auth


class Namespace(NamedTuple):
    """One namespace (RFC 2342): the prefix of its names, and the hierarchy separator (None: flat)."""

    prefix: str
    separator: str | None


class Model:
    """One for each login; override `init` to build the tree below `self.root`.

    `auth.user` has logged in. The tree itself belongs to the account and is shared by all models of the user,
    so `init` may find what an earlier login built: `add_child` gives what is there already.
    """

    mailbox_class: type[Mailbox] = Mailbox
    account_class: type[Account] = Account

    def __init__(self, auth: Auth, context: Context | None = None) -> None:
        self.auth = auth
        self.context = context or Context()
        self.user: str = auth.user or ""
        self._key = ("account", type(self), self.user)
        self.account = self.context.shared(self._key, self.make_account)
        self.account.models += 1
        self._open = True
        self.init()

    def make_account(self) -> Account:
        """The account of the user, made at the first login."""
        account = self.account_class(self.user, self.context)
        account.root = self.mailbox_class(account, "", None)
        account.root.is_selectable = False
        return account

    # What subclasses override

    def init(self) -> None:
        """Build the tree; the default has an INBOX and subscribes to it."""
        if "INBOX" not in self.root.children:
            self.root.add_child("INBOX")
            self.account.subscriptions.add("INBOX")

    def close(self) -> None:
        """The connection ended, for any reason. May be called more than once."""
        if self._open:
            self._open = False
            self.account.models -= 1
            if not self.account.models and self.account.released():
                self.context.forget(self._key)

    def namespaces(self) -> tuple[Sequence[Namespace], Sequence[Namespace], Sequence[Namespace]]:
        """Personal, other users', shared (RFC 2342 section 5)."""
        return ([Namespace("", self.separator)], [], [])

    # Names

    @property
    def root(self) -> Mailbox:
        """The nameless top, without messages."""
        return self.account.root

    @property
    def separator(self) -> str | None:
        """The hierarchy separator, None for a flat tree."""
        return self.root.separator

    def split(self, path: str) -> list[str]:
        """The names on the way to a mailbox. INBOX as the first one is upper-cased (RFC 9051 section 5.1)."""
        parts = [path] if self.separator is None else path.split(self.separator)
        parts = [part for part in parts if part]
        if parts and parts[0].upper() == "INBOX":
            parts[0] = "INBOX"
        return parts

    def lookup(self, path: str) -> Mailbox | None:
        """The mailbox of that name, or None."""
        mailbox = self.root
        for part in self.split(path):
            mailbox.update_tree()
            child = mailbox.children.get(part)
            if child is None:
                return None
            mailbox = child
        return None if mailbox is self.root else mailbox

    def find(self, path: str) -> Mailbox:
        """The mailbox of that name. Raises NoSuchMailbox."""
        mailbox = self.lookup(path)
        if mailbox is None:
            raise NoSuchMailbox("There is no such mailbox")
        return mailbox

    def select(self, path: str) -> Mailbox:
        """The mailbox of that name, if messages can be in it. Raises NoSuchMailbox or NotPossible."""
        mailbox = self.find(path)
        if not mailbox.is_selectable:
            raise NotPossible("This name holds no messages, only other mailboxes")
        return mailbox

    def mailboxes(self) -> Iterator[Mailbox]:
        """The whole tree, parents first."""
        self.root.update_tree()
        yield from self.root.walk()

    def canonical(self, path: str) -> str:
        """The name as the tree writes it, whether there is such a mailbox or not."""
        return path if self.separator is None else self.separator.join(self.split(path))

    # CREATE, DELETE, RENAME

    def create(self, path: str) -> Mailbox:
        """Make a mailbox and those above it that are missing (RFC 9051 section 6.3.4)."""
        parts = self.split(path)
        if not parts:
            raise MailboxExists("The top of the tree is there already")
        mailbox = self.root
        mailbox.update_tree()
        for part in parts[:-1]:
            child = mailbox.children.get(part)
            mailbox = mailbox.create(part) if child is None else child
        return mailbox.create(parts[-1])

    def delete(self, path: str) -> None:
        """Remove a mailbox; one with children stays as a name without messages (RFC 9051 section 6.3.5)."""
        mailbox = self.find(path)
        if not mailbox.is_selectable and mailbox.children:
            raise MailboxHasChildren("This name has mailboxes below it")
        mailbox.delete()
        parent = mailbox.parent
        while parent is not None and parent.parent and not parent.is_selectable and not parent.children:
            parent.delete()
            parent = parent.parent

    def rename(self, old: str, new: str) -> None:
        """Move a mailbox and all below it; INBOX gives away only its messages (RFC 9051 section 6.3.6)."""
        mailbox = self.find(old)
        if self.lookup(new) is not None:
            raise MailboxExists("There is a mailbox of this name")
        parts = self.split(new)
        if not parts:
            raise NotPossible("A mailbox needs a name")
        if mailbox.is_inbox:
            mailbox.move(list(mailbox.index.uids), self.create(new))
            return
        if parts[: len(self.split(old))] == self.split(old):
            raise NotPossible("A mailbox cannot be moved below itself")
        parent = self.root
        for part in parts[:-1]:
            child = parent.children.get(part)
            parent = parent.create(part) if child is None else child
        mailbox.reparent(parent, parts[-1])

    # Subscriptions

    @property
    def subscriptions(self) -> set[str]:
        """The names the user is subscribed to, whether there are such mailboxes or not."""
        return self.account.subscriptions

    def subscribe(self, path: str) -> None:
        """Subscribe to a name (RFC 9051 section 6.3.7)."""
        self.account.set_subscribed(path, True)

    def unsubscribe(self, path: str) -> None:
        """Unsubscribe from a name; it need not exist any more."""
        self.account.set_subscribed(path, False)
