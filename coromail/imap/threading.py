"""THREAD: messages become trees (RFC 5256 section 3; REFS: draft-ietf-morg-inthread).

Nodes are numbers: below `count` the messages searched, in mailbox order, from there on dummies. All of it is
without recursion and linear but for sorting, whatever strangers write into References.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar, cast

from coromail.imap.searching import Found, Search
from coromail.imap.sort_columns import columns, in_steps, sort_stably
from coromail.model.headers import Codes, Headers

STEPS = 50  # for each link: how far ancestors are followed to see that it makes no loop, on average
PIECE = 4000  # messages that are written at once, before others may run

T = TypeVar("T")
Children = dict[int, list[int]]


class Piece(NamedTuple):
    """Some of the trees as thread-lists: what to fill the numbers of nodes into."""

    template: bytes
    nodes: array[int]


def thread(found: Found, name: str) -> list[Piece]:
    """The threads of what was found, by one of `ALGORITHMS`; nodes count it from 0."""
    search, uids, places = found
    headers, rows = search.headers(uids, places if search.view.aligned else None)
    kept = headers.count == len(uids)
    answer = (name, search.comparator.name)
    pieces: list[Piece] | None = headers.answers.get(answer) if kept else None
    if pieces is None:
        pieces = list(_pieces(ALGORITHMS[name](Threads(search, uids, headers, rows))))
        if kept:
            headers.keep_answer(answer, pieces, 8 * len(uids))
    return pieces


def lines(pieces: Iterable[Piece], numbers: Sequence[int], breathe: Callable[[], None]) -> bytes:
    """The trees as thread-lists (RFC 5256 section 5); `numbers` are those of the messages."""
    parts: list[bytes] = []
    for template, nodes in pieces:
        parts.append(template % tuple(map(numbers.__getitem__, nodes)))
        breathe()
    return b"".join(parts)


def breathing(items: Iterable[T], breathe: Callable[[], None]) -> Iterator[T]:
    """The items; others may run now and then."""
    iterator = iter(items)
    while some := list(islice(iterator, 500)):
        yield from some
        breathe()


class Threads:
    """The trees: the nodes at the top, and the children of each node that has some, sorted."""

    def __init__(self, search: Search, uids: Sequence[int], headers: Headers, rows: Sequence[int]) -> None:
        self.search, self.uids = search, uids
        self.headers, self.rows = headers, rows
        self.breathe = search.session.host.breathe
        self.count = len(uids)
        dates, subjects = columns(search, self.headers, ["DATE", "SUBJECT"])
        self.dates: Sequence[int] = self.of_rows(cast("array[int]", dates))
        self.subjects: Sequence[int] = self.of_rows(
            cast("Codes", subjects).codes
        )  # equal ones have one number
        self.no_subject = cast("Codes", subjects).table.get("", -1)
        self.roots: list[int] = []
        self.next_dummy = self.count
        self.children: Children = {}
        width = self.count.bit_length()
        # What siblings are sorted by: the sent date, then the order in the mailbox.
        self.keys = in_steps(((date << width) + node for node, date in enumerate(self.dates)), self.breathe)

    def of_rows(self, values: Sequence[T]) -> Sequence[T]:
        """Of a column those of the messages searched."""
        if isinstance(self.rows, range):
            return values[: self.count]
        return in_steps(map(values.__getitem__, self.rows), self.breathe)

    def is_dummy(self, node: int) -> bool:
        """Whether the node is no message that was searched."""
        return node >= self.count

    def shown(self, node: int) -> int:
        """The message that stands for a node at the top: of a dummy, its first child."""
        return self.children[node][0] if node >= self.count else node

    def sort_children(self) -> None:
        """Sort each set of siblings below the top; dummies are at the top only, so the order does not matter."""
        key = self.keys.__getitem__
        for children in breathing(self.children.values(), self.breathe):
            if len(children) > 1:
                children.sort(key=key)

    def sort_roots(self) -> None:
        """Sort the nodes at the top, each dummy by its first child."""
        keys = self.keys
        keys[self.count :] = [keys[self.shown(dummy)] for dummy in range(self.count, self.next_dummy)]
        sort_stably(self.roots, keys.__getitem__, self.breathe)


def ordered_subject(threads: Threads) -> Threads:
    """ORDEREDSUBJECT: one thread for each base subject, its first message the parent of all others."""
    order = list(range(threads.count))
    sort_stably(order, threads.dates.__getitem__, threads.breathe)
    first: dict[int, int] = {}
    for node in breathing(order, threads.breathe):
        root = first.setdefault(threads.subjects[node], node)
        if root == node:
            threads.roots.append(node)
        else:
            threads.children.setdefault(root, []).append(node)
    return threads


def references(threads: Threads) -> Threads:
    """REFERENCES: by ancestry, then threads of the same subject put together."""
    _by_references(threads)
    threads.sort_roots()  # step 4
    _merge_subjects(threads)  # step 5
    threads.sort_children()  # step 6
    threads.sort_roots()
    return threads


def refs(threads: Threads) -> Threads:
    """REFS: by ancestry alone; the thread in which something arrived last comes last."""
    _by_references(threads)
    search = threads.search
    arrived = search.facts(search.mailbox.internaldates, threads.uids, 0)
    latest = {
        root: max(arrived[node] for node in _below(threads, root) if node < threads.count)
        for root in breathing(threads.roots, threads.breathe)
    }
    sort_stably(threads.roots, latest.__getitem__, threads.breathe)
    return threads


ALGORITHMS = {"ORDEREDSUBJECT": ordered_subject, "REFERENCES": references, "REFS": refs}


def _by_references(threads: Threads) -> None:
    """Steps 1 to 3, with siblings below the top sorted."""
    own: list[bytes] = []
    referred: list[bytes] = []
    for _, page in threads.headers.read(threads.search.summaries):
        own += page.values("message_id")
        referred += page.values("references")
        threads.breathe()
    links = _Links(threads.of_rows(own), threads.of_rows(referred), threads.breathe)
    _prune(threads, links.parents)
    threads.sort_children()


class _Links:
    """Step 1: the parent of each node, -1 for none."""

    def __init__(self, own: Sequence[bytes], referred: Sequence[bytes], breathe: Callable[[], None]) -> None:
        self.count = len(own)
        self.parents = [-1] * self.count
        self.fathers = bytearray(self.count)  # 1: the node is the parent of one
        self.nodes: dict[bytes, int] = {}
        self.steps = STEPS * self.count
        for node, message_id in breathing(enumerate(own), breathe):
            if message_id:
                self.nodes.setdefault(message_id, node)
        for node, references in breathing(enumerate(referred), breathe):
            if references:
                self._link(node, references.split(b" "))
            else:
                self.parents[node] = -1

    def _link(self, node: int, references: Sequence[bytes]) -> None:
        previous = -1
        for message_id in references:
            ancestor = self.nodes.get(message_id, -1)
            if ancestor < 0:
                ancestor = self.nodes[message_id] = len(self.parents)
                self.parents.append(-1)
                self.fathers.append(0)
            if previous >= 0 and self.parents[ancestor] < 0 and not self._loops(previous, ancestor):
                self._adopt(previous, ancestor)
            previous = ancestor
        if self.parents[node] == previous:
            return
        self.parents[node] = -1
        if not self._loops(previous, node):
            self._adopt(previous, node)

    def _adopt(self, parent: int, child: int) -> None:
        self.parents[child] = parent
        self.fathers[parent] = 1

    def _loops(self, parent: int, child: int) -> bool:
        """Whether `parent` is `child` or below it. When too many steps were spent on that, it is assumed."""
        if parent == child:
            return True
        if not self.fathers[child]:
            return False
        self.steps += STEPS
        while (parent := self.parents[parent]) >= 0:
            self.steps -= 1
            if parent == child or self.steps < 0:
                return True
        return False


def _prune(threads: Threads, parents: list[int]) -> None:
    """Steps 2 and 3: dummies go, their children move up, but not to the top unless it is one."""
    count, children = threads.count, threads.children
    lost: Children = {}  # what has no message above it, by the dummy at the top
    for node in breathing(range(count), threads.breathe):
        parent = parents[node]
        if parent < 0:
            threads.roots.append(node)
        elif parent < count:
            children.setdefault(parent, []).append(node)
        else:
            above = _above(parents, parent, count)
            (children if above < count else lost).setdefault(above, []).append(node)
    for orphans in breathing(lost.values(), threads.breathe):
        if len(orphans) == 1:
            threads.roots += orphans
        else:
            threads.roots.append(threads.next_dummy)
            children[threads.next_dummy] = orphans
            threads.next_dummy += 1


def _above(parents: list[int], dummy: int, count: int) -> int:
    """The next message above a dummy, the dummy at the top if there is none; the way there becomes shorter."""
    way = [dummy]
    while dummy >= count and (above := parents[dummy]) >= 0:
        dummy = above
        way.append(dummy)
    for passed in way[:-1]:
        parents[passed] = dummy
    return dummy


def _below(threads: Threads, root: int) -> list[int]:
    """A node and all below it."""
    found = [root]
    for node in found:
        found += threads.children.get(node, ())
    return found


def _merge_subjects(threads: Threads) -> None:
    """Step 5: threads of the same base subject become one."""
    marked = _replies(threads)
    table, alike = _subject_table(threads, marked)
    merged: set[int] = set()
    made: list[int] = []
    children = threads.children
    for root, subject in breathing(alike, threads.breathe):
        known = table[subject]
        if known == root:
            continue
        merged.add(root)
        if threads.is_dummy(known):
            children[known] += children[root] if threads.is_dummy(root) else [root]
        elif not threads.is_dummy(root) and marked[root] and not marked[known]:
            children.setdefault(known, []).append(root)
        else:
            merged.add(known)
            table[subject] = threads.next_dummy
            made.append(threads.next_dummy)
            children[threads.next_dummy] = [known, root]
            threads.next_dummy += 1
    threads.roots = [root for root in threads.roots if root not in merged] + made


def _subject_table(threads: Threads, marked: Sequence[int]) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """The root that stands for each base subject (step 5.B), and the roots, with their subjects, that share theirs."""
    subjects, count, shown = threads.subjects, threads.count, threads.shown
    table: dict[int, int] = {}
    shared: set[int] = set()
    for root in breathing(threads.roots, threads.breathe):
        subject = subjects[root] if root < count else subjects[shown(root)]
        if subject == threads.no_subject or (known := table.setdefault(subject, root)) == root:
            continue
        shared.add(subject)
        if known < count and (root >= count or (marked[known] and not marked[root])):
            table[subject] = root
    alike: list[tuple[int, int]] = []
    for root in breathing(threads.roots if shared else (), threads.breathe):
        subject = subjects[root] if root < count else subjects[shown(root)]
        if subject in shared:
            alike.append((root, subject))
    return table, alike


def _replies(threads: Threads) -> Sequence[int]:
    """1 for each message whose subject is that of a reply or forward."""
    found = bytearray()
    for _, page in threads.headers.read(threads.search.summaries):
        found += page.replies
        threads.breathe()
    return threads.of_rows(found)


def _pieces(threads: Threads) -> Iterator[Piece]:
    parts: list[bytes] = []
    nodes = array("I")
    for root in breathing(threads.roots, threads.breathe):
        if root not in threads.children:
            nodes.append(root)
            parts.append(b"(%d)")
        else:
            _write(threads, root, parts, nodes)
        if len(nodes) >= PIECE:
            yield Piece(b"".join(parts), nodes)
            parts, nodes = [], array("I")
    yield Piece(b"".join(parts), nodes)


def _write(threads: Threads, root: int, parts: list[bytes], nodes: array[int]) -> None:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node < 0:
            parts.append(b")")
            continue
        parts.append(b"(")
        waiting.append(-1)
        waiting += reversed(_members(threads, node, parts, nodes))


def _members(threads: Threads, node: int, parts: list[bytes], nodes: array[int]) -> list[int]:
    """Write a node and its only descendants; the children at which the thread splits."""
    start = len(nodes)
    while not threads.is_dummy(node):
        nodes.append(node)
        children = threads.children.get(node, [])
        if len(children) != 1:
            parts.append(b" ".join([b"%d"] * (len(nodes) - start)) + (b" " if children else b""))
            return children
        node = children[0]
    return threads.children[node]
