"""URLs that name a message or a part of one: imapmessagepart of RFC 5092 section 11, with URLAUTH of RFC 4467."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.fetch_item import FetchItem, parse_section

MAX_URL = 4096

_BCHAR = rb"[A-Za-z0-9\-._~!$'()*+,%&=:@]"  # and "/", where it does not begin the next part
_SERVER = re.compile(
    rb"imap://(?:([A-Za-z0-9\-._~!$'()*+,%&=]++)(?:;AUTH=[^@/]*+)?@)?([^/@;]++)", re.IGNORECASE
)
_PART = re.compile(
    rb"/((?:%b|/(?!;))++)(?:;UIDVALIDITY=([1-9][0-9]{0,9}))?/;UID=([1-9][0-9]{0,9})"
    rb"(?:/;SECTION=((?:%b|/(?!;))++))?(?:/;PARTIAL=([0-9]{1,19})(?:\.([1-9][0-9]{0,18}))?)?"
    % (_BCHAR, _BCHAR),
    re.IGNORECASE,
)
_AUTH = re.compile(
    rb"(?:;EXPIRE=([0-9TZ:.+\-]++))?;URLAUTH=([A-Za-z0-9\-._~!$'()*+,%&=]++)(?::([A-Za-z0-9.\-]++):([0-9A-F]++))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MessageUrl:
    """`mailbox` in Unicode, `uidvalidity` 0 where it is left out. `section` says what of the message."""

    mailbox: str
    uidvalidity: int
    uid: int
    section: FetchItem


@dataclass(frozen=True, slots=True)
class AuthorizedUrl:
    """A URL with URLAUTH: whose mailbox, on which server, who may use it until when, and the proof of that.

    `rump` is the URL without mechanism and token, octet for octet (RFC 4467 section 6). `expire` is as
    written, empty for never; `mechanism` (upper case) and `token` are empty in a URL that is to be authorized.
    """

    message: MessageUrl
    user: str
    host: str
    expire: str
    access: str
    mechanism: str
    token: bytes
    rump: bytes


def parse_relative(url: bytes) -> MessageUrl:
    """`/INBOX;UIDVALIDITY=1/;UID=2/;SECTION=1.2`. Raises Bad."""
    message, end = _message(_checked(url), 0)
    if end != len(url):
        raise Bad("URL of a message expected")
    return message


def parse_authorized(url: bytes) -> AuthorizedUrl:
    """`imap://user@host/INBOX/;UID=2;URLAUTH=anonymous`, perhaps with `:INTERNAL:token`. Raises Bad."""
    server = _SERVER.match(_checked(url))
    if server is None or not server[1]:
        raise Bad("URL with user and server expected")
    message, end = _message(url, server.end())
    auth = _AUTH.fullmatch(url, end)
    if auth is None:
        raise Bad("URLAUTH expected")
    return AuthorizedUrl(
        message,
        _text(server[1]),
        server[2].decode("ascii"),
        (auth[1] or b"").decode("ascii"),
        _text(auth[2]),
        (auth[3] or b"").decode("ascii").upper(),
        auth[4] or b"",
        url[: auth.end(2)],
    )


def _checked(url: bytes) -> bytes:
    if len(url) > MAX_URL or not url.isascii():
        raise Bad("URL is too long, or not ASCII")
    return url


def _message(url: bytes, start: int) -> tuple[MessageUrl, int]:
    """The message that is named from `start` on, and where that ends."""
    match = _PART.match(url, start)
    if match is None:
        raise Bad("URL of a message expected")
    uidvalidity, uid = int(match[2] or 0), int(match[3])
    if max(uidvalidity, uid) >= 2**32:
        raise Bad("number in URL is too big")
    name = Arguments([b'"' + _quotable(match[1]) + b'"'], utf8=True).mailbox()
    section = b"[%s]" % unquote_to_bytes(match[4] or b"")
    if match[5]:
        section += b"<%s.%s>" % (match[5], match[6] or b"9223372036854775807")
    args = Arguments([section])
    item = parse_section(args, peek=True)
    args.end()
    return MessageUrl(name, uidvalidity, uid, item), match.end()


def _quotable(encoded: bytes) -> bytes:
    """A percent-encoded mailbox name as the inside of a quoted string."""
    name = unquote_to_bytes(encoded)
    if b"\0" in name or b"\r" in name or b"\n" in name:
        raise Bad("control character in URL")
    return name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def _text(encoded: bytes) -> str:
    try:
        return unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        raise Bad("UTF-8 expected in URL") from None
