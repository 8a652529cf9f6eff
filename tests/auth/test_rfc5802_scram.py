"""RFC 5802, RFC 7677: SCRAM, with the RFCs' own examples and an independent client."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest
from scramp import ScramClient

from coromail.auth import ConnectionFacts, passwords
from coromail.auth.sasl import scram as scram_module
from coromail.auth.sasl.exchange import Challenge, Done, Exchange, Refused
from coromail.auth.scram_keys import ScramKeys
from coromail.errors import Bad, No

from .peers import Secrets, b64, encrypted, run, users_file

END_POINT = b"e" * 32


class Example(Secrets):
    """The user of the RFCs' examples, with their salt."""

    salt = b""

    def scram_keys(self, user: str, mechanism: str) -> ScramKeys | None:
        return ScramKeys.derive(mechanism, "pencil", self.salt) if user == "user" else None


class Bound(Secrets):
    """On a connection that has channel binding data."""

    def __init__(self) -> None:
        super().__init__()

        class Facts(ConnectionFacts):
            def channel_binding(self, name: str) -> bytes | None:
                return {"tls-server-end-point": END_POINT, "tls-exporter": b"e" * 32}.get(name)

        self.connection = Facts(encrypted=True)


def converse(auth: Any, mechanism: str, client: ScramClient) -> Any:
    """Let an independent client speak; it checks the server's signature itself."""
    exchange = Exchange(auth, mechanism)
    result = exchange.start(b64(client.get_client_first().encode()))
    assert isinstance(result, Challenge)
    client.set_server_first(result.data.decode())
    result = exchange.respond(b64(client.get_client_final().encode()))
    if not isinstance(result, Challenge):
        return result
    client.set_server_final(result.data.decode())
    return exchange.respond(b"")


@pytest.mark.parametrize(
    ("mechanism", "salt", "client_nonce", "server_nonce", "proof", "signature"),
    [
        (
            "SCRAM-SHA-1",
            "QSXCR+Q6sek8bf92",
            "fyko+d2lbbFgONRv9qkxdawL",
            "3rfcNHYJY1ZVvWVs7j",
            "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            "rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ),
        (
            "SCRAM-SHA-256",
            "W22ZaJ0SNY7soEsUEjb6gQ==",
            "rOprNGfwEbeRWgbNEkqO",
            "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        ),
    ],
)
def test_5_and_rfc7677_3_examples(
    monkeypatch: Any,
    mechanism: str,
    salt: str,
    client_nonce: str,
    server_nonce: str,
    proof: str,
    signature: str,
) -> None:
    monkeypatch.setattr(scram_module.secrets, "token_urlsafe", lambda size: server_nonce)
    auth = encrypted(Example())
    auth.salt = base64.b64decode(salt)
    nonce = client_nonce + server_nonce
    exchange = Exchange(auth, mechanism)
    first = exchange.start(b64(f"n,,n=user,r={client_nonce}".encode()))
    assert first == Challenge(f"r={nonce},s={salt},i=4096".encode())
    final = exchange.respond(b64(f"c=biws,r={nonce},p={proof}".encode()))
    assert final == Challenge(f"v={signature}".encode())
    assert exchange.respond(b"") == Done("user")


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
@pytest.mark.parametrize(("user", "password"), [("user", "pencil"), ("a,b=c", "x")])
def test_independent_client(mechanism: str, user: str, password: str) -> None:
    assert converse(encrypted(Secrets()), mechanism, ScramClient([mechanism], user, password)) == Done(user)


def test_wrong_password_is_refused() -> None:
    auth = encrypted(Secrets())
    assert isinstance(
        converse(auth, "SCRAM-SHA-256", ScramClient(["SCRAM-SHA-256"], "user", "nope")), Refused
    )
    assert auth.user is None


def test_stored_keys_of_a_users_file(tmp_path: Path) -> None:
    stored = passwords.hash_password("pencil", "SCRAM-SHA-256")
    auth = users_file(tmp_path, f'user: {{password: "{stored}"}}')
    assert converse(auth, "SCRAM-SHA-256", ScramClient(["SCRAM-SHA-256"], "user", "pencil")) == Done("user")
    assert isinstance(converse(auth, "SCRAM-SHA-256", ScramClient(["SCRAM-SHA-256"], "user", "x")), Refused)


@pytest.mark.parametrize("stored", ["{PLAIN}pencil", ""])
def test_c16_unknown_users_look_like_known_ones(tmp_path: Path, stored: str) -> None:
    stored = stored or passwords.hash_password("pencil", "SCRAM-SHA-256")
    auth = users_file(tmp_path, f'user: {{password: "{stored}"}}')
    firsts = [
        run(auth, "SCRAM-SHA-256", initial=b"n,,n=%b,r=abc" % name)
        for name in (b"user", b"nobody", b"nobody", b"n2")
    ]
    salts = [first.data.split(b",")[1] for first in firsts if isinstance(first, Challenge)]
    counts = {first.data.split(b",")[2] for first in firsts if isinstance(first, Challenge)}
    assert len(salts) == 4
    assert len({len(salt) for salt in salts}) == 1
    assert salts[1] == salts[2] != salts[3]
    assert len(counts) == 1
    client = ScramClient(["SCRAM-SHA-256"], "nobody", "pencil")
    assert isinstance(converse(auth, "SCRAM-SHA-256", client), Refused)


def test_c7_server_nonces_are_used_once() -> None:
    auth = encrypted(Secrets())
    firsts = {run(auth, "SCRAM-SHA-256", initial=b"n,,n=user,r=abc") for _ in range(5)}
    assert len(firsts) == 5


def test_c7_a_replayed_client_final_fails() -> None:
    auth = encrypted(Secrets())
    client = ScramClient(["SCRAM-SHA-256"], "user", "pencil")
    exchange, replay = Exchange(auth, "SCRAM-SHA-256"), Exchange(auth, "SCRAM-SHA-256")
    first = b64(client.get_client_first().encode())
    answer = exchange.start(first)
    replay.start(first)
    assert isinstance(answer, Challenge)
    client.set_server_first(answer.data.decode())
    assert isinstance(replay.respond(b64(client.get_client_final().encode())), Refused)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"n",
        b"n,,",
        b"n,,n=user",
        b"n,,r=abc,n=user",
        b"x,,n=user,r=abc",
        b"p=,,n=user,r=abc",
        b"n,b=user,n=user,r=abc",
        b"n,,m=ext,n=user,r=abc",
        b"n,,n=us=er,r=abc",
        b"n,,n=user,r=",
        b"n,,n=user,r=a\x01c",
        b"n,,n=user,r=\xff",
        b"n,,n=us\0er,r=abc",
    ],
)
def test_7_malformed_client_first_is_bad(message: bytes) -> None:
    with pytest.raises(Bad):
        run(encrypted(Secrets()), "SCRAM-SHA-256", message)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"c=biws",
        b"c=biws,p=AAAA",
        b"r=x,c=biws,p=AAAA",
        b"c=biws,r=x",
        b"c=!,r=x,p=AAAA",
        b"c=biws,r=x,p=A",
    ],
)
def test_7_malformed_client_final_is_bad(message: bytes) -> None:
    with pytest.raises(Bad):
        run(encrypted(Secrets()), "SCRAM-SHA-256", b"n,,n=user,r=abc", message)


@pytest.mark.parametrize("proof", [b"", b"AAAA", base64.b64encode(bytes(32)), base64.b64encode(bytes(64))])
def test_c7_proofs_of_any_length_are_refused(proof: bytes) -> None:
    auth = encrypted(Secrets())
    exchange = Exchange(auth, "SCRAM-SHA-256")
    first = exchange.start(b64(b"n,,n=user,r=abc"))
    assert isinstance(first, Challenge)
    nonce = first.data.split(b",")[0]
    assert isinstance(exchange.respond(b64(b"c=biws," + nonce + b",p=" + proof)), Refused)


def as_other(name: str, password: str) -> Any:
    """Log `name` in as "user", with a client written out here because scramp's never sends an authzid."""
    auth = encrypted(Secrets())
    bare = f"n={name},r=abc"
    exchange = Exchange(auth, "SCRAM-SHA-256")
    first = exchange.start(b64(f"n,a=user,{bare}".encode()))
    assert isinstance(first, Challenge)
    nonce, salt, _ = first.data.decode().split(",")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt[2:]), 4096)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    without_proof = f"c={base64.b64encode(b'n,a=user,').decode()},{nonce},x=ignored"
    message = f"{bare},{first.data.decode()},{without_proof}".encode()
    signature = hmac.digest(hashlib.sha256(client_key).digest(), message, "sha256")
    proof = base64.b64encode(bytes(a ^ b for a, b in zip(client_key, signature, strict=True))).decode()
    assert isinstance(exchange.respond(b64(f"{without_proof},p={proof}".encode())), Challenge)
    return exchange.respond(b"")


def test_5_1_authorization_identity_goes_through_may_act_as() -> None:
    assert as_other("root", "toor") == Done("user")
    with pytest.raises(No):
        as_other("tim", "tanstaaftanstaaf")


def test_6_plus_binds_the_channel() -> None:
    client = ScramClient(
        ["SCRAM-SHA-256-PLUS"], "user", "pencil", channel_binding=("tls-server-end-point", END_POINT)
    )
    assert converse(Bound(), "SCRAM-SHA-256-PLUS", client) == Done("user")


def test_6_plus_notices_a_man_in_the_middle() -> None:
    client = ScramClient(
        ["SCRAM-SHA-256-PLUS"], "user", "pencil", channel_binding=("tls-server-end-point", b"m" * 32)
    )
    assert isinstance(converse(Bound(), "SCRAM-SHA-256-PLUS", client), Refused)


@pytest.mark.parametrize(
    ("mechanism", "header"),
    [
        ("SCRAM-SHA-256", b"y,,"),  # the client believes that there is no -PLUS: somebody hid it
        ("SCRAM-SHA-256", b"p=tls-server-end-point,,"),
        ("SCRAM-SHA-256-PLUS", b"n,,"),
        ("SCRAM-SHA-256-PLUS", b"y,,"),
        ("SCRAM-SHA-256-PLUS", b"p=tls-unique,,"),
        ("SCRAM-SHA-256-PLUS", b"p=\xff,,"),
    ],
)
def test_6_flags_that_must_fail(mechanism: str, header: bytes) -> None:
    assert isinstance(run(Bound(), mechanism, header + b"n=user,r=abc"), Refused)


def test_6_y_is_fine_where_there_is_no_plus() -> None:
    assert isinstance(run(encrypted(Secrets()), "SCRAM-SHA-256", b"y,,n=user,r=abc"), Challenge)


@pytest.mark.parametrize(
    "text", ["", "1,2", "x,AAAA,AAAA,AAAA", "4096,AAAA,AAAA,AAAA", "9" * 5000 + ",AAAA,AAAA,AAAA"]
)
def test_damaged_stored_keys(text: str) -> None:
    with pytest.raises(ValueError):
        ScramKeys.parse("SCRAM-SHA-256", text)
