"""What one logged-in user sees: the mailbox tree, by name."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from coromail.context import Context
from coromail.errors import (
    InvalidName,
    LimitReached,
    MailboxExists,
    MailboxHasChildren,
    NoStore,
    NoSuchMailbox,
    NotAllowed,
    NotPossible,
)
from coromail.model import acl, quota
from coromail.model.account import Account
from coromail.model.events import Event, Events
from coromail.model.mailbox import Mailbox
from coromail.model.node import check_name
from coromail.model.shares import Shares

OTHER_USERS = "Other Users"
MAX_DEPTH = 50  # levels of names that clients may make

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
    sharing = False
    """Whether users may let each other into their mailboxes (RFC 4314), as `Other Users/owner/name`."""

    def __init__(self, auth: Auth, context: Context | None = None) -> None:
        self.auth = auth
        self.context = context or Context()
        self.user: str = auth.user or ""
        self._key = ("account", type(self), self.user)
        self.account = self.context.shared(self._key, self.make_account)
        self.account.models += 1
        self.account.events = self.events
        self._open = True
        self._others: dict[str, Model] = {}
        settings = auth.user_settings(self.user)
        self.account.limits = quota.limits(settings.get("quota"))
        self.groups: frozenset[str] = acl.group_identifiers(settings.get("groups") or ())
        self._only: str | None = settings.get("only_mailbox")
        self.init()

    def make_account(self) -> Account:
        """The account of the user, made at the first login."""
        account = self.account_class(self.user, self.context)
        account.root = self.mailbox_class(account, "", None)
        account.root.is_selectable = False
        return account

    # What subclasses override

    def init(self) -> None:
        """Build the tree; the default makes what a new user has."""
        if "INBOX" not in self.root.children:
            self.welcome()

    def welcome(self, create: bool = True) -> None:
        """Make and subscribe what a new user has: INBOX, and the setting `mailboxes` (name to special use).

        Without `create` nothing is made, but what is there already gets its special use: somebody moved in with
        mail and mailboxes.
        """
        self.root.add_child("INBOX")
        self.account.set_subscribed("INBOX", True)
        for name, use in (self.context.settings.get("mailboxes") or {}).items():
            mailbox = self.lookup(name)
            if mailbox is None and not create:
                continue
            mailbox = mailbox or self.create(name)
            mailbox.special_use = use
            self.account.set_subscribed(self.canonical(name), True)

    def close(self) -> None:
        """The connection ended, for any reason. May be called more than once."""
        if self._open:
            self._open = False
            for other in self._others.values():
                other.close()
            self.account.models -= 1
            if not self.account.models and self.account.released():
                self.context.forget(self._key)

    def namespaces(self) -> tuple[Sequence[Namespace], Sequence[Namespace], Sequence[Namespace]]:
        """Personal, other users', shared (RFC 2342 section 5)."""
        others = [Namespace(f"{OTHER_USERS}{self.separator}", self.separator)] if self.sharing else []
        return ([Namespace("", self.separator)], others, [])

    def make_shares(self) -> Shares:
        """Who shares with whom, for all users. A store makes one that survives restarts."""
        return Shares()

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
        """The mailbox of that name, or None: so are those of others where the user has no right at all."""
        parts = self.split(path)
        owner, parts = self._owner(parts)
        if owner is None:
            return None
        mailbox = owner._descend(parts)
        judged = owner is not self or self._only is not None
        if mailbox is None or (judged and not self.rights(mailbox) & acl.VISIBLE):
            return None
        return mailbox

    def _owner(self, parts: list[str]) -> tuple[Model | None, list[str]]:
        """Whose tree a name is in (None: nobody's), and the names from the top of that tree."""
        if not self.sharing or parts[:1] != [OTHER_USERS]:
            return self, parts
        return (self.other(parts[1]), parts[2:]) if len(parts) > 1 else (None, [])

    def owns(self, path: str) -> bool:
        """Whether a mailbox of that name would be the user's own."""
        return self._owner(self.split(path))[0] is self

    def _descend(self, parts: list[str]) -> Mailbox | None:
        mailbox = self.root
        for part in parts:
            mailbox.update_tree()
            child = mailbox.children.get(part)
            if child is None:
                return None
            mailbox = child
        return None if mailbox is self.root else mailbox

    def find(self, path: str, rights: str = "l") -> Mailbox:
        """The mailbox of that name, with which the user has those rights. Raises NoSuchMailbox or NotAllowed."""
        mailbox = self.lookup(path)
        if mailbox is None:
            raise NoSuchMailbox("There is no such mailbox")
        self.demand(mailbox, rights)
        return mailbox

    def select(self, path: str, rights: str = "r") -> Mailbox:
        """Like `find`, if messages can be in the mailbox; else raises NotPossible."""
        mailbox = self.find(path, rights)
        if not mailbox.is_selectable:
            raise NotPossible("This name holds no messages, only other mailboxes")
        return mailbox

    def mailboxes(self) -> Iterator[Mailbox]:
        """The user's whole tree, parents first."""
        self.root.update_tree()
        yield from (one for one in self.root.walk() if self.in_reach(self.account, one.full_path))

    def listed(self) -> Iterator[tuple[str, Mailbox | None]]:
        """Every name that LIST may show, parents first; with None for what only leads to others."""
        for mailbox in self.mailboxes():
            yield mailbox.full_path, mailbox
        if self.sharing and self._only is None:
            seen: set[str] = set()
            for owner in self.shares.owners(self.user, self.groups):
                yield from self._shown_of(owner, seen)

    def _shown_of(self, owner: str, seen: set[str]) -> Iterator[tuple[str, Mailbox | None]]:
        try:
            other = self.other(owner)
        except NoStore:  # whoever is missing, the others have their mail
            return
        for mailbox in other.mailboxes() if other is not None else ():
            if "l" not in self.rights(mailbox):
                continue
            name = self.name_of(mailbox)
            parts = self.split(name)
            for end in range(1, len(parts)):
                above = self.canonical(str(self.separator).join(parts[:end]))
                if above not in seen:
                    seen.add(above)
                    yield above, None
            seen.add(name)
            yield name, mailbox

    def name_of(self, mailbox: Mailbox) -> str:
        """The name by which this user knows the mailbox, which may be another user's."""
        if mailbox.account is self.account:
            return mailbox.full_path
        return self.foreign_name(mailbox.account, mailbox.full_path)

    def foreign_name(self, owner: Account, path: str) -> str:
        """The name by which this user knows a name in the tree of somebody else."""
        return f"{OTHER_USERS}{self.separator}{owner.user}{self.separator}{path}"

    def canonical(self, path: str) -> str:
        """The name as the tree writes it, whether there is such a mailbox or not."""
        return path if self.separator is None else self.separator.join(self.split(path))

    # Rights

    @property
    def shares(self) -> Shares:
        """Who shares with whom."""
        return self.context.shared(("shares", type(self)), self.make_shares)

    @property
    def events(self) -> Events:
        """What happens to mailboxes, of all users."""
        return self.context.shared(("events", type(self)), Events)

    def other(self, owner: str) -> Model | None:
        """The mail of another user who shares some of it with this one, or None."""
        if owner not in self._others:
            if owner not in self.shares.owners(self.user, self.groups):
                return None
            auth = copy.copy(self.auth)
            auth.user = owner
            self._others[owner] = type(self)(auth, self.context)
        return self._others[owner]

    def rights(self, mailbox: Mailbox) -> frozenset[str]:
        """What the user may do with the mailbox (RFC 4314 section 2.1)."""
        rights = acl.rights_of(mailbox, self.user, self.groups) if self.sharing else acl.ALL
        if self._only is not None:
            return rights & acl.CONTENTS if self.in_reach(mailbox.account, mailbox.full_path) else acl.NONE
        return rights

    def in_reach(self, owner: Account, path: str) -> bool:
        """Whether what the user has shown opens this mailbox: an app password may be for one only."""
        if self._only is None:
            return True
        top = self.canonical(self._only)
        below = self.separator is not None and path.startswith(top + self.separator)
        return owner is self.account and (path == top or below)

    def demand(self, mailbox: Mailbox, rights: str) -> None:
        """Raise NotAllowed without all of these rights, and NoSuchMailbox where the user may not even know that
        the mailbox exists (RFC 4314 section 6)."""
        held = self.rights(mailbox)
        if not held.issuperset(rights):
            if "l" in held:
                raise NotAllowed("You may not do that here")
            raise NoSuchMailbox("There is no such mailbox")

    def set_acl(self, mailbox: Mailbox, entries: acl.Acl) -> None:
        """Replace the access control list of a mailbox. Durable on return. Raises LimitReached for a longer one."""
        before = acl.stored(mailbox)
        if len(entries) > max(acl.MAX_IDENTIFIERS, len(before)):
            raise LimitReached("Too many identifiers; groups can have any number of members")
        mailbox.set_properties({acl.PROPERTY: acl.dump(entries)})
        mailbox.settle()
        for listener in mailbox.listeners:
            listener.rights_changed()
        self._note_shares(mailbox.account)
        self.events.tell(Event("rights", mailbox.account, self, mailbox, mailbox.full_path, before=before))

    def _note_shares(self, owner: Account) -> None:
        self.shares.share(owner.user, acl.grantees(owner.root.walk()))

    # CREATE, DELETE, RENAME

    def create(self, path: str) -> Mailbox:
        """Make a mailbox and those above it that are missing (RFC 9051 section 6.3.4).

        Each inherits the access control list of the one above (RFC 4314 section 4).
        """
        mailbox, parts = self._nearest(path)
        if not parts:
            raise MailboxExists("There is a mailbox of this name")
        _check_depth(mailbox.depth + len(parts))
        for part in parts:
            mailbox = self._create_child(mailbox, part)
        return mailbox

    def _nearest(self, path: str) -> tuple[Mailbox, list[str]]:
        """The nearest mailbox above a new name, in which the user may make others, and what is missing of the
        name: at least its last part, unless there is nothing to make."""
        owner, parts = self._owner(self.split(path))
        if owner is None or self._only is not None:
            raise NotAllowed("You may not make mailboxes here")
        mailbox = owner.root
        mailbox.update_tree()
        missing = list(parts)
        while len(missing) > 1 and missing[0] in mailbox.children:
            mailbox = mailbox.children[missing.pop(0)]
        for part in missing:
            check_name(part)
        if owner is not self and "k" not in self.rights(mailbox):
            raise NotAllowed("You may not make mailboxes here")
        return mailbox, missing

    def _create_child(self, parent: Mailbox, name: str) -> Mailbox:
        mailbox = parent.create(name)
        inherited = parent.properties.get(acl.PROPERTY)
        if inherited:
            mailbox.set_properties({acl.PROPERTY: inherited})
        self.events.tell(Event("created", mailbox.account, self, mailbox, mailbox.full_path))
        return mailbox

    def delete(self, path: str) -> None:
        """Remove a mailbox; one with children stays as a name without messages (RFC 9051 section 6.3.5)."""
        mailbox = self.find(path, "x")
        if not mailbox.is_selectable and mailbox.children:
            raise MailboxHasChildren("This name has mailboxes below it")
        parent, path, before = mailbox.parent, mailbox.full_path, acl.stored(mailbox)
        mailbox.delete()
        mailbox.properties.clear()  # where the name stays, above others, it begins anew
        if before:
            self._note_shares(mailbox.account)
        self.events.tell(Event("deleted", mailbox.account, self, mailbox, path, before=before))
        while parent is not None and parent.parent and not parent.is_selectable and not parent.children:
            parent.delete()
            parent = parent.parent

    def rename(self, old: str, new: str) -> None:
        """Move a mailbox and all below it; INBOX gives away only its messages (RFC 9051 section 6.3.6)."""
        mailbox = self.find(old, "x")
        if self.lookup(new) is not None:
            raise MailboxExists("There is a mailbox of this name")
        parent, parts = self._nearest(new)
        if not parts:
            raise NotPossible("A mailbox needs a name")
        if parent.account is not mailbox.account:
            raise NotPossible("A mailbox stays with its owner")
        if mailbox.is_inbox:
            target = self.create(new)
            annotations = {
                name: value for name, value in mailbox.properties.items() if name.startswith("metadata ")
            }
            target.set_properties(annotations)  # RFC 5464 section 4.1
            mailbox.move(list(mailbox.index.uids), target)
            return
        if parent is mailbox or parent in mailbox.walk():
            raise NotPossible("A mailbox cannot be moved below itself")
        levels = max(one.depth for one in (mailbox, *mailbox.walk())) - mailbox.depth
        _check_depth(parent.depth + len(parts) + levels)
        for part in parts[:-1]:
            parent = self._create_child(parent, part)
        path = mailbox.full_path
        mailbox.reparent(parent, parts[-1])
        self.events.tell(Event("renamed", mailbox.account, self, mailbox, path))

    # Subscriptions

    @property
    def subscriptions(self) -> set[str]:
        """The names the user is subscribed to, whether there are such mailboxes or not."""
        names = self.account.subscriptions
        return names if self._only is None else {name for name in names if self.lookup(name) is not None}

    def subscribe(self, path: str) -> None:
        """Subscribe to a name (RFC 9051 section 6.3.7)."""
        self.account.set_subscribed(path, True)
        self.events.tell(Event("subscribed", self.account, self, path=path))

    def unsubscribe(self, path: str) -> None:
        """Unsubscribe from a name; it need not exist any more."""
        self.account.set_subscribed(path, False)
        self.events.tell(Event("subscribed", self.account, self, path=path))


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidName(f"Mailboxes are not nested deeper than {MAX_DEPTH} levels")
