"""LOGIN-DELAY enforced (RFC 2449 section 6.5)."""

from __future__ import annotations


class LoginTimes:
    """When users logged in last, for as long as a delay can run (RFC 2449 section 6.5)."""

    MAX_USERS = 100_000

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def too_soon(self, user: str, now: float) -> bool:
        """Whether the delay since the user's last login is still running."""
        return self._until.get(user, now) > now

    def logged_in(self, user: str, delay: float, now: float) -> None:
        """Note a login at the moment `now` of a clock that only goes forward."""
        self._until.pop(user, None)
        self._until[user] = now + delay
        while len(self._until) > self.MAX_USERS:
            del self._until[next(iter(self._until))]
