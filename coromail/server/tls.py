"""TLS settings (RFC 8314, RFC 8996, RFC 9325)."""

from __future__ import annotations

import ssl
from pathlib import Path

from gevent.ssl import SSLContext


def make_context(certificate: Path, key: Path) -> SSLContext:
    """The one context of all connections: TLS 1.2 and up, the server's order of ciphers, no renegotiation.

    Raises OSError or ssl.SSLError when the files are missing or do not fit together.
    """
    context = SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!MD5:!DSS")
    context.load_cert_chain(certificate, key)
    return context
