"""Fixtures of the tests of attacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coromail.testing import MailServer
from tests.security.attack import serving


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serving() as server:
        yield server
