"""OAuth 2 tokens of a provider on this machine. C8: `alg`, `kid`, `iss`, `aud` and times are checked."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from coromail.auth.sasl.exchange import Challenge, Done, Refused
from coromail.context import Context
from coromail.errors import No, Unavailable

from .peers import encrypted, run

jwt = pytest.importorskip("jwt")
pytest.importorskip("urllib3")
from coromail.auth import oauth_tokens  # noqa: E402
from coromail.auth.oauth import OAuth  # noqa: E402
from coromail.auth.oauth_tokens import LOOKS, public_keys  # noqa: E402

RSA = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())


def jwk(key: Any, kid: str, **more: Any) -> dict[str, Any]:
    kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(kind.to_jwk(key.public_key())), "kid": kid, "use": "sig", **more}


class Provider:
    """Publishes what `pages` holds, and counts who asks for what."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.posted: list[tuple[dict[str, list[str]], str | None]] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                page = provider.pages.get(self.path)
                self.send_response(200 if page is not None else 404)
                self.end_headers()
                self.wfile.write(page if isinstance(page, bytes) else json.dumps(page).encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.posted.append((parse_qs(body), self.headers["Authorization"]))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.pages: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
                "introspection_endpoint": f"{self.issuer}/introspect",
            },
            "/keys": {"keys": [jwk(RSA, "one", alg="RS256"), jwk(EC, "two")]},
        }
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def claims(self, **more: Any) -> dict[str, Any]:
        claims = {
            "iss": self.issuer,
            "aud": "coromail",
            "exp": int(time.time()) + 600,
            "email": "Alice@example.org",
            "groups": ["staff"],
            "scope": "openid mail",
            **more,
        }
        return {key: value for key, value in claims.items() if value is not None}

    def token(self, key: Any = RSA, alg: str = "RS256", kid: str | None = "one", **more: Any) -> bytes:
        headers = {} if kid is None else {"kid": kid}
        signed: str = jwt.encode(self.claims(**more), key, algorithm=alg, headers=headers)
        return signed.encode()


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


def oauth(provider: Provider, cache: int = 0, **more: Any) -> Any:
    section = {"issuer": provider.issuer, "audience": ["coromail"], **more}
    return encrypted(OAuth(Context({"oauth": section, "cache": cache})))


def message(token: bytes, user: bytes = b"") -> bytes:
    return b"n," + (b"a=" + user if user else b"") + b",\x01auth=Bearer " + token + b"\x01\x01"


def test_a_token_opens_the_mail_of_its_user(provider: Provider) -> None:
    auth = oauth(provider, scope=["mail"])
    assert auth.sasl_mechanisms() == ["OAUTHBEARER", "XOAUTH2"]
    assert not auth.login("alice@example.org", "x")
    assert run(auth, "OAUTHBEARER", message(provider.token())) == Done("alice@example.org")
    assert auth.user_settings("alice@example.org") == {"groups": ["staff"]}
    both = message(provider.token(EC, "ES256", "two"), b"alice@example.org")
    assert run(auth, "OAUTHBEARER", both) == Done("alice@example.org")
    google = b"user=alice@example.org\x01auth=Bearer " + provider.token() + b"\x01\x01"
    assert run(auth, "XOAUTH2", google) == Done("alice@example.org")
    with pytest.raises(No):
        run(auth, "OAUTHBEARER", message(provider.token(), b"bob@example.org"))
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"]


def test_rfc7628_3_2_2_what_a_client_is_told(provider: Provider) -> None:
    auth = oauth(provider, scope=["mail"])
    for token, status in ((b"rubbish", "invalid_token"), (provider.token(scope="x"), "insufficient_scope")):
        told = run(auth, "OAUTHBEARER", message(token))
        assert isinstance(told, Challenge)
        assert json.loads(told.data) == {
            "status": status,
            "scope": "mail",
            "openid-configuration": f"{provider.issuer}/.well-known/openid-configuration",
        }
        assert isinstance(run(auth, "OAUTHBEARER", message(token), b"\x01"), Refused)


@pytest.mark.parametrize(
    "more",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "other"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"nbf": 2**40},
        {"email": None},
        {"email": ["alice@example.org"]},
        {"email": "../alice"},
        {"email_verified": False},
        {"kid": "../../etc/passwd"},
        {"kid": "' OR 1=1 --"},
        {"kid": "two"},
        {"key": OTHER},
        {"alg": "PS256"},
        {"alg": "RS512"},
    ],
    ids=str,
)
def test_c8_a_token_that_is_not_good_opens_nothing(provider: Provider, more: dict[str, Any]) -> None:
    auth = oauth(provider)
    assert isinstance(run(auth, "OAUTHBEARER", message(provider.token(**more))), Challenge)
    assert auth.user is None
    assert not auth.may_log_in("alice@example.org")


def test_c8_a_public_key_is_no_secret(provider: Provider) -> None:
    """HS256 with the published key as the secret, no signature at all, and a header that must be understood."""
    public = RSA.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def part(value: bytes) -> bytes:
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    payload = part(json.dumps(provider.claims()).encode())
    hmac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    for header, sign in (
        ({"alg": "HS256", "kid": "one"}, lambda data: hmac.sign(data, public)),
        ({"alg": "none", "kid": "one"}, lambda data: b""),
        ({"alg": "None"}, lambda data: b""),
        ({"alg": ["RS256"], "kid": "one"}, lambda data: b"x"),
    ):
        signed = part(json.dumps(header).encode()) + b"." + payload
        assert isinstance(
            run(oauth(provider), "OAUTHBEARER", message(signed + b"." + part(sign(signed)))), Challenge
        )
    critical = jwt.encode(provider.claims(), RSA, "RS256", headers={"kid": "one", "crit": ["x"], "x": 1})
    assert isinstance(run(oauth(provider), "OAUTHBEARER", message(critical.encode())), Challenge)


def test_c8_only_public_signature_keys_are_taken() -> None:
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "one", "alg": "HS256"}
    private = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(RSA)), "kid": "one"}
    for published in (
        secret,
        private,
        jwk(RSA, "x", use="enc"),
        jwk(RSA, "x", alg="HS256"),
        {"kty": "RSA"},
        5,
        {},
    ):
        assert public_keys(published) == []
    assert [key.algorithm_name for key in public_keys(jwk(EC, "x"))] == ["ES256"]


def test_new_keys_are_fetched_at_once(provider: Provider) -> None:
    """A provider may change its keys right after we have fetched them, and again."""
    auth = oauth(provider)
    assert run(auth, "OAUTHBEARER", message(provider.token())) == Done("alice@example.org")
    for number, key in enumerate([OTHER, RSA, OTHER]):
        provider.pages["/keys"] = {"keys": [jwk(key, f"new{number}")]}
        good = message(provider.token(key, kid=f"new{number}"))
        assert run(auth, "OAUTHBEARER", good) == Done("alice@example.org")
        assert provider.asked.count("/keys") == 2 + number


def test_not_every_unknown_name_of_a_key_is_looked_for(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who makes names up cannot have the provider flooded; in time new keys are found again."""
    monkeypatch.setattr(oauth_tokens, "PATIENCE", 1e6)
    auth = oauth(provider)
    for number in range(LOOKS + 20):
        assert isinstance(run(auth, "OAUTHBEARER", message(provider.token(kid=f"x{number}"))), Challenge)
    assert provider.asked.count("/keys") == 1 + LOOKS
    provider.pages["/keys"] = {"keys": [jwk(OTHER, "new")]}
    good = message(provider.token(OTHER, kid="new"))
    assert isinstance(run(auth, "OAUTHBEARER", good), Challenge)
    auth._holder.tokens._keys._counted -= 1e6
    assert run(auth, "OAUTHBEARER", good) == Done("alice@example.org")
    assert provider.asked.count("/keys") == 2 + LOOKS


def test_a_token_without_a_key_name_needs_one_fitting_key(provider: Provider) -> None:
    assert isinstance(run(oauth(provider), "OAUTHBEARER", message(provider.token(kid=None))), Done)
    provider.pages["/keys"] = {"keys": [jwk(RSA, "a"), jwk(OTHER, "b")]}
    assert isinstance(run(oauth(provider), "OAUTHBEARER", message(provider.token(kid=None))), Challenge)


@pytest.mark.parametrize(
    "page", [None, b"[" * 100_000, b"{}", b"[]", b"x" * (2 << 20)], ids=lambda p: str(p)[:9]
)
def test_a_provider_that_talks_nonsense_is_no_bad_token(provider: Provider, page: Any) -> None:
    provider.pages["/.well-known/openid-configuration"] = page
    with pytest.raises(Unavailable):
        run(oauth(provider), "OAUTHBEARER", message(provider.token()))


def test_old_keys_serve_while_the_provider_is_away(provider: Provider) -> None:
    auth = oauth(provider)
    assert isinstance(run(auth, "OAUTHBEARER", message(provider.token())), Done)
    del provider.pages["/keys"]
    keys = auth._holder.tokens._keys
    keys._fetched -= 600
    keys._tried -= 600
    assert isinstance(run(auth, "OAUTHBEARER", message(provider.token())), Done)


def test_rfc7662_introspection(provider: Provider) -> None:
    auth = oauth(provider, introspection=True, client_id="me:x", client_secret="s%")
    provider.pages["/introspect"] = {"active": True, **provider.claims()}
    assert run(auth, "OAUTHBEARER", message(b"opaque")) == Done("alice@example.org")
    (fields, header), *_ = provider.posted
    assert fields == {"token": ["opaque"], "token_type_hint": ["access_token"]}
    assert base64.b64decode(str(header).removeprefix("Basic ")) == b"me%3Ax:s%25"
    for wrong in (
        {"active": False},
        {"active": "true"},
        {"iss": "https://evil.example"},
        {"aud": "other"},
        {"exp": 1},
        {"exp": None},
        {"nbf": 2**40},
    ):
        provider.pages["/introspect"] = {"active": True, **provider.claims(), **wrong}
        assert isinstance(run(auth, "OAUTHBEARER", message(b"opaque")), Challenge), wrong


def test_a_good_token_is_remembered_until_it_ends(provider: Provider) -> None:
    auth = oauth(provider, 60, introspection=True, client_id="me", client_secret="s")
    provider.pages["/introspect"] = {"active": True, **provider.claims()}
    for _ in range(3):
        assert isinstance(run(auth, "OAUTHBEARER", message(b"opaque")), Done)
    assert len(provider.posted) == 1
    assert OAuth.reload(auth.context) == []
    provider.pages["/introspect"] = {"active": True, **provider.claims(exp=int(time.time()) - 5)}
    for _ in range(2):
        assert isinstance(run(auth, "OAUTHBEARER", message(b"opaque")), Done)  # within the leeway
    assert len(provider.posted) == 3


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"audience": ["x"]}, "Field required"),
        ({"issuer": "http://example.org", "audience": ["x"]}, "https"),
        ({"issuer": "https://example.org", "audience": []}, "at least 1"),
        ({"issuer": "https://example.org", "audience": ["x"], "algorithms": ["HS256"]}, "RS256"),
        ({"issuer": "https://example.org", "audience": ["x"], "algorithms": []}, "at least one"),
        ({"issuer": "https://example.org", "audience": ["x"], "introspection": True}, "client_secret"),
        ({"issuer": "https://example.org", "audience": ["x"], "jwks_uri": "ftp://x"}, "https"),
    ],
)
def test_mistakes_in_the_settings(section: Any, told: str) -> None:
    good = {"issuer": "https://example.org", "audience": ["x"]}
    assert OAuth.problems(Context({"oauth": good})) == []
    assert OAuth.problems(Context({"oauth": good, "cache": "1m"}))[0].setting == ("cache",)
    assert any(told in problem.text for problem in OAuth.problems(Context({"oauth": section})))
