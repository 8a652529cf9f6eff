"""Slowing down those who guess passwords. Bookkeeping only: the caller has the clock and does the waiting."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Key = tuple[str, ...]

DELAYS = (0.0, 2.0, 4.0, 8.0, 15.0)  # seconds, by the number of failures
FORGIVE = 60.0  # seconds in which one failure is forgiven
MOST_FAILURES = 20  # more are not counted, so that everybody is forgiven within 20 minutes
MAX_ENTRIES = 30_000  # about 10 MB; what lay unused the longest is forgotten first


class Throttle:
    """Failures by network (/24 of IPv4, /64 of IPv6), by account, and by both together.

    A success clears the account and takes its own failures off the count of the network: whoever mistypes
    gets going at once, while attackers gain nothing by logging in to an account of their own between guesses.
    Where a user has logged in from, failures elsewhere do not delay that user: else anybody could.
    """

    def __init__(
        self, clock: Callable[[], float], exempt: Iterable[Network] = (), max_entries: int = MAX_ENTRIES
    ) -> None:
        """`clock` gives seconds and never runs backwards; networks in `exempt` are not counted or delayed,
        and may be replaced at any time."""
        self._clock = clock
        self.exempt = tuple(exempt)
        self._max_entries = max_entries
        self._entries: OrderedDict[Key, tuple[int, float]] = OrderedDict()
        self._welcome: OrderedDict[Key, None] = (
            OrderedDict()
        )  # network and account of past successes; networks too

    def delay(self, address: str | None, user: str) -> float:
        """Seconds to wait before a password from `address` for `user` is looked at: 0 to 15."""
        keys = self._keys(address, user)
        if not keys:
            return 0.0
        network, account, both = keys
        failures = self._failures(network)
        if both not in self._welcome:
            failures = max(failures, self._failures(account))
        return DELAYS[min(failures, len(DELAYS) - 1)]

    def failed(self, address: str | None, user: str) -> None:
        """Count one failure."""
        for key in self._keys(address, user):
            self._set(key, min(self._failures(key) + 1, MOST_FAILURES))

    def succeeded(self, address: str | None, user: str) -> None:
        """Forgive what this user did from this network, and what anybody did to this account."""
        keys = self._keys(address, user)
        if not keys:
            return
        network, account, both = keys
        own = self._failures(both)
        if own:
            self._set(network, self._failures(network) - own)
        self._set(account, 0)
        self._set(both, 0)
        for key in (both, network):
            self._welcome[key] = None
            self._welcome.move_to_end(key)
        while len(self._welcome) > self._max_entries:
            self._welcome.popitem(last=False)

    def knows(self, address: str | None) -> bool:
        """Whether somebody has logged in from this network, or it is exempt: the queue for strangers is another."""
        keys = self._keys(address, "")
        return not keys or keys[0] in self._welcome

    def __len__(self) -> int:
        return len(self._entries) + len(self._welcome)

    def _keys(self, address: str | None, user: str) -> tuple[Key, ...]:
        """Network, account, both; nothing for a Unix socket (None) and for exempt networks."""
        if address is None:
            return ()
        network = _network(address, self.exempt)
        if not network:
            return ()
        account = user[:255].lower()
        return (("network", network), ("account", account), ("both", network, account))

    def _failures(self, key: Key) -> int:
        count, since = self._entries.get(key, (0, 0.0))
        return max(0, count - int((self._clock() - since) / FORGIVE)) if count else 0

    def _set(self, key: Key, failures: int) -> None:
        if failures <= 0:
            self._entries.pop(key, None)
            return
        self._entries[key] = (failures, self._clock())
        self._entries.move_to_end(key)
        while len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)


@lru_cache(4096)
def _network(address: str, exempt: tuple[Network, ...]) -> str:
    """The network to which an address belongs; empty if it lies in one of those that are exempt."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if any(parsed in network for network in exempt):
        return ""
    prefix = 24 if parsed.version == 4 else 64
    return str(ipaddress.ip_network((parsed, prefix), strict=False))
