"""Lexical tokens that all structured fields share (RFC 5322 sections 3.2.1, 3.2.2 and 3.2.4)."""

from __future__ import annotations

import re

_comment_edge = re.compile(rb"[()\\]").search
_pair = re.compile(rb"\\(.)", re.DOTALL)

_opening = re.compile(rb'["(]').search
_quoted_content = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL).match


def unquote(content: bytes) -> bytes:
    """The content of a quoted string or comment with the quoted pairs resolved."""
    return _pair.sub(rb"\1", content) if b"\\" in content else content


def quoted_end(value: bytes, start: int) -> int:
    """The offset of the quote that closes the string with its content at `start`, or the end of `value`."""
    found = _quoted_content(value, start)
    return found.end() if found else len(value)


def comment_end(value: bytes, start: int) -> int:
    """The offset after the comment that opens at `start`, -1 when it is never closed."""
    depth = 0
    found = _comment_edge(value, start)
    while found:
        end = found.end()
        if found[0] == b"(":
            depth += 1
        elif found[0] == b")":
            depth -= 1
            if not depth:
                return end
        else:
            end += 1  # a quoted pair
        found = _comment_edge(value, end)
    return -1


def without_comments(value: bytes) -> bytes:
    """`value` with each comment outside of quoted strings replaced by a space; an unclosed one ends it."""
    if b"(" not in value:
        return value
    kept = []
    start = 0
    found = _opening(value, 0)
    while found:
        position = found.start()
        if found[0] == b"(":
            kept.append(value[start:position])
            start = position = comment_end(value, position)
            if start < 0:
                return b" ".join(kept).strip()
        else:
            position = quoted_end(value, position + 1) + 1
        found = _opening(value, position)
    kept.append(value[start:])
    return b" ".join(kept).strip()
