"""Which addresses lie in which networks (CIDR, RFC 4632)."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def within(peer: str, networks: Sequence[str]) -> bool:
    """Whether an address lies in one of `networks`; the empty one of a local socket lies in none.

    IPv4 addresses that came over IPv6 (::ffff:192.0.2.1) count as what they are.
    """
    return bool(networks and peer) and _within(peer, tuple(networks))


@lru_cache(maxsize=4096)
def _within(peer: str, networks: tuple[str, ...]) -> bool:
    parsed = ipaddress.ip_address(peer.partition("%")[0])
    address = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(address in network for network in parse(networks))


@lru_cache(maxsize=64)
def parse(networks: tuple[str, ...]) -> tuple[Network, ...]:
    """Networks that are written as CIDR. Raises ValueError."""
    return tuple(ipaddress.ip_network(network) for network in networks)
