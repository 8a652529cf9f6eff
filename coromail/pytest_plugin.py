"""Fixtures for pytest, there wherever coromail is installed (entry point `pytest11`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from coromail.testing import MailServer


@pytest.fixture
def mail_users() -> dict[str, str]:
    """Names and passwords of the users of `mail_server`. Define a fixture of this name to have others."""
    return {"alice": "secret", "bob": "secret"}


@pytest.fixture
def mail_server(mail_users: dict[str, str]) -> Iterator[MailServer]:
    """A running `coromail.testing.MailServer` with empty mailboxes, for this test alone."""
    from coromail.testing import MailServer

    with MailServer(mail_users) as server:
        yield server
