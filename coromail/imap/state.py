"""The states of an IMAP connection (RFC 9051 section 3)."""

from __future__ import annotations

from enum import IntFlag


class State(IntFlag):
    """Where a session is. A command's `state` may name several: it is legal in each of them."""

    NOT_AUTHENTICATED = 1
    AUTHENTICATED = 2
    SELECTED = 4
    LOGOUT = 8
    LOGGED_IN = AUTHENTICATED | SELECTED
    ANY = NOT_AUTHENTICATED | AUTHENTICATED | SELECTED
