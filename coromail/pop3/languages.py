"""The words of the replies in other languages (RFC 6856 section 3)."""

from __future__ import annotations

DEFAULT = "en"
NAMES = {"en": "English", "de": "Deutsch"}

GERMAN: dict[str, str] = {}

_TEXTS = {"de": GERMAN}


def translate(text: str, language: str | None) -> str:
    """`text` (with its % placeholders) in another language, or as it is where there is no translation."""
    if language is None or language == DEFAULT:
        return text
    return _TEXTS[language].get(text, text)


def choose(language_range: str) -> str | None:
    """The language tag for a range: the longest that its beginning names (RFC 4647 section 3.4), or None.

    "*" means the one that the server prefers.
    """
    if language_range == "*":
        return DEFAULT
    tag = language_range.lower()
    while tag:
        if tag in NAMES:
            return tag
        tag = tag.rpartition("-")[0]
    return None
