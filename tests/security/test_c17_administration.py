"""C17: nothing of administration listens unless asked to, and then only on a unix socket of mode 0600 or on loopback.

CVE-2017-12628, CVE-2023-26269, CVE-2023-51518.
"""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from coromail.app.config import Config
from coromail.app.listeners import open_all


def test_nothing_listens_by_default() -> None:
    assert Config.parse({}, Path()).listen.addresses() == []


def test_the_admin_listener_is_no_tcp_port() -> None:
    for address in ("127.0.0.1:0", "[::1]:0", "localhost:1"):
        with pytest.raises(ValidationError, match="unix"):
            Config.parse({"listen": {"admin": [address]}}, Path())


def test_sockets_are_closed_to_others(tmp_path: Path) -> None:
    listen = {kind: [f"unix:{tmp_path}/{kind}"] for kind in ("admin", "http", "lmtp")}
    listeners = open_all(Config.parse({"listen": listen}, tmp_path))
    try:
        modes = {one.kind: stat.S_IMODE((tmp_path / one.kind).stat().st_mode) for one in listeners}
    finally:
        for one in listeners:
            one.socket.close()
    assert modes == {"admin": 0o600, "http": 0o600, "lmtp": 0o660}
