"""UIDBATCHES."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments

SMALLEST = 500  # messages in a batch (RFC 10022 section 3.1.3.2)
WIDEST = 100_000  # messages that a range of batches may span (section 3.1.5)
REMEMBERED = 1000  # requests


class UidBatches(Command):
    """UIDBATCHES: UID ranges that hold so many messages each, the newest first. RFC 10022 section 3.1."""

    name = "UIDBATCHES"
    state = State.SELECTED
    capability = "UIDBATCHES"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.size = args.nz_number()
        self.first, self.last = 1, 0  # 0: to the end
        if args.try_byte(b" "):
            self.first = args.nz_number()
            args.expect(b":")
            self.last = args.nz_number()
        args.end()

    def validate(self) -> None:
        if self.last and self.first > self.last:
            raise Bad("The range of batches is the wrong way round", code="CLIENTBUG")
        if self.size < SMALLEST:
            raise No(f"A batch has at least {SMALLEST} messages", code="TOOFEW")
        if self.last and (self.last - self.first + 1) * self.size > WIDEST:
            raise No(f"Ask for batches of {WIDEST} messages together at most", code="TOOMANY")

    def run(self) -> None:
        self._refuse_repetition()
        ranges = b",".join(b"%d:%d" % edges for edges in self._batches())
        line = b"UIDBATCHES (TAG %s)" % writer.quoted(self.tag)
        self.untagged(line + b" " + ranges if ranges else line)

    def _batches(self) -> Iterator[tuple[int, int]]:
        """The ranges, each to just below the one before, the last to 1 (section 3.1.4)."""
        view, size = self.view, self.size
        number = view.known - (self.first - 1) * size
        last = self.last or view.known
        for _ in range(self.first, last + 1):
            if number < 1:
                return
            high = view.uids[number] - 1 if number < view.known else view.uids[number - 1]
            number -= size
            yield high, view.uids[number] if number > 0 else 1

    def _refuse_repetition(self) -> None:
        """The same question again only when half a batch has come or gone (section 3.1.1)."""
        view = self.view
        request = (self.size, self.first, self.last)
        if request in view.batches:
            known, uidnext = view.batches[request]
            new = view.known - bisect_left(view.uids, uidnext, 0, view.known)
            gone = known + new - view.known
            if max(new, gone) <= self.size // 2:
                raise No("Not much has changed since you asked for this", code="LIMIT")
        if len(view.batches) >= REMEMBERED:
            view.batches.clear()
        view.batches[request] = (view.known, view.uids[view.known - 1] + 1 if view.known else 1)
