"""The PROXY protocol, versions 1 and 2: a proxy in front says who the client is. Pure: octets in, facts out.

Source: HAProxy's `doc/proxy-protocol.txt` (2020/03/05), sections 2.1 (text), 2.2 (binary) and 2.2.6 (TLS).
Only `wanted` octets are ever read, so that nothing of the client's own is swallowed.
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"  # version 2, section 2.2
MAX_TEXT = 107  # octets of a version 1 header with its CRLF, section 2.1
MAX_BINARY = 4096  # octets of a version 2 header that are accepted; certificates are not passed on here

_ADDRESSES = {0x1: (4, "!4s4sHH"), 0x2: (6, "!16s16sHH")}  # address families of section 2.2
_TLS, _TLS_VERSION, _TLS_COMMON_NAME = 0x20, 0x21, 0x22  # types of section 2.2.6
_CLIENT_TLS, _CLIENT_CERTIFICATE = 0x01, 0x02 | 0x04  # on this connection, or in this TLS session


class ProxyError(ValueError):
    """What came is no PROXY header."""


@dataclass(frozen=True, slots=True)
class ProxiedTls:
    """TLS that ended at the proxy, as far as `coromail.auth` asks: the methods of an `ssl.SSLSocket`.

    `common_name` is that of a client certificate which the proxy has verified, else None.
    """

    protocol: str
    common_name: str | None

    def version(self) -> str:
        """Such as "TLSv1.3"."""
        return self.protocol

    def getpeercert(self) -> dict[str, object]:
        """The subject of the client certificate; empty without one."""
        return {"subject": ((("commonName", self.common_name),),)} if self.common_name else {}

    def get_channel_binding(self, name: str) -> None:
        """None: there is nothing to bind to, the channel has two halves."""


@dataclass(frozen=True, slots=True)
class Proxied:
    """Who the client is. `peer` and `local` are IP addresses, None where the proxy speaks for itself."""

    peer: str | None = None
    local: str | None = None
    port: int = 0
    tls: ProxiedTls | None = None


def wanted(head: bytes) -> int:
    """How many octets after `head` surely belong to the header; 0 when it is complete. Raises ProxyError."""
    if len(head) < len(SIGNATURE):
        if not SIGNATURE.startswith(head) and not b"PROXY ".startswith(head[:6]):
            raise ProxyError("neither version")
        return len(SIGNATURE) - len(head)
    if head.startswith(SIGNATURE):
        if len(head) < 16:
            return 16 - len(head)
        length = 16 + int.from_bytes(head[14:16], "big")
        if length > MAX_BINARY:
            raise ProxyError("too long")
        return max(0, length - len(head))
    if head.endswith(b"\r\n"):
        return 0
    if b"\n" in head or len(head) >= MAX_TEXT:
        raise ProxyError("no line")
    return 1 if head.endswith(b"\r") else 2 if len(head) < MAX_TEXT - 1 else 1


def parse(head: bytes) -> Proxied:
    """What a whole header says. Raises ProxyError for anything that the specification does not allow."""
    return _binary(head) if head.startswith(SIGNATURE) else _text(head)


def _text(head: bytes) -> Proxied:
    words = head[:-2].split(b" ")
    if words[:2] == [b"PROXY", b"UNKNOWN"]:
        return Proxied()
    if len(words) != 6 or words[0] != b"PROXY" or words[1] not in (b"TCP4", b"TCP6"):
        raise ProxyError("not understood")
    version = 4 if words[1] == b"TCP4" else 6
    _port(words[4])
    return Proxied(_address(words[2], version), _address(words[3], version), _port(words[5]))


def _address(word: bytes, version: int) -> str:
    try:
        address = ipaddress.ip_address(word.decode("ascii"))
    except ValueError:
        raise ProxyError("no address") from None
    if address.version != version or "%" in str(address):
        raise ProxyError("an address of another family")
    return str(address)


def _port(word: bytes) -> int:
    if not (word.isdigit() and len(word) <= 5 and int(word) <= 65535) or (word[:1] == b"0" and word != b"0"):
        raise ProxyError("no port")
    return int(word)


def _binary(head: bytes) -> Proxied:
    version, command = head[12] >> 4, head[12] & 15
    if version != 2 or command > 1:
        raise ProxyError("unknown version or command")
    family, protocol = head[13] >> 4, head[13] & 15
    if command == 0:
        return Proxied()  # LOCAL: the proxy looks whether we are alive
    if family not in _ADDRESSES or protocol != 1:
        raise ProxyError("neither TCP over IPv4 nor over IPv6")
    size, layout = _ADDRESSES[family]
    end = 16 + struct.calcsize(layout)
    if len(head) < end:
        raise ProxyError("too short for its addresses")
    source, destination, _, port = struct.unpack(layout, head[16:end])
    known = _values(head[end:])
    tls = _tls(known[_TLS]) if _TLS in known else None
    kind = ipaddress.IPv4Address if size == 4 else ipaddress.IPv6Address
    return Proxied(str(kind(source)), str(kind(destination)), port, tls)


def _values(data: bytes) -> dict[int, bytes]:
    """The values after the addresses, by type (section 2.2.1). Raises ProxyError when they do not fit."""
    found: dict[int, bytes] = {}
    start = 0
    while start < len(data):
        end = start + 3 + int.from_bytes(data[start + 1 : start + 3], "big")
        if end > len(data) or start + 3 > len(data):
            raise ProxyError("a value is cut off")
        found[data[start]] = data[start + 3 : end]
        start = end
    return found


def _tls(value: bytes) -> ProxiedTls | None:
    if len(value) < 5:
        raise ProxyError("TLS information is cut off")
    client, verified = value[0], value[1:5] == bytes(4)
    known = _values(value[5:])
    if not client & _CLIENT_TLS:
        return None
    name = known.get(_TLS_COMMON_NAME, b"").decode("utf-8", "replace")
    trusted = verified and client & _CLIENT_CERTIFICATE and "\ufffd" not in name
    return ProxiedTls(
        known.get(_TLS_VERSION, b"").decode("ascii", "replace"), name if trusted and name else None
    )
