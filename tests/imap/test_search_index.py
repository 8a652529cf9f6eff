"""SEARCH in a store that has an index of texts: what it rules out is not read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from coromail.imap import search_text
from tests.imap.harness import Client


@pytest.fixture
def reads(alice: Client, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """UIDs of the messages that are read; the index knows of a `common` text in 1 to 3 and of a `rare` one in 3 to 4."""
    for _ in range(4):
        alice.append(b"Subject: letter\r\n\r\ncommon and rare\r\n")
    alice.ok("SELECT INBOX")
    index = {"common": {1, 2, 3}, "rare": {3, 4}}
    mailbox = alice.session.view.mailbox

    def may_hold(text: str, uids: Sequence[int]) -> Sequence[int]:
        return [uid for uid in uids if uid in index.get(text, uids)]

    found: list[int] = []
    read = search_text.read

    def noted(search: object, message: object, test: object) -> object:
        found.append(message.uid)  # type: ignore[attr-defined]
        return read(search, message, test)  # type: ignore[arg-type]

    monkeypatch.setattr(search_text, "FEW", 1)
    monkeypatch.setattr(mailbox, "may_hold", may_hold)
    monkeypatch.setattr(search_text, "read", noted)
    return found


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("TEXT common", [1, 2, 3]),
        ("TEXT common TEXT rare", [3]),
        ("TEXT rare BODY common", [3]),
        ("TEXT common SUBJECT letter TEXT rare", [3]),
        ('TEXT common TEXT ""', [1, 2, 3]),
        ("NOT TEXT common", [1, 2, 3]),
    ],
)
def test_the_index_is_asked_for_all_texts_before_a_message_is_read(
    alice: Client, reads: list[int], keys: str, expected: list[int]
) -> None:
    alice.ok(f"UID SEARCH {keys}")
    assert reads == expected


def test_a_few_messages_are_read_at_once(alice: Client, reads: list[int]) -> None:
    alice.ok("UID SEARCH UID 4 TEXT common")
    assert reads == [4]
