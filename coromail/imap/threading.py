"""THREAD: messages become trees (RFC 5256 section 3; REFS: draft-ietf-morg-inthread).

Nodes are numbers: below `count` the messages searched, in mailbox order, from there on dummies. All of it is
without recursion and linear but for sorting, whatever strangers write into References.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from coromail.imap.searching import Search
from coromail.imap.sorting import sent_dates, sort_stably
from coromail.message.summary import Summary

STEPS = 50  # for each link: how far ancestors are followed to see that it makes no loop, on average

T = TypeVar("T")
Children = dict[int, list[int]]


def breathing(items: Iterable[T], breathe: Callable[[], None]) -> Iterator[T]:
    """The items; others may run now and then."""
    for count, item in enumerate(items):
        yield item
        if not count % 500:
            breathe()


class Threads:
    """The trees: the nodes at the top, and the children of each node that has some, sorted."""

    def __init__(self, search: Search, uids: Sequence[int]) -> None:
        self.search = search
        self.uids = uids
        self.summaries = search.summaries(uids)
        self.count = len(uids)
        self.dates = sent_dates(search, uids, self.summaries)
        self.roots: list[int] = []
        self.next_dummy = self.count
        self.children: Children = {}
        self.breathe = search.session.host.breathe
        width = self.count.bit_length()
        # What siblings are sorted by: the sent date, then the order in the mailbox.
        self.keys = [(date << width) + node for node, date in enumerate(self.dates)]

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
        keys, shown = self.keys, self.shown
        known = {root: keys[shown(root)] for root in breathing(self.roots, self.breathe)}
        sort_stably(self.roots, known.__getitem__, False, self.breathe)


def ordered_subject(search: Search, uids: Sequence[int]) -> Threads:
    """ORDEREDSUBJECT: one thread for each base subject, its first message the parent of all others."""
    threads = Threads(search, uids)
    subjects = search.spread(lambda summary: search.comparator.order(summary.base_subject), threads.summaries)
    order = list(range(threads.count))
    sort_stably(order, threads.keys.__getitem__, False, threads.breathe)
    sort_stably(order, subjects.__getitem__, False, threads.breathe)
    for _, group in breathing(groupby(order, subjects.__getitem__), threads.breathe):
        first, *rest = group
        threads.roots.append(first)
        if rest:
            threads.children[first] = rest
    threads.sort_roots()
    return threads


def references(search: Search, uids: Sequence[int]) -> Threads:
    """REFERENCES: by ancestry, then threads of the same subject put together."""
    threads = _by_references(search, uids)
    threads.sort_roots()  # step 4
    _merge_subjects(threads)  # step 5
    threads.sort_children()  # step 6
    threads.sort_roots()
    return threads


def refs(search: Search, uids: Sequence[int]) -> Threads:
    """REFS: by ancestry alone; the thread in which something arrived last comes last."""
    threads = _by_references(search, uids)
    arrived = search.facts(search.mailbox.internaldates, uids, 0)
    latest = {
        root: max(arrived[node] for node in _below(threads, root) if node < threads.count)
        for root in breathing(threads.roots, threads.breathe)
    }
    sort_stably(threads.roots, latest.__getitem__, False, threads.breathe)
    return threads


ALGORITHMS = {"ORDEREDSUBJECT": ordered_subject, "REFERENCES": references, "REFS": refs}


def _by_references(search: Search, uids: Sequence[int]) -> Threads:
    """Steps 1 to 3, with siblings below the top sorted."""
    threads = Threads(search, uids)
    parents = _Links(threads.summaries, threads.breathe).parents
    _prune(threads, parents)
    threads.sort_children()
    return threads


class _Links:
    """Step 1: the parent of each node, -1 for none."""

    def __init__(self, summaries: Sequence[Summary], breathe: Callable[[], None]) -> None:
        self.count = len(summaries)
        self.parents = [-1] * self.count
        self.fathers = bytearray(self.count)  # 1: the node is the parent of one
        self.nodes: dict[bytes, int] = {}
        self.steps = STEPS * self.count
        for node, summary in breathing(enumerate(summaries), breathe):
            if summary.message_id:
                self.nodes.setdefault(summary.message_id, node)
        for node, summary in breathing(enumerate(summaries), breathe):
            if summary.references:
                self._link(node, summary.references)
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
    below: Children = {}
    tops: list[int] = []
    for node, parent in breathing(enumerate(parents), threads.breathe):
        if parent < 0:
            tops.append(node)
        else:
            below.setdefault(parent, []).append(node)
    count = dummy = threads.count
    kept = threads.children
    for top in breathing(tops, threads.breathe):
        children = _promoted(below, top, count)
        if top < count:
            threads.roots.append(top)
            if children:
                kept[top] = children
        elif len(children) == 1:
            threads.roots.append(children[0])
        elif children:
            threads.roots.append(dummy)
            kept[dummy] = children
            dummy += 1
        waiting = list(children)
        while waiting:
            node = waiting.pop()
            promoted = _promoted(below, node, count)
            if promoted:
                kept[node] = promoted
                waiting += promoted
    threads.next_dummy = dummy


def _promoted(below: Children, node: int, count: int) -> list[int]:
    """The children of a node, in place of each dummy those of the dummy."""
    found: list[int] = []
    waiting = list(below.get(node, ()))
    while waiting:
        child = waiting.pop()
        if child < count:
            found.append(child)
        else:
            waiting += below.get(child, ())
    return found


def _below(threads: Threads, root: int) -> list[int]:
    """A node and all below it."""
    found = [root]
    for node in found:
        found += threads.children.get(node, ())
    return found


def _merge_subjects(threads: Threads) -> None:
    """Step 5: threads of the same base subject become one."""
    children, summaries = threads.children, threads.summaries
    compare = threads.search.comparator.order
    subjects = {root: compare(summaries[threads.shown(root)].base_subject) for root in threads.roots}
    replies = {root: root < threads.count and summaries[root].is_reply for root in threads.roots}
    table: dict[str, int] = {}
    for root in breathing(threads.roots, threads.breathe):
        subject = subjects[root]
        if not subject:
            continue
        known = table.setdefault(subject, root)
        if not threads.is_dummy(known) and (threads.is_dummy(root) or (replies[known] and not replies[root])):
            table[subject] = root
    merged: set[int] = set()
    for root in breathing(list(threads.roots), threads.breathe):
        known = table.get(subjects[root], root) if subjects[root] else root
        if known == root:
            continue
        merged.add(root)
        if threads.is_dummy(known):
            children[known] += children[root] if threads.is_dummy(root) else [root]
        elif replies.get(root) and not replies[known]:
            children.setdefault(known, []).append(root)
        else:
            merged.add(known)
            table[subjects[root]] = threads.next_dummy
            threads.roots.append(threads.next_dummy)
            children[threads.next_dummy] = [known, root]
            threads.next_dummy += 1
    threads.roots = [root for root in threads.roots if root not in merged]


def lines(threads: Threads, numbers: Sequence[int]) -> bytes:
    """The trees as thread-lists (RFC 5256 section 5); `numbers` are those of the messages."""
    parts: list[bytes] = []
    for root in breathing(threads.roots, threads.breathe):
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node < 0:
                parts.append(b")")
                continue
            parts.append(b"(")
            waiting.append(-1)
            waiting += reversed(_members(threads, numbers, node, parts))
    return b"".join(parts)


def _members(threads: Threads, numbers: Sequence[int], node: int, parts: list[bytes]) -> list[int]:
    """Write a node and its only descendants; the children at which the thread splits."""
    members = []
    while not threads.is_dummy(node):
        members.append(b"%d" % numbers[node])
        children = threads.children.get(node, [])
        if len(children) != 1:
            parts.append(b" ".join(members) + (b" " if children else b""))
            return children
        node = children[0]
    return threads.children[node]
