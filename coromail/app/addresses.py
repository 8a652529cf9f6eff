"""Addresses to listen on, as the configuration writes them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

FORMS = '"host:port", "[v6]:port", "unix:/path" or "systemd:NAME"'

_HOST_PORT = re.compile(r"(\[[^\[\]\s]{2,60}\]|[^\[\]:/\s]{1,253}):([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class TCP:
    """A host (name, IPv4 or IPv6 address without brackets) and a port; port 0 means any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Unix:
    """A unix-domain stream socket."""

    path: Path

    def __str__(self) -> str:
        return f"unix:{self.path}"


@dataclass(frozen=True, slots=True)
class Inherited:
    """Sockets that systemd hands over: those of a name (`FileDescriptorName=`), or those on a port."""

    name: str

    def __str__(self) -> str:
        return f"systemd:{self.name}"


Address = TCP | Unix | Inherited


def parse_address(value: object, directory: Path = Path()) -> Address:
    """The address that `value` spells; relative socket paths start at `directory`.

    ValueError says what to write instead.
    """
    if not isinstance(value, str):
        raise ValueError(f"write an address in quotes: {FORMS}")  # noqa: TRY004 - pydantic wants ValueError
    kind, _, rest = value.partition(":")
    if kind == "unix":
        if not rest:
            raise ValueError('write the path of the socket, such as "unix:/run/coromail/lmtp"')
        return Unix(directory / rest)
    if kind == "systemd":
        if not rest or ":" in rest:
            raise ValueError('write a port or FileDescriptorName of the socket unit, such as "systemd:993"')
        return Inherited(rest)
    return _parse_host_port(value)


def _parse_host_port(value: str) -> TCP:
    if value.startswith(("*:", ":")) and value.count(":") == 1:
        wanted = value.rpartition(":")[2]
        raise ValueError(f'for every address of the machine write "0.0.0.0:{wanted}" and "[::]:{wanted}"')
    match = _HOST_PORT.fullmatch(value)
    if match is None:
        raise ValueError(f"{_mistake(value)}; write {FORMS}")
    host, port = match[1], int(match[2])
    if port > 65535:
        raise ValueError(f"port {port} is too large; ports end at 65535")
    if host.startswith("["):
        host = str(_version6(host[1:-1]))
    return TCP(host, port)


def _version6(text: str) -> ipaddress.IPv6Address:
    try:
        return ipaddress.IPv6Address(text)
    except ValueError:
        raise ValueError(f"{text[:60]!r} is not an IPv6 address") from None


def _mistake(value: str) -> str:
    if value.count(":") > 1:
        return "an IPv6 address needs brackets around it and a port after it"
    if ":" not in value:
        return "the port is missing"
    return f"{value[:80]!r} is not an address"
