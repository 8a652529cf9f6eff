"""What one client has been told of the mailbox it selected."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from coromail.imap.bodies import OpenMessage
from coromail.imap.wire.sequence_set import SequenceSet, merged
from coromail.model.acl import ALL
from coromail.model.index import runs
from coromail.model.listener import Before, Listener
from coromail.model.mailbox import Mailbox

if TYPE_CHECKING:
    from coromail.imap.contexts import Context

Spans = list[tuple[int, int]]


class View(Listener):
    """The client's numbering: entry `n` of `uids` is message `n + 1`; only the first `known` entries count.

    As long as nothing was expunged behind the client's back, `uids` is the mailbox's own array, so a thousand
    idle clients share one. An expunge gives the mailbox a new array and leaves the old one to the views, which
    take over the new one when their client has been told (RFC 9051 section 7.5.1: not during FETCH, STORE or
    SEARCH). Until then new messages wait as well.

    `changed` has the flags of messages as the client knows them, where they are others now. `modseq_told` is
    the modification sequence up to which the client has been told everything; `modseq_due` says that a client
    with QRESYNC must be told that number (RFC 7162 section 3.2). `saved` has the UIDs that `$` stands for
    (RFC 5182), `contexts` the searches that are kept up to date (RFC 5267), `batches` what was asked by
    UIDBATCHES with the number of messages and the next UID then. `rights` is what the user may do here, as
    far as the client was told.
    """

    __slots__ = (
        "_open",
        "batches",
        "changed",
        "contexts",
        "dead",
        "gone",
        "keywords_told",
        "known",
        "mailbox",
        "modseq_due",
        "modseq_told",
        "news",
        "own",
        "read_only",
        "recent",
        "rekeyed",
        "rights",
        "saved",
        "uids",
        "wake",
    )

    def __init__(
        self,
        mailbox: Mailbox,
        read_only: bool,
        wake: Callable[[], None] | None = None,
        rights: frozenset[str] = ALL,
    ) -> None:
        self.mailbox = mailbox
        self.read_only = read_only
        self.uids: array[int] = mailbox.index.uids
        self.known = len(self.uids)
        self.changed: dict[int, Before] | None = None
        self.gone: set[int] | None = None
        self.recent: set[int] | None = None
        self.own: set[int] | None = None
        self.rekeyed = False
        self.keywords_told = len(mailbox.keywords)
        self.saved: array[int] = array("I")
        self.contexts: list[Context] = []
        self.batches: dict[tuple[int, int, int], tuple[int, int]] = {}
        self.modseq_told = mailbox.highestmodseq
        self.modseq_due = False
        self.news = False
        self.dead = False
        self.wake = wake
        self.rights = rights
        self._open: OpenMessage | None = None
        self._notice_recent(0)
        mailbox.listeners.append(self)
        mailbox.selected_by(self, read_only)

    def close(self) -> None:
        """The client left the mailbox."""
        if self in self.mailbox.listeners:
            self.mailbox.listeners.remove(self)
            self.mailbox.closed_by(self)

    def open_message(self, uid: int, keep: bool = False) -> OpenMessage:
        """A message for fetching; with `keep` it is remembered for the next slice of it."""
        message = self._open
        if message is None or message.message.uid != uid:
            message = OpenMessage(self.mailbox.message(uid))
        self._open = message if keep else None
        return message

    # Listener: take notes only

    def added(self, uids: Sequence[int], by: Listener | None) -> None:
        if by is self:
            self.own = (self.own or set()).union(uids)
        for context in self.contexts:
            context.pending.update(uids)
        self._note()

    def flagged(self, uids: Sequence[int], before: Sequence[Before], by: Listener | None) -> None:
        for context in self.contexts:
            context.pending.update(uids)
            self.news = True
        if by is not self:
            if self.changed is None:
                self.changed = {}
            for uid, known in zip(uids, before, strict=True):
                self.changed.setdefault(uid, known)
            self._note()

    def expunged(self, uids: Sequence[int], by: Listener | None) -> None:
        if self.gone is None:
            self.gone = set()
        self.gone.update(uids)
        self._note()

    def keys_changed(self) -> None:
        self.rekeyed = True
        self._note()

    def deleted(self) -> None:
        self.dead = True
        self._note()

    def rights_changed(self) -> None:
        self._note()

    def _note(self) -> None:
        self.news = True
        if self.wake is not None:
            self.wake()

    # Numbers

    @property
    def aligned(self) -> bool:
        """Whether the client's numbers are the mailbox's positions."""
        return self.uids is self.mailbox.index.uids

    def sequence(self, uid: int) -> int:
        """The client's number for a UID, or 0."""
        position = bisect_left(self.uids, uid, 0, self.known)
        return position + 1 if position < self.known and self.uids[position] == uid else 0

    def numbers_of(self, uids: Sequence[int]) -> Sequence[int]:
        """The client's numbers for UIDs, 0 for those it does not know."""
        if len(uids) < self.known // 10:
            return [self.sequence(uid) for uid in uids]
        numbers = dict(zip(self.uids[: self.known], range(1, self.known + 1), strict=True))
        return [numbers.get(uid, 0) for uid in uids]

    def spans(self, numbers: SequenceSet, by_uid: bool) -> Spans:
        """A set in this client's numbering as half-open ranges of positions; unknown numbers are left out."""
        if by_uid:
            uids = self.uids if len(self.uids) == self.known else self.uids[: self.known]
            spans = numbers.uid_spans(uids)
        else:
            spans = [(first - 1, last) for first, last in numbers.positions(self.known)]
        if numbers.saved:
            found = (number - 1 for number in self.numbers_of(self.saved) if number)
            spans = merged(spans + runs(found), 0)
        return spans

    def uids_of(self, spans: Spans) -> list[int]:
        """The UIDs at those positions."""
        if len(spans) == 1:
            return self.uids[spans[0][0] : spans[0][1]].tolist()
        return [uid for first, last in spans for uid in self.uids[first:last]]

    # Telling

    def take_changed(self) -> list[int]:
        """UIDs whose flags changed since the client was told last; counts as told."""
        changed, self.changed = self.changed, None
        if not changed:
            return []
        return sorted(uid for uid in changed if self.sequence(uid))

    def flags_told(self, uids: Iterable[int]) -> dict[int, Before]:
        """FETCH or STORE tells the client these flags now: they are no news any more. What was in `changed`."""
        changed = self.changed
        return {uid: changed.pop(uid) for uid in uids if uid in changed} if changed else {}

    def flags_not_told(self, told: dict[int, Before]) -> None:
        """What `flags_told` returned did not get to the client: it is news as before."""
        if told:
            self.changed = (self.changed or {}) | told
            self.news = True

    def take_gone(self) -> list[int]:
        """UIDs the client knows that are gone, ascending; counts as told: the numbers move up."""
        gone, self.gone = self.gone, None
        told = sorted(uid for uid in gone if self.sequence(uid)) if gone else []
        self.known -= len(told)
        self.uids = self.mailbox.index.uids
        if self.recent:
            self.recent.difference_update(told)
        return told

    def take_added(self) -> int | None:
        """The new number of messages, or None when there is no news; counts as told."""
        if self.gone or not self.aligned:
            return None
        known = len(self.uids)
        if known == self.known:
            return None
        before, self.known = self.known, known
        self._notice_recent(before)
        return known

    def _notice_recent(self, start: int) -> None:
        """\\Recent belongs to the first session that is told of a message (RFC 3501 section 2.3.2)."""
        mailbox = self.mailbox
        recent_from = mailbox.recent_from if self.read_only else mailbox.claim_recent()
        first = max(start, bisect_left(self.uids, recent_from, 0, self.known))
        if first < self.known:
            self.recent = self.recent or set()
            self.recent.update(self.uids[first : self.known])

    @property
    def recents(self) -> int:
        """How many messages are \\Recent in this session."""
        return len(self.recent) if self.recent else 0

    def recents_claimed(self) -> int:
        """How many of these the mailbox does not count as recent any more, since a session took them (`recent_from`)."""
        if not self.recent:
            return 0
        recent_from = self.mailbox.recent_from
        unclaimed = self.known - bisect_left(self.uids, recent_from, 0, self.known)  # in `recent` as well
        gone = sum(uid < recent_from and uid in self.recent for uid in self.gone or ())
        return len(self.recent) - unclaimed - gone

    def is_recent(self, uid: int) -> bool:
        """Whether the message is \\Recent in this session."""
        return self.recent is not None and uid in self.recent
