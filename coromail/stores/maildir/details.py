"""ENVELOPE, BODYSTRUCTURE, summaries and EMAILID of many messages at once: from the cache, else from the files."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from coromail.errors import Expunged
from coromail.message.bodystructure import bodystructure
from coromail.message.envelope import envelope
from coromail.message.lines import to_crlf
from coromail.message.structure import scan
from coromail.message.summary import NOTHING, Summary, of_fields
from coromail.model.object_ids import email_id
from coromail.stores.maildir.cache import Cache, Row, key
from coromail.stores.maildir.facts import note
from coromail.stores.maildir.files import read_dated
from coromail.stores.maildir.packing import cut, join, unpack

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

FEW = 8  # rows that are fetched without a hop to another thread
_NUMBERS = struct.Struct("=qi?")


class Details(NamedTuple):
    """Columns for a chunk of UIDs. FETCH asks for one after the other; the last chunk is remembered.

    An EMAILID is empty until it is asked for: the digest takes as long as all else that is worked out.
    """

    uids: Sequence[int]
    envelopes: Sequence[bytes]
    bodystructures: Sequence[bytes]
    summaries: Sequence[bytes]
    email_ids: Sequence[str]


def details(mailbox: MaildirMailbox, uids: Iterable[int], identified: bool = False) -> Details:
    """The columns for ascending UIDs, EMAILIDs only if `identified`. May wait.

    Raises Expunged when one of the messages is gone.
    """
    wanted = list(uids)
    last = mailbox.last_details
    if last is not None and last.uids == wanted and not (identified and "" in last.email_ids):
        return last
    account, number = mailbox.account, mailbox.number
    cache = account.cache
    if len(wanted) <= FEW:
        rows = cache.quickly(account.offload, cache.get, number, wanted)
    else:
        rows = account.offload(cache.get, number, wanted)
    if identified:
        rows = [row for row in rows if row[-1]]
    first = key(number, 0)
    if [row[0] - first for row in rows] != wanted:
        rows = _complete(mailbox, wanted, {row[0] - first: row for row in rows}, identified)
    columns = list(zip(*rows, strict=True)) or [()] * 5
    found = mailbox.last_details = Details(wanted, *columns[1:])
    return found


def _complete(
    mailbox: MaildirMailbox, wanted: list[int], known: dict[int, Row], identified: bool
) -> list[Row]:
    """Work out what is not in the cache."""
    missing = [uid for uid in wanted if uid not in known]
    account, number, state = mailbox.account, mailbox.number, mailbox.state
    positions = mailbox.index.positions(missing)
    if -1 in positions:
        raise Expunged("Some of these messages are gone")
    cur = mailbox.path + b"/cur/"
    paths = [cur + state.names[position] + state.infos[position] for position in positions]
    keys = [key(number, uid) for uid in missing]
    made: list[Described | None] = account.offload(work_out, account.cache, keys, paths, identified)
    note(mailbox, missing, [None if one is None else (one.size, one.date) for one in made])
    for uid, one in zip(missing, made, strict=True):
        # A file that is not where it should be is looked for the long way.
        known[uid] = one.row if one is not None else describe(key(number, uid), mailbox.read(uid), identified)
    return [known[uid] for uid in wanted]


class Described(NamedTuple):
    """What reading a message tells: its row, its size with CRLF line ends, and when its file was modified."""

    row: Row
    size: int
    date: int


def work_out(
    cache: Cache, keys: Sequence[int], paths: Sequence[bytes], identified: bool
) -> list[Described | None]:
    """Read messages and describe them, and keep that in the cache; None for a file that is not there. Blocks."""
    found: list[Described | None] = []
    for row_key, path in zip(keys, paths, strict=True):
        try:
            octets, date = read_dated(path)
        except OSError:
            found.append(None)
        else:
            octets = to_crlf(octets)
            found.append(Described(describe(row_key, octets, identified), len(octets), date))
    cache.put([one.row for one in found if one is not None])
    return found


def describe(row_key: int, octets: bytes, identified: bool) -> Row:
    """The row of a message."""
    root = scan(octets)
    structure = bodystructure(octets, root, True)
    summary = pack_summary(of_fields(root.fields))
    return row_key, envelope(octets, root), structure, summary, email_id(octets) if identified else ""


def summaries(mailbox: MaildirMailbox, uids: Iterable[int]) -> list[Summary]:
    """The summaries of ascending UIDs; `NOTHING` for messages that are gone. May wait."""
    wanted = list(uids)
    try:
        return _summaries(mailbox, wanted)
    except ValueError:  # damaged: they are worked out again
        mailbox.last_details = None
        mailbox.account.offload(mailbox.account.cache.forget, mailbox.number, wanted)
        return _summaries(mailbox, wanted)


def _summaries(mailbox: MaildirMailbox, wanted: list[int]) -> list[Summary]:
    account, cache = mailbox.account, mailbox.account.cache
    if len(wanted) <= FEW:
        known = cache.quickly(account.offload, cache.summaries, mailbox.number, wanted)
    else:
        known = account.offload(cache.summaries, mailbox.number, wanted)
    missing = [uid for uid in wanted if uid not in known and mailbox.has_uid(uid)]
    if missing:
        try:
            known.update(zip(missing, details(mailbox, missing).summaries, strict=True))
        except Expunged:
            known.update(_one_by_one(mailbox, missing))
    return [unpack_summary(known[uid]) if uid in known else NOTHING for uid in wanted]


def _one_by_one(mailbox: MaildirMailbox, uids: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for uid in uids:
        try:
            found[uid] = details(mailbox, [uid]).summaries[0]
        except Expunged:
            continue
    return found


def pack_summary(summary: Summary) -> bytes:
    """A summary as octets."""
    sent = -(2**63) if summary.sent is None else summary.sent
    day = -(2**31) if summary.day is None else summary.day
    head = _NUMBERS.pack(sent, day, summary.is_reply)
    texts = (
        summary.subject,
        summary.base_subject.encode("utf-8", "surrogatepass"),
        summary.from_,
        summary.to,
    )
    more = (summary.cc, summary.bcc, summary.message_id, b"\n".join(summary.references))
    return join([head, *texts, *more])


def unpack_summary(data: bytes) -> Summary:
    """The summary that `pack_summary` was given. ValueError when it cannot be one."""
    head, subject, base, from_, to, cc, bcc, message_id, references = cut(data, 9)
    sent, day, is_reply = unpack(_NUMBERS, head)
    return Summary(
        None if sent == -(2**63) else sent,
        None if day == -(2**31) else day,
        subject,
        base.decode("utf-8", "surrogatepass"),
        bool(is_reply),
        from_,
        to,
        cc,
        bcc,
        message_id,
        tuple(references.split(b"\n")) if references else (),
    )
