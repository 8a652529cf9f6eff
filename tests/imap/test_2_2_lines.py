"""Commands on the wire: tags, lines, literals, pipelining (RFC 9051 sections 2.2, 4.3 and 5.5, RFC 7888)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import numbered

CONVERSATION = (
    b"a LOGIN {5+}\r\nalice secret\r\n"
    b"b CREATE {4+}\r\nwork\r\n"
    b"c APPEND work (\\Seen) {43+}\r\n" + numbered(1) + b"\r\n"
    b"d SELECT work\r\n"
    b"e FETCH 1 (FLAGS BODY.PEEK[])\r\n"
    b"f IDLE\r\nDONE\r\n"
    b"g FROB {3+}\r\nabc\r\n"
    b"h LOGOUT\r\n"
)


def conversation(pieces: list[bytes]) -> list[tuple[str | None, str]]:
    client = Client(TestHost())
    replies = []
    for piece in pieces:
        if not client.closed:
            replies += client.send(piece)
    return [(reply.tag, reply.name) for reply in replies]


WHOLE = conversation([CONVERSATION])


def test_pipelined_commands_are_answered_in_order() -> None:
    tags = [(tag, name) for tag, name in WHOLE if tag]
    assert tags == [(tag, "BAD" if tag == "g" else "OK") for tag in "abcdefgh"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, len(CONVERSATION)), max_size=10))
def test_cut_at_any_octet(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(CONVERSATION)]
    pieces = [CONVERSATION[start:stop] for start, stop in pairwise(places)]
    assert conversation(pieces) == WHOLE


def test_octet_by_octet() -> None:
    assert conversation([bytes([octet]) for octet in CONVERSATION]) == WHOLE


@pytest.mark.parametrize("tag", [b"a", b"A1", b"a.b-c", b"]", b"x" * 100, b"*a"[1:]])
def test_tags_come_back_as_sent(stranger: Client, tag: bytes) -> None:
    (tagged,) = stranger.send(tag + b" NOOP\r\n")
    assert tagged.tag == tag.decode()


@pytest.mark.parametrize(
    "line", [b"+ NOOP", b"* NOOP", b"(a NOOP", b'"a" NOOP', b"\xc3\xa9 NOOP", b"% NOOP", b" NOOP", b""]
)
def test_what_is_no_tag_is_an_untagged_bad(stranger: Client, line: bytes) -> None:
    (reply,) = stranger.send(line + b"\r\n")
    assert (reply.kind, reply.name) == ("untagged", "BAD")
    stranger.ok("NOOP")


def test_tag_without_command_is_bad(stranger: Client) -> None:
    (reply,) = stranger.send(b"a\r\n")
    assert (reply.tag, reply.name) == ("a", "BAD")


def test_bare_lf_is_a_line_end_or_bad_but_never_joins_commands(alice: Client) -> None:
    replies = alice.send(b"x NOOP\ny NOOP\r\n")
    assert [reply.tag for reply in replies if reply.kind == "tagged"] in (["x", "y"], ["x"])
    alice.ok("NOOP")


@pytest.mark.parametrize(
    "mark", ["{5", "{5}x", "{}", "{-1}", "{5+", "{5++}", "{ 5}", "{5 }", "{0x5}", "{+5}"]
)
def test_what_is_no_literal_asks_for_nothing(alice: Client, mark: str) -> None:
    assert alice.bad(f"CREATE {mark}").continuations == []


@pytest.mark.parametrize(
    "mark", ["{4294967295}", "{9999999999}", "{99999999999999999999}", "{18446744073709551616}"]
)
def test_huge_literals_are_refused_before_they_come(alice: Client, mark: str) -> None:
    result = alice.command(f"CREATE {mark}")
    assert result.status in {"NO", "BAD"}
    assert result.continuations == []
    alice.ok("NOOP")


def test_line_that_is_too_long_is_refused_and_the_next_one_heard(alice: Client) -> None:
    limit = alice.host.limits.line
    alice.bad("CREATE " + "x" * limit)
    alice.ok("NOOP")


def test_long_sequence_set_is_heard(alice: Client) -> None:
    """Clients send sets of tens of kilobytes."""
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    uids = ",".join(str(number) for number in range(1, 9000, 2))
    assert alice.ok(f"UID FETCH {uids} FLAGS").numbers("FETCH") == [1]


def test_line_before_login_is_shorter(stranger: Client) -> None:
    stranger.bad("LOGIN " + "x" * stranger.host.limits.unauth_line)
    stranger.login()


def test_many_literals_in_one_command(alice: Client) -> None:
    """CVE-2024-34055 and kin: their number is limited, and the session stays in step."""
    line = b"x SEARCH" + b" TEXT {1+}\r\na" * (alice.host.limits.literals + 10) + b"\r\n"
    alice.ok("SELECT INBOX")
    replies = alice.send(line)
    assert [reply.name for reply in replies if reply.tag == "x"] in (["NO"], ["BAD"])
    alice.ok("NOOP")


def test_literal_where_none_belongs(alice: Client) -> None:
    alice.bad("NOOP", literal(b"abc", plus=True))
    alice.ok("NOOP")


def test_nonsense_in_a_row_ends_the_connection(alice: Client) -> None:
    for _ in range(alice.host.limits.bad_commands - 1):
        alice.bad("FROB")
    replies = alice.send(b"x FROB\r\n")
    assert "BYE" in [reply.name for reply in replies]
    assert alice.closed
