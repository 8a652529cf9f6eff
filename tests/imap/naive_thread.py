"""THREAD=REFERENCES word by word as RFC 5256 section 3 has it, slow and plain, to compare with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Node:
    """A message, or a dummy (number 0)."""

    number: int = 0
    date: int = 0
    subject: str = ""
    is_reply: bool = False
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    def above(self, other: Node | None) -> bool:
        while other is not None:
            if other is self:
                return True
            other = other.parent
        return False

    def adopt(self, child: Node) -> None:
        if child.parent is not None:
            child.parent.children.remove(child)
        child.parent = self
        self.children.append(child)

    def key(self) -> tuple[int, int]:
        node = self if self.number else self.children[0]
        return node.date, node.number

    def sort(self) -> None:
        for child in self.children:
            child.sort()
        self.children.sort(key=Node.key)


Mail = tuple[str, list[str], int, str, bool]  # message id, references, date, base subject, is a reply


def thread(mails: list[Mail]) -> list[Any]:
    """The thread-lists."""
    root = Node()
    for node in _linked(mails):
        if node.parent is None:
            root.adopt(node)
    _prune(root, root)
    root.sort()
    _merge(root)
    root.sort()
    return [_list(child) for child in root.children]


def _linked(mails: list[Mail]) -> list[Node]:
    own: list[Node] = []
    table: dict[str, Node] = {}
    for number, (message_id, _, date, subject, is_reply) in enumerate(mails, 1):
        node = Node(number, date, subject, is_reply)
        own.append(node)
        if message_id and message_id not in table:
            table[message_id] = node
    nodes = list(own)
    for node, (_, references, *_) in zip(own, mails, strict=True):
        previous = None
        for reference in references:
            if reference not in table:
                table[reference] = Node()
                nodes.append(table[reference])
            ancestor = table[reference]
            if previous is not None and ancestor.parent is None and not ancestor.above(previous):
                previous.adopt(ancestor)
            previous = ancestor
        if node.parent is not None:
            node.parent.children.remove(node)
            node.parent = None
        if previous is not None and not node.above(previous):
            previous.adopt(node)
    return nodes


def _prune(node: Node, root: Node) -> None:
    for child in list(node.children):
        _prune(child, root)
        if child.number:
            continue
        if not child.children or node is not root or len(child.children) == 1:
            for grandchild in list(child.children):
                node.adopt(grandchild)
            node.children.remove(child)


def _merge(root: Node) -> None:
    def subject(node: Node) -> str:
        return (node if node.number else node.children[0]).subject

    table: dict[str, Node] = {}
    for node in root.children:
        known = table.setdefault(subject(node), node)
        if known.number and (not node.number or (known.is_reply and not node.is_reply)):
            table[subject(node)] = node
    for node in list(root.children):
        name = subject(node)
        known = table[name]
        if not name or known is node:
            continue
        if not known.number and not node.number:
            for child in list(node.children):
                known.adopt(child)
            root.children.remove(node)
        elif not known.number or (node.is_reply and not known.is_reply):
            known.adopt(node)
        else:
            table[name] = Node()
            root.adopt(table[name])
            table[name].adopt(known)
            table[name].adopt(node)


def _list(node: Node) -> list[Any]:
    line: list[Any] = []
    while node.number:
        line.append(node.number)
        if len(node.children) != 1:
            break
        node = node.children[0]
    return line + [_list(child) for child in node.children]
