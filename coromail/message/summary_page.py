"""The summaries of some messages as columns: what many headers are searched and sorted by at once."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from itertools import compress

from .collation import Comparator
from .matching import Lines, lines_of
from .summary import FIELDS, Summary

TEXTS = ("subject", "base_subject", "from_", "to", "cc", "bcc", "message_id", "references")
UNDATED = -(2**63)
OVERHEAD = 1500  # octets of a page besides its columns, about


class Page:
    """Some messages, at least one, each a row in every column.

    `sent` is `Summary.sent` (`UNDATED`: none), `days` is `Summary.day` (0: none), `replies` is `Summary.is_reply`,
    `texts` has the other fields by their name in `Summary`, in UTF-8, a line for each message; the references of one
    are parted by spaces. A page does not change.
    """

    __slots__ = ("_lines", "days", "replies", "sent", "texts")

    def __init__(self, sent: array[int], days: array[int], replies: bytes, texts: dict[str, bytes]) -> None:
        self.sent = sent
        self.days = days
        self.replies = replies
        self.texts = texts
        self._lines: dict[tuple[str, str], Lines] = {}

    @classmethod
    def of(cls, summaries: Sequence[Summary]) -> Page:
        """The page with these rows."""
        sent, days, subject, base, replies, from_, to, cc, bcc, ids, references = zip(*summaries, strict=True)
        texts = {
            "subject": b"\n".join(subject),
            "base_subject": "\n".join(base).encode("utf-8", "surrogatepass"),
            "from_": b"\n".join(from_),
            "to": b"\n".join(to),
            "cc": b"\n".join(cc),
            "bcc": b"\n".join(bcc),
            "message_id": b"\n".join(ids),
            "references": b"\n".join(map(b" ".join, references)),
        }
        return cls(
            array("q", [UNDATED if date is None else date for date in sent]),
            array("i", [day or 0 for day in days]),
            bytes(replies),
            texts,
        )

    def __len__(self) -> int:
        return len(self.replies)

    @property
    def octets(self) -> int:
        """How much memory it takes, about, with the lines of all fields that are searched."""
        lines = sum(len(self.texts[field]) for field in FIELDS.values())
        return sum(map(len, self.texts.values())) + lines + 13 * len(self) + OVERHEAD

    def joined(self, other: Page) -> Page:
        """These rows and those of another page behind them."""
        texts = {name: text + b"\n" + other.texts[name] for name, text in self.texts.items()}
        return Page(self.sent + other.sent, self.days + other.days, self.replies + other.replies, texts)

    def without(self, rows: Collection[int]) -> Page | None:
        """All but some rows; None when nothing is left."""
        stay = [row not in rows for row in range(len(self))]
        if not any(stay):
            return None
        texts = {name: b"\n".join(compress(text.split(b"\n"), stay)) for name, text in self.texts.items()}
        return Page(
            array("q", compress(self.sent, stay)),
            array("i", compress(self.days, stay)),
            bytes(compress(self.replies, stay)),
            texts,
        )

    def values(self, field: str) -> list[bytes]:
        """One of `texts`, a value for each row."""
        return self.texts[field].split(b"\n")

    def lines(self, field: str, comparator: Comparator) -> Lines:
        """What `Needle.rows` looks through; made once."""
        found = self._lines.get((field, comparator.name))
        if found is None:
            found = self._lines[field, comparator.name] = lines_of(self.texts[field], comparator)
        return found
