"""LHLO: RFC 2033 section 4.1, and the extensions of section 5."""

from __future__ import annotations

import pytest

from tests.lmtp.harness import Client, LmtpHost, connect


def test_the_greeting_names_the_host() -> None:
    assert Client(LmtpHost()).greeting == [(220, "", ["mail.example.org LMTP ready"])]


@pytest.mark.parametrize("verb", ["HELO", "EHLO"])
def test_helo_and_ehlo_are_refused_with_500(verb: str) -> None:
    client = Client(LmtpHost())
    assert client.say(f"{verb} mta.example.org")[0] == 500
    assert client.say("MAIL FROM:<a@example.com>")[0] == 503


def test_lhlo_lists_the_extensions() -> None:
    host = LmtpHost()
    host.limits.append = 12345
    code, status, lines = Client(host).say("LHLO mta.example.org")
    assert (code, status) == (250, ""), "no enhanced status code here (RFC 2034 section 3)"
    assert lines == [
        "mail.example.org",
        "PIPELINING",
        "8BITMIME",
        "SMTPUTF8",
        "SIZE 12345",
        "ENHANCEDSTATUSCODES",
    ]


@pytest.mark.parametrize(
    "name", ["[192.0.2.1]", "[IPv6:2001:db8::1]", "localhost", "my_host", "grün.example"]
)
def test_names_of_clients(name: str) -> None:
    connect(name=name)


@pytest.mark.parametrize("name", ["", " ", "two words", "a(b)", "a\tb", "<a>", "a;b", "x" * 256])
def test_what_is_no_name(name: str) -> None:
    assert Client(LmtpHost()).codes(f"LHLO {name}") == "501 5.5.4"


def test_lhlo_ends_a_transaction() -> None:
    client = connect()
    client.begin("alice@example.org")
    client.say("LHLO again.example.org")
    assert client.codes("DATA") == "503 5.5.1"


def test_verbs_know_no_case() -> None:
    client = connect()
    assert client.codes("mail from:<a@example.com>") == "250 2.1.0"
    assert client.codes("Rcpt To:<alice>") == "250 2.1.5"


def test_other_commands() -> None:
    client = connect()
    assert client.codes("NOOP whatever") == "250 2.0.0"
    assert client.codes("VRFY alice") == "252 2.5.0"
    assert client.codes("HELP") == "500 5.5.1"
    assert client.codes("BDAT 3 LAST") == "500 5.5.1"
    assert client.codes("RSET x") == "501 5.5.4"
    assert client.codes("QUIT") == "221 2.0.0"
    assert client.session.closing


def test_rset_ends_a_transaction() -> None:
    client = connect()
    client.begin("alice")
    assert client.codes("RSET") == "250 2.0.0"
    assert client.codes("RCPT TO:<alice>") == "503 5.5.1"
    client.begin("bob")
    assert client.data(b"Subject: x\r\n\r\nx") == ["250 2.0.0"]
    assert client.host.mail("alice") == []


def test_mistakes_in_a_row_end_the_connection() -> None:
    client = connect()
    for _ in range(client.host.limits.bad_commands - 1):
        assert client.say("XYZZY")[0] == 500
    codes = [code for code, _, _ in client.raw(b"XYZZY\r\nNOOP\r\n")]
    assert codes == [500, 421]
    assert client.session.closing


def test_the_server_stops() -> None:
    client = connect()
    client.session.shutdown()
    assert client.take() == [(421, "4.3.2", ["mail.example.org The server is going down"])]
    assert client.session.closing


def test_silence() -> None:
    client = connect()
    assert client.session.timeout == 300, "five minutes at least (RFC 5321 section 4.5.3.2.7)"
    client.session.timed_out()
    assert [reply[:2] for reply in client.take()] == [(421, "4.4.2")]
