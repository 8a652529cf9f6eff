"""What came in answer to one command, with its data at hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.imap.checker import Esearch, Listed, Reply

SHOWN = 300  # octets of one line that a transcript shows


class Result:
    """What came in answer to one command. Its repr is the exchange, so that failing assertions show it."""

    def __init__(self, sent: bytes, tagged: Reply, replies: list[Reply]) -> None:
        self.sent = sent
        self.tagged = tagged
        self.replies = replies
        self.untagged = [reply for reply in replies if reply.kind == "untagged"]
        self.continuations = [reply for reply in replies if reply.kind == "continuation"]

    def __repr__(self) -> str:
        return "\n" + "\n".join(
            [show("C", self.sent), *(show("S", reply.raw) for reply in (*self.replies, self.tagged))]
        )

    @property
    def status(self) -> str:
        """OK, NO or BAD."""
        return self.tagged.name

    @property
    def code(self) -> str | None:
        """The name of the response code of the tagged reply."""
        return self.tagged.code[0] if self.tagged.code else None

    @property
    def codes(self) -> dict[str, Any]:
        """All response codes, untagged and tagged: name to arguments."""
        return {reply.code[0]: reply.code[1] for reply in (*self.untagged, self.tagged) if reply.code}

    def data(self, name: str) -> list[Any]:
        """The data of all untagged replies of that name, in order."""
        return [reply.data for reply in self.untagged if reply.name == name]

    def only(self, name: str) -> Any:
        """The data of the one untagged reply of that name."""
        found = self.data(name)
        assert len(found) == 1, f"{len(found)} times {name} in {self!r}"
        return found[0]

    @property
    def names(self) -> list[str]:
        """The names of the untagged replies, in order."""
        return [reply.name for reply in self.untagged]

    def numbers(self, name: str) -> list[int]:
        """The numbers before EXISTS, RECENT, EXPUNGE, FETCH or UIDFETCH, in order."""
        return [reply.number for reply in self.untagged if reply.name == name and reply.number is not None]

    @property
    def exists(self) -> int | None:
        """The last EXISTS, None when there was none."""
        return self.numbers("EXISTS")[-1] if self.numbers("EXISTS") else None

    @property
    def recent(self) -> int | None:
        """The last RECENT, None when there was none."""
        return self.numbers("RECENT")[-1] if self.numbers("RECENT") else None

    @property
    def expunges(self) -> list[int]:
        """The numbers of all EXPUNGE replies, in order."""
        return self.numbers("EXPUNGE")

    @property
    def vanished(self) -> list[int]:
        """The UIDs of all VANISHED replies, one by one."""
        return [uid for reply in self.data("VANISHED") for uid in expand(reply.uids)]

    def fetches(self) -> dict[int, dict[str, Any]]:
        """FETCH (or UIDFETCH) data by message number; several for one message are merged."""
        merged: dict[int, dict[str, Any]] = {}
        for reply in self.untagged:
            if reply.name in {"FETCH", "UIDFETCH"} and reply.number is not None:
                merged.setdefault(reply.number, {}).update(reply.data)
        return merged

    def fetched(self, item: str) -> list[Any]:
        """The values of one item, by ascending message number."""
        return [values[item] for _, values in sorted(self.fetches().items()) if item in values]

    @property
    def search(self) -> list[int]:
        """The numbers of the one SEARCH or SORT reply, or of ALL in the one ESEARCH reply."""
        for name in ("SEARCH", "SORT"):
            if self.data(name):
                return list(self.only(name).numbers)
        return expand(self.esearch.data.get("ALL", []))

    @property
    def esearch(self) -> Esearch:
        """The one ESEARCH reply."""
        found: Esearch = self.only("ESEARCH")
        return found

    @property
    def lists(self) -> dict[str, Listed]:
        """LIST replies by mailbox name as sent."""
        return {listed.mailbox.decode(): listed for listed in self.data("LIST")}

    @property
    def lsubs(self) -> dict[str, Listed]:
        """LSUB replies by mailbox name as sent."""
        return {listed.mailbox.decode(): listed for listed in self.data("LSUB")}

    @property
    def statuses(self) -> dict[str, dict[str, Any]]:
        """STATUS items by mailbox name as sent."""
        return {mailbox.decode(): items for mailbox, items in self.data("STATUS")}


def expand(ranges: Iterable[tuple[int, int]]) -> list[int]:
    """The numbers of a set that was parsed into ranges, in the order sent."""
    return [number for first, last in ranges for number in range(min(first, last), max(first, last) + 1)]


def show(who: str, data: bytes) -> str:
    """Octets for a transcript: one line each, long ones cut."""
    lines = data.decode("utf-8", "backslashreplace").splitlines() or ["(nothing)"]
    return "\n".join(f"{who}: {line[:SHOWN]}{' ...' if len(line) > SHOWN else ''}" for line in lines)
