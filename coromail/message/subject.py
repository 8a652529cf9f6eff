"""The base subject, for sorting and threading (RFC 5256 sections 2.1 and 5)."""

from __future__ import annotations

import re
from typing import NamedTuple

from . import encoded_words

_spaces = re.compile(r"[ \t\r\n]+")
_refwd = re.compile(r"(?:re|fwd?) *", re.IGNORECASE).match
_blob = re.compile(r"\[[^\[\]]*\] *").match


class BaseSubject(NamedTuple):
    """The base subject, and whether something of a reply or forward was taken off."""

    text: str
    is_reply_or_forward: bool


def base_subject(value: bytes) -> BaseSubject:
    """The base subject of an unfolded Subject; linear."""
    text = encoded_words.decode(value)
    if _is_plain(text):
        return BaseSubject(text, False)
    text = _spaces.sub(" ", text).strip(" ")  # step 1
    start, end = 0, len(text)
    changed = False
    while True:
        end, trailer = _without_trailers(text, start, end)  # step 2
        start, leader = _without_leaders(text, start, end)  # steps 3 to 5
        changed = changed or trailer or leader
        forwarded = (
            text[start : start + 5].lower() == "[fwd:" and text[end - 1 : end] == "]" and end - start > 5
        )
        if not forwarded:
            return BaseSubject(text[start:end], changed)
        start, end, changed = start + 5, end - 1, True  # step 6


def _is_plain(text: str) -> bool:
    """Whether there is nothing to be taken off, as with most subjects, by the look of it."""
    spaced = "  " in text or "\t" in text or "\r" in text or "\n" in text
    return not spaced and text[:1] not in "rRfF[ " and text[-1:] not in ") "


def _without_trailers(text: str, start: int, end: int) -> tuple[int, bool]:
    """Where the text ends without "subj-trailer"s, and whether one was "(fwd)"."""
    forwarded = False
    while end > start:
        if text[end - 1] == " ":
            end -= 1
        elif end - start >= 5 and text[end - 5 : end].lower() == "(fwd)":
            end -= 5
            forwarded = True
        else:
            break
    return end, forwarded


def _without_leaders(text: str, start: int, end: int) -> tuple[int, bool]:
    """Where the text begins without "subj-leader"s and blobs, and whether there was a "subj-refwd".

    Blobs belong to a leader when a "subj-refwd" follows them; else each is taken off for itself as long as
    something is left (step 4). Both come to the same: a blob goes unless it is all there is.
    """
    reply = False
    while start < end:
        if text[start] == " ":
            start += 1
        elif after := _past_refwd(text, start, end):
            start, reply = after, True
        elif (found := _blob(text, start, end)) and found.end() < end:
            start = found.end()
        else:
            break
    return start, reply


def _past_refwd(text: str, start: int, end: int) -> int:
    """The offset after "subj-refwd" at `start`, 0 when there is none."""
    found = _refwd(text, start, end)
    if not found:
        return 0
    position = found.end()
    blob = _blob(text, position, end)
    if blob:
        position = blob.end()
    return position + 1 if position < end and text[position] == ":" else 0
