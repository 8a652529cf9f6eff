"""Users of this machine by PAM, with a service file of the test's own, where that can be written."""

from __future__ import annotations

import os
import pwd
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coromail.context import Context
from coromail.errors import Unavailable

from .peers import encrypted

pytest.importorskip("pam")
from coromail.auth.pam import Pam

FOLDER = Path("/etc/pam.d")
needs_pam = pytest.mark.skipif(not os.access(FOLDER, os.W_OK), reason="only root can add a PAM service")
NOBODY = pwd.getpwnam("nobody")

# pam_exec gets the password on standard input, with a NUL behind it
SERVICE = """auth [success=done default=ignore] pam_exec.so quiet expose_authtok {script}
auth required pam_deny.so
account required {account}
"""
SCRIPT = '#!/bin/sh\n[ "$(tr -d "\\000")" = "open sesame" ]\n'


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Any]:
    made: list[Path] = []
    script = tmp_path / "check.sh"
    script.write_text(SCRIPT)
    script.chmod(0o755)

    def make(account: str = "pam_permit.so") -> str:
        file = FOLDER / f"coromail-test-{secrets.token_hex(4)}"
        made.append(file)
        file.write_text(SERVICE.format(script=script, account=account))
        return file.name

    yield make
    for file in made:
        file.unlink()


def pam_auth(service: str, **more: Any) -> Any:
    return encrypted(Pam(Context({"pam": {"service": service, **more}})))


@needs_pam
def test_password_and_account_are_asked(service: Any) -> None:
    auth = pam_auth(service())
    assert auth.login("nobody", "open sesame")
    assert auth.user_settings("nobody")["home"] == NOBODY.pw_dir
    assert auth.user_settings("nobody")["groups"]
    assert not auth.login("nobody", "open")
    assert not pam_auth(service("pam_deny.so")).login("nobody", "open sesame")


@needs_pam
def test_only_users_of_the_machine_with_a_high_id(service: Any) -> None:
    auth = pam_auth(service())
    assert not auth.login("root", "open sesame")
    assert not auth.login("no-such-user", "open sesame")
    assert not auth.knows("root")
    assert auth.knows("nobody")
    assert pam_auth(service(), minimum_uid=0).knows("root")


@needs_pam
def test_a_broken_service_is_no_wrong_password(service: Any) -> None:
    auth = pam_auth(service())
    assert not auth.login("nobody", "")
    broken = FOLDER / service()
    broken.write_text("auth required pam_no_such_module.so\naccount required pam_permit.so\n")
    with pytest.raises(Unavailable):
        pam_auth(broken.name).login("nobody", "open sesame")


def test_the_section_may_be_left_out() -> None:
    assert Pam.problems(Context({})) == []
    assert Pam.problems(Context({"pam": {"servce": "x"}}))[0].setting == ("pam", "servce")


def test_a_machine_without_pam(monkeypatch: pytest.MonkeyPatch) -> None:
    """ctypes gives the program itself for a library that is not there, and that has no such functions."""

    def missing() -> None:
        raise AttributeError("undefined symbol: pam_start")

    monkeypatch.setattr("pam.PamAuthenticator", missing)
    [problem] = Pam.problems(Context({}))
    assert "no libpam" in problem.text
