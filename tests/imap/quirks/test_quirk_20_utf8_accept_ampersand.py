"""Client quirk 20: Thunderbird sends & as it is after ENABLE UTF8=ACCEPT."""

from __future__ import annotations

from tests.imap.harness import Client


def test_names_are_read_by_what_is_enabled(alice: Client, other: Client) -> None:
    alice.ok("ENABLE UTF8=ACCEPT")
    alice.ok('CREATE "R&D Grüße"')
    alice.ok('SELECT "R&D Grüße"')
    other.ok('SELECT "R&-D Gr&APwA3w-e"')
    other.bad('SELECT "R&D"')
