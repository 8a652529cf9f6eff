"""Texts for people in other languages (RFC 5255 section 3)."""

from __future__ import annotations

from coromail.imap.german import BEGINNINGS, ENDINGS, TEXTS, WORDS

DEFAULT = "i-default"
NAMES = ("i-default", "en", "de")


def choose(language_range: str) -> str | None:
    """The language tag for a range: the longest that its beginning names (RFC 4647 section 3.4), or None."""
    tag = language_range.lower()
    if tag in ("default", "*"):
        return DEFAULT
    while tag:
        if tag in NAMES:
            return tag
        tag = tag.rpartition("-")[0]
    return None


def translate(text: str) -> str:
    """A text of the server in German; what is made of parts by its parts, and as it is where nothing fits."""
    found = TEXTS.get(text)
    if found is not None:
        return found
    for beginning, german in BEGINNINGS.items():
        if text.startswith(beginning):
            return german + text.removeprefix(beginning)
    for ending, german in ENDINGS.items():
        if text.endswith(ending):
            begin = text.removesuffix(ending)
            return f"{WORDS.get(begin, begin)}{german}"
    return text
