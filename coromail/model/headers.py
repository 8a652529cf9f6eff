"""What SEARCH, SORT and THREAD read of headers, kept in memory in columns as long as there is room.

Messages never change, so what is kept follows the UIDs of the mailbox: it grows at the end, and loses what is expunged.
"""

from __future__ import annotations

import weakref
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from coromail.message.summary import NOTHING, Summary
from coromail.message.summary_page import Page
from coromail.model.index import runs, take_out

if TYPE_CHECKING:
    from coromail.model.contents import Contents

BUDGET = 96 << 20  # octets, of all mailboxes together
PAGE = 500  # messages that are read at once
ROW = 600  # octets that the headers of a message take as a rule
KEY = 150  # octets that a different key takes besides its characters
ANSWERS = 4  # orders and threads that are kept of one mailbox

Read = Callable[[Sequence[int]], Sequence[Summary]]


class Codes:
    """A text of each row as a number: rows with the same text have the same one, `table` has it.

    `ranks` is for the place of each number when the texts are sorted; who needs it sees whether it is long enough.
    """

    __slots__ = ("codes", "ranks", "table")

    def __init__(self, codes: array[int] | None = None, table: dict[str, int] | None = None) -> None:
        self.codes: array[int] = array("I") if codes is None else codes
        self.table: dict[str, int] = {} if table is None else table
        self.ranks: list[int] = []

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def octets(self) -> int:
        """How much memory it takes, about."""
        return 4 * len(self.codes) + KEY * len(self.table)

    def extend(self, texts: Iterable[str]) -> None:
        """More rows."""
        table = self.table
        self.codes.extend([table.setdefault(text, len(table)) for text in texts])

    def without(self, rows: Sequence[int]) -> Codes:
        """All but some rows (ascending)."""
        return Codes(_without(self.codes, rows), self.table)


Column = Codes | array  # type: ignore[type-arg]


class Headers:
    """The headers of some messages: row `n` is the message `uids[n]` for good, for `count` rows.

    `columns` are made by those who need them, for the first rows or all of them, and may grow. `answers` are what was
    worked out from exactly these rows. `doubtful` says that a message could not be read, which may be there later:
    then nothing is kept. `asked` is for those who weigh whether to read all that is missing: of how many messages
    others wanted to know since that was done.
    """

    __slots__ = (
        "_ends",
        "_pages",
        "_shelf",
        "_weights",
        "answers",
        "asked",
        "columns",
        "count",
        "doubtful",
        "modseq",
        "octets",
        "uids",
    )

    def __init__(
        self,
        uids: array[int],
        count: int,
        modseq: int = 0,
        shelf: Callable[[Headers, int], bool] | None = None,
    ) -> None:
        """`shelf` says whether there is room for so many octets more; without it nothing is kept."""
        self.uids = uids
        self.count = count
        self.modseq = modseq
        self._ends = [*range(PAGE, count, PAGE), count] if count else []
        self._pages: list[Page | None] = [None] * len(self._ends)
        self._shelf = shelf
        self.columns: dict[Hashable, Column] = {}
        self.answers: dict[Hashable, Any] = {}
        self._weights: dict[Hashable, int] = {}  # octets of the answers
        self.octets = 0
        self.doubtful = False
        self.asked = 0

    @property
    def missing(self) -> int:
        """How many rows would have to be read."""
        return self.count - sum(len(page) for page in self._pages if page is not None)

    def read(self, summaries: Read, start: int = 0) -> Iterator[tuple[int, Page]]:
        """All pages that have rows from `start` on, each with the number of its first row.

        `summaries` is asked for those that are not in memory; it may wait.
        """
        first = 0
        for place, end in enumerate(self._ends):
            if end > start:
                page = self._pages[place]
                if page is None or len(page) < end - first:
                    page = self._complete(place, first, summaries)
                yield first, page
            first = end

    def _complete(self, place: int, first: int, summaries: Read) -> Page:
        page = self._pages[place]
        first += 0 if page is None else len(page)
        found = summaries(self.uids[first : self._ends[place]])
        whole = Page.of(found) if page is None else page.joined(Page.of(found))
        more = whole.octets - (0 if page is None else page.octets)
        if any(one is NOTHING for one in found):
            self.doubtful = True
        elif self._pages[place] is page and self.room(more):
            self._pages[place] = whole
        return whole

    def room(self, octets: int) -> bool:
        """Whether so much more may be kept; it counts as kept then."""
        return self._shelf is not None and self._shelf(self, octets)

    def grown(self, count: int) -> Headers:
        """These rows, and more messages that came to `uids` since."""
        new = self._successor(self.uids, count)
        new._ends, new._pages = list(self._ends), list(self._pages)
        ends = new._ends
        if ends and ends[-1] - (ends[-2] if len(ends) > 1 else 0) < PAGE:
            ends[-1] = min(count, (ends[-2] if len(ends) > 1 else 0) + PAGE)
        while not ends or ends[-1] < count:
            ends.append(min(count, (ends[-1] if ends else 0) + PAGE))
            new._pages.append(None)
        new.columns = self.columns
        new.octets = self.octets - sum(self._weights.values())
        return new

    def without(self, rows: Sequence[int], uids: array[int]) -> Headers:
        """All but some rows (ascending); `uids` has those of the others first."""
        new = self._successor(uids, self.count - len(rows))
        new._ends, new._pages = [], []
        start = end = 0
        sizes: list[int] = []
        for stop, page in zip(self._ends, self._pages, strict=True):
            begin, end = end, bisect_left(rows, stop, end)
            size = stop - start - (end - begin)
            if end > begin and page is not None:
                page = page.without({row - start for row in rows[begin:end]})
            if size:
                sizes.append(size)
                new._pages.append(page)
            start = stop
        new._ends = list(accumulate(sizes))
        for name, column in self.columns.items():
            inside = rows[: bisect_left(rows, len(column))]
            new.columns[name] = (
                column.without(inside) if isinstance(column, Codes) else _without(column, inside)
            )
        new.octets = sum(page.octets for page in new._pages if page is not None)
        new.octets += sum(map(size_of, new.columns.values()))
        return new

    def _successor(self, uids: array[int], count: int) -> Headers:
        new = Headers(uids, 0, self.modseq, self._shelf)
        new.count = count
        new.asked = self.asked
        return new

    def keep_column(self, name: Hashable, column: Column, octets: int) -> None:
        """Keep a column that was made, or grew, by so many octets."""
        if not self.doubtful and self.room(octets):
            self.columns[name] = column
        else:
            self.columns.pop(name, None)

    def keep_answer(self, name: Hashable, answer: Any, octets: int) -> None:
        """Keep what was worked out from exactly these rows; the last few are."""
        if len(self.answers) >= ANSWERS:
            oldest = next(iter(self.answers))
            del self.answers[oldest]
            self.room(-self._weights.pop(oldest))
        if not self.doubtful and self.room(octets):
            self.answers[name], self._weights[name] = answer, octets


def _without(column: array[int], rows: Sequence[int]) -> array[int]:
    copy = column[:]
    take_out(runs(rows), copy)
    return copy


def size_of(column: Column) -> int:
    """How many octets a column takes, about."""
    return column.octets if isinstance(column, Codes) else len(column) * column.itemsize


class Shelf:
    """The headers that are kept, in the order in which they were used; the oldest go when they become too many."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget
        self.octets = 0
        self._kept: OrderedDict[int, tuple[weakref.ref[Contents], Hashable, Headers]] = OrderedDict()

    def headers(self, mailbox: Contents) -> Headers:
        """The headers of a mailbox as it is now. Reads nothing yet."""
        key, identity = id(mailbox), (mailbox.object_id, mailbox.summaries_made)
        kept = self._kept.pop(key, None)
        if kept is not None and kept[1] == identity:
            reference = kept[0]
            new = self._follow(mailbox, kept[2])
        else:
            reference = weakref.ref(mailbox, lambda _: self._drop(key))
            new = self._anew(mailbox)
        self.octets += new.octets - (kept[2].octets if kept is not None else 0)
        self._kept[key] = reference, identity, new
        return new

    def fits(self, rows: int) -> bool:
        """Whether the headers of so many messages can be kept."""
        return rows * ROW <= self.budget

    def _anew(self, mailbox: Contents) -> Headers:
        uids = mailbox.index.uids
        return Headers(uids, len(uids), mailbox.highestmodseq, self._take)

    def _follow(self, mailbox: Contents, old: Headers) -> Headers:
        uids = mailbox.index.uids
        if uids is old.uids:
            return old if len(uids) == old.count else old.grown(len(uids))
        gone = mailbox.index.gone_since(old.modseq)
        if gone is None:
            return self._anew(mailbox)
        rows = [row for uid in gone if (row := _row(old, uid)) >= 0]
        new = old.without(rows, uids)
        new.modseq = mailbox.highestmodseq
        return new if new.count == len(uids) else new.grown(len(uids))

    def _take(self, headers: Headers, octets: int) -> bool:
        """Make room; not for headers that are outdated by now."""
        if not any(headers is kept for _, _, kept in reversed(self._kept.values())):
            return False
        while self.octets + octets > self.budget:
            oldest = next(iter(self._kept))
            if self._kept[oldest][2] is headers:
                return False
            self._drop(oldest)
        headers.octets += octets
        self.octets += octets
        return True

    def _drop(self, key: int) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.octets -= kept[2].octets


def _row(headers: Headers, uid: int) -> int:
    row = bisect_left(headers.uids, uid, 0, headers.count)
    return row if row < headers.count and headers.uids[row] == uid else -1
