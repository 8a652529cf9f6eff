"""A real OpenID Connect provider (oidc-provider, on Node), and a mail program's way to a token."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import subprocess
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.clients.programs import HERE

BACK = "http://127.0.0.1/back"  # where the browser is sent with the code; nobody listens
MAILER = "mailer"  # the public client that users let in


def new_key(name: str) -> dict[str, Any]:
    """A private key as JSON (RFC 7517)."""
    key = rsa.generate_private_key(65537, 2048)
    published = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key)) | {
        "kid": name,
        "alg": "RS256",
        "use": "sig",
    }
    del published["key_ops"]
    return published


class Provider:
    """The process. `keys` are published, the first one signs."""

    def __init__(self, folder: Path, *keys: dict[str, Any]) -> None:
        self._keys = folder / "keys.json"
        self._port = ""
        self.start(*keys)

    def start(self, *keys: dict[str, Any]) -> None:
        """Start, the second time at the same address."""
        self._keys.write_text(json.dumps(keys))
        self._process = subprocess.Popen(
            ["node", HERE / "oidc_provider.mjs", self._keys, *filter(None, [self._port])],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        lines = iter(self._process.stdout.readline, "")
        self.issuer = next(line.strip() for line in lines if line.startswith("http"))
        self._port = self.issuer.rpartition(":")[2]

    def stop(self) -> None:
        """End it; what it has given out is forgotten, but for what is signed."""
        self._process.kill()
        self._process.communicate(timeout=30)

    # What a program does

    def post(self, path: str, client: str = "", secret: str = "", **fields: str) -> dict[str, Any]:
        """Post a form as a client; the JSON that comes back."""
        request = urllib.request.Request(self.issuer + path, urlencode(fields).encode())
        if client:
            basic = base64.b64encode(f"{quote(client)}:{quote(secret)}".encode()).decode()
            request.add_header("Authorization", f"Basic {basic}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "{}")

    def program_token(self) -> str:
        """A program that has mail of its own, "robot", takes a token (RFC 6749 section 4.4)."""
        fields = {"grant_type": "client_credentials", "scope": "mail"}
        return self.post("/token", "robot", "secret of a robot", **fields)["access_token"]

    def revoke(self, token: str) -> None:
        """The mail program takes it back (RFC 7009)."""
        self.post("/token/revocation", client_id=MAILER, token=token)

    # What a user does

    def user_tokens(
        self, user: str, resource: str = "urn:mail", scope: str = "openid offline_access mail"
    ) -> dict[str, Any]:
        """A user logs in with a browser and lets the mail program in (RFC 8252, with PKCE, RFC 7636)."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "client_id": MAILER, "response_type": "code", "redirect_uri": BACK, "resource": resource,
            "scope": scope, "prompt": "consent", "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }  # fmt: skip
        code = Browser().log_in(f"{self.issuer}/auth?{urlencode(asked)}", user)
        return self.post(
            "/token", client_id=MAILER, grant_type="authorization_code", code=code, redirect_uri=BACK,
            code_verifier=verifier, resource=resource,
        )  # fmt: skip

    def refreshed(self, tokens: dict[str, Any]) -> dict[str, Any]:
        """New tokens without the user (RFC 6749 section 6)."""
        fields = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        return self.post("/token", client_id=MAILER, **fields)


class Browser(urllib.request.HTTPRedirectHandler):
    """Follows redirections, keeps cookies, and fills in the provider's forms."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(self, urllib.request.HTTPCookieProcessor(CookieJar()))

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str) -> Any:
        """Stop at the way back to the program."""
        if newurl.startswith(BACK):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def log_in(self, url: str, user: str) -> str:
        """Log in and consent; the code for the program (RFC 6749 section 4.1.2)."""
        form = None
        for _ in range(4):
            try:
                with self._opener.open(url, form, timeout=30) as answer:
                    url, page = answer.url, answer.read().decode()
            except urllib.error.HTTPError as error:
                with error:
                    back = error.headers["Location"]
                return parse_qs(urlsplit(back).query)["code"][0]
            action = re.search(r'<form[^>]* action="([^"]+)" method="post"', page)
            prompt = re.search(r'name="prompt" value="(\w+)"', page)
            assert action is not None, page
            assert prompt is not None, page
            url = urljoin(url, action[1])
            form = urlencode({"prompt": prompt[1], "login": user, "password": "any"}).encode()
        raise AssertionError(page)
