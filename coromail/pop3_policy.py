"""What a site decides about POP3: delays between logins, retention, bugs of clients to bear with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

MAX_WELCOME = 506  # octets: a greeting of 512 without "+OK " and CRLF (RFC 2449 section 4)
WORKAROUNDS = frozenset({"outlook-no-nuls", "oe-ns-eoh"})


@dataclass(frozen=True, slots=True)
class Pop3Policy:
    """`Host.pop3`: the same for all users, or with bounds within which users have their own.

    `login_delay` is the number of seconds between logins of a user, 0 for none (RFC 2449 section 6.5). Where
    users have delays of their own (`pop3_login_delay` among `Auth.user_settings`), `max_login_delay` is the
    longest there may be, and what is announced before login.

    `expire` is the number of days that messages are kept at least, None for ever, 0 for messages that go once
    they were retrieved (RFC 2449 section 6.7); older ones are removed at QUIT. Where users have a number of
    their own (`pop3_expire`, -1 for ever), `min_expire` is the smallest there may be.

    `deleted_flag` is a keyword that QUIT sets on messages with DELE instead of removing them; messages that
    have it are hidden from POP3 and stay for IMAP. None removes them.

    `workarounds` names bugs of clients to bear with: "outlook-no-nuls" sends 0x80 for NUL, "oe-ns-eoh" adds
    the blank line to messages that have none after their header.

    `welcome` is the text of the greeting, at most 506 octets; None says the host's name. The greeting's
    timestamp for APOP needs some of that room, and comes first.
    """

    login_delay: int = 0
    max_login_delay: int | None = None
    expire: int | None = None
    min_expire: int | None = None
    deleted_flag: str | None = None
    workarounds: frozenset[str] = field(default=frozenset())
    welcome: str | None = None

    def __post_init__(self) -> None:
        if self.welcome is not None and not _is_greeting(self.welcome):
            raise ValueError(f"the welcome must have at most {MAX_WELCOME} characters of ASCII, and no '<'")
        if unknown := self.workarounds - WORKAROUNDS:
            raise ValueError(f"there is no workaround {sorted(unknown)[0]}")

    def for_user(self, settings: Mapping[str, Any]) -> Pop3Policy:
        """What holds for one user: own settings count as far as the announced bounds allow."""
        delay = min(settings.get("pop3_login_delay", self.login_delay), self.announced_delay)
        bound = self.announced_expire
        expire = settings.get("pop3_expire", self.expire)
        if bound is None or expire is None or expire < 0:
            expire = None
        else:
            expire = max(expire, bound)
        return replace(self, login_delay=delay, max_login_delay=None, expire=expire, min_expire=None)

    @property
    def announced_delay(self) -> int:
        """The longest login delay of any user."""
        return max(self.login_delay, self.max_login_delay or 0)

    @property
    def announced_expire(self) -> int | None:
        """The shortest retention of any user, in days, None for ever."""
        days = [value for value in (self.expire, self.min_expire) if value is not None]
        return min(days, default=None)

    def capabilities(self) -> list[str]:
        """The LOGIN-DELAY and EXPIRE lines of CAPA, with USER where a user's own value may differ."""
        lines = []
        if self.announced_delay:
            lines.append(f"LOGIN-DELAY {self.announced_delay}{' USER' * (self.max_login_delay is not None)}")
        days = "NEVER" if self.announced_expire is None else str(self.announced_expire)
        lines.append(f"EXPIRE {days}{' USER' * (self.min_expire is not None)}")
        return lines


def _is_greeting(text: str) -> bool:
    """The greeting of RFC 2449 section 3, without a response code."""
    return len(text) <= MAX_WELCOME and text.isascii() and text.isprintable() and not set(text) & set("<[")
