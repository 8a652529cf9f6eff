"""Run `coromail` as a program of its own and talk to what it serves."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
COROMAIL = [sys.executable, "-m", "coromail"]

CONFIG = """\
hostname: first.example
listen: {imap: ["127.0.0.1:0"]}
auth: {class: "site_classes:Anybody", plaintext_without_tls: true}
store: {class: "coromail.stores.memory:MemoryModel"}
log: {target: log}
process: {pid_file: pid}
"""

CLASSES = """\
from coromail import Auth


class Anybody(Auth):
    def auth_plain(self, user, password):
        return password == "right"


class Broken(Anybody):
    @classmethod
    def reload(cls, context):
        raise RuntimeError("broken on purpose")
"""


def environment(**more: str) -> dict[str, str]:
    """The environment of the program: the checkout is importable, systemd is not there."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("NOTIFY_", "LISTEN_", "WATCHDOG_"))
    }
    return kept | {"PYTHONPATH": str(ROOT)} | more


def run(*arguments: object, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run to the end."""
    return subprocess.run(
        [*COROMAIL, *map(str, arguments)],
        input=text or "", capture_output=True, text=True, env=environment(), timeout=50, check=False,
    )  # fmt: skip


def start(*arguments: object, **more: str) -> subprocess.Popen[str]:
    """Run beside the test."""
    return subprocess.Popen(
        [*COROMAIL, *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(**more),
    )  # fmt: skip


def site(folder: Path, **changes: str) -> Path:
    """Write a configuration of its own classes into `folder`; `changes` replaces whole sections."""
    lines = [line for line in CONFIG.splitlines() if line.partition(":")[0] not in changes]
    lines += [f"{key}: {value}" for key, value in changes.items() if value]
    (folder / "site_classes.py").write_text(CLASSES)
    file = folder / "coromail.yaml"
    file.write_text("\n".join(lines) + "\n")
    return file


def wait_for(path: Path, pattern: str) -> re.Match[str]:
    """Wait until what `path` holds matches."""
    text = ""
    for _ in range(4000):
        text = path.read_text() if path.exists() else ""
        if match := re.search(pattern, text):
            return match
        if "Traceback" in text:
            break
        time.sleep(0.01)
    raise AssertionError(f"{pattern} not in {text}")


def port(log: Path, kind: str = "imap") -> int:
    """The port that the log names."""
    return int(wait_for(log, rf"listening {kind} 127\.0\.0\.1:(\d+)")[1])


def greeting(number: int) -> str:
    """What a new client reads first."""
    with socket.create_connection(("127.0.0.1", number), timeout=60) as client, client.makefile() as lines:
        return lines.readline()


def stop_daemon(pid_file: Path) -> None:
    """End the daemon of a pid file and wait until it is gone."""
    process = int(pid_file.read_text())
    os.kill(process, signal.SIGTERM)
    for _ in range(4000):
        if not Path(f"/proc/{process}").exists() or not pid_file.exists():
            return
        time.sleep(0.01)
    raise AssertionError("the daemon does not stop")
