"""Open the listening sockets, with the plain `socket` module: there may be no event loop yet."""

from __future__ import annotations

import errno
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from coromail.app import systemd
from coromail.app.addresses import TCP, Address, Inherited, Unix
from coromail.app.config import Config

BACKLOG = 1024

# Whoever may connect to a unix socket may deliver (lmtp), look on (http) or do anything (admin); mail clients have
# to log in.
_MODES = {"lmtp": 0o660, "http": 0o600, "admin": 0o600}

_WHY = {
    errno.EADDRINUSE: "address in use (which other program?)",
    errno.EADDRNOTAVAIL: "this machine has no such address",
    errno.EACCES: "permission denied (ports below 1024 need root or CAP_NET_BIND_SERVICE)",
    errno.ENOENT: "its folder does not exist",
}


class CannotListen(Exception):
    """One or more addresses cannot be listened on; every one has its line in the text."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A listening socket, the protocol spoken there (imap, imaps …), and the address that it really has."""

    kind: str
    socket: socket.socket
    address: Address

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"


def real_address(listening: socket.socket) -> Address:
    """Where a socket listens, with the port that the system has chosen."""
    name = listening.getsockname()
    return Unix(Path(os.fsdecode(name))) if isinstance(name, str | bytes) else TCP(name[0], name[1])


def open_all(config: Config) -> list[Listener]:
    """Open every address of `config.listen`, or none: CannotListen names all that failed."""
    inherited = systemd.inherited_sockets()
    listeners: list[Listener] = []
    faults: list[str] = []
    for kind, address in config.listen.addresses():
        try:
            opened = _open(kind, address, inherited)
            listeners += [Listener(kind, each, real_address(each)) for each in opened]
        except OSError as error:
            why = _WHY.get(error.errno or 0) or error.strerror or str(error)
            faults.append(f"cannot listen on {address}: {why}")
    if faults:
        for listener in listeners:
            listener.socket.close()
        raise CannotListen("\n".join(faults))
    return listeners


def _open(kind: str, address: Address, inherited: dict[str, list[socket.socket]]) -> list[socket.socket]:
    if isinstance(address, TCP):
        return _open_tcp(address)
    if isinstance(address, Unix):
        return [_open_unix(address, _MODES.get(kind, 0o666))]
    return _take(address, inherited)


def _take(address: Inherited, inherited: dict[str, list[socket.socket]]) -> list[socket.socket]:
    """The sockets under a name; else, where the name is a number, those on that port."""
    if address.name in inherited:
        return inherited.pop(address.name)
    waiting = [(name, each) for name, sockets in inherited.items() for each in sockets]
    taken = [(name, each) for name, each in waiting if _port(each) == address.name]
    for name, each in taken:
        inherited[name].remove(each)
    if not taken:
        there = ", ".join(f"{name} {real_address(each)}" for name, each in waiting) or "none"
        raise OSError(f"systemd handed over no such socket (what it handed over: {there})")
    return [each for _, each in taken]


def _port(listening: socket.socket) -> str | None:
    address = real_address(listening)
    return str(address.port) if isinstance(address, TCP) else None


def _open_tcp(address: TCP) -> list[socket.socket]:
    """One socket for each address of the host: a name such as localhost may have two."""
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    opened: list[socket.socket] = []
    try:
        for family, kind, protocol, _, where in dict.fromkeys(found):
            listening = socket.socket(family, kind, protocol)
            opened.append(listening)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                # "[::]:143" leaves IPv4 to "0.0.0.0:143", whatever the machine's default is.
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind(where)
            listening.listen(BACKLOG)
    except OSError:
        for listening in opened:
            listening.close()
        raise
    return opened


def _open_unix(address: Unix, mode: int) -> socket.socket:
    path = os.fspath(address.path)
    _remove_stale(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(path)
        os.chmod(path, mode)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno is None:  # "AF_UNIX path too long"
            raise OSError(errno.ENAMETOOLONG, "the path is too long for a socket (107 octets)") from None
        raise
    return listening


def _remove_stale(path: str) -> None:
    """Remove a socket that nobody listens on any more; leave anything else for bind() to complain about."""
    try:
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.connect(path)
    except ConnectionRefusedError:
        os.unlink(path)
    except OSError:
        return
