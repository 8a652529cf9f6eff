"""A HAProxy of our own before a server: TLS ends there, or goes through; version 2 or 1 of the PROXY protocol."""

from __future__ import annotations

import csv
import io
import socket
import subprocess
import time
from pathlib import Path

CONFIG = """\
global
  stats socket {folder}/haproxy.sock
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode tcp
  timeout connect 10s
  timeout client 60s
  timeout server 60s
"""
# A name, what its frontend does with TLS, and how its backend is told of the client
ENDS_TLS = "ssl crt {folder}/haproxy.pem ca-file {folder}/clients.pem verify optional"
PROXIED = """\
frontend {name}
  bind 127.0.0.1:{port} {tls}
  default_backend {name}
backend {name}
  option tcp-check
  tcp-check expect string OK
  server coromail 127.0.0.1:{to} {send} check inter 500ms {check}
"""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class HAProxy:
    """One process. Its health checks are sent as its own (command LOCAL), and must find the server well."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports: dict[str, int] = {}
        self._text = CONFIG.format(folder=folder)

    def add(self, name: str, to: int, send: str, tls: str = "", check: str = "") -> None:
        """Before `to`, listen on a free port; `send` is HAProxy's word for the header."""
        self.ports[name] = free_port()
        self._text += PROXIED.format(
            name=name,
            port=self.ports[name],
            to=to,
            send=send,
            tls=tls.format(folder=self.folder),
            check=check,
        )

    def start(self) -> None:
        """Start, and wait until every server behind it has passed a check."""
        file = self.folder / "haproxy.cfg"
        file.write_text(self._text)
        self._process = subprocess.Popen(["haproxy", "-db", "-q", "-f", file])
        for _ in range(600):
            if self._process.poll() is not None:
                break
            checks = self.checks()
            if len(checks) == len(self.ports) and set(checks.values()) == {"L7OK"}:
                return
            time.sleep(0.05)
        raise AssertionError(f"HAProxy does not start: {self.checks()}")

    def checks(self) -> dict[str, str]:
        """How the last check of each server ended."""
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.folder / "haproxy.sock"))
                client.sendall(b"show stat\n")
                text = client.makefile().read()
            except OSError:
                return {}
        rows = csv.DictReader(io.StringIO(text.removeprefix("# ")))
        return {row["pxname"]: row["check_status"] for row in rows if row["svname"] == "coromail"}

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)
