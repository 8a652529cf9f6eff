"""Fixtures of the IMAP tests."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost


@pytest.fixture
def host() -> TestHost:
    """A server with empty mailboxes, alone for this test."""
    return TestHost()


@pytest.fixture
def stranger(host: TestHost) -> Client:
    """A client under TLS that has not logged in."""
    return Client(host)


@pytest.fixture
def alice(host: TestHost) -> Client:
    """alice, logged in, nothing selected."""
    return Client(host).login("alice")


@pytest.fixture
def other(host: TestHost) -> Client:
    """Another connection of alice."""
    return Client(host).login("alice")


@pytest.fixture
def bob(host: TestHost) -> Client:
    """bob, logged in."""
    return Client(host).login("bob")
