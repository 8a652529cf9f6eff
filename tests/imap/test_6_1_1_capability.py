"""CAPABILITY and the greeting: RFC 3501 and RFC 9051 sections 6.1.1, 7.1 and 7.2.2."""

from __future__ import annotations

from tests.imap.harness import Client, TestHost


def test_one_untagged_response_that_names_the_protocol(stranger: Client) -> None:
    names = stranger.ok("CAPABILITY").only("CAPABILITY")
    assert "IMAP4REV1" in names


def test_greeting_carries_the_same_list(stranger: Client) -> None:
    assert stranger.greeting.name == "OK"
    assert stranger.greeting.code == ("CAPABILITY", stranger.ok("CAPABILITY").only("CAPABILITY"))


def test_login_ok_carries_the_list_of_the_new_state(stranger: Client) -> None:
    announced = stranger.ok("LOGIN alice secret").codes["CAPABILITY"]
    assert announced == stranger.ok("CAPABILITY").only("CAPABILITY")
    assert not [
        name for name in announced if name.startswith("AUTH=") or name in {"STARTTLS", "LOGINDISABLED"}
    ]


def test_cleartext_port_without_tls_disables_login(host: TestHost) -> None:
    host.tls_available = True
    names = Client(host, encrypted=False).ok("CAPABILITY").only("CAPABILITY")
    assert {"STARTTLS", "LOGINDISABLED"} <= set(names)
    assert not {"AUTH=PLAIN", "AUTH=LOGIN"} & set(names)


def test_under_tls_plain_is_offered_and_starttls_is_not(host: TestHost) -> None:
    host.tls_available = True
    names = Client(host).ok("CAPABILITY").only("CAPABILITY")
    assert "AUTH=PLAIN" in names
    assert not {"STARTTLS", "LOGINDISABLED"} & set(names)


def test_no_starttls_where_there_is_no_certificate(host: TestHost) -> None:
    assert "STARTTLS" not in Client(host, encrypted=False).ok("CAPABILITY").only("CAPABILITY")


def test_arguments_are_bad(stranger: Client) -> None:
    stranger.bad("CAPABILITY now")
    stranger.bad("CAPABILITY ")


def test_any_state_and_any_case(alice: Client) -> None:
    alice.ok("capability")
    alice.ok("SELECT INBOX")
    assert "IMAP4REV1" in alice.ok("CaPaBiLiTy").only("CAPABILITY")
