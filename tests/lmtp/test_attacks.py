"""What strangers may try, through an MTA that lets it pass: smuggling, injection, floods."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lmtp.harness import HELLO, LmtpHost, body, connect, parse

SECOND = b"MAIL FROM:<evil@example.com>\r\nRCPT TO:<bob>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n"


@pytest.mark.parametrize(
    "end",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r.\r",
        b"\r.\r\n",
        b"\r\n.\r",
        b"\n\n.\r\r\n",
        b"\r\n.\r\r\n",
        b"\r\n\x00.\r\n",
        b"\r\n.\x00\r\n",
        b"\r\n. \r\n",
        b"\r\n..\r\n",
        b"\r\n\xc2\x85.\r\n",
    ],
    ids=repr,
)
def test_smuggling_only_crlf_dot_crlf_ends_the_data(end: bytes) -> None:
    client = connect()
    client.begin("alice")
    assert client.say("DATA")[0] == 354
    replies = client.raw(HELLO + b"text" + end + SECOND)
    assert [code for code, _, _ in replies] == [250], "one message, one reply"
    assert client.host.mail("bob") == []
    assert b"Subject: smuggled" in client.host.mail("alice")[0]


@pytest.mark.parametrize("line", [b"NOOP\n", b"NO\rOP\r\n", b"NOOP\r\r\n", b"NOOP\n\r\n"], ids=repr)
def test_only_crlf_ends_a_command(line: bytes) -> None:
    assert connect().raw(line)[0][:2] == (500, "5.5.2")


def test_starttls_injection() -> None:
    host = LmtpHost()
    host.tls_available = True
    client = connect(host)
    client.begin("alice")
    replies = client.raw(b"STARTTLS\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<bob>\r\n")
    assert [reply[:2] for reply in replies] == [(220, "2.0.0")]
    assert client.wire.encrypted
    assert client.codes("RCPT TO:<alice>") == "503 5.5.1", "what was said before counts for nothing"
    assert client.codes("MAIL FROM:<a@example.com>") == "503 5.5.1", "LHLO is due again"
    assert "STARTTLS" not in client.say("LHLO x")[2]
    assert client.codes("STARTTLS") == "503 5.5.1"
    client.begin("alice")
    client.data(HELLO)
    assert b" with LMTPS id " in host.mail()[0]


def test_there_is_no_tls() -> None:
    assert connect().codes("STARTTLS") == "502 5.5.1"


@pytest.mark.parametrize("text", ["\r\nX-Evil: 1", "\nX-Evil: 1", "\rX-Evil: 1", "\u2028X", "\x00"])
def test_no_header_is_injected_by_an_address_or_name(text: str) -> None:
    client = connect()
    client.raw(f"LHLO a{text}\r\n".encode())
    client.raw(f"MAIL FROM:<a{text}@b> SMTPUTF8\r\nRCPT TO:<alice+{text}@b>\r\nRCPT TO:<alice>\r\n".encode())
    client.raw(b"DATA\r\n" + HELLO + b".\r\n")
    for message in client.host.mail():
        assert b"\nX-Evil" not in message


def test_bare_line_feeds_are_line_ends_at_rest_only() -> None:
    client = connect()
    client.begin("alice")
    client.data(b"Subject: x\n\n.hidden\nend")
    assert body(client.host.mail()[0]).replace(b"\r\n", b"\n") == b"Subject: x\n\n.hidden\nend\n"


def test_a_command_line_without_end_takes_no_memory() -> None:
    client = connect()
    chunk = b"x" * 65536
    tracemalloc.start()
    try:
        for _ in range(200):
            client.session.receive(chunk)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert client.raw(b"\r\nNOOP\r\n")[0][:2] == (500, "5.5.2")


def test_a_message_without_end_takes_no_more_memory_than_the_limit() -> None:
    host = LmtpHost()
    host.limits.append = 500_000
    client = connect(host)
    client.begin("alice")
    client.say("DATA")
    chunk = b"x" * 65536
    tracemalloc.start()
    try:
        for _ in range(200):
            client.session.receive(chunk)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert [reply[:2] for reply in client.raw(b"\r\n.\r\n")] == [(552, "5.3.4")]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    b"\r\n",
                    b"\n",
                    b"\r",
                    b".",
                    b"MAIL FROM:",
                    b"RCPT TO:",
                    b"<alice>",
                    b"<a@b>",
                    b"DATA",
                    b"LHLO x",
                ]
            ),
            st.binary(max_size=20),
        ),
        max_size=40,
    )
)
def test_any_octets_get_well_formed_replies(pieces: list[bytes]) -> None:
    client = connect()
    client.session.receive(b"".join(pieces))
    parse(bytes(client.wire.output))
    assert not client.host.bugs()
