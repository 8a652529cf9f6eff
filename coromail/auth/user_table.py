"""Users held in memory, as read from a file: what `UsersFile` and `PasswdFile` share."""

from __future__ import annotations

import hmac
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coromail.auth import passwords
from coromail.auth.app_password import AppPassword

_KEY = os.urandom(32)  # nobody else can tell which of the passwords a name is given

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class User:
    """One user. `stored` is the stored password, None for a user whom only EXTERNAL or OAuth lets in.

    Empty `protocols` and `networks` allow every protocol and address; one in `denied` may not come, allowed or
    not. `settings` holds every key of the file
    except the passwords.
    """

    name: str
    stored: str | None = field(default=None, repr=False)
    master: bool = False
    protocols: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    denied: tuple[Network, ...] = ()
    certificates: tuple[str, ...] = ()
    app_passwords: tuple[AppPassword, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def admits(self, protocol: str, peer: str | None) -> bool:
        """Whether one may come by `protocol` from the address `peer` (None, a Unix socket, always may)."""
        if self.protocols and protocol not in self.protocols:
            return False
        if peer is None or not (self.networks or self.denied):
            return True
        parsed = ipaddress.ip_address(peer.partition("%")[0])
        address = getattr(parsed, "ipv4_mapped", None) or parsed
        if any(address in network for network in self.denied):
            return False
        return not self.networks or any(address in network for network in self.networks)


class UserTable:
    """All users of one file; never changed, only replaced as a whole."""

    __slots__ = ("_stored", "by_certificate", "mechanisms", "users")

    def __init__(self, users: Mapping[str, User]) -> None:
        self.users = users
        self.by_certificate = {name: user.name for user in users.values() for name in user.certificates}
        schemes = {passwords.split(user.stored)[0] for user in users.values() if user.stored}
        self.mechanisms = _mechanisms(schemes)
        if self.by_certificate:
            self.mechanisms.append("EXTERNAL")
        self._stored = [user.stored for user in users.values() if user.stored]

    def decoy(self, name: str) -> str | None:
        """What a password for somebody who has none here is compared with: somebody's, the same for a name each time.

        So names that do not exist have the schemes, the counts and the delays of those that do, and as often. None
        where nobody has a password.
        """
        if not self._stored:
            return None
        chosen = int.from_bytes(hmac.digest(_KEY, name.encode(), "sha256")[:8])
        return self._stored[chosen % len(self._stored)]


def _mechanisms(schemes: set[str]) -> list[str]:
    """What every user of a file with these password schemes can use, best first.

    A mechanism that only some users have the secrets for is not offered: clients choose by themselves from
    what is offered, and a choice that must fail would lock the others out.
    """
    clear = schemes <= passwords.CLEAR and bool(schemes)
    found = []
    for hashed in ("SCRAM-SHA-256", "SCRAM-SHA-1"):
        if schemes and schemes <= passwords.CLEAR | {hashed}:
            found += [f"{hashed}-PLUS", hashed]
    found.sort(key=lambda name: not name.endswith("-PLUS"))
    if clear:
        found.append("CRAM-MD5")
    return [*found, "PLAIN", "LOGIN"]
