"""Users in a YAML file: `alice: {password: "$argon2id$…"}`."""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import yaml

from coromail.auth import app_password, passwords, prepare
from coromail.auth.problem import Problem
from coromail.auth.table_auth import TableAuth
from coromail.auth.user_table import User

KNOWN_KEYS = (
    "password",
    "home",
    "quota",
    "protocols",
    "allow_networks",
    "deny_networks",
    "master",
    "certificates",
    "groups",
    "app_passwords",
    "capabilities_off",
    "referral",
)
PROTOCOLS = ("imap", "pop3", "lmtp")


class UsersFile(TableAuth):
    """The users of the YAML file that the setting `users_file` names.

    Each user has a mapping of keys: `password` (with a scheme, see `coromail.auth.passwords`; null when only
    EXTERNAL or OAuth lets the user in), `protocols` (a list of imap, pop3 …), `allow_networks` and
    `deny_networks` (lists such as 10.0.0.0/8; who is denied may not come, allowed or not), `master` (true: may log
    in as other users, by authorization identity), `certificates` (a list of names that EXTERNAL accepts),
    `app_passwords` (a list, see `coromail.auth.app_password`), `groups` (a list: others may share mailboxes with
    "group:NAME"). `home`, `quota`, `capabilities_off` (IMAP extensions
    this user does not get), `referral` (an IMAP URL of the server to go to) and all others are kept for
    `user_settings`.
    """

    setting: ClassVar[str] = "users_file"

    @classmethod
    def read_users(cls, path: Path) -> tuple[dict[str, User], list[Problem]]:
        return read_users(path)


def check_users(path: str | Path) -> list[Problem]:
    """Everything that is wrong with the users file at `path`."""
    return read_users(Path(path))[1]


def read_users(path: Path) -> tuple[dict[str, User], list[Problem]]:
    """The users in the YAML file at `path`, and everything that is wrong with it."""
    reader = _Reader(path)
    try:
        reader.read(path.read_bytes())
    except OSError as error:
        reader.problem(0, f"cannot be read: {error.strerror}")
    except (yaml.YAMLError, ValueError) as error:  # their texts may quote a password
        mark = getattr(error, "problem_mark", None)
        reader.problem(mark.line + 1 if mark else 0, "not YAML here (special characters need quotes)")
    return reader.users, reader.problems


class _Reader:
    """Walks the nodes of the YAML text, because only nodes know their lines and show a key given twice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.users: dict[str, User] = {}
        self.problems: list[Problem] = []

    def problem(self, line: int, text: str) -> None:
        self.problems.append(Problem(self.path, line, text))

    def read(self, text: bytes) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        try:
            root = loader.get_single_node()
            if root is None:
                return
            if not isinstance(root, yaml.MappingNode):
                self.problem(root.start_mark.line + 1, "the file must map user names to their settings")
                return
            for key, value in root.value:
                self._user(key, value, lambda node: loader.construct_object(node, deep=True))
        finally:
            loader.dispose()

    def _user(self, key: yaml.Node, value: yaml.Node, construct: Callable[[yaml.Node], Any]) -> None:
        line = key.start_mark.line + 1
        name = prepare.user_name(key.value) if isinstance(key, yaml.ScalarNode) else None
        if name is None:
            self.problem(line, "not a user name")
            return
        if name in self.users:
            self.problem(line, f"user {name} is there twice")
        self.users[name] = User(name)
        if not isinstance(value, yaml.MappingNode):
            self.problem(line, f"user {name}: expected a mapping such as {{password: …}}")
            return
        settings: dict[str, Any] = {}
        lines: dict[str, int] = {"": line}
        for setting, node in value.value:
            if not isinstance(setting, yaml.ScalarNode) or setting.value in settings:
                self.problem(setting.start_mark.line + 1, f"user {name}: a key is there twice or is no word")
                continue
            settings[setting.value] = construct(node)
            lines[setting.value] = setting.start_mark.line + 1
        self.users[name] = _Settings(self, name, settings, lines).user()


class _Settings:
    """The settings of one user, judged key by key."""

    def __init__(self, reader: _Reader, name: str, settings: dict[str, Any], lines: dict[str, int]) -> None:
        self.reader = reader
        self.name = name
        self.settings = settings
        self.lines = lines

    def user(self) -> User:
        for key in self.settings.keys() - set(KNOWN_KEYS):
            for near in difflib.get_close_matches(key, KNOWN_KEYS, 1, 0.8):
                self._problem(key, f'unknown key "{key}", did you mean "{near}"?')
        return User(
            name=self.name,
            stored=self._password(),
            master=self._master(),
            protocols=frozenset(self._words("protocols", PROTOCOLS)),
            networks=tuple(self._networks("allow_networks")),
            denied=tuple(self._networks("deny_networks")),
            certificates=tuple(self._words("certificates")),
            app_passwords=tuple(self._app_passwords()),
            settings=self._others(),
        )

    def _problem(self, key: str, text: str) -> None:
        self.reader.problem(self.lines.get(key, self.lines[""]), f"user {self.name}: {text}")

    def _password(self) -> str | None:
        if "password" not in self.settings:
            self._problem("password", "no password (write null for a user who needs none)")
            return None
        stored = self.settings["password"]
        if stored is None:
            return None
        if not isinstance(stored, str):
            self._problem("password", "the password must be text in quotes")
            return None
        try:
            passwords.check(stored)
        except ValueError as error:
            self._problem("password", str(error))
            return None
        return stored

    def _others(self) -> dict[str, Any]:
        self._words("groups")
        return {
            key: value for key, value in self.settings.items() if key not in ("password", "app_passwords")
        }

    def _app_passwords(self) -> list[app_password.AppPassword]:
        entries = self.settings.get("app_passwords", [])
        if not isinstance(entries, list) or len(entries) > app_password.MOST:
            self._problem("app_passwords", f"app_passwords must be a list of at most {app_password.MOST}")
            return []
        found = []
        for entry in entries:
            try:
                found.append(app_password.read(entry))
            except ValueError as error:
                self._problem("app_passwords", str(error))
        return found

    def _master(self) -> bool:
        value = self.settings.get("master", False)
        if not isinstance(value, bool):
            self._problem("master", "master must be true or false")
        return value is True

    def _words(self, key: str, allowed: tuple[str, ...] = ()) -> list[str]:
        value = self.settings.get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self._problem(key, f"{key} must be a list of words")
            return []
        for word in value:
            if allowed and word not in allowed:
                self._problem(key, f'{key}: "{word}" is none of {", ".join(allowed)}')
        return value

    def _networks(self, key: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        found = []
        for word in self._words(key):
            try:
                found.append(ipaddress.ip_network(word, strict=False))
            except ValueError:
                self._problem(key, f'{key}: "{word}" is no network')
        return found
