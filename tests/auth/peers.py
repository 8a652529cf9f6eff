"""Clients and users for the tests of authentication."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any, ClassVar

from coromail.auth.auth import Auth
from coromail.auth.connection_facts import ConnectionFacts
from coromail.auth.sasl.exchange import Challenge, Done, Exchange, Refused
from coromail.auth.users_file import UsersFile
from coromail.context import Context


class Secrets(Auth):
    """Three users whose passwords are known in clear; root may act as anybody."""

    provides_apop = True
    passwords: ClassVar = {"tim": "tanstaaftanstaaf", "user": "pencil", "root": "toor", "a,b=c": "x"}

    def auth_plain(self, user: str, password: str) -> bool:
        return self.passwords.get(user) == password

    def sasl_provides(self) -> list[str]:
        return ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"]

    def secret(self, user: str) -> str | None:
        return self.passwords.get(user)

    def may_act_as(self, user: str, other: str) -> bool:
        return user == "root" and other in self.passwords


def encrypted(auth: Any) -> Any:
    auth.connection = ConnectionFacts(encrypted=True, peer="192.0.2.1", hostname="mail.example")
    return auth


def b64(data: bytes) -> bytes:
    return base64.b64encode(data)


def run(
    auth: Auth, mechanism: str, *responses: bytes, initial: bytes | None = None
) -> Done | Refused | Challenge:
    """Drive an exchange with decoded responses; the last result."""
    exchange = Exchange(auth, mechanism)
    result = exchange.start(None if initial is None else b64(initial) or b"=")
    for response in responses:
        assert isinstance(result, Challenge)
        result = exchange.respond(b64(response))
    return result


def users_file(folder: Path, text: str, **settings: Any) -> UsersFile:
    (folder / "users.yaml").write_text(text)
    context = Context({"users_file": "users.yaml", **settings}, folder)
    auth: UsersFile = encrypted(UsersFile(context))
    return auth
