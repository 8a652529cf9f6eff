"""The states of a POP3 session (RFC 1939 section 3)."""

from __future__ import annotations

from enum import IntFlag


class State(IntFlag):
    """Where a session is. A command's `state` may name several: it is legal in each of them."""

    AUTHORIZATION = 1
    TRANSACTION = 2
    UPDATE = 4
    ANY = AUTHORIZATION | TRANSACTION
