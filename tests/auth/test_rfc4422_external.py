"""RFC 4422 appendix A: EXTERNAL; RFC 4505: ANONYMOUS; RFC 5929 and RFC 9266: channel bindings."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from coromail.auth import Auth, ConnectionFacts
from coromail.auth.sasl.exchange import Challenge, Done, Exchange, Refused
from coromail.errors import No

from .peers import encrypted, run, users_file

USERS = """
bob: {password: null, certificates: [bob@example.org]}
root: {password: null, master: true, certificates: [R]}
"""


class Tls:
    """What we ask of an ssl.SSLSocket."""

    def __init__(self, certificate: dict[str, Any] | None = None, version: str = "TLSv1.3") -> None:
        self.certificate = certificate
        self._version = version

    def getpeercert(self) -> dict[str, Any] | None:
        return self.certificate

    def version(self) -> str:
        return self._version

    def get_channel_binding(self, kind: str) -> bytes:
        assert kind == "tls-unique"
        return b"unique"


class Exporting(Tls):
    def export_keying_material(self, label: bytes, length: int, context: bytes) -> bytes:
        return b"|".join([label, str(length).encode(), context])


def certificate(*names: str, common: str = "") -> dict[str, Any]:
    subject = ((("commonName", common),),) if common else ()
    return {"subjectAltName": tuple(("email", name) for name in names), "subject": subject}


def test_a_certificate_maps_to_its_user(tmp_path: Path) -> None:
    auth = users_file(tmp_path, USERS)
    auth.connection.tls = Tls(certificate("bob@example.org"))
    assert "EXTERNAL" in auth.sasl_mechanisms()
    assert run(auth, "EXTERNAL") == Challenge(b"")
    assert run(auth, "EXTERNAL", b"") == Done("bob")
    assert run(auth, "EXTERNAL", b"bob") == Done("bob")
    assert run(auth, "EXTERNAL", initial=b"") == Done("bob")
    for other in (b"root", b"eve", b"\xff"):
        with pytest.raises(No):
            run(auth, "EXTERNAL", other)


def test_a_master_certificate_acts_as_users(tmp_path: Path) -> None:
    auth = users_file(tmp_path, USERS)
    auth.connection.tls = Tls(certificate(common="R"))
    assert run(auth, "EXTERNAL", b"bob") == Done("bob")


@pytest.mark.parametrize("shown", [None, {}, certificate(), certificate(common="")])
def test_c8_a_certificate_without_a_name_opens_nothing(tmp_path: Path, shown: Any) -> None:
    auth = users_file(tmp_path, USERS)
    auth.connection.tls = Tls(shown)
    with pytest.raises(No):
        Exchange(auth, "EXTERNAL")


def test_c8_an_unmapped_certificate_opens_nothing(tmp_path: Path) -> None:
    auth = users_file(tmp_path, USERS)
    auth.connection.tls = Tls(certificate("bob", common="bob"))
    assert isinstance(run(auth, "EXTERNAL", b"bob"), Refused)


def test_anonymous_is_off_by_default() -> None:
    class Named(Auth):
        def sasl_provides(self) -> list[str]:
            return ["ANONYMOUS"]

    class Open(Named):
        def anonymous_user(self) -> str | None:
            return "guest"

    with pytest.raises(No):
        Exchange(encrypted(Auth()), "ANONYMOUS")
    assert isinstance(run(Named(), "ANONYMOUS", b"x"), Refused)
    assert run(Open(), "ANONYMOUS", b"sirhc") == Done("guest")
    assert run(Open(), "ANONYMOUS", initial=b"") == Done("guest")


def test_rfc5929_4_1_server_end_point() -> None:
    pem = trustme.CA().issue_cert("localhost").cert_chain_pems[0].bytes()
    loaded = x509.load_pem_x509_certificate(pem)
    der = loaded.public_bytes(Encoding.DER)
    facts = ConnectionFacts(tls=Tls(), server_certificate=der)
    assert loaded.signature_hash_algorithm is not None
    assert facts.channel_binding("tls-server-end-point") == hashlib.sha256(der).digest()
    assert facts.can_bind()
    assert not facts.can_bind_as_usual()
    assert ConnectionFacts(server_certificate=der).channel_binding("tls-server-end-point") is None


def test_rfc9266_exporter_is_for_tls_1_3_and_unique_for_older() -> None:
    new, old = ConnectionFacts(tls=Exporting()), ConnectionFacts(tls=Exporting(version="TLSv1.2"))
    assert new.channel_binding("tls-exporter") == b"EXPORTER-Channel-Binding|32|"
    assert new.channel_binding("tls-unique") is None
    assert old.channel_binding("tls-exporter") is None
    assert old.channel_binding("tls-unique") == b"unique"
    assert new.can_bind_as_usual()
    assert old.can_bind_as_usual()
    assert not ConnectionFacts(tls=Tls()).can_bind()
    assert not ConnectionFacts().can_bind()
    assert new.channel_binding("x") is None
