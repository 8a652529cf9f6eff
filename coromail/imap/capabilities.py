"""What the server says it can do, in each state (RFC 9051 sections 6.1.1 and 7.2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from coromail.imap.state import State
from coromail.limits import Limits

if TYPE_CHECKING:
    from coromail.imap.session import Session

ALWAYS = ("IMAP4rev1", "IMAP4rev2", "SASL-IR", "LOGIN-REFERRALS", "ID", "ENABLE", "IDLE", "LANGUAGE")
LOGGED_IN = (
    "UNAUTHENTICATE",
    "COMPRESS=DEFLATE",
    "UTF8=ACCEPT",
    "NAMESPACE",
    "CHILDREN",
    "UIDPLUS",
    "UNSELECT",
    "MOVE",
    "ESEARCH",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "LIST-METADATA",
    "SPECIAL-USE",
    "CREATE-SPECIAL-USE",
    "QUOTA",
    "QUOTA=RES-STORAGE",
    "QUOTA=RES-MESSAGE",
    "QUOTA=RES-MAILBOX",
    "METADATA",
    "NOTIFY",
    "MULTIAPPEND",
    "SORT",
    "SORT=DISPLAY",
    "ESORT",
    "THREAD=ORDEREDSUBJECT",
    "THREAD=REFERENCES",
    "THREAD=REFS",
    "WITHIN",
    "SEARCH=FUZZY",
    "CATENATE",
    "URL-PARTIAL",
    "URLAUTH",
    "MULTISEARCH",
    "FILTERS",
    "I18NLEVEL=2",
    "PREVIEW",
    "BINARY",
    "CONDSTORE",
    "QRESYNC",
    "SEARCHRES",
    "PARTIAL",
    "OBJECTID",
    "SAVEDATE",
    "STATUS=SIZE",
    "UIDBATCHES",
    "UIDONLY",
    "REPLACE",
    "INPROGRESS",
    "CONTEXT=SEARCH",
    "CONTEXT=SORT",
)

SHARING = ("ACL", "RIGHTS=texk", "LIST-MYRIGHTS")  # where the model lets users share mailboxes

# What makes no sense, or would be half of itself, when the capability after it is switched off.
NEEDS = {
    "CONTEXT=SEARCH": "ESEARCH",
    "CONTEXT=SORT": "SORT",
    "CREATE-SPECIAL-USE": "SPECIAL-USE",
    "ESORT": "SORT",
    "URL-PARTIAL": "CATENATE",
    "FILTERS": "METADATA",
    "LIST-METADATA": "METADATA",
    "LIST-MYRIGHTS": "ACL",
    "LIST-STATUS": "LIST-EXTENDED",
    "PARTIAL": "ESEARCH",
    "QRESYNC": "CONDSTORE",
    "QUOTA=RES-MAILBOX": "QUOTA",
    "QUOTA=RES-MESSAGE": "QUOTA",
    "QUOTA=RES-STORAGE": "QUOTA",
    "RIGHTS=TEXK": "ACL",
    "SEARCHRES": "ESEARCH",
    "SORT=DISPLAY": "SORT",
}

# What ENABLE takes (upper case), and how it is spelled.
ENABLEABLE = {
    "IMAP4REV2": "IMAP4rev2",
    "UTF8=ACCEPT": "UTF8=ACCEPT",
    "CONDSTORE": "CONDSTORE",
    "QRESYNC": "QRESYNC",
    "UIDONLY": "UIDONLY",
}


def mechanisms(session: Session) -> list[str]:
    """The SASL mechanisms that may be used now; none that shows a password to whoever listens."""
    return session.make_auth().sasl_mechanisms()


def capabilities(session: Session) -> list[str]:
    """The capability names for the session's state, in the order they are sent."""
    names = list(ALWAYS)
    # Before login a literal is kept as short as LITERAL- has it (RFC 7888 section 5).
    names.append("LITERAL-" if session.state == State.NOT_AUTHENTICATED else "LITERAL+")
    if session.state == State.NOT_AUTHENTICATED:
        if session.host.can_start_tls(session.transport):
            names.append("STARTTLS")
        if not session.host.plaintext_allowed(session.transport):
            names.append("LOGINDISABLED")
        names += [f"AUTH={name}" for name in mechanisms(session)]
    else:
        names += LOGGED_IN
        names += limit_names(session.host.limits)
        if session.model.sharing:
            names += SHARING
    if session.off:
        return list(_without(tuple(names), session.off))
    return names


@lru_cache(64)  # each connection asks twice
def _without(names: tuple[str, ...], off: frozenset[str]) -> list[str]:
    """The names of capabilities that are not switched off."""
    return [name for name in names if off.isdisjoint((name.upper(), name.partition("=")[0]))]


def limit_names(limits: Limits) -> list[str]:
    """The limits that clients are told (RFC 7889 section 2, RFC 9738 section 3)."""
    names = [f"APPENDLIMIT={limits.append}"]
    if limits.messages:
        names.append(f"MESSAGELIMIT={limits.messages}")
    elif limits.messages_saved:
        names.append(f"SAVELIMIT={limits.messages_saved}")
    return names


def switched_off(names: Iterable[str]) -> frozenset[str]:
    """The capabilities that are off when those of `names` are, in upper case."""
    off = {name.upper() for name in names}
    while more := {name for name, needed in NEEDS.items() if needed in off and name not in off}:
        off |= more
    return frozenset(off)
