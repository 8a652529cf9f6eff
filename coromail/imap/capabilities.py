"""What the server says it can do, in each state (RFC 9051 sections 6.1.1 and 7.2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.auth.auth import PLAINTEXT
from coromail.imap.state import State

if TYPE_CHECKING:
    from coromail.imap.session import Session

ALWAYS = ("IMAP4rev1", "LITERAL+", "SASL-IR", "ID", "ENABLE", "IDLE")
LOGGED_IN = (
    "NAMESPACE",
    "CHILDREN",
    "UIDPLUS",
    "UNSELECT",
    "MOVE",
    "ESEARCH",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "MULTIAPPEND",
)

# What ENABLE takes (upper case), and how it is spelled.
ENABLEABLE: dict[str, str] = {}


def mechanisms(session: Session) -> list[str]:
    """The SASL mechanisms that may be used now; none that shows a password to whoever listens."""
    offered = session.make_auth().sasl_provides()
    if session.plaintext_allowed:
        return offered
    return [name for name in offered if name not in PLAINTEXT]


def capabilities(session: Session) -> list[str]:
    """The capability names for the session's state, in the order they are sent."""
    names = list(ALWAYS)
    if session.state == State.NOT_AUTHENTICATED:
        if session.can_start_tls:
            names.append("STARTTLS")
        if not session.plaintext_allowed:
            names.append("LOGINDISABLED")
        names += [f"AUTH={name}" for name in mechanisms(session)]
    else:
        names += LOGGED_IN
    return names
