"""OAuth with a real OpenID Connect provider: tokens by its own flows, shown by mail programs to a whole server."""

from __future__ import annotations

import imaplib
import json
import poplib
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jwt
import pytest

from coromail.auth.oauth import OAuth
from coromail.auth.oauth_tokens import FRESH
from coromail.auth.sasl.exchange import Challenge, Done
from coromail.context import Context
from tests.auth.peers import encrypted, run
from tests.clients import programs
from tests.clients.oidc import Provider, new_key
from tests.clients.programs import HERE, needs, needs_node
from tests.clients.site import Site
from tests.clients.test_mutt import mutt

pytestmark = [needs_node("oidc-provider"), pytest.mark.timeout(120)]

AUTH = """\
auth:
  class: coromail.auth.chain:Chain
  chain:
    - class: coromail.auth.oauth:OAuth
      oauth: {settings}
    - {{class: "coromail.auth.users_file:UsersFile", users_file: users.yaml}}
"""
INTROSPECTION = {"introspection": True, "client_id": "coromail", "client_secret": "secret: of %coromail"}
BOB = "bob@example.org"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    made = Provider(tmp_path_factory.mktemp("oidc"), new_key("one"))
    yield made
    made.stop()


def settings(provider: Provider, **more: Any) -> dict[str, Any]:
    return {"issuer": provider.issuer, "audience": ["coromail"], "scope": ["mail"], "leeway": 0, **more}


def served(site: Site, provider: Provider, **more: Any) -> Site:
    """The site, with users of the provider before those of the file; nobody is slowed down."""
    text = site.configuration.read_text()
    auth = AUTH.format(settings=json.dumps(settings(provider, **more)))
    text = text.replace("auth: {users_file: users.yaml}\n", auth)
    site.configuration.write_text(text + "limits: {exempt_networks: [127.0.0.0/8]}\n")
    site.start()
    site.deliver(BOB, b"Subject: hello\r\n\r\nbob\r\n")
    return site


def shown(mechanism: str, token: str, user: str = BOB) -> bytes:
    if mechanism == "XOAUTH2":
        return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
    return f"n,a={user},\x01host=localhost\x01port=993\x01auth=Bearer {token}\x01\x01".encode()


def imap(site: Site, mechanism: str, token: str, user: str = BOB) -> dict[str, str] | None:
    """Log in by IMAP: None if that goes well and there is mail, else what the client is told."""
    told: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        told.append(challenge)
        return shown(mechanism, token, user) if len(told) == 1 else b"\x01" * (mechanism == "OAUTHBEARER")

    with imaplib.IMAP4_SSL("localhost", site.ports["imaps"], ssl_context=site.tls, timeout=60) as client:
        try:
            client.authenticate(mechanism, answer)
        except imaplib.IMAP4.error as error:
            if len(told) == 1:
                return {"status": str(error)}
            return dict(json.loads(told[1]))
        assert client.select("INBOX")[1] == [b"1"]
        return None


def pop3(site: Site, mechanism: str, token: str) -> bool:
    """Log in by POP3 (RFC 5034, with the first response behind an empty challenge)."""
    client = poplib.POP3_SSL("localhost", site.ports["pop3s"], context=site.tls, timeout=60)
    try:
        client._shortcmd(f"AUTH {mechanism}")
        said = client._shortcmd(b64encode(shown(mechanism, token)).decode())
        if said.startswith(b"+ "):
            client._shortcmd("*")
        assert client.stat()[0] == 1
    except poplib.error_proto:
        return False
    finally:
        client.close()
    return True


def test_tokens_of_a_user_open_his_mail(provider: Provider, site: Site) -> None:
    """By browser and PKCE, and refreshed; a token shown for somebody else opens nothing."""
    served(site, provider)
    tokens = provider.user_tokens("bob")
    for token in (tokens["access_token"], provider.refreshed(tokens)["access_token"]):
        for mechanism in ("OAUTHBEARER", "XOAUTH2"):
            assert imap(site, mechanism, token) is None
            assert pop3(site, mechanism, token)
            assert imap(site, mechanism, token, "alice@example.org") is not None
    assert imap(site, "OAUTHBEARER", tokens["id_token"]) is not None  # meant for the program
    assert imap(site, "OAUTHBEARER", tokens["refresh_token"]) is not None
    with site.imap("carol") as client:  # of the users file
        assert client.select()[0] == "OK"
    site.stop()


def test_tokens_that_are_not_for_us(provider: Provider, site: Site) -> None:
    """Of another audience, at their end, without the scope; a client learns where to get a better one."""
    served(site, provider)
    where = {"scope": "mail", "openid-configuration": f"{provider.issuer}/.well-known/openid-configuration"}
    other = provider.user_tokens("bob", "urn:files")["access_token"]
    unscoped = provider.user_tokens("bob", scope="openid")["access_token"]
    brief = provider.user_tokens("bob", "urn:brief")["access_token"]
    claims = jwt.decode(brief, options={"verify_signature": False})
    while time.time() <= claims["exp"]:
        time.sleep(0.1)
    for mechanism in ("OAUTHBEARER", "XOAUTH2"):
        for token in (other, brief):
            assert imap(site, mechanism, token) == {"status": "invalid_token", **where}
            assert not pop3(site, mechanism, token)
        assert imap(site, mechanism, unscoped) == {"status": "insufficient_scope", **where}
    site.stop()


def test_a_token_that_was_taken_back(provider: Provider, site: Site) -> None:
    """RFC 7662 introspection, RFC 7009 revocation: opaque tokens are judged by the provider, each time."""
    served(site, provider, **INTROSPECTION)
    tokens = provider.user_tokens("bob", "urn:opaque")
    token = tokens["access_token"]
    assert "." not in token
    for mechanism in ("OAUTHBEARER", "XOAUTH2"):
        assert imap(site, mechanism, token) is None
        assert pop3(site, mechanism, token)
    provider.revoke(token)
    for mechanism in ("OAUTHBEARER", "XOAUTH2"):
        assert imap(site, mechanism, token) is not None
        assert not pop3(site, mechanism, token)
    assert imap(site, "OAUTHBEARER", provider.refreshed(tokens)["access_token"]) is None
    site.stop()


def test_a_program_with_mail_of_its_own(provider: Provider, site: Site) -> None:
    """RFC 6749 section 4.4: no user takes part."""
    served(site, provider)
    site.deliver("robot@example.org", b"Subject: for a program\r\n\r\n")
    token = provider.program_token()
    assert imap(site, "OAUTHBEARER", token, "robot@example.org") is None
    assert imap(site, "OAUTHBEARER", token) is not None
    site.stop()


def test_keys_that_change(tmp_path: Path) -> None:
    """A new key signs: its tokens are good at once, those of the old key while that is published."""
    old, new = new_key("old"), new_key("new")
    provider = Provider(tmp_path, old)
    try:
        auth: Any = encrypted(OAuth(Context({"oauth": settings(provider)})))
        first = provider.user_tokens("bob")["access_token"]
        assert run(auth, "OAUTHBEARER", shown("OAUTHBEARER", first)) == Done(BOB)
        provider.stop()
        provider.start(new, old)
        second = provider.user_tokens("bob")["access_token"]
        keys = auth._holder.tokens._keys
        for token in (second, first):
            assert run(auth, "OAUTHBEARER", shown("OAUTHBEARER", token)) == Done(BOB)
        provider.stop()
        assert run(auth, "OAUTHBEARER", shown("OAUTHBEARER", second)) == Done(BOB)
        provider.start(new)
        keys._fetched -= FRESH
        keys._tried -= FRESH
        assert isinstance(run(auth, "OAUTHBEARER", shown("OAUTHBEARER", first)), Challenge)
        assert run(auth, "OAUTHBEARER", shown("OAUTHBEARER", second)) == Done(BOB)
    finally:
        provider.stop()


# Mail programs


@needs("curl")
@pytest.mark.parametrize("mechanism", ["OAUTHBEARER", "XOAUTH2"])
def test_curl(provider: Provider, site: Site, tmp_path: Path, mechanism: str) -> None:
    served(site, provider)
    token = provider.user_tokens("bob")["access_token"]
    for url in (
        f"imaps://localhost:{site.ports['imaps']}/INBOX;UID=1",
        f"pop3s://localhost:{site.ports['pop3s']}/1",
    ):
        for shows, statuses in ((token, (0,)), (token[:-8], (67,))):
            said = programs.run(
                tmp_path / "home", "curl", "-sS", url, "--cacert", site.certificate, "--user", f"{BOB}:",
                "--oauth2-bearer", shows, "--login-options", f"AUTH={mechanism}", statuses=statuses,
            )  # fmt: skip
            assert ("Subject: hello" in said) == (shows == token)
    site.stop()


@needs_node("imapflow")
def test_imapflow(provider: Provider, site: Site, tmp_path: Path) -> None:
    served(site, provider)
    token = provider.user_tokens("bob")["access_token"]
    command = ("node", HERE / "imapflow_oauth.js", site.ports["imaps"], BOB)
    assert programs.run(tmp_path / "home", *command, token, site.certificate) == "1\n"
    said = programs.run(tmp_path / "home", *command, token[:-8], site.certificate, statuses=(1,))
    assert '"status":"invalid_token"' in said
    site.stop()


@needs("mutt")
@pytest.mark.parametrize("mechanism", ["oauthbearer", "xoauth2"])
def test_mutt(provider: Provider, site: Site, tmp_path: Path, mechanism: str) -> None:
    served(site, provider)
    token = provider.user_tokens("bob")["access_token"]
    command = programs.written(tmp_path / "token.sh", f"echo {token}\n")
    oauth = f'set imap_authenticators="{mechanism}" imap_oauth_refresh_command="sh {command}"\n'
    oauth += f'set imap_user="{BOB}"'
    keys = f"<tag-pattern>~A<enter><tag-prefix><copy-message>{tmp_path}/copy<enter>"
    mutt("mutt", site, quote(BOB, safe=""), tmp_path, keys, oauth)
    [octets] = programs.in_maildir(tmp_path / "copy")
    assert b"Subject: hello" in octets
    site.stop()
