"""Values with parameters: Content-Type and Content-Disposition.

The grammar is RFC 2045 section 5.1 and RFC 2183 section 2, continuations and charsets are RFC 2231. Reading
is tolerant: unquoted values with spaces and unclosed quotes are made the best of.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote_from_bytes, unquote_to_bytes

from . import charsets, encoded_words
from .lexical import quoted_end, unquote, without_comments

Parameters = tuple[tuple[bytes, bytes], ...]
Pieces = list[tuple[bool, bytes]]  # of one parameter: has it a charset or percent signs, its text

_MAX_CACHED = 80
_TOKEN = rb"[^\x00-\x20()<>@,;:\\\"/\[\]?=\x7f]"
# A semicolon should follow, but white space or a comma is also found there.
_media_type = re.compile(rb"\s*(%b+)\s*/\s*(%b+)(?=[\s;,]|\Z)" % (_TOKEN, _TOKEN)).match
_name = re.compile(rb"[\s;,]*([^=;\"]*)").match


def content_type(value: bytes, decode: bool = True) -> tuple[bytes, bytes, Parameters] | None:
    """(type, subtype, parameters) of Content-Type, None for a damaged one (RFC 2045 section 5.2).

    A parameter with a charset (RFC 2231 section 4) keeps the asterisk at the end of its name; its value is UTF-8, or
    without `decode` as it is written. Continuations (section 3) are joined.
    """
    return _cached(value, decode) if len(value) <= _MAX_CACHED else _content_type(value, decode)


def _content_type(value: bytes, decode: bool) -> tuple[bytes, bytes, Parameters] | None:
    if value.startswith(b"=?"):  # written by some clients as one encoded word
        value = encoded_words.decode(value).encode("utf-8", "replace")
    if b"(" in value.partition(b";")[0]:
        value = without_comments(value)
    found = _media_type(value)
    if not found:
        return None
    rest = value[found.end() :]
    return found[1].lower(), found[2].lower(), _parameters(rest, decode) if rest else ()


_cached = lru_cache(2048)(_content_type)


def with_parameters(value: bytes, decode: bool = True) -> tuple[bytes, Parameters]:
    """(text before the first semicolon in lower case, parameters as above) of an unfolded Content-Disposition."""
    head, _, rest = value.partition(b";")
    if b"(" in head:
        value = without_comments(value)
        head, _, rest = value.partition(b";")
    return head.strip().lower(), _parameters(rest, decode) if rest else ()


def _parameters(text: bytes, decode: bool) -> Parameters:
    """Parameters, names in lower case."""
    pairs = _pairs(text)
    if any(b"*" in name for name, _ in pairs):
        pairs = _join(pairs, _decoded if decode else _written)
    return tuple(pairs)


def _pairs(text: bytes) -> list[tuple[bytes, bytes]]:
    """The name=value pairs as they are written, unquoted."""
    pairs = []
    position, end = 0, len(text)
    while position < end:
        found = _name(text, position)
        if not found:
            break
        position = found.end()
        if text[position : position + 1] != b"=":
            position += 1  # a name without a value, or a stray quote
            continue
        name = found[1].strip().lower()
        position += 1
        while text[position : position + 1].isspace():
            position += 1
        if text[position : position + 1] == b'"':
            close = quoted_end(text, position + 1)
            value = unquote(text[position + 1 : close])
            position = close + 1
        else:
            close = text.find(b";", position)
            if close < 0:
                close = end
            value = text[position:close].strip()
            if value.startswith(b"(") or (value.endswith(b")") and b" (" in value):
                value = without_comments(value)
            position = close + 1
        if b"(" in name:
            name = without_comments(name)
        if name:
            pairs.append((name, value))
    return pairs


def _join(pairs: list[tuple[bytes, bytes]], join: Callable[[Pieces], bytes]) -> list[tuple[bytes, bytes]]:
    """Continuations joined; a parameter stands where its first piece stood."""
    pieces: dict[bytes, dict[int, tuple[bool, bytes]]] = {}
    order: list[tuple[bytes, bytes | None]] = []
    for name, value in pairs:
        base, star, suffix = name.partition(b"*")
        number = suffix.removesuffix(b"*") or b"0"
        if not star or not base or not (number.isdigit() and len(number) < 9):
            order.append((name, value))
            continue
        extended = not suffix or suffix.endswith(b"*")
        if base not in pieces:
            pieces[base] = {}
            order.append((base, None))
        pieces[base].setdefault(int(number), (extended, value))
    done: list[tuple[bytes, bytes]] = []
    for name, whole in order:
        if whole is not None:
            done.append((name, whole))
            continue
        found = [piece for _, piece in sorted(pieces[name].items())]
        extended = any(one for one, _ in found)
        done.append((name + b"*", join(found)) if extended else (name, b"".join(text for _, text in found)))
    return done


def _decoded(pieces: Pieces) -> bytes:
    """The value of a parameter with a charset, in UTF-8."""
    charset: bytes | None = None
    if pieces[0][0]:
        charset, _, rest = pieces[0][1].partition(b"'")
        _, quote, text = rest.partition(b"'")
        if quote:
            pieces[0] = (True, text)
        else:
            charset = None
    value = b"".join(unquote_to_bytes(text) if extended else text for extended, text in pieces)
    return charsets.decode(value, charset).encode("utf-8", "replace")


def _written(pieces: Pieces) -> bytes:
    """The value of a parameter with a charset as if it had been written in one piece: always with both quotes."""
    value = b"".join(text if extended else quote_from_bytes(text, "").encode() for extended, text in pieces)
    if pieces[0][0] and pieces[0][1].count(b"'") >= 2:
        return value
    return b"''" + value.replace(b"'", b"%27")
