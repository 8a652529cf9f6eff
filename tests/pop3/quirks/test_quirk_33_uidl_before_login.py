"""Client quirk 33: JavaMail looks for UIDL in CAPA before it logs in."""

from __future__ import annotations

from tests.pop3.harness import Client, TestHost


def test_capa_before_login() -> None:
    assert "UIDL" in Client(TestHost()).capa()
