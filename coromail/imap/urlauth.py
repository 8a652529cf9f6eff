"""URLs that let others read a message: URLAUTH, mechanism INTERNAL (RFC 4467).

Off unless the administrator says otherwise (`Host.urlauth`). Every mailbox has a random key for each user who
made such URLs of it; a URL is proved by an HMAC over its octets. What is wrong with a URL is never told, and a
mailbox or user that there is not takes the same steps.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coromail.auth.connection_facts import ConnectionFacts
from coromail.errors import Bad, StorageError
from coromail.imap.catenating import read
from coromail.imap.wire.url import AuthorizedUrl, parse_authorized
from coromail.model.mailbox import Mailbox
from coromail.model.model import Model

if TYPE_CHECKING:
    from coromail.imap.session import Session

MAX_URLS = 100  # in one command
MECHANISM = "INTERNAL"
KEY_SIZE = 32  # octets


def property_of(user: str) -> str:
    """The property of a mailbox that holds the key of a user (the "mailbox access key table", section 2.4)."""
    return f"urlauth {user}"


def reset(mailbox: Mailbox, user: str, key: bytes | None) -> None:
    """Replace or remove the key: URLs made with the old one are worth nothing any more. Durable on return."""
    mailbox.set_properties({property_of(user): key})
    mailbox.settle()
    for listener in list(mailbox.listeners):
        listener.keys_changed()


def new_key() -> bytes:
    """A fresh mailbox access key."""
    return secrets.token_bytes(KEY_SIZE)


def authorize(session: Session, raw: bytes) -> bytes:
    """GENURLAUTH: the URL with mechanism and token. Raises Bad for all that is wrong with it."""
    url = parse_authorized(raw)
    user = session.model.user
    if url.mechanism or _prepared(session, url.user) != user or not _is_here(session, url.host):
        raise Bad("The URL is not one of your own")
    kind, _, name = url.access.partition("+")
    if kind.lower() not in (("submit", "user") if name else ("authuser", "anonymous")):
        raise Bad("Access identifier expected in the URL")
    if url.expire and _time(url.expire) is None:
        raise Bad("Date and time expected in the URL")
    try:
        mailbox = session.model.select(url.message.mailbox)
    except StorageError:
        raise Bad("The URL names no mailbox") from None
    key = mailbox.properties.get(property_of(user))
    if key is None:
        key = new_key()
        mailbox.set_properties({property_of(user): key})
        mailbox.settle()
    return url.rump + b":INTERNAL:" + _token(key, url.rump)


def fetch(session: Session, raw: bytes) -> bytes | None:
    """URLFETCH: the octets that a URL stands for; None when it, or its user, may not read them (section 6)."""
    try:
        url = parse_authorized(raw)
    except Bad:
        return None
    with _mail_of(session, url.user) as model:
        key = _key(model, url)
        proof = _token(key or new_key(), url.rump)
        proved = hmac.compare_digest(proof, url.token.lower()) and url.mechanism == MECHANISM
        if model is None or key is None or not proved or _expired(url) or not _admits(session, url.access):
            return None
        try:
            return read(model, url.message)
        except StorageError:
            return None


def _key(model: Model | None, url: AuthorizedUrl) -> bytes | None:
    """The key that the owner of the URL has for its mailbox, if the owner may still read that."""
    if model is None:
        return None
    try:
        return model.select(url.message.mailbox).properties.get(property_of(model.user))
    except StorageError:
        return None


def _token(key: bytes, rump: bytes) -> bytes:
    return hmac.digest(key, rump, "sha256").hex().encode("ascii")


@contextmanager
def _mail_of(session: Session, name: str) -> Iterator[Model | None]:
    """The mail of the user whom the URL names, None when there is no such user here."""
    user = _prepared(session, name)
    if user == session.model.user:
        yield session.model
        return
    auth = session.host.make_auth()
    # Rules on the addresses that users log in from say nothing about those who read their URLs.
    auth.connection = ConnectionFacts(protocol="imap", encrypted=True, hostname=session.host.hostname)
    if user is None or not auth.knows(user) or not auth.may_log_in(user):
        yield None
        return
    auth.user = user
    model = session.host.make_model(auth)
    try:
        yield model
    finally:
        model.close()


def _prepared(session: Session, name: str) -> str | None:
    return None if session.auth is None else session.auth.prepare_user(name)


def _is_here(session: Session, host: str) -> bool:
    return host.lower().partition(":")[0] == session.host.hostname.lower()


def _admits(session: Session, access: str) -> bool:
    """Whether the access identifier lets this session in (section 3)."""
    kind, _, name = access.partition("+")
    kind, user = kind.lower(), session.model.user
    if kind == "submit":
        return bool(name) and user in (session.host.urlauth or ())
    if kind == "user":
        return _prepared(session, name) == user
    if kind == "authuser":
        return session.auth is not None and session.auth.anonymous_user() != user
    return kind == "anonymous"


def _expired(url: AuthorizedUrl) -> bool:
    if not url.expire:
        return False
    end = _time(url.expire)
    return end is None or end < datetime.now(UTC)


def _time(text: str) -> datetime | None:
    """A date-time of RFC 3339."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
