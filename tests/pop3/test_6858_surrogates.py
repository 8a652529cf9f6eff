"""RFC 6856 sections 2.1, 4, 5 and RFC 6858: internationalized messages for clients without UTF8."""

from __future__ import annotations

import email
import email.policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.headers import header_end
from coromail.message.lines import to_crlf
from coromail.message.surrogate import is_internationalized, surrogate
from tests.pop3.harness import TestHost, crlf, login

MESSAGE = """\
From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.com>
To: "Jürgen Groß" <jürgen@bücher.example>, plain@example.com, Ümlaut <ascii@example.com>
Cc: Freunde: älice@example.com, bob@example.com;, carol@example.com
Subject: Grüße aus Köln, wo der Dom noch immer steht und die Straßenbahn noch immer später kommt
X-Other: schön
Message-ID: <1@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Der Text bleibt, wie er ist: äöü.
--b
Content-Type: application/pdf; name="größe.pdf"
Content-Disposition: attachment; filename="größe.pdf"; size=3

pdf
--b--
""".encode()


def fields(octets: bytes) -> email.message.EmailMessage:
    parsed = email.message_from_bytes(octets, policy=email.policy.default)
    assert isinstance(parsed, email.message.EmailMessage)
    return parsed


def test_a_client_in_utf8_mode_gets_the_message_as_it_is() -> None:
    host = TestHost()
    host.fill(MESSAGE)
    client = login(host)
    client.utf8 = True
    client.ok("UTF8")
    assert client.message(1) == crlf(MESSAGE)


def test_other_clients_get_a_surrogate() -> None:
    host = TestHost()
    host.fill(MESSAGE)
    client = login(host)
    received = client.message(1)
    assert received == surrogate(crlf(MESSAGE))
    parsed = fields(received)
    assert received[: header_end(received)].isascii()
    assert str(parsed["Subject"]) == fields(MESSAGE)["Subject"]
    assert [address.addr_spec for address in parsed["To"].addresses] == [
        "invalid@internationalized-address.invalid",
        "plain@example.com",
        "ascii@example.com",
    ]
    assert parsed["To"].addresses[0].display_name == "Jürgen Groß <jürgen@bücher.example>"
    assert parsed["To"].addresses[2].display_name == "Ümlaut"
    assert [group.display_name for group in parsed["Cc"].groups] == ["Freunde", None]
    assert [address.addr_spec for address in parsed["Cc"].addresses] == [
        "invalid@internationalized-address.invalid", "bob@example.com", "carol@example.com",
    ]  # fmt: skip
    assert "X-Other" not in parsed
    assert parsed["Message-ID"] == "<1@example.com>"
    text, pdf = parsed.iter_parts()
    assert text.get_payload(decode=True) == "Der Text bleibt, wie er ist: äöü.".encode()
    assert pdf.get_filename() == "größe.pdf"
    assert pdf["Content-Disposition"].params["size"] == "3"


def test_top_counts_the_lines_of_the_surrogate() -> None:
    host = TestHost()
    host.fill(MESSAGE)
    client = login(host)
    whole = client.multi("RETR 1")
    end = whole.index(b"")
    assert client.multi("TOP 1 2") == whole[: end + 3]


def test_the_original_stays_as_it_is() -> None:
    host = TestHost()
    inbox = host.fill(MESSAGE)
    client = login(host)
    client.message(1)
    client.quit()
    assert inbox.message(1).octets() == crlf(MESSAGE)


@pytest.mark.parametrize(
    "octets",
    [
        b"Subject: plain\r\n\r\nbody\r\n",
        "Subject: plain\r\n\r\n8-bit body: ä\r\n".encode(),
        b"Subject: Latin-1 \xe4\xf6\xfc\r\n\r\nbody\r\n",
        crlf(
            b"Content-Type: multipart/x; boundary=b\n\n--b\nContent-Type: text/plain; name=\xe4\n\n\xe4\n--b--\n"
        ),
    ],
)
def test_all_other_mail_passes_octet_by_octet(octets: bytes) -> None:
    assert not is_internationalized(octets)
    host = TestHost()
    host.fill(octets)
    assert login(host).message(1) == octets


def test_a_header_within_a_part() -> None:
    octets = to_crlf(MESSAGE[MESSAGE.index(b"MIME-Version") :])
    assert octets[: header_end(octets)].isascii()
    assert is_internationalized(octets)
    assert b"filename*=utf-8''gr%C3%B6%C3%9Fe.pdf" in surrogate(octets)


def test_a_message_within_a_message() -> None:
    octets = to_crlf("Content-Type: message/rfc822\n\nSubject: ä\n\nbody ä\n".encode())
    assert is_internationalized(octets)
    assert surrogate(octets) == to_crlf(
        "Content-Type: message/rfc822\n\nSubject: =?utf-8?B?w6Q=?=\n\nbody ä\n".encode()
    )


WORDS = st.sampled_from(
    ["ä", "@", "<", ">", ",", ";", ":", '"', "\\", "a.b", " ", "\n ", "(", ")", "=?", "\n\n", "\n"]
)
NAMES = st.sampled_from(["To", "Subject", "Content-Type", "Content-Disposition", "X-Y", "ö"])


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(NAMES, st.lists(WORDS).map("".join)), max_size=6), st.binary(max_size=20))
def test_headers_of_surrogates_are_ascii_whatever_they_were(
    parts: list[tuple[str, str]], body: bytes
) -> None:
    octets = to_crlf("".join(f"{name}: {value}\n" for name, value in parts).encode() + b"\n" + body)
    written = surrogate(octets)
    assert not is_internationalized(written)
    assert written.endswith(to_crlf(body))


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60))
def test_nothing_raises(octets: bytes) -> None:
    surrogate(octets)
    is_internationalized(octets)


def test_long_lists_take_linear_time() -> None:
    many = "To: " + ",".join(f"ä{n} <ü{n}@example.com>" for n in range(20_000)) + "\n\n"
    assert surrogate(to_crlf(many.encode())).count(b"<invalid@") == 20_000
