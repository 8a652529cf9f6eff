"""Passwords for one program or device: short of lifetime and reach, easily taken back."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coromail.auth import passwords

KEYS = ("name", "password", "protocols", "expires", "mailbox")
PROTOCOLS = ("imap", "pop3")
MOST = 50  # of one user: each is compared at every login
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that looks like another


@dataclass(frozen=True, slots=True)
class AppPassword:
    """One of them. `stored` is a quick hash: `generate` makes passwords that nobody can guess.

    `protocols` are those it is good for. After the day `expires` (UTC) it is good for nothing. With `mailbox` it
    opens this mailbox and those below it, and nothing else.
    """

    name: str
    stored: str = field(repr=False)
    protocols: frozenset[str] = frozenset(PROTOCOLS)
    expires: datetime.date | None = None
    mailbox: str | None = None

    def matches(self, password: str, today: datetime.date | None = None) -> bool:
        """Whether `password` is this one, and not too old."""
        right = passwords.verify(self.stored, password)
        today = today or datetime.datetime.now(datetime.UTC).date()
        return right and (self.expires is None or today <= self.expires)


def generate() -> str:
    """A new one: 100 bits, in four groups of five."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


def read(entry: object) -> AppPassword:
    """One entry of the list `app_passwords` of a user. Raises ValueError, without quoting the password."""
    if not isinstance(entry, Mapping) or set(entry) - set(KEYS):
        raise ValueError(f"an app password is a mapping of {', '.join(KEYS)}")
    name, stored = entry.get("name"), entry.get("password")
    if not isinstance(name, str) or not isinstance(stored, str):
        raise ValueError('an app password needs a name and a hash made by "coromail passwd --app NAME"')  # noqa: TRY004
    passwords.check(stored)
    if passwords.cost(stored) != "cheap":
        raise ValueError(f'app password {name}: write a hash made by "coromail passwd --app", a quick one')
    protocols = entry.get("protocols", list(PROTOCOLS))
    if not isinstance(protocols, list) or not protocols or not set(protocols) <= set(PROTOCOLS):
        raise ValueError(f"app password {name}: protocols must be a list of {', '.join(PROTOCOLS)}")
    mailbox = entry.get("mailbox")
    if mailbox is not None and (not isinstance(mailbox, str) or not mailbox):
        raise ValueError(f"app password {name}: mailbox must be the name of one")
    return AppPassword(name, stored, frozenset(protocols), _day(name, entry.get("expires")), mailbox)


def _day(name: str, value: Any) -> datetime.date | None:
    if value is None or (isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)):
        return value
    raise ValueError(f"app password {name}: expires must be a day such as 2030-12-31")
