"""sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3)."""

import os
import socket
import subprocess
import sys

import pytest

from coromail.app import systemd


@pytest.fixture
def manager(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.settimeout(10)
        receiver.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield receiver


def test_ready(manager):
    systemd.ready("serving")
    assert manager.recv(1000) == b"READY=1\nSTATUS=serving\nMAINPID=%d" % os.getpid()


def test_reloading_carries_the_monotonic_time(manager):
    systemd.reloading()
    first, second = manager.recv(1000).split(b"\n")
    assert first == b"RELOADING=1"
    assert second.startswith(b"MONOTONIC_USEC=")
    assert second[15:].isdigit()


def test_stopping_and_alive(manager):
    systemd.stopping()
    systemd.alive()
    assert manager.recv(1000).startswith(b"STOPPING=1")
    assert manager.recv(1000) == b"WATCHDOG=1"


def test_a_name_in_the_abstract_namespace(monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.settimeout(10)
        name = f"coromail-test-{os.getpid()}"
        receiver.bind("\0" + name)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
        assert systemd.notify("X=1")
        assert receiver.recv(1000) == b"X=1"


@pytest.mark.parametrize("where", ["", "relative", "/nowhere/at/all", "vsock:2:1"])
def test_without_a_manager_nothing_happens(monkeypatch, where):
    monkeypatch.setenv("NOTIFY_SOCKET", where)
    assert systemd.notify("READY=1") is False


@pytest.mark.parametrize(
    ("allowed", "process", "interval"),
    [
        ("3000000", None, 1.5),
        ("3000000", str(os.getpid()), 1.5),
        ("3000000", "1", None),
        ("", None, None),
        ("often", None, None),
        ("9" * 30, None, None),
    ],
)
def test_watchdog_interval(monkeypatch, allowed, process, interval):
    monkeypatch.setenv("WATCHDOG_USEC", allowed)
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    if process is not None:
        monkeypatch.setenv("WATCHDOG_PID", process)
    assert systemd.watchdog_interval() == interval


TAKE = """
import os
os.environ["LISTEN_PID"] = str(os.getpid())
from coromail.app import systemd
for name, sockets in sorted(systemd.inherited_sockets().items()):
    print(name, [s.getsockname()[1] for s in sockets], [s.get_inheritable() for s in sockets])
print([name for name in os.environ if name.startswith("LISTEN")], systemd.inherited_sockets())
"""


def test_sockets_are_taken_by_name():
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    ports = [each.getsockname()[1] for each in listening]
    numbers = [each.fileno() for each in listening]
    spare = [os.open("/dev/null", os.O_RDONLY) for _ in range(10)]  # so that no number below is in use
    moved = [os.dup2(number, 200 + index) for index, number in enumerate(numbers)]
    script = f"import os\nfor i in range(3): os.dup2(200 + i, 3 + i)\n{TAKE}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        pass_fds=moved,
        env=os.environ | {"LISTEN_FDS": "3", "LISTEN_FDNAMES": "imap:imap:"},
        capture_output=True,
        text=True,
        check=False,
    )
    for number in (*moved, *spare):
        os.close(number)
    for each in listening:
        each.close()
    assert done.stdout.splitlines() == [
        f"imap {ports[:2]} [False, False]",
        f"unknown {ports[2:]} [False]",
        "[] {}",
    ], done.stderr


def test_sockets_of_another_process_are_left_alone(monkeypatch):
    monkeypatch.setenv("LISTEN_PID", "1")
    monkeypatch.setenv("LISTEN_FDS", "1")
    assert systemd.inherited_sockets() == {}
