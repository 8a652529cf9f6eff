"""Harnesses for files in a Maildir, which a user or another program may have written: all may be damaged."""

from __future__ import annotations

import contextlib
from array import array

from coromail.model.flags import Flags
from coromail.stores.maildir.catalogue import Catalogue, unpack_mailbox, unpack_renames
from coromail.stores.maildir.details import unpack_summary
from coromail.stores.maildir.journal import CHECKSUM, HEAD, START, new_header, record, walk
from coromail.stores.maildir.names import split_name
from coromail.stores.maildir.packing import Batch
from coromail.stores.maildir.records import Added, Kind
from coromail.stores.maildir.state import decode
from coromail.stores.maildir.takeover import Server, parse_pop3_list, parse_uidlist

_DATES = array("q", [1, 2])
_BATCH = Batch(array("I", [1, 2]), [Flags.of()] * 2, [b"a", b"b"], [b"", b":2,S"], _DATES, _DATES, _DATES)
GOOD = [(Kind.ADDED, Added(1, _BATCH).pack())]


def uid_lists(data: bytes) -> None:
    """`dovecot-uidlist`, `courierimapuiddb` and `courierpop3dsizelist`."""
    for server in Server:
        found = parse_uidlist(iter(data.splitlines(keepends=True)), server)
        if found is not None:
            assert 1 <= found.uidvalidity < 2**32
            assert all(1 <= uid < found.uidnext <= 2**32 for uid in found.uids.values())
    parse_pop3_list(iter(data.splitlines(keepends=True)))


def journals(data: bytes) -> None:
    """A journal of any octets, and one whose records are whole but hold any octets."""
    walk(new_header() + data)
    found = walk(new_header() + record(7, 1, data))
    assert [entry.length for entry in found.entries] == [len(data)]
    assert found.end == START + HEAD.size + len(data) + CHECKSUM.size


def journal_records(data: bytes) -> None:
    """Whole records that hold any octets, after some that are good: the columns of a mailbox stay of one length."""
    catalogue, kinds = Catalogue(), list(Kind)
    told = [(kinds[one[0] % len(kinds)], one[1:]) for one in data.split(b"\xfe\xfd") if one]
    state = decode([*GOOD, *told])
    columns = (
        state.names,
        state.infos,
        state.dates,
        state.sizes,
        state.saved,
        state.index.flags,
        state.index.modseqs,
    )
    assert {len(column) for column in columns} == {len(state.index.uids)}
    decode([(Kind.SNAPSHOT, state.snapshot())])
    for number, (kind, payload) in enumerate(told):
        with contextlib.suppress(ValueError):
            catalogue.apply(kind, number % 3, payload)
    catalogue.pack()


def records(data: bytes) -> None:
    for read in (unpack_mailbox, unpack_renames, unpack_summary):
        with contextlib.suppress(ValueError):
            read(data)
    split_name(data)
