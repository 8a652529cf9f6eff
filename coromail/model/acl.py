"""Who may do what with a mailbox (RFC 4314). An access control list maps identifiers to rights.

An identifier is the name of a user, `group:` and the name of a group, or `anyone`; with `-` before it, it takes
rights away. A user has the union of what the applicable identifiers grant, less what negative ones take. Who has the
mailbox has all rights unless the list says otherwise, and never loses `l` and `a`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache

from coromail.auth import prepare
from coromail.model.node import Node

RIGHTS = "lrswipkxtea"
ALL = frozenset(RIGHTS)
OWNERS = frozenset("la")  # what an owner always has
NONE: frozenset[str] = frozenset()
VISIBLE = frozenset("lrikxa")  # without any of them a mailbox does not exist for a user (MYRIGHTS, section 4)
WRITE = frozenset("iewst")  # with none of them a mailbox is read-only (section 5.2)
CONTENTS = frozenset("lrswipte")  # all but what changes the mailbox itself or its list
ANYONE = "anyone"
GROUP = "group:"
PROPERTY = "acl"
MAX_IDENTIFIERS = 250  # in one list; for more people there are groups

Acl = Mapping[str, frozenset[str]]


@lru_cache(maxsize=256)
def _parse(raw: bytes) -> Acl:
    return {identifier: _set(rights) for identifier, rights in json.loads(raw).items()}


_set = lru_cache(256)(frozenset[str])  # many have the same rights: one object


def dump(entries: Acl) -> bytes:
    """A list as it is kept in a property of the mailbox."""
    return json.dumps({name: "".join(sorted(rights)) for name, rights in entries.items()}).encode()


def stored(mailbox: Node) -> Acl:
    """The list as it was set; empty when it never was."""
    raw = mailbox.properties.get(PROPERTY)
    return _parse(raw) if raw else {}


def entries(mailbox: Node) -> dict[str, frozenset[str]]:
    """The list with what the owner has, first."""
    owner = mailbox.account.user
    listed = stored(mailbox)
    return {
        owner: listed.get(owner, ALL) | OWNERS,
        **{name: rights for name, rights in listed.items() if name != owner},
    }


def rights_of(mailbox: Node, user: str, groups: Iterable[str] = ()) -> frozenset[str]:
    """What `user` may do with the mailbox; `groups` are identifiers."""
    return rights_in(stored(mailbox), mailbox.account.user, user, groups)


def rights_in(listed: Acl, owner: str, user: str, groups: Iterable[str] = ()) -> frozenset[str]:
    """What `user` may do with a mailbox of `owner` that has this list; `groups` are identifiers."""
    owns = user == owner
    if not listed:
        return ALL if owns else NONE
    granted = listed.get(user, ALL if owns else NONE)
    for identifier in (ANYONE, *groups):
        granted |= listed.get(identifier, NONE)
    for identifier in (user, ANYONE, *groups):
        granted -= listed.get(f"-{identifier}", NONE)
    return granted | OWNERS if owns else granted


def grantees(mailboxes: Iterable[Node]) -> set[str]:
    """The identifiers, other than owners, to which some of the mailboxes grant something."""
    found: set[str] = set()
    for mailbox in mailboxes:
        if PROPERTY in mailbox.properties:
            found.update(
                name for name, rights in stored(mailbox).items() if rights and not name.startswith("-")
            )
            found.discard(mailbox.account.user)
    return found


def group_identifiers(names: Iterable[str]) -> frozenset[str]:
    """The identifiers of groups, in the form in which SETACL stores them."""
    prepared = (prepare.user_name(f"{GROUP}{name}") for name in names)
    return frozenset(name for name in prepared if name is not None)


def flag_right(flag: str) -> str:
    """The right that setting or clearing a flag takes (section 4)."""
    return {"\\seen": "s", "\\deleted": "t"}.get(flag.lower(), "w")
