"""Servers for real clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients import mails
from tests.clients.site import Site


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of much old mail, for clients that change nothing but \\Seen.

    alice has everything in folders, carol has everything in INBOX, bob has INBOX only, of a size for slow clients.
    """
    site = Site(tmp_path_factory.mktemp("archive"))
    for folder, messages in mails.by_folder().items():
        site.fill("alice", messages, folder)
    site.fill("carol", mails.all_messages())
    site.fill("bob", mails.by_folder()[mails.MADE] + mails.by_folder()[""])
    site.start()
    yield site
    assert site.problems() == []
    site.stop()


@pytest.fixture
def site(tmp_path) -> Iterator[Site]:
    """A server of this test alone, not yet started, without mail."""
    one = Site(tmp_path / "site")
    yield one
    if one.process is not None and one.process.poll() is None:
        one.kill()
