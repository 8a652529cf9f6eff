"""What one client was told, and so what must be there after a crash, and what may."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

Place = tuple[str, int]  # mailbox and UID


class Kept(NamedTuple):
    """A message: its name and its flags."""

    token: str
    flags: frozenset[str]


class Pending(NamedTuple):
    """The one change that a client asked for and got no answer to.

    `before` are messages that may have changed, gone or moved to `target`; `after` their flags if it was STORE;
    `new` what may have come to `target`, all of it or nothing.
    """

    before: list[Place] = []  # noqa: RUF012 - never changed
    after: dict[Place, frozenset[str]] | None = None
    target: str = ""
    new: tuple[Kept, ...] = ()
    goes: bool = False


NOTHING = Pending()
Found = dict[Place, Kept]


@dataclass
class Ledger:
    """`here` and `gone` were acknowledged; `arrived` too, but without a UID, in INBOX."""

    prefix: str
    here: dict[Place, Kept] = field(default_factory=dict)
    gone: set[Place] = field(default_factory=set)
    arrived: set[str] = field(default_factory=set)
    pending: Pending = NOTHING
    made: int = 0

    def new_token(self) -> str:
        """A name for a new message."""
        self.made += 1
        return f"{self.prefix}x{self.made}"

    def settle(self, found: Found) -> None:
        """Compare with what is there (of this client), and take over how the pending change ended."""
        pending, self.pending = self.pending, NOTHING
        for place, kept in self.here.items():
            now = found.get(place)
            if place not in pending.before:
                assert now == kept, f"{self.prefix}: {place} is {now}, acknowledged was {kept}"
            elif pending.after is not None:
                assert now is not None, f"{self.prefix}: {place} went while it was given flags"
                flags = (kept.flags, pending.after[place])
                assert now.token == kept.token, (self.prefix, place, now)
                assert now.flags in flags, (self.prefix, place, now, flags)
            else:
                assert now == kept or (now is None and pending.goes), (self.prefix, place, now, kept)
        back = self.gone & found.keys()
        assert not back, f"{self.prefix}: came back: {back}"
        self._settle_new(pending, found)
        self.gone.update(self.here.keys() - found.keys())
        self.here = found

    def _settle_new(self, pending: Pending, found: Found) -> None:
        new = {place: kept for place, kept in found.items() if place not in self.here}
        arrivals = {kept.token for (box, _), kept in new.items() if box == "INBOX"}
        assert self.arrived <= arrivals, f"{self.prefix}: lost {self.arrived - arrivals}"
        asked = Counter((pending.target, kept) for kept in pending.new)
        more = Counter((box, kept) for (box, _), kept in new.items() if kept.token not in self.arrived)
        assert more in (Counter(), asked), f"{self.prefix}: half of {asked}: {more}"
        assert len(new) == more.total() + len(self.arrived), f"{self.prefix}: twice there: {new}"
        if pending.goes and pending.target:  # MOVE: here or there
            left = [place for place in pending.before if place in found]
            assert bool(left) != bool(more), f"{self.prefix}: MOVE of {pending.before}: {left} and {more}"
            assert len(left) in (0, len(pending.before)), f"{self.prefix}: half of a MOVE: {left}"
        self.arrived = set()
