"""What a careful client knows of the selected mailbox, kept from the server's replies alone.

Every reply must fit it: message numbers that were told of, UIDs that stay with their message and ascend, no
EXPUNGE where RFC 9051 section 7.5.1 forbids it. In the end it must agree with the mailbox: then no news was lost.
"""

from __future__ import annotations

from tests.imap.checker import Reply
from tests.imap.results import expand

NO_EXPUNGE = frozenset({"FETCH", "STORE", "SEARCH", "SORT", "THREAD", ""})


class Mirror:
    """`uids` has an entry for each message, None where the UID was not told yet; None when nothing is selected.

    `flags` holds the flags last told, by message, likewise.
    """

    def __init__(self) -> None:
        self.uids: list[int | None] | None = None
        self.flags: list[frozenset[bytes] | None] = []

    @property
    def exists(self) -> int | None:
        """How many messages the client was told of, None when nothing is selected."""
        return None if self.uids is None else len(self.uids)

    def reset(self) -> None:
        """The mailbox was left."""
        self.uids, self.flags = None, []

    def told(self, reply: Reply, command: str, enabled: set[str]) -> None:
        """Take a reply in that came while `command` ran ("" for none). Raises AssertionError if it does not fit."""
        number = reply.number or 0
        if reply.code and reply.code[0] == "CLOSED":
            self.reset()
        elif reply.name == "EXISTS":
            self._exists(number)
        elif reply.name == "EXPUNGE":
            assert command not in NO_EXPUNGE, f"EXPUNGE while answering {command or 'nothing'}"
            self._known(number, "EXPUNGE")
            assert self.uids is not None
            del self.uids[number - 1]
            del self.flags[number - 1]
        elif reply.name == "FETCH":
            self._fetch(reply, number)
            if command not in {"FETCH", "STORE"} and enabled & {"IMAP4REV2", "QRESYNC"}:
                assert "UID" in reply.data, "unsolicited FETCH without UID (RFC 9051 7.5.2, RFC 7162 3.2.4)"
        elif reply.name == "UIDFETCH":
            self._uidfetch(reply, number)
        elif reply.name == "VANISHED" and not reply.data.earlier:
            self._vanished(expand(reply.data.uids))

    def _exists(self, number: int) -> None:
        if self.uids is None:
            self.uids, self.flags = [], []
        assert number >= len(self.uids), f"EXISTS went down from {len(self.uids)} to {number} without EXPUNGE"
        more = number - len(self.uids)
        self.uids += [None] * more
        self.flags += [None] * more

    def _known(self, number: int, name: str) -> None:
        exists = self.exists or 0
        assert 0 < number <= exists, f"{name} of message {number}, but {exists} were told of"

    def _fetch(self, reply: Reply, number: int) -> None:
        self._known(number, "FETCH")
        assert self.uids is not None
        uid = reply.data.get("UID")
        if uid is not None:
            assert self.uids[number - 1] in {None, uid}, (
                f"message {number} had UID {self.uids[number - 1]}, now {uid}"
            )
            self.uids[number - 1] = uid
            known = [uid for uid in self.uids if uid is not None]
            assert known == sorted(set(known)), f"UIDs do not ascend: {known}"
        if "FLAGS" in reply.data:
            self.flags[number - 1] = frozenset(reply.data["FLAGS"])

    def _uidfetch(self, reply: Reply, uid: int) -> None:
        if self.uids and uid in self.uids and "FLAGS" in reply.data:
            self.flags[self.uids.index(uid)] = frozenset(reply.data["FLAGS"])

    def _vanished(self, gone: list[int]) -> None:
        """With UIDs unknown it cannot be told which message went: then only their number is kept."""
        if self.uids is None:
            return
        assert len(gone) <= len(self.uids), "more VANISHED than there were"
        if None in self.uids:
            left = len(self.uids) - len(gone)
            self.uids, self.flags = [None] * left, [None] * left
            return
        for uid in gone:
            assert uid in self.uids, f"VANISHED {uid}, which was not told of"
            at = self.uids.index(uid)
            del self.uids[at]
            del self.flags[at]
