"""The states of an IMAP connection (RFC 9051 section 3)."""

from __future__ import annotations

from typing import Final


class State:
    """Where a session is. A command's `state` may be the sum of several: it is legal in each of them.

    Plain numbers, not an `enum`: they are compared for every command.
    """

    NOT_AUTHENTICATED: Final = 1
    AUTHENTICATED: Final = 2
    SELECTED: Final = 4
    LOGOUT: Final = 8
    LOGGED_IN: Final = 6
    ANY: Final = 7
