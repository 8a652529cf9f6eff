"""RFC 1939 section 7: TOP."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.pop3.wire import end_of_lines
from tests.pop3.harness import Client, TestHost, login

MESSAGE = b"Subject: top\nTo: a@example.com\n\none\n.two\n\nfour\n"


@pytest.fixture
def client() -> Client:
    host = TestHost()
    host.fill(MESSAGE, b"Subject: header only\n", b"\nbody only\n", b"Subject: no end\n\nbody")
    return login(host)


HEADER = [b"Subject: top", b"To: a@example.com", b""]
BODY = [b"one", b".two", b"", b"four"]


@pytest.mark.parametrize("lines", [0, 1, 2, 3, 4, 5, 9999999999])
def test_header_blank_line_and_so_many_lines(client: Client, lines: int) -> None:
    assert client.multi(f"TOP 1 {lines}") == HEADER + BODY[:lines]


def test_messages_without_header_or_body(client: Client) -> None:
    assert client.multi("TOP 2 5") == [b"Subject: header only"]
    assert client.multi("TOP 3 0") == [b""]
    assert client.multi("TOP 3 1") == [b"", b"body only"]
    assert client.multi("TOP 4 0") == [b"Subject: no end", b""]
    assert client.multi("TOP 4 1") == [b"Subject: no end", b"", b"body"]


@pytest.mark.parametrize("arguments", ["", "1", "1 x", "1 -1", "x 1", "1 1 1", "1 99999999999"])
def test_both_arguments_are_numbers(client: Client, arguments: str) -> None:
    client.err(f"TOP {arguments}")


def test_top_does_not_count_as_retrieved(client: Client) -> None:
    from coromail.pop3_policy import Pop3Policy

    client.host.pop3 = Pop3Policy(expire=0)
    client.quit()
    client = login(client.host)
    client.multi("TOP 1 100")
    client.quit()
    assert login(client.host).ok("STAT").startswith("4 ")


@settings(deadline=None, max_examples=200)
@given(st.lists(st.binary(max_size=5)), st.integers(0, 12), st.integers(0, 8))
def test_the_end_of_lines_is_where_counting_finds_it(parts: list[bytes], start: int, lines: int) -> None:
    octets = b"\n".join(parts)
    start = min(start, len(octets))
    position = start
    for _ in range(lines):
        found = octets.find(b"\n", position)
        if found < 0:
            position = len(octets)
            break
        position = found + 1
    assert end_of_lines(octets, start, lines) == position
