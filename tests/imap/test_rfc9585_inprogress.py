"""INPROGRESS: RFC 9585. IDLE's sign of life: RFC 2177."""

from __future__ import annotations

import time
from typing import Any

import pytest

from coromail.imap import progress
from coromail.limits import Limits
from tests.imap.harness import Client, Result, TestHost
from tests.imap.mails import numbered


@pytest.fixture
def client(alice: Client) -> Client:
    """Three messages, selected."""
    for number in range(3):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    return alice


def signs(result: Result) -> list[Any]:
    return [reply.code[1] for reply in result.untagged if reply.code and reply.code[0] == "INPROGRESS"]


def test_quick_commands_say_nothing(client: Client) -> None:
    assert signs(client.ok("SEARCH TEXT nothing")) == []


@pytest.mark.parametrize(
    "command", ["SEARCH TEXT body", "UID SEARCH OR TEXT x SUBJECT y", "SORT (SUBJECT) UTF-8 ALL"]
)
def test_counting(client: Client, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)
    result = client.ok(command)
    told = signs(result)
    assert told
    assert {tag.decode() for tag, _, _ in told} == {result.tagged.tag}
    counts = [done for _, done, _ in told]
    assert counts == sorted(counts), "it only grows"
    assert all(goal is None for _, _, goal in told)


def test_tag_that_cannot_be_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)
    replies = client.send(b"a] SEARCH TEXT body\r\n")
    tags = {reply.code[1][0] for reply in replies if reply.code and reply.code[0] == "INPROGRESS"}
    assert tags == {None}


def test_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)
    host = TestHost()
    host.capabilities_off = {"all": ["INPROGRESS"]}
    client = Client(host).login()
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    assert signs(client.ok("SEARCH TEXT body")) == []


def test_idle_still_here(client: Client) -> None:
    client.idle()
    now = time.monotonic()
    client.session.keep_alive(now + 119)
    assert client.wire.take() == b""
    client.session.keep_alive(now + 121)
    assert client.wire.take() == b"* OK Still here\r\n"
    client.session.keep_alive(now + 122)
    assert client.wire.take() == b""
    client.session.keep_alive(now + 250)
    assert client.wire.take() == b"* OK Still here\r\n"
    client.done()
    client.session.keep_alive(now + 999)
    assert client.wire.take() == b""


def test_idle_without_signs() -> None:
    client = Client(TestHost(limits=Limits(idle_keepalive=0))).login()
    client.idle()
    client.session.keep_alive(time.monotonic() + 9999)
    assert client.wire.take() == b""
