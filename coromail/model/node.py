"""The place of a mailbox in the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from coromail.errors import InvalidName, MailboxExists, NotPossible
from coromail.model.properties import Properties

if TYPE_CHECKING:
    from coromail.model.account import Account
    from coromail.model.mailbox import Mailbox

# RFC 9755 section 3: neither control characters nor separators of lines and paragraphs.
_NOT_IN_NAMES = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")


class Node(Properties):
    """What has a name, a parent and children: the part of `Mailbox` that knows no messages.

    `separator` stands between the names of a path; None makes the tree flat. A node that is not
    `is_selectable` is only a name above others.
    """

    separator: str | None = "/"

    def __init__(self, account: Account, name: str, parent: Mailbox | None) -> None:
        super().__init__()
        self.account = account
        self.name = name
        self.parent = parent
        self.children: dict[str, Mailbox] = {}
        self.is_selectable = True

    @property
    def is_inbox(self) -> bool:
        """Whether this is the user's INBOX."""
        return self.name == "INBOX" and self.parent is self.account.root

    @property
    def special_use(self) -> str | None:
        """What the mailbox is for (RFC 6154 section 2), such as `\\Sent`; more than one with spaces between."""
        return self.properties.get("special-use", b"").decode("ascii") or None

    @special_use.setter
    def special_use(self, use: str | None) -> None:
        self.set_properties({"special-use": use.encode("ascii") if use else None})

    @property
    def full_path(self) -> str:
        """The names from the top, joined with the separator."""
        names, above = [self.name], self.parent
        while above is not None and above.parent is not None:
            names.append(above.name)
            above = above.parent
        return (self.separator or "").join(reversed(names))

    @property
    def depth(self) -> int:
        """How many levels below the nameless top."""
        depth, above = 0, self.parent
        while above is not None:
            depth, above = depth + 1, above.parent
        return depth

    def add_child(self, name: str, class_: type[Mailbox] | None = None) -> Mailbox:
        """The child of that name, made when it is not there; of this mailbox's class unless told otherwise."""
        if self.parent is None and name.upper() == "INBOX":
            name = "INBOX"
        child = self.children.get(name)
        if child is None:
            this = cast("Mailbox", self)
            child = self.children[name] = (class_ or type(this))(self.account, name, this)
        return child

    def walk(self) -> Iterator[Mailbox]:
        """All mailboxes below this one, parents before children, in order of creation."""
        stack = list(reversed(self.children.values()))
        while stack:
            mailbox = stack.pop()
            yield mailbox
            stack.extend(reversed(mailbox.children.values()))

    def create(self, name: str) -> Mailbox:
        """CREATE of a child (RFC 9051 section 6.3.4).

        Raises:
            MailboxExists: there is one of that name that can be selected.
            InvalidName: the name is empty or has control characters.
        """
        check_name(name)
        child = self.children.get(name)
        if child is not None and child.is_selectable:
            raise MailboxExists("There is a mailbox of this name")
        self.account.need_room(MAILBOX=1)
        if child is None:
            return self.add_child(name)
        child.is_selectable = True
        child.uidvalidity = self.account.next_uidvalidity()
        return child

    def unlink(self) -> None:
        """Take this node out of the tree; with children it stays as a name."""
        if self.children:
            self.is_selectable = False
        elif self.parent is not None:
            del self.parent.children[self.name]

    def relink(self, parent: Mailbox, name: str) -> None:
        """Hang this node and all below it elsewhere. Raises NotPossible or MailboxExists."""
        if parent is self or parent in self.walk():
            raise NotPossible("A mailbox cannot be moved below itself")
        if name in parent.children:
            raise MailboxExists("There is a mailbox of this name")
        assert self.parent is not None
        del self.parent.children[self.name]
        self.parent, self.name = parent, name
        parent.children[name] = cast("Mailbox", self)


def check_name(name: str) -> None:
    """Refuse what no mailbox may be called by anybody: nothing, and control characters. Raises InvalidName."""
    if not name or _NOT_IN_NAMES.search(name):
        raise InvalidName("A mailbox cannot have this name")
