"""RFC 2449 section 5: CAPA."""

from __future__ import annotations

from coromail.context import Context
from coromail.pop3 import Command
from coromail.pop3.commands import BUILTIN
from tests.pop3.harness import Client, TestAuth, TestHost, login


def test_capa_before_login() -> None:
    host = TestHost()
    host.tls_available = True
    assert Client(host).capa() == [
        "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "TOP", "UIDL", "LANG", "UTF8 USER", "USER",
        "SASL CRAM-MD5 PLAIN", "EXPIRE NEVER", "STLS",
    ]  # fmt: skip


def test_what_is_announced_before_login_is_announced_after_it() -> None:
    host = TestHost()
    host.tls_available = True
    before = set(Client(host).capa())
    after = set(login(host).capa())
    assert before - after == {"STLS"}
    assert {line.partition(" ")[0] for line in after - before} == {"IMPLEMENTATION"}


def test_without_tls_no_password_is_asked_for() -> None:
    host = TestHost(auth_context=Context())
    assert "USER" not in Client(host).capa()
    assert "SASL CRAM-MD5" in Client(host).capa()
    secure = Client(host, encrypted=True).capa()
    assert "USER" in secure
    assert "SASL CRAM-MD5 PLAIN" in secure


def test_without_mechanisms_there_is_no_sasl() -> None:
    class Bare(TestAuth):
        def sasl_provides(self) -> list[str]:
            return []

    assert not [line for line in Client(TestHost(auth_class=Bare)).capa() if line.startswith("SASL")]


def test_capa_takes_no_arguments() -> None:
    Client(TestHost()).err("CAPA x")


def test_a_command_of_ones_own_announces_itself() -> None:
    class Version(Command):
        name = "XVERSION"
        capability = "XVERSION 1"

        def run(self) -> None:
            self.ok("1")

    registry = BUILTIN.copy()
    registry.add(Version)
    assert "XVERSION 1" in Client(TestHost(), registry).capa()
