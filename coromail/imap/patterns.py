"""LIST patterns (RFC 9051 section 6.3.9): `*` is anything, `%` anything but the separator."""

from __future__ import annotations

from collections import defaultdict


class Pattern:
    """A pattern made ready for many names. Matching takes one step a character, whatever the wildcards.

    The states of the matcher are the bits of a number: bit `i` says that the first `i` tokens fit so far.
    """

    def __init__(self, text: str, separator: str | None) -> None:
        self._separator = separator
        tokens = _simplified(text)
        if tokens[:5].upper() == "INBOX" and (len(tokens) == 5 or tokens[5] in f"*%{separator}"):
            tokens = "INBOX" + tokens[5:]
        self._literal: dict[str, int] = defaultdict(int)
        self._star = self._percent = 0
        for bit, character in enumerate(tokens):
            if character == "*":
                self._star |= 1 << bit
            elif character == "%":
                self._percent |= 1 << bit
            else:
                self._literal[character] |= 1 << bit
        self._literal = dict(self._literal)
        self._accept = 1 << len(tokens)
        self._wild = self._star | self._percent

    def matches(self, name: str) -> bool:
        """Whether the whole name fits."""
        wild = self._wild
        states = 1
        states |= (states & wild) << 1
        for character in name:
            stay = self._star if character == self._separator else wild
            states = (states & stay) | ((states & self._literal.get(character, 0)) << 1)
            if not states:
                return False
            states |= (states & wild) << 1
        return bool(states & self._accept)


def _simplified(text: str) -> str:
    """Runs of wildcards as one: `*` if there is one among them."""
    kept: list[str] = []
    for character in text:
        if character in "*%" and kept and kept[-1] in "*%":
            if character == "*":
                kept[-1] = "*"
        else:
            kept.append(character)
    return "".join(kept)
