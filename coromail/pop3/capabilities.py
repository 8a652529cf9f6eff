"""What CAPA says, in each state (RFC 2449 section 5)."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from coromail.pop3.state import State

if TYPE_CHECKING:
    from coromail.pop3.session import Session

ALWAYS = ("RESP-CODES", "AUTH-RESP-CODE", "PIPELINING")


def implementation() -> str:
    """Name and version of the server (RFC 2449 section 6.9)."""
    try:
        return f"coromail-{version('coromail')}"
    except PackageNotFoundError:  # run from a folder, not installed
        return "coromail"


def capabilities(session: Session) -> list[str]:
    """The lines of CAPA for the session's state, in the order they are sent.

    What is announced before login is announced after it too (RFC 2449 section 5), but for STLS (RFC 2595
    section 8). IMPLEMENTATION waits for login: strangers need not know (RFC 2449 section 6.9 allows that).
    """
    lines = list(ALWAYS)
    lines += [command.capability for command in session.registry if command.capability is not None]
    auth = session.auth
    if auth.provides_plain and session.host.plaintext_allowed(session.transport):
        lines.append("USER")
    mechanisms = auth.sasl_mechanisms()
    if mechanisms:
        lines.append("SASL " + " ".join(mechanisms))
    lines += session.policy.capabilities()
    if session.state is State.TRANSACTION:
        lines.append(f"IMPLEMENTATION {implementation()}")
        return lines
    if session.host.can_start_tls(session.transport):
        lines.append("STLS")
    if session.host.trusts(session.transport):
        lines.append("XCLIENT")
    return lines
