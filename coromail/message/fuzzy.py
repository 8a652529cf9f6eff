"""More or less the same: how well a text fits a few words (RFC 6203), without an index and in linear time.

Case, accents and the order of the words do not matter; a word may be part of a longer one, have one wrong, missing,
additional or swapped letter, or another ending.
"""

from __future__ import annotations

import re

from . import encoded_words
from .headers import fields, unfold
from .structure import scan
from .text import body_text, header_text, normalize

MAX_WORDS = 20
MAX_WORD = 50  # characters; longer words are cut

_word = re.compile(r"\w+")
_accents = re.compile(r"[\u0300-\u036f]+")

_PHRASE, _SAME, _MISSPELLED, _RELATED = 100, 80, 50, 40
_LEAST = 35  # of 80, what the words together must reach


class FuzzyNeedle:
    """Words to look for; the methods give the relevancy of what they are shown, 1 to 100, or 0 for no match."""

    def __init__(self, text: str) -> None:
        phrase = skeleton(text[: MAX_WORDS * MAX_WORD])
        self.words = [word[:MAX_WORD] for word in _word.findall(phrase)[:MAX_WORDS]] or [phrase.strip()]
        self.phrase = phrase.strip()

    def in_text(self, text: str) -> int:
        """The relevancy of a text."""
        text = skeleton(text)
        if self.phrase in text:
            return _PHRASE
        distinct: set[str] = set()
        total = 0
        for word in self.words:
            if word in text:
                total += _SAME
            elif len(word) >= 4 and (word[: len(word) // 2] in text or word[len(word) // 2 :] in text):
                distinct = distinct or set(_word.findall(text))
                total += _likeness(word, distinct)
        score = total // len(self.words)
        return score if score >= _LEAST else 0

    def in_field(self, header: bytes, name: str) -> int:
        """The relevancy of the best field of a name."""
        folded = name.lower().encode()
        return max(
            (
                self.in_text(encoded_words.decode(unfold(value)))
                for field, value in fields(header, 0, len(header))
                if field.lower() == folded
            ),
            default=0,
        )

    def in_message(self, octets: bytes, with_header: bool) -> int:
        """The relevancy of a message: what stands in its body counts four fifths of what stands in its header."""
        root = scan(octets)
        score = self.in_text(body_text(octets, root)) * 4 // 5
        return max(score, self.in_text(header_text(octets, root))) if with_header else score


def skeleton(text: str) -> str:
    """Text without case and accents."""
    text = normalize(text)
    return text if text.isascii() else _accents.sub("", text)


def _likeness(word: str, others: set[str]) -> int:
    """How much the most similar one of the other words counts."""
    best = 0
    stem = word[: -(len(word) // 3)]
    for other in others:
        if abs(len(other) - len(word)) <= 1 and one_edit_apart(word, other):
            return _MISSPELLED
        if len(word) >= 5 and other.startswith(stem):
            best = _RELATED
    return best


def one_edit_apart(first: str, second: str) -> bool:
    """Whether one character more, less, other, or two neighbours swapped make one word of the other."""
    start = 0
    for here, there in zip(first, second, strict=False):
        if here != there:
            break
        start += 1
    one, two = first[start:], second[start:]
    return (
        one[1:] == two[1:]
        or one[1:] == two
        or one == two[1:]
        or (one[:2] == two[1::-1] and one[2:] == two[2:] and len(two) > 1)
    )
