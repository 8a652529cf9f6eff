"""Figures about the running server, in the text format of Prometheus."""

from __future__ import annotations

import os
import platform
import resource
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import gevent

if TYPE_CHECKING:
    from coromail.server.server import Server


def about() -> str:
    """Our version, and those that matter."""
    return f"coromail {version('coromail')}, gevent {gevent.__version__}, Python {platform.python_version()}"


def users(server: Server) -> set[str]:
    """The users who are logged in."""
    return {one.user for one in server.connections if one.user is not None}


def render(server: Server) -> str:
    """All figures."""
    now = Counter(one.kind for one in server.connections)
    kinds = sorted({*now, *server.accepted})
    used = resource.getrusage(resource.RUSAGE_SELF)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    labels = f'{{version="{version("coromail")}",python="{platform.python_version()}"}}'
    lines = [
        *_family("coromail_build_info", "gauge", "What runs here.", [(labels, 1)]),
        *_family("coromail_connections", "gauge", "Open connections.", _by("protocol", now, kinds)),
        *_family(
            "coromail_connections_accepted_total",
            "counter",
            "Connections since the start.",
            _by("protocol", server.accepted, kinds),
        ),
        *_family("coromail_users", "gauge", "Users who are logged in.", [("", len(users(server)))]),
        *_family(
            "coromail_logins_total",
            "counter",
            "Attempts to log in since the start.",
            _by("result", server.logins, ["failure", "success"]),
        ),
        *_family("process_resident_memory_bytes", "gauge", "Memory.", [("", pages * resource.getpagesize())]),
        *_family("process_cpu_seconds_total", "counter", "CPU time.", [("", used.ru_utime + used.ru_stime)]),
        *_family("process_open_fds", "gauge", "Open files.", [("", len(os.listdir("/proc/self/fd")))]),
    ]
    return "\n".join(lines) + "\n"


def _by(label: str, counts: Counter[str], names: list[str]) -> list[tuple[str, float]]:
    return [(f'{{{label}="{name}"}}', counts[name]) for name in names]


def _family(name: str, kind: str, help_: str, samples: list[tuple[str, float]]) -> list[str]:
    lines = [f"{name}{labels} {value}" for labels, value in samples]
    return [f"# HELP {name} {help_}", f"# TYPE {name} {kind}", *lines]
