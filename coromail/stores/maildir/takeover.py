"""Taking over a Maildir from Dovecot or Courier: UIDs, UIDVALIDITY, keywords, POP3 unique-ids, subscriptions.

Dovecot writes `dovecot-uidlist`: a line `3 V<uidvalidity> N<uidnext> ...`, then lines `<uid> <fields> :<file name>`,
where a field P has the POP3 unique-id. Courier writes `courierimapuiddb`, which is also Dovecot's old form: a line
`1 <uidvalidity> <uidnext>`, then lines `<uid> <file name>`. Courier's POP3 server has numbers of its own, in
`courierpop3dsizelist`: a line `/<version> ...`, then lines `<file name> <size> <number>:<validity>[:...]`.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from array import array
from collections.abc import Container, Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import islice
from typing import TYPE_CHECKING

from coromail.imap.wire import mutf7
from coromail.model.flags import Flags
from coromail.model.mailbox import LAST_UID
from coromail.stores.maildir.admitting import commit
from coromail.stores.maildir.names import flags_in, keyword_letters, sizes_in, split_name
from coromail.stores.maildir.packing import NO_DATE, Batch
from coromail.stores.maildir.records import NUMBERS, UID, Kind, pack_uidls

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

AT_ONCE = 1000  # messages between two turns of others
MOST_OCTETS = 1 << 26  # of a list of keywords

# A list that is there and cannot be read now is an error: going on without it would give old mail new numbers.
_ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class Server(IntEnum):
    """Whose Maildir it was: the value of `State.scanned`."""

    NONE = 1
    DOVECOT = 2
    COURIER = 3


class UidList:
    """What such a file says: `uidvalidity`, `uidnext`, UIDs and POP3 unique-ids by base name."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.uidvalidity = 0
        self.uidnext = 1
        self.uids: dict[bytes, int] = {}
        self.uidls: dict[bytes, bytes] = {}


def read_uidlist(path: bytes) -> UidList | None:
    """The UID list of another server in a folder, None when there is none that says anything. Blocks.

    Raises OSError when there is one that cannot be read; so do all that read such files.
    """
    for name, server in ((b"dovecot-uidlist", Server.DOVECOT), (b"courierimapuiddb", Server.COURIER)):
        try:
            with open(path + b"/" + name, "rb") as file:
                found = parse_uidlist(file, server)
        except _ABSENT:
            continue
        if found is not None:
            return found
    return None


def has_uidlist(path: bytes) -> bool:
    """Whether it is worth a hop to another thread to read the UID list of another server."""
    for name in (b"/dovecot-uidlist", b"/courierimapuiddb"):
        with contextlib.suppress(*_ABSENT):
            os.stat(path + name)
            return True
    return False


def parse_uidlist(lines: Iterator[bytes], server: Server) -> UidList | None:
    """What the lines of a UID list say; lines that say nothing are passed over."""
    found = UidList(server)
    version, _, header = next(lines, b"").strip().partition(b" ")
    words = header.split()
    if version == b"3":
        fields = {word[:1]: word[1:] for word in words}
        found.uidvalidity, found.uidnext = number(fields.get(b"V", b"")), number(fields.get(b"N", b""))
    elif version == b"1" and len(words) >= 2:
        found.uidvalidity, found.uidnext = number(words[0]), number(words[1])
    if not found.uidvalidity:
        return None
    for line in lines:
        head, rest = line.rstrip(b"\n").split(b" ", 1) if b" " in line else (b"", b"")
        uid = number(head)
        if version == b"3":
            extra, _, file = (b" " + rest).partition(b" :")
            uidl = next((word[1:] for word in extra.split() if word[:1] == b"P"), b"")
        else:
            file, uidl = rest, b""
        base = split_name(file)[0]
        if uid and base:
            found.uids[base] = uid
            found.uidnext = max(found.uidnext, uid + 1)
            if uidl:
                found.uidls[base] = uidl
    return found if found.uidnext <= LAST_UID else None  # else no message could ever come in


def number(digits: bytes) -> int:
    """A number from 1 to 2**32 - 1, or 0 when it is none."""
    if not digits.isdigit() or len(digits) > 10 or int(digits) >= 2**32:
        return 0
    return int(digits)


def read_keywords(path: bytes) -> dict[str, str]:
    """Letter to keyword, from `dovecot-keywords`: lines `<0 to 25> <keyword>`. Blocks."""
    keywords: dict[str, str] = {}
    try:
        with open(path + b"/dovecot-keywords", "rb") as file:
            lines = list(islice(file, 100))
    except _ABSENT:
        return keywords
    for line in lines:
        place, _, name = line.strip().partition(b" ")
        if place.isdigit() and len(place) <= 2 and int(place) < 26 and is_keyword(name):
            keywords[chr(ord("a") + int(place))] = name.decode("ascii")
    return keywords


def read_courier_keywords(path: bytes) -> dict[bytes, list[str]]:
    """Keywords by base name, from the folder `courierimapkeywords`. Blocks.

    Its file `:list` has a line for each keyword, an empty line, and lines `<base name>:<numbers of keywords>`. What
    changed later is in files `.<time>.<base name>` and `<base name>`, with a line for each keyword.
    """
    folder = path + b"/courierimapkeywords"
    found: dict[bytes, list[str]] = {}
    with contextlib.suppress(*_ABSENT):
        found = parse_courier_keywords(_lines(folder + b"/:list"))
    changes: list[tuple[float, bytes, bytes]] = []
    with contextlib.suppress(*_ABSENT):
        for name in os.listdir(folder):
            if name.startswith(b"."):
                written, _, base = name[1:].partition(b".")
                changes.append((number(written), base, name))
            elif not name.startswith(b":"):
                changes.append((math.inf, name, name))
    for _, base, name in sorted(changes):
        with contextlib.suppress(*_ABSENT):
            lines = _lines(folder + b"/" + name)
            found[base] = [line.decode("ascii") for line in lines if is_keyword(line)]
    return found


def _lines(path: bytes) -> list[bytes]:
    with open(path, "rb") as file:
        return file.read(MOST_OCTETS).split(b"\n")


def parse_courier_keywords(lines: Sequence[bytes]) -> dict[bytes, list[str]]:
    """What the lines of `:list` say; lines that say nothing are passed over."""
    end = lines.index(b"") if b"" in lines else len(lines)
    names = [name.decode("ascii") if is_keyword(name) else "" for name in lines[:end]]
    found: dict[bytes, list[str]] = {}
    for line in lines[end + 1 :]:
        base, _, places = line.rpartition(b":")
        known = [int(place) for place in places.split() if place.isdigit() and len(place) < 6]
        if base:
            found[base] = [names[place] for place in known if place < len(names) and names[place]]
    return found


def is_keyword(name: bytes) -> bool:
    """Whether this can be a keyword: an atom (RFC 9051 section 9)."""
    return 0 < len(name) <= 255 and not any(
        octet <= 0x20 or octet >= 0x7F or octet in b'(){%*"\\]' for octet in name
    )


def read_subscriptions(path: bytes, slashes: bool = False) -> list[list[str]]:
    """Subscribed mailboxes of another server, as names from the top; `slashes` are between their levels where it was
    Dovecot with `LAYOUT=fs`. Blocks."""
    found: list[list[str]] = []
    separator = b"/" if slashes else b"."
    for name in (b"subscriptions", b"courierimapsubscribed"):
        try:
            with open(path + b"/" + name, "rb") as file:
                lines = file.read(1 << 20).splitlines()
        except _ABSENT:
            continue
        tabs = bool(lines) and lines[0].startswith(b"V\t")
        for line in lines[2:] if tabs else lines:
            with contextlib.suppress(ValueError):
                parts = [mutf7.decode(part) for part in line.split(b"\t" if tabs else separator)]
                if name == b"courierimapsubscribed" and len(parts) > 1 and parts[0] == "INBOX":
                    parts = parts[1:]
                if all(parts):
                    found.append(parts)
        break
    return found


def adopt(mailbox: MaildirMailbox, fresh: dict[bytes, bytes]) -> Server:
    """Give files in `cur` (base name to info) the UIDs of the server before us; the others stay in `fresh`."""
    if not has_uidlist(mailbox.path):
        return Server.NONE
    offload = mailbox.account.offload
    listed: UidList | None = offload(read_uidlist, mailbox.path)
    if listed is None or listed.uidvalidity != mailbox.uidvalidity:
        return Server.NONE
    letters: dict[str, str] = offload(read_keywords, mailbox.path)
    listed_keywords: dict[bytes, list[str]] = offload(read_courier_keywords, mailbox.path)
    least = mailbox.uidnext
    known: list[tuple[int, bytes]] = offload(_known, listed, fresh, least)
    if known:
        mailbox.reserve.expect(known[-1][0] + 1 - least)
    for start in range(0, len(known), AT_ONCE):
        if start:
            mailbox.account.give_way()
        part = known[start : start + AT_ONCE]
        infos = [fresh.pop(base) for _, base in part]
        uidls = {uid: listed.uidls[base] for uid, base in part if base in listed.uidls}
        if uidls:
            mailbox.write(Kind.UIDLS, pack_uidls(uidls))
            mailbox.state.uidls.update(uidls)
        keywords = [
            (
                *(letters[letter] for letter in keyword_letters(info) if letter in letters),
                *listed_keywords.get(base, ()),
            )
            for (_, base), info in zip(part, infos, strict=True)
        ]
        _commit(mailbox, part, infos, keywords)
    if listed.uidnext > mailbox.uidnext:
        mailbox.uidnext = listed.uidnext
        limits = max(listed.uidnext, mailbox.state.uid_limit), mailbox.state.modseq_limit
        mailbox.write(Kind.NUMBERS, NUMBERS.pack(mailbox.uidnext, mailbox.highestmodseq, *limits))
    return listed.server


def _known(listed: UidList, fresh: Container[bytes], least: int) -> list[tuple[int, bytes]]:
    """UIDs, from this one on, and base names of the files that are in the list; no UID twice."""
    known = sorted((uid, base) for base, uid in listed.uids.items() if base in fresh and uid >= least)
    return [pair for place, pair in enumerate(known) if not place or known[place - 1][0] != pair[0]]


def _commit(
    mailbox: MaildirMailbox,
    part: list[tuple[int, bytes]],
    infos: list[bytes],
    keywords: list[tuple[str, ...]],
) -> None:
    bases = [base for _, base in part]
    flags: dict[tuple[bytes, tuple[str, ...]], Flags] = {}
    kinds = list(zip(infos, keywords, strict=True))
    for info, names in set(kinds):
        flags[info, names] = Flags.of(mailbox.spell(dict.fromkeys([*flags_in(info).names, *names])))
    batch = Batch(
        array("I", [uid for uid, _ in part]),
        [flags[kind] for kind in kinds],
        bases,
        infos,
        array("q", [NO_DATE]) * len(part),
        sizes_in(bases),
        array("q", [int(time.time())]) * len(part),
    )
    commit(mailbox, batch, None, keep_uids=True)


def read_pop3_list(path: bytes) -> dict[bytes, bytes]:
    """The unique-ids that Courier's POP3 server gave, by base name. Blocks."""
    try:
        with open(path + b"/courierpop3dsizelist", "rb") as file:
            return parse_pop3_list(file)
    except _ABSENT:
        return {}


def parse_pop3_list(lines: Iterator[bytes]) -> dict[bytes, bytes]:
    """What the lines of such a list say; lines that say nothing are passed over."""
    found: dict[bytes, bytes] = {}
    if not next(lines, b"").startswith(b"/"):
        return found
    for line in lines:
        file, _, numbers = line.rstrip(b"\n").rpartition(b" ")
        base = split_name(file.rpartition(b" ")[0])[0]
        own, _, rest = numbers.partition(b":")
        validity = rest.partition(b":")[0]
        if base and number(own):
            found[base] = b"UID%d-%d" % (number(own), number(validity)) if number(validity) else b"UID" + own
        elif base and own == b"0":
            found[base] = b"".join(map(_escaped, base))
    return found


def _escaped(octet: int) -> bytes:
    return b"+%02X" % octet if not 0x21 <= octet <= 0x7E or octet in b"'\"+" else bytes([octet])


def finish(mailbox: MaildirMailbox, server: Server) -> None:
    """The first look at a folder is done: what it found is old news to the user (RFC 3501 section 2.3.2)."""
    state = mailbox.state
    there = os.path.exists(mailbox.path + b"/courierpop3dsizelist")
    kept: dict[bytes, bytes] = mailbox.account.offload(read_pop3_list, mailbox.path) if there else {}
    columns = zip(state.index.uids, state.names, strict=True) if kept else ()
    found = {uid: kept[base] for uid, base in columns if base in kept and uid not in state.uidls}
    if found:
        mailbox.write(Kind.UIDLS, pack_uidls(found))
        state.uidls.update(found)
    mailbox.recent_from = mailbox.uidnext
    mailbox.write(Kind.RECENT, UID.pack(mailbox.recent_from))
    mailbox.write(Kind.SCANNED, bytes([server]))
    state.scanned = server


def uidl(mailbox: MaildirMailbox, uid: int) -> str:
    """The POP3 unique-id of a message, in the manner of the server that gave the first ones."""
    kept = mailbox.state.uidls.get(uid)
    if kept:
        return kept.decode("ascii", "replace")
    if mailbox.state.scanned == Server.DOVECOT:
        return f"{uid:08x}{mailbox.uidvalidity:08x}"
    return f"{mailbox.uidvalidity}.{uid}"


def uidls(mailbox: MaildirMailbox, uids: Iterable[int]) -> list[str]:
    """The POP3 unique-id of each message."""
    if mailbox.state.uidls or mailbox.state.scanned == Server.DOVECOT:
        return [uidl(mailbox, uid) for uid in uids]
    prefix = f"{mailbox.uidvalidity}."
    return [prefix + str(uid) for uid in uids]
