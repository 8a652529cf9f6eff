"""RFC 1939 section 7: APOP."""

from __future__ import annotations

import hashlib
import re

from coromail.context import Context
from tests.pop3.harness import Client, TestAuth, TestHost


def digest(client: Client, secret: str = "secret") -> str:
    stamp = re.search(r"<[^<>@ ]+@[^<>@ ]+>$", client.greeting)
    assert stamp, client.greeting
    return hashlib.md5((stamp[0] + secret).encode()).hexdigest()


def test_apop_logs_in() -> None:
    client = Client(TestHost())
    client.ok(f"APOP alice {digest(client)}")
    assert client.ok("STAT") == "0 0"


def test_apop_works_without_tls() -> None:
    client = Client(TestHost(auth_context=Context()))
    client.ok(f"APOP alice {digest(client)}")


def test_a_wrong_digest_or_name() -> None:
    client = Client(TestHost())
    assert client.err(f"APOP alice {digest(client, 'wrong')}") == ("AUTH", "Wrong name or password")
    assert client.err(f"APOP nobody {digest(client)}") == ("AUTH", "Wrong name or password")


def test_an_upper_case_digest_is_wrong() -> None:
    client = Client(TestHost())
    client.err(f"APOP alice {digest(client).upper()}")


def test_both_arguments_are_needed() -> None:
    client = Client(TestHost())
    for line in ("APOP", "APOP alice", "APOP  "):
        client.err(line)


def test_every_greeting_has_another_timestamp() -> None:
    host = TestHost()
    assert len({Client(host).greeting for _ in range(20)}) == 20


def test_a_digest_is_good_for_its_own_connection_only() -> None:
    host = TestHost()
    first, second = Client(host), Client(host)
    second.err(f"APOP alice {digest(first)}")


def test_no_timestamp_where_the_secret_does_not_allow_apop() -> None:
    class Hashed(TestAuth):
        provides_apop = False

    client = Client(TestHost(auth_class=Hashed))
    assert "<" not in client.greeting
    assert client.err("APOP alice 0123") == (None, "APOP is not offered here")
