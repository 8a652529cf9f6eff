"""TLS settings (RFC 8314, RFC 8996, RFC 9325), certificates by name (RFC 6066 section 3)."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gevent.ssl import SSLContext

from coromail.listener_policy import EVERYBODY, Policy

# Forward secrecy and authenticated encryption only; elliptic curves before RSA, for they are quicker.
CIPHERS = ":".join(f"ECDHE+{key}+{cipher}" for key in ("ECDSA", "aRSA") for cipher in ("AESGCM", "CHACHA20"))
MINIMUM = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
VERIFY = {"none": ssl.CERT_NONE, "optional": ssl.CERT_OPTIONAL, "required": ssl.CERT_REQUIRED}

Pair = tuple[Path, Path]


class Tls:
    """The certificates of a server, and the contexts made of them: one for each listener's policy and each name.

    `pairs` are PEM files of certificate (with its chain) and key. Those with the same names are offered
    together, so that a client takes the ECDSA one if it can; the first is shown to clients that name none of
    them. Raises OSError, ssl.SSLError or ValueError when files are missing or do not fit together.
    """

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._groups: dict[frozenset[str], list[Pair]] = {}
        for pair in pairs:
            known = names(pair[0]) if len(pairs) > 1 else frozenset[str]()
            self._groups.setdefault(known, []).append(pair)
        self._contexts: dict[Policy, SSLContext] = {}
        self._certificates: dict[SSLContext, bytes] = {}
        self.context(EVERYBODY)

    def context(self, policy: Policy) -> SSLContext:
        """The context for the connections of a listener."""
        if policy not in self._contexts:
            contexts = {known: make_context(pairs, policy) for known, pairs in self._groups.items()}
            for known, (first_pair, *others) in self._groups.items():
                if not others:
                    self._certificates[contexts[known]] = leaf(first_pair[0])
            first = next(iter(contexts.values()))
            if len(contexts) > 1:
                by_name = {name: contexts[known] for known in reversed(contexts) for name in known}
                first.sni_callback = lambda client, name, _: _choose(client, name, by_name)
            self._contexts[policy] = first
        return self._contexts[policy]

    def certificate(self, context: SSLContext) -> bytes | None:
        """What a client is shown with the context that the handshake ended with: the certificate in DER.

        None where there are several with keys of different kinds: Python does not tell which of them it was.
        """
        return self._certificates.get(context)


def make_context(pairs: Iterable[Pair], policy: Policy = EVERYBODY) -> SSLContext:
    """One context: the server's order of ciphers, no compression, no renegotiation, resumption by tickets."""
    context = SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = MINIMUM[policy.minimum_tls]
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ciphers(CIPHERS)
    for certificate, key in pairs:
        # The password function keeps OpenSSL from asking at the terminal.
        context.load_cert_chain(certificate, key, password=lambda: "")
    if policy.client_certificates != "none":
        context.load_verify_locations(policy.client_ca)
        context.verify_mode = VERIFY[policy.client_certificates]
    return context


def leaf(certificate: Path) -> bytes:
    """The first certificate of a PEM file in DER. Raises ValueError when there is none."""
    text = certificate.read_text("ascii", "replace")
    begin, end = text.index(ssl.PEM_HEADER), text.index(ssl.PEM_FOOTER) + len(ssl.PEM_FOOTER)
    return ssl.PEM_cert_to_DER_cert(text[begin:end])


def names(certificate: Path) -> frozenset[str]:
    """The DNS names, in lower case, of the first certificate in a PEM file; "*.example.org" is one of them."""
    from cryptography import x509  # late: it is large, and most servers have one certificate

    leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
    try:
        alternative = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(map(str.lower, alternative.get_values_for_type(x509.DNSName)))


def _choose(client: Any, name: str | None, by_name: dict[str, SSLContext]) -> None:
    """Show the certificate for the name that the client asked for. A name of nobody is not remembered."""
    wanted = (name or "").lower()
    found = by_name.get(wanted) or by_name.get("*." + wanted.partition(".")[2])
    if found is not None:
        client.context = found
