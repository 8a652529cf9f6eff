"""Users in an LDAP directory. Needs the extra `ldap`: pip install coromail[ldap] (and the headers of libldap)."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import ldap
from ldap.filter import escape_filter_chars
from pydantic import Field, model_validator

from coromail.auth import prepare
from coromail.auth.attempt import Attempt
from coromail.auth.remote_auth import RemoteAuth
from coromail.auth.section import AuthSection
from coromail.auth.user_record import user_of
from coromail.auth.user_table import User
from coromail.context import Context
from coromail.errors import Unavailable
from coromail.native_lock import NativeLock

# Made by an import after gevent's patching, python-ldap's locks would be between greenlets; threads share these.
ldap.LDAPLockBaseClass = NativeLock
ldap._ldap_module_lock = ldap.LDAPLock(desc="Module wide")

logger = logging.getLogger(__name__)

IDLE = 4  # connections kept for the next question
REFUSED = (
    ldap.INVALID_CREDENTIALS,
    ldap.INAPPROPRIATE_AUTH,
    ldap.NO_SUCH_OBJECT,
    ldap.UNWILLING_TO_PERFORM,
    ldap.CONSTRAINT_VIOLATION,
    ldap.INVALID_DN_SYNTAX,
)
_PLACE = re.compile(r"\{(user|dn)\}")


class LdapSection(AuthSection):
    """`auth.ldap`: where the directory is, and how to find users in it.

    In `filter`, "{user}" stands for the name, escaped (RFC 4515 section 3); in `group_filter`, "{dn}" and
    "{user}". `attributes` maps settings of a user (home, quota, protocols …) to attributes of the entry.
    """

    key: ClassVar[str] = "ldap"
    uri: str = Field(pattern=r"^(ldaps?|ldapi)://")
    starttls: bool = False
    ca: Path | None = None
    timeout: float = Field(default=5.0, gt=0)
    bind_dn: str = ""
    bind_password: str = Field(default="", repr=False)
    base: str
    scope: Literal["one", "sub"] = "sub"
    filter: str = "(&(objectClass=person)(uid={user}))"
    name: str = "uid"
    attributes: dict[str, str] = Field(default_factory=dict)
    group_base: str | None = None
    group_filter: str = "(&(objectClass=groupOfNames)(member={dn}))"
    group_name: str = "cn"

    @model_validator(mode="after")
    def _asks_for_the_user(self) -> LdapSection:
        if "{user}" not in self.filter:
            raise ValueError("filter must have {user} where the name belongs")
        return self


class Ldap(RemoteAuth):
    """Users in a directory: found by a search, their passwords checked by a bind as the user (RFC 4513)."""

    @classmethod
    def make_directory(cls, context: Context) -> LdapDirectory:
        section = LdapSection.of(context)
        return LdapDirectory(section, None if section.ca is None else context.path(section.ca))


class LdapDirectory:
    """Answers from one LDAP server, over a few connections that are kept."""

    def __init__(self, section: LdapSection, ca: Path | None) -> None:
        self._section = section
        self._ca = ca
        self._idle: list[Any] = []

    def check(self, attempt: Attempt) -> User | None:
        if not attempt.password:  # would be an unauthenticated bind, which succeeds: RFC 4513 section 5.1.2
            return None
        found = self._ask(attempt.user)
        # Who is unknown costs the same questions, so that nobody learns from the clock who exists.
        dn = (
            f"{self._section.name}={secrets.token_hex(16)},{self._section.base}"
            if found is None
            else found[0]
        )
        return found[1] if self._binds(dn, attempt.password) and found is not None else None

    def find(self, name: str) -> User | None:
        found = self._ask(name)
        return None if found is None else found[1]

    def close(self) -> None:
        while self._idle:
            self._idle.pop().unbind_s()

    def _binds(self, dn: str, password: str) -> bool:
        """Whether this is the password of an entry. Over a connection of its own, which is the user's then."""
        try:
            connection = self._connect()
            try:
                connection.simple_bind_s(dn, password)
            finally:
                connection.unbind_s()
        except REFUSED:
            return False
        except ldap.LDAPError as error:
            raise _unavailable(error) from error
        return True

    def _ask(self, name: str) -> tuple[str, User] | None:
        """Look a user up over a kept connection; over a new one when the server has closed that."""
        while self._idle:
            try:
                connection = self._idle.pop()
                return self._lookup_over(connection, name)
            except IndexError:  # another thread was faster
                break
            except (ldap.SERVER_DOWN, ldap.TIMEOUT, ldap.CONNECT_ERROR):
                continue
            except ldap.LDAPError as error:
                raise _unavailable(error) from error
        try:
            connection = self._connect()
            connection.simple_bind_s(self._section.bind_dn, self._section.bind_password)
            return self._lookup_over(connection, name)
        except ldap.LDAPError as error:
            raise _unavailable(error) from error

    def _lookup_over(self, connection: Any, name: str) -> tuple[str, User] | None:
        answer = self._lookup(connection, name)
        if len(self._idle) < IDLE:
            self._idle.append(connection)
        else:
            connection.unbind_s()
        return answer

    def _connect(self) -> Any:
        section = self._section
        connection = ldap.initialize(section.uri)
        connection.set_option(ldap.OPT_PROTOCOL_VERSION, 3)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, section.timeout)
        connection.set_option(ldap.OPT_TIMEOUT, section.timeout)
        connection.set_option(ldap.OPT_REFERRALS, 0)  # another server would be shown the password
        if section.starttls or section.uri.startswith("ldaps:"):
            connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
            if self._ca is not None:
                connection.set_option(ldap.OPT_X_TLS_CACERTFILE, str(self._ca))
            connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
        if section.starttls:
            connection.start_tls_s()
        return connection

    def _lookup(self, connection: Any, name: str) -> tuple[str, User] | None:
        """The entry of `name`: its DN and what it says. None unless there is exactly one."""
        section = self._section
        scope = ldap.SCOPE_ONELEVEL if section.scope == "one" else ldap.SCOPE_SUBTREE
        wanted = [section.name, *section.attributes.values()]
        entries = _search(connection, section.base, scope, fill(section.filter, {"user": name}), wanted)
        if len(entries) != 1:
            if entries:
                logger.error("%d entries of the directory are the user %r", len(entries), name)
            return None
        dn, attributes = entries[0]
        values = {key.lower(): [_text(value) for value in found] for key, found in attributes.items()}
        # Directories compare loosely. The name that counts is the one in the entry.
        names = [prepare.user_name(value) for value in values.get(section.name.lower(), [])]
        if not names or names[0] is None:
            return None
        canonical = name if name in names else names[0]
        record = {
            setting: _one_or_all(values[attribute.lower()])
            for setting, attribute in section.attributes.items()
            if attribute.lower() in values and setting != "password"
        }
        if section.group_base is not None:
            record["groups"] = self._groups(connection, dn, canonical)
        return dn, user_of(canonical, record)

    def _groups(self, connection: Any, dn: str, name: str) -> list[str]:
        section = self._section
        query = fill(section.group_filter, {"dn": dn, "user": name})
        entries = _search(
            connection, str(section.group_base), ldap.SCOPE_SUBTREE, query, [section.group_name]
        )
        return sorted(_text(value) for _, found in entries for values in found.values() for value in values)


def fill(template: str, values: Mapping[str, str]) -> str:
    """A filter with values in its places, each escaped; what a value holds is never looked at again."""
    return _PLACE.sub(lambda place: escape_filter_chars(values.get(place[1], "")), template)


def _search(
    connection: Any, base: str, scope: int, query: str, wanted: list[str]
) -> list[tuple[str, dict[str, list[bytes]]]]:
    try:
        found = connection.search_ext_s(base, scope, query, wanted, sizelimit=1000)
    except ldap.NO_SUCH_OBJECT:
        return []
    return [(dn, attributes) for dn, attributes in found if dn is not None]  # None: a referral


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _unavailable(error: ldap.LDAPError) -> Unavailable:
    detail = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    logger.error("directory: %s %s", type(error).__name__, detail.get("desc", ""))
    return Unavailable("The directory of users does not answer, please try again")
