"""Users in a passwd-file as Dovecot reads it: "user:password:uid:gid:gecos:home:shell:extra fields".

https://doc.dovecot.org/latest/core/config/auth/databases/passwd_file.html
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any, ClassVar

from coromail.auth import passwords, prepare
from coromail.auth.problem import Problem
from coromail.auth.table_auth import TableAuth
from coromail.auth.user_table import User

LOCKED = ("", "x", "*", "!")  # what stands where no password is meant to match


class PasswdFile(TableAuth):
    """The users of the file that the setting `passwd_file` names.

    Everything after the user name may be left out. A password without a scheme is a hash of crypt(3), as in
    /etc/shadow. Of the extra fields, separated by spaces, `allow_nets` and `nologin` are obeyed, and all
    are kept for `user_settings`, with uid, gid and home, and without the prefix "userdb_"; `acl_groups` as `groups`.
    """

    setting: ClassVar[str] = "passwd_file"

    @classmethod
    def read_users(cls, path: Path) -> tuple[dict[str, User], list[Problem]]:
        return read_passwd(path)


def read_passwd(path: Path) -> tuple[dict[str, User], list[Problem]]:
    """The users in the passwd-file at `path`, and everything that is wrong with it."""
    users: dict[str, User] = {}
    problems: list[Problem] = []
    try:
        lines = path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    except OSError as error:
        return {}, [Problem(path, 0, f"cannot be read: {error.strerror}")]
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            user = _user(line.rstrip("\r"))
        except ValueError as error:
            problems.append(Problem(path, number, str(error)))
            continue
        if user.name in users:
            problems.append(Problem(path, number, f"user {user.name} is there twice"))
        users[user.name] = user
    return users, problems


def _user(line: str) -> User:
    """The user of one line. Raises ValueError, without quoting the password."""
    fields = line.split(":", 7)
    name = prepare.user_name(fields[0].strip())
    if name is None:
        raise ValueError("not a user name")
    fields += [""] * (8 - len(fields))
    settings: dict[str, Any] = {
        key: value
        for key, value in zip(("uid", "gid", "home"), (fields[2], fields[3], fields[5]), strict=True)
        if value
    }
    extra = dict(_key_value(word) for word in fields[7].split())
    if "nopassword" in extra:
        raise ValueError(f"user {name}: nopassword is not supported")
    settings.update((key.removeprefix("userdb_"), value) for key, value in extra.items())
    if "acl_groups" in settings:
        settings["groups"] = [name for name in settings["acl_groups"].split(",") if name]
    try:
        networks = tuple(
            ipaddress.ip_network(net, strict=False) for net in extra.get("allow_nets", "").split(",") if net
        )
    except ValueError:
        raise ValueError(f"user {name}: allow_nets is no list of networks") from None
    stored = None if "nologin" in extra else _stored(name, fields[1])
    return User(name=name, stored=stored, networks=networks, settings=settings)


def _stored(name: str, password: str) -> str | None:
    if password in LOCKED or password.startswith("!"):
        return None
    stored = password if password.startswith(("{", "$argon2")) else "{CRYPT}" + password
    try:
        passwords.check(stored)
    except ValueError as error:
        raise ValueError(f"user {name}: {error}") from None
    return stored


def _key_value(word: str) -> tuple[str, str]:
    key, _, value = word.partition("=")
    return key, value
