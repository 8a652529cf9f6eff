"""Client quirk 30: Gmail shows a web certificate: certificates of clients are asked for only where a listener says so."""

from __future__ import annotations

import ssl

from coromail.listener_policy import EVERYBODY
from coromail.server.tls import VERIFY


def test_by_default_none_is_asked_for() -> None:
    assert EVERYBODY.client_certificates == "none"


def test_it_is_the_listeners_choice() -> None:
    assert set(VERIFY) == {"none", "optional", "required"}
    assert VERIFY[EVERYBODY.client_certificates] is ssl.CERT_NONE
