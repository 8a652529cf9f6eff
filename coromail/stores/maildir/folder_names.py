"""Where mailboxes lie on disk: Maildir++, `.Parent.Child` below the user's Maildir, INBOX being the Maildir itself."""

from __future__ import annotations

import os
from collections.abc import Sequence

from coromail.errors import InvalidName, NotAllowed
from coromail.imap.wire import mutf7

LONGEST = 255

# A dot inside a name cannot stand for itself. Modified UTF-7 would never write it this way (RFC 3501
# section 5.1.3: printable characters represent themselves), so nothing else is read back as a dot.
_DOT = b"&AC4-"


def folder_of(parts: Sequence[str]) -> bytes:
    """The folder of a mailbox, names from the top; empty for INBOX.

    Raises:
        InvalidName: a part is empty, has a slash or control characters, or all is longer than 255 octets.
    """
    if list(parts) == ["INBOX"]:
        return b""
    folder = folder_from([_encode(part) for part in parts])
    if len(folder) > LONGEST:
        raise InvalidName("The name is too long")
    return folder


def folder_from(pieces: Sequence[bytes]) -> bytes:
    """The folder of a mailbox whose names from the top are in modified UTF-7."""
    return b"." + b".".join(piece.replace(b".", _DOT) for piece in pieces)


def _encode(part: str) -> bytes:
    if not part or "/" in part or any(character < " " or character == "\x7f" for character in part):
        raise InvalidName("A mailbox cannot have this name")
    try:
        return mutf7.encode(part)
    except ValueError:
        raise InvalidName("A mailbox cannot have this name") from None


def parts_of(folder: bytes) -> list[str] | None:
    """The names from the top that a folder stands for, None when it can be no mailbox."""
    if not folder.startswith(b"."):
        return None
    parts = [_decode(piece) for piece in folder[1:].split(b".")]
    if any(not part or "/" in part for part in parts):
        return None
    if len(parts) == 1 and parts[0].upper() == "INBOX":
        return None
    if any(character < " " or character == "\x7f" for part in parts for character in part):
        return None
    return parts


def _decode(piece: bytes) -> str:
    try:
        return mutf7.decode(b".".join(piece.split(_DOT)))
    except ValueError:
        pass
    # Not modified UTF-7: a folder that somebody made by hand. It is shown as it is written.
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def user_path(template: str, user: str) -> bytes:
    """The user's Maildir. `{user}` in the template becomes the name, which can never lead elsewhere.

    Raises:
        NotAllowed: the name is empty or too long, begins with a dot, or has a slash or control characters.
    """
    bad = any(character < " " or character in "/\\\x7f" for character in user)
    if not user or user.startswith(".") or bad:
        raise NotAllowed("This user can have no mailboxes here")
    try:
        encoded = user.encode("utf-8")
    except UnicodeEncodeError:
        raise NotAllowed("This user can have no mailboxes here") from None
    if len(encoded) > LONGEST:
        raise NotAllowed("This user can have no mailboxes here")
    return os.fsencode(template).replace(b"{user}", encoded)
