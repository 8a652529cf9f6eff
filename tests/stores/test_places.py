"""Where the records are: in memory for as long as an account is open, so they must not take much of it."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

from coromail.stores.maildir.journal import LONGEST, Entry
from coromail.stores.maildir.places import Places
from coromail.stores.maildir.records import UID, Kind
from tests.stores.maildir_home import Home


def test_places_are_given_back_as_they_came() -> None:
    entries = [Entry(Kind.SNAPSHOT, 7, 60, 0), Entry(Kind.MOVED_AWAY, 7, 2**62, LONGEST), Entry(255, 7, 0, 1)]
    places = Places(7)
    for entry in entries:
        places.append(entry)
    assert list(places) == entries
    assert len(places) == 3


def test_a_record_takes_few_octets_of_memory(tmp_path: Path) -> None:
    home = Home(tmp_path)
    account, number = home.model.account, home.inbox.number
    gc.collect()
    tracemalloc.start()
    try:
        for uid in range(2000):
            account.write(Kind.RECENT, number, UID.pack(uid))
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 2000 * 40
