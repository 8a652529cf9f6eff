import contextlib
import os
import socket
import stat
from pathlib import Path

import pytest

from coromail.app.config import Config
from coromail.app.listeners import CannotListen, open_all


@pytest.fixture
def listen(tmp_path):
    with contextlib.ExitStack() as cleaning:

        def open_these(**addresses):
            listeners = open_all(Config.parse({"listen": addresses}, tmp_path))
            for listener in listeners:
                cleaning.enter_context(listener.socket)
            return listeners

        yield open_these


def test_port_0_is_shown_as_the_real_one(listen):
    (listener,) = listen(imap=["127.0.0.1:0"])
    port = listener.socket.getsockname()[1]
    assert port != 0
    assert str(listener) == f"imap 127.0.0.1:{port}"
    socket.create_connection(("127.0.0.1", port)).close()


def test_all_kinds_in_their_order(listen):
    opened = listen(pop3=["127.0.0.1:0"], imap=["127.0.0.1:0", "127.0.0.1:0"])
    assert [listener.kind for listener in opened] == ["imap", "imap", "pop3"]


def test_every_address_that_fails_is_named_and_none_stays_open(listen):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen) as failure:
            listen(imap=[f"127.0.0.1:{port}", "127.0.0.1:0"], pop3=["192.0.2.1:110"], http=["unix:none/s"])
    assert str(failure.value).splitlines()[:2] == [
        f"cannot listen on 127.0.0.1:{port}: address in use (which other program?)",
        "cannot listen on 192.0.2.1:110: this machine has no such address",
    ]
    assert str(failure.value).endswith("none/s: its folder does not exist")


@pytest.fixture
def handed_over(monkeypatch):
    """Three sockets from systemd: two of one name, one on a port of its own."""
    with contextlib.ExitStack() as cleaning:
        sockets = [cleaning.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        given = {"mail": sockets[:2], "coromail.socket": sockets[2:]}
        monkeypatch.setattr("coromail.app.systemd.inherited_sockets", lambda: given)
        yield sockets


def test_sockets_of_systemd_by_name_and_by_port(listen, handed_over):
    port = handed_over[2].getsockname()[1]
    opened = listen(imap=["systemd:mail"], pop3=[f"systemd:{port}"])
    assert [(one.kind, one.socket) for one in opened] == [
        ("imap", handed_over[0]),
        ("imap", handed_over[1]),
        ("pop3", handed_over[2]),
    ]


@pytest.mark.parametrize("name", ["imap", "143"])
def test_what_systemd_did_not_hand_over(listen, handed_over, name):
    address = f"127.0.0.1:{handed_over[2].getsockname()[1]}"
    with pytest.raises(CannotListen, match=f"systemd:{name}: .* no such socket .*coromail.socket {address}"):
        listen(imap=[f"systemd:{name}"])


def test_version_6_leaves_version_4_alone(listen):
    try:
        (six,) = listen(imap=["[::1]:0"])
    except CannotListen:
        assert (
            not Path("/proc/net/if_inet6").exists()
            or "00000001" not in Path("/proc/net/if_inet6").read_text()
        )
        return
    port = six.socket.getsockname()[1]
    assert str(six) == f"imap [::1]:{port}"
    assert six.socket.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1


@pytest.mark.parametrize(("kind", "mode"), [("imap", 0o666), ("lmtp", 0o660), ("http", 0o600)])
def test_the_admin_socket_is_not_for_everybody(listen, tmp_path, kind, mode):
    (listener,) = listen(**{kind: ["unix:s"]})
    assert str(listener) == f"{kind} unix:{tmp_path}/s"
    assert stat.S_IMODE(os.stat(tmp_path / "s").st_mode) == mode


def test_a_socket_left_by_a_killed_server_is_replaced(listen, tmp_path):
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(tmp_path / "s"))
    listen(lmtp=["unix:s"])
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "s"))


def test_a_socket_in_use_is_not_taken_away(listen):
    listen(lmtp=["unix:s"])
    with pytest.raises(CannotListen, match="address in use"):
        listen(lmtp=["unix:s"])


def test_another_file_is_not_removed_for_a_socket(listen, tmp_path):
    (tmp_path / "s").write_text("precious")
    with pytest.raises(CannotListen, match="address in use"):
        listen(lmtp=["unix:s"])
    assert (tmp_path / "s").read_text() == "precious"


def test_a_path_too_long_for_a_socket(listen):
    with pytest.raises(CannotListen, match="too long"):
        listen(lmtp=["unix:" + "x" * 120])
