"""Who has connected: the other end of the socket, or whom a trusted proxy speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gevent

from coromail.listener_policy import Policy
from coromail.server import proxy_protocol
from coromail.server.networks import within
from coromail.server.proxy_protocol import ProxiedTls, ProxyError


@dataclass(frozen=True, slots=True)
class Arrival:
    """Addresses of both ends, empty for a Unix socket; `tls` when the client's TLS ended at a proxy."""

    peer: str
    local: str
    tls: ProxiedTls | None = None


def arrival(socket: Any, peer: str, policy: Policy, seconds: float | None) -> Arrival:
    """Whom a socket just accepted belongs to.

    Where the policy has proxies, others are turned away, and a proxy has `seconds` for its header. Raises
    ProxyError or OSError: nothing may be said to this socket.
    """
    name = socket.getsockname()
    local = name[0] if isinstance(name, tuple) else ""
    if not policy.proxy_networks:
        return Arrival(peer, local)
    if not within(peer, policy.proxy_networks):
        raise ProxyError("not from a trusted proxy")
    with gevent.Timeout(seconds, ProxyError("the PROXY header takes too long")):
        proxied = proxy_protocol.parse(_header(socket))
    return Arrival(proxied.peer or peer, proxied.local or local, proxied.tls)


def _header(socket: Any) -> bytes:
    head = b""
    while missing := proxy_protocol.wanted(head):
        data = socket.recv(missing)
        if not data:
            raise ProxyError("gone before the end of the PROXY header")
        head += data
    return head
