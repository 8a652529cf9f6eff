"""`coromail passwd`: make the hash, or the app password, that goes into users.yaml."""

from __future__ import annotations

import datetime
import getpass
import sys

import yaml

from coromail.auth.app_password import generate, read
from coromail.auth.passwords import hash_password


class Refused(Exception):
    """The password, or the scheme, is not usable; the text says why."""


def hashed(scheme: str, *, from_stdin: bool) -> str:
    """Ask for a password (twice, not echoed; or one line of standard input) and return its hash.

    Raises `Refused`.
    """
    password = _one_line() if from_stdin else _ask()
    if not password:
        raise Refused("an empty password is no password")
    try:
        return hash_password(password, scheme)
    except ValueError as error:
        raise Refused(str(error)) from None


def app_password(
    name: str, protocols: list[str], expires: str | None, mailbox: str | None
) -> tuple[str, str]:
    """A new app password, and its entry for the list `app_passwords` of a user. Raises `Refused`."""
    password = generate()
    entry: dict[str, object] = {"name": name, "password": hash_password(password, "SSHA512")}
    try:
        if protocols:
            entry["protocols"] = protocols
        if expires is not None:
            entry["expires"] = datetime.date.fromisoformat(expires)
        if mailbox is not None:
            entry["mailbox"] = mailbox
        read(entry)
    except ValueError as error:
        raise Refused(str(error)) from None
    return password, yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=1000).rstrip()


def _one_line() -> str:
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Refused("the password is not valid UTF-8") from None


def _ask() -> str:
    try:
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Once more: "):
            raise Refused("the two differ")
    except EOFError:
        raise Refused("no password was typed; scripts use --stdin") from None
    return first
