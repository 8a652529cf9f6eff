"""Address lists (RFC 5322 section 3.4, obsolete forms section 4.4, UTF-8 RFC 6532), as ENVELOPE shows them.

Reading is tolerant and linear: what is no address by the grammar is made the best of, nothing is refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .lexical import comment_end, quoted_end, unquote
from .limits import UNDERSTOOD


class Address(NamedTuple):
    """One address structure (RFC 9051 section 7.5.2).

    A group is an Address with its name as `mailbox` and no `host`, then its members, then one with neither.
    An address without "@" has an empty `host`, one without a mailbox an empty `mailbox`, as NIL would
    mean a group. `name` is the phrase without quoting (encoded words stay), `route` RFC 5322's obs-route.
    """

    name: bytes | None
    route: bytes | None
    mailbox: bytes | None
    host: bytes | None


_GROUP_END = Address(None, None, None, None)

# The common forms, Name <a@b>, "Name" <a@b>, a@b, up to the comma or the end.
_PLAIN = rb"[^()<>@,:;\\\"\[\]\x00-\x1f]"
_ATOM = rb"[^()<>@,:;\\\"\[\]\x00-\x20]"
_common = re.compile(
    rb"[ \t]*(?:(?:\"([^\"\\\x00-\x1f]*)\"[ \t]*|(%b*))<(%b+)@(%b+)>|(%b+)@(%b+))[ \t]*(?:,|\Z)"
    % (_PLAIN, _ATOM, _ATOM, _ATOM, _ATOM)
).match

# An atom may hold any other octet; a backslash outside of quotes takes the next octet with it.
_token = re.compile(rb"[\x00-\x20]+|[()<>@,:;\"\[]|(?:[^()<>@,:;\"\[\\\x00-\x20]+|\\.?)+", re.DOTALL).match


def parse(value: bytes) -> list[Address]:
    """The addresses of an unfolded From, Sender, Reply-To, To, Cc or Bcc; of a huge field the first 1 MB."""
    value = value[: UNDERSTOOD.field].rstrip()
    addresses: list[Address] = []
    position, end = 0, len(value)
    while position < end:
        found = _common(value, position)
        if not found:
            return addresses + _Reader(value[position:]).read()
        quoted, phrase, mailbox, host, bare_mailbox, bare_host = found.groups()
        if bare_mailbox:
            addresses.append(Address(None, None, bare_mailbox, bare_host))
        else:
            name = quoted if phrase is None else phrase.rstrip(b" \t")
            addresses.append(Address(name or None, None, mailbox, host))
        position = found.end()
    return addresses


_WORD = b"w"
_Token = tuple[bytes, bytes, bool]  # kind (a special, or _WORD), text, whether white space came before it


def _tokens(value: bytes) -> tuple[list[_Token], dict[int, bytes]]:
    """The tokens of a value, and the comments by the number of tokens before them (the last one there)."""
    tokens: list[_Token] = []
    comments: dict[int, bytes] = {}
    broken: set[bytes] = set()  # openers that are known never to be closed from here on
    position, end = 0, len(value)
    spaced = False
    while position < end:
        found = _token(value, position)
        if not found:
            break
        text = found[0]
        start, position = position, found.end()
        if text[0] <= 32 or text == b")":
            spaced = True
            continue
        kind = text if text in (b"<", b">", b"@", b",", b":", b";") else _WORD
        if text in (b"(", b'"', b"["):
            close = _closing(value, start, text) if text not in broken else -1
            if close < 0:
                broken.add(text)
                spaced = True
                continue
            position = close
            if text == b"(":
                comments[len(tokens)] = unquote(value[start + 1 : close - 1]).strip()
                spaced = True
                continue
            text = unquote(value[start + 1 : close - 1]) if text == b'"' else value[start:close]
        tokens.append((kind, text, spaced))
        spaced = False
    return tokens, comments


def _closing(value: bytes, start: int, opener: bytes) -> int:
    """The offset after the comment, quoted string or domain literal that opens at `start`, or -1."""
    if opener == b"(":
        return comment_end(value, start)
    if opener == b"[":
        return value.find(b"]", start) + 1 or -1
    close = quoted_end(value, start + 1)
    return close + 1 if close < len(value) and value[close] == 34 else -1


def _join(words: list[_Token]) -> bytes:
    """Words as one string: a space where white space was, none beside a dot (obs-local-part, obs-domain)."""
    joined: list[bytes] = []
    dotted = True
    for _, text, spaced in words:
        if spaced and not dotted and not text.startswith(b"."):
            joined.append(b" ")
        joined.append(text)
        dotted = text.endswith(b".")
    return b"".join(joined)


def _phrase(words: list[_Token]) -> bytes | None:
    """Words as a display name or group name."""
    return b"".join(b" " + text if spaced else text for _, text, spaced in words).strip() or None


def _last_piece(words: list[_Token]) -> int:
    """Where the last run of words begins that no white space parts, but beside dots: a local part."""
    start = len(words) - 1
    while start > 0:
        _, text, spaced = words[start]
        if spaced and not text.startswith(b".") and not words[start - 1][1].endswith(b"."):
            break
        start -= 1
    return max(start, 0)


class _Reader:
    """Reads a list that is not of the common form, token by token from left to right."""

    __slots__ = (
        "addresses",
        "bare",
        "comments",
        "in_group",
        "last_close",
        "next",
        "pending",
        "tokens",
        "words",
    )

    def __init__(self, value: bytes) -> None:
        self.tokens, self.comments = _tokens(value)
        self.next = 0
        self.last_close = max((i for i, token in enumerate(self.tokens) if token[0] == b">"), default=-1)
        self.addresses: list[Address] = []
        self.pending: Address | None = None  # read, but a comment with its name may follow
        self.words: list[_Token] = []  # a name or a local part, not known yet which
        self.bare = -1  # where the name and local part of a pending address without brackets began
        self.in_group = False

    def read(self) -> list[Address]:
        while self.next < len(self.tokens):
            token = self.tokens[self.next]
            kind = token[0]
            self.next += 1
            if kind == _WORD:
                self.words.append(token)
            elif kind == b"<":
                self.angle()
            elif kind == b"@":
                self.addr_spec()
            elif kind == b":" and not self.in_group:
                self.addresses.append(Address(None, None, _phrase(self.words) or b"", None))
                self.pending, self.words, self.in_group = None, [], True
            elif kind in (b",", b";"):
                self.separator(self.next - 1)
                if kind == b";" and self.in_group:
                    self.addresses.append(_GROUP_END)
                    self.in_group = False
        self.separator(self.next)
        if self.in_group:
            self.addresses.append(_GROUP_END)
        return self.addresses

    def emit(self, position: int) -> None:
        """The pending address joins the list; without a name, the comment before token `position` is one."""
        address, self.pending, self.bare = self.pending, None, -1
        if address is not None:
            if not address.name:
                address = address._replace(name=self.comments.get(position) or None)
            self.addresses.append(address)

    def separator(self, position: int) -> None:
        """The end of an address: words that belong to none are a mailbox without host."""
        if self.words:
            if self.pending is None:
                self.pending = Address(None, None, _join(self.words), b"")
            elif not self.pending.name:
                self.pending = self.pending._replace(name=_phrase(self.words))
        self.emit(position)
        self.words = []

    def addr_spec(self) -> None:
        """A local part was read and "@" comes; words before the local part are a name without brackets."""
        if self.pending is not None and not self.words:
            self.domain()  # a@b@c: the first host stays
            return
        self.emit(self.next - 1)
        self.bare = self.next - 1 - len(self.words)
        start = _last_piece(self.words)
        name, local = _phrase(self.words[:start]), _join(self.words[start:])
        self.pending = Address(name, None, local, self.domain())
        self.words = []

    def domain(self) -> bytes:
        """The words after "@"; one that is set apart by a space and no dot is not part of it."""
        words: list[_Token] = []
        while self.next < len(self.tokens) and self.tokens[self.next][0] == _WORD:
            token = self.tokens[self.next]
            if words and token[2] and not (token[1].startswith(b".") or words[-1][1].endswith(b".")):
                break
            words.append(token)
            self.next += 1
        return _join(words)

    def angle(self) -> None:
        """What is between "<" and ">": an optional route, a local part and a domain.

        Where ">" is missing, a comma or another "<" ends it. An address may stand before it as the name.
        """
        start = self.next
        if self.bare >= 0:
            self.words = self.tokens[self.bare : start - 1]
            self.pending, self.bare = None, -1
        self.emit(start - 1)
        stops = (b">", b"<") if start <= self.last_close else (b",", b"<")
        while self.next < len(self.tokens) and self.tokens[self.next][0] not in stops:
            self.next += 1
        inside = self.tokens[start : self.next]
        if self.next < len(self.tokens) and self.tokens[self.next][0] == b">":
            self.next += 1
        kinds = [kind for kind, _, _ in inside]
        route = None
        if kinds[:1] == [b"@"] and b":" in kinds:
            colon = kinds.index(b":")
            route = b"".join(text for _, text, _ in inside[:colon])
            inside, kinds = inside[colon + 1 :], kinds[colon + 1 :]
        at = len(kinds) - 1 - kinds[::-1].index(b"@") if b"@" in kinds else len(kinds)
        self.pending = Address(_phrase(self.words), route, _join(inside[:at]), _join(inside[at + 1 :]))
        self.words = []
