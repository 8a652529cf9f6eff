"""What an `Auth` may know about the connection it judges."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

TLS_EXPORTER_LABEL = b"EXPORTER-Channel-Binding"  # RFC 9266 section 2


@dataclass(slots=True)
class ConnectionFacts:
    """One connection, seen from the side of authentication. The session fills it in and keeps it current.

    `protocol` is "imap", "pop3" or "lmtp". `peer` and `local` are IP addresses, None on a Unix socket.
    `encrypted` is true under TLS (or where nobody can listen, as on a Unix socket); `plaintext_without_tls` that
    passwords may be shown without it. `hostname` is the name of
    the server. `tls` is the `ssl.SSLSocket`, or any object with its methods; `server_certificate` is
    the DER form of the certificate that the server showed on this connection. `listener` has the names by which
    settings may speak of this way in: its kind ("imaps") and port ("1993"). `known` is whether somebody has logged in
    from the network of `peer` since the server started.
    """

    protocol: str = "imap"
    peer: str | None = None
    local: str | None = None
    encrypted: bool = False
    plaintext_without_tls: bool = False
    hostname: str = "localhost"
    tls: Any = None
    server_certificate: bytes | None = None
    listener: tuple[str, ...] = ()
    known: bool = False

    def channel_binding(self, name: str) -> bytes | None:
        """The channel binding data of type `name`, or None when this connection has none of that type.

        "tls-server-end-point" needs `server_certificate` (RFC 5929 section 4). "tls-unique" exists up to TLS
        1.2 (RFC 5929 section 3); "tls-exporter" from TLS 1.3 on, where the TLS object can export keying
        material (RFC 9266), which Python's own `ssl` module cannot.
        """
        if self.tls is None:
            return None
        if name == "tls-server-end-point":
            return _end_point(self.server_certificate) if self.server_certificate else None
        modern = self.tls.version() == "TLSv1.3"
        if name == "tls-unique" and not modern:
            unique: bytes | None = self.tls.get_channel_binding("tls-unique")
            return unique
        if name == "tls-exporter" and modern and hasattr(self.tls, "export_keying_material"):
            exported: bytes = self.tls.export_keying_material(TLS_EXPORTER_LABEL, 32, b"")
            return exported
        return None

    def can_bind(self) -> bool:
        """Whether the connection has channel binding data of any type, so that SCRAM-…-PLUS can work."""
        return self.can_bind_as_usual() or self.channel_binding("tls-server-end-point") is not None

    def can_bind_as_usual(self) -> bool:
        """Whether there is the type that clients take unless told otherwise.

        That is "tls-unique" up to TLS 1.2 (RFC 5802 section 6.1) and "tls-exporter" from 1.3 on (RFC 9266
        section 3).
        """
        return any(self.channel_binding(name) is not None for name in ("tls-exporter", "tls-unique"))

    def certificate_names(self) -> list[str]:
        """The names in the client's certificate: e-mail addresses (subjectAltName), then common names.

        Empty without a certificate, and for one that TLS did not verify against the configured authorities.
        """
        certificate = self.tls.getpeercert() if self.tls is not None else None
        if not certificate:
            return []
        names = [value for kind, value in certificate.get("subjectAltName", ()) if kind == "email"]
        for relative_name in certificate.get("subject", ()):
            names += [value for kind, value in relative_name if kind == "commonName"]
        return names


@lru_cache(maxsize=64)
def _end_point(der: bytes) -> bytes | None:
    """RFC 5929 section 4.1: the certificate under its signature's hash function, SHA-256 for weak ones."""
    from cryptography import x509

    algorithm = x509.load_der_x509_certificate(der).signature_hash_algorithm
    if algorithm is None:  # Ed25519 and its like: no single hash function, so undefined
        return None
    weak = algorithm.name in ("md5", "sha1")
    return hashlib.new("sha256" if weak else algorithm.name, der).digest()
