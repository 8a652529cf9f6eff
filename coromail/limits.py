"""The limits on what a client can take or grow, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Limits:
    """Sizes in octets, times in seconds; 0 switches a limit on numbers or times off.

    The last four say how much of a message is understood, in all servers of the process: those of the last one count.
    """

    unauth_commands: int = 10  # command lines before login, then BYE
    unauth_idle: float = 300
    auth_idle: float = 3600
    handshake: float = 30  # TLS handshake
    idle_keepalive: float = 120  # between two signs of life for a client that idles (RFC 2177)
    write_timeout: float = 300  # a client that reads nothing for so long is gone
    bad_commands: int = 20  # syntax errors and unknown commands in a row, then BYE
    login_failures: int = 3  # in one connection, then BYE
    connections: int = 20000
    connections_per_ip: int = 0
    connections_per_user_and_ip: int = 20
    unauth_line: int = 8 * 1024
    line: int = 64 * 1024
    unauth_literals_total: int = 4 * 1024
    literal: int = 100 * 1024  # one literal that is not a message
    literals: int = 1000  # in one command
    literals_total: int = 1024 * 1024  # in one command, messages not counted
    append: int = 100 * 1024 * 1024  # one message, and all of one APPEND
    messages: int = 0  # that one command works on (RFC 9738, MESSAGELIMIT)
    messages_saved: int = 1_000_000  # that one COPY or APPEND saves (RFC 9738, SAVELIMIT)
    allow_networks: list[str] = field(default_factory=list)  # who may connect; empty: everybody
    deny_networks: list[str] = field(default_factory=list)  # who may not, allowed or not
    exempt_networks: list[str] = field(default_factory=list)  # under no connection limit and no login delay
    mime_levels: int = 100  # of multiparts and messages within each other; what is deeper is one part
    mime_parts: int = 10_000  # the last one holds the rest
    header_field: int = 1_000_000  # the rest of it is not looked at
    header: int = 10_000_000
