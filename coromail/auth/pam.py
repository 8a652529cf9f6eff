"""Users of the system, by PAM. Needs the extra `pam`: pip install coromail[pam]."""

from __future__ import annotations

import grp
import os
import pwd
from typing import Any, ClassVar

import pam

from coromail.auth import prepare
from coromail.auth.attempt import Attempt
from coromail.auth.problem import UsersError, in_settings
from coromail.auth.remote_auth import RemoteAuth
from coromail.auth.section import AuthSection
from coromail.auth.user_table import User
from coromail.context import Context
from coromail.errors import Unavailable

# pam_authenticate(3) and pam_acct_mgmt(3): the fault is not the user's
TROUBLE = frozenset(
    getattr(pam, name)
    for name in (
        "PAM_ABORT",
        "PAM_AUTHINFO_UNAVAIL",
        "PAM_BUF_ERR",
        "PAM_MODULE_UNKNOWN",
        "PAM_OPEN_ERR",
        "PAM_SERVICE_ERR",
        "PAM_SYMBOL_ERR",
        "PAM_SYSTEM_ERR",
    )
)


class PamSection(AuthSection):
    """`auth.pam`: the service (a file in /etc/pam.d), and the lowest user id that has mail."""

    key: ClassVar[str] = "pam"
    service: str = "coromail"
    minimum_uid: int = 1000


class Pam(RemoteAuth):
    """The users of this machine. PAM checks password and account; groups are those of the system.

    Users with an id below `minimum_uid` (root, daemons) are unknown here, whatever PAM says.
    """

    @classmethod
    def make_directory(cls, context: Context) -> SystemUsers:
        section = PamSection() if "pam" not in context.settings else PamSection.of(context)
        return SystemUsers(section)


class SystemUsers:
    """PAM and the user database of this machine."""

    def __init__(self, section: PamSection) -> None:
        """Load libpam: `pam` runs a program to find it, which no thread of the pool could do. Raises `UsersError`."""
        try:
            pam.PamAuthenticator()
        except (AttributeError, OSError) as error:
            raise UsersError([in_settings("there is no libpam on this machine", "pam")]) from error
        self._section = section

    def check(self, attempt: Attempt) -> User | None:
        if not attempt.password:
            return None
        conversation = pam.PamAuthenticator()
        accepted = conversation.authenticate(
            attempt.user, attempt.password, service=self._section.service, resetcreds=False
        )
        if not accepted and conversation.code in TROUBLE:
            raise Unavailable("Passwords cannot be checked now")
        return self.find(attempt.user) if accepted else None

    def find(self, name: str) -> User | None:
        try:
            entry = pwd.getpwnam(name)
        except (KeyError, ValueError):
            return None
        if entry.pw_uid < self._section.minimum_uid or prepare.user_name(entry.pw_name) != name:
            return None
        settings: dict[str, Any] = {"home": entry.pw_dir, "uid": entry.pw_uid, "gid": entry.pw_gid}
        settings["groups"] = [_group(gid) for gid in os.getgrouplist(entry.pw_name, entry.pw_gid)]
        return User(name, settings=settings)

    def close(self) -> None:
        """Nothing stays open."""


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
