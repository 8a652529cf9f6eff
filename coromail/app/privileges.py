"""Give up root: change root, group, supplementary groups and user, in this order, for good."""

from __future__ import annotations

import grp
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from coromail.app.config import Process


class CannotDrop(Exception):
    """The process cannot become what the configuration asks for; the text says why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom to become; `groups` are all groups of the user, the main one included."""

    uid: int
    gid: int
    groups: tuple[int, ...]


def identity(process: Process) -> Identity | None:
    """Whom `process.user` and `process.group` name; None when neither is set. Raises CannotDrop."""
    try:
        account = pwd.getpwnam(process.user) if process.user else None
        group = grp.getgrnam(process.group).gr_gid if process.group else None
    except KeyError as error:
        raise CannotDrop(f"no such user or group: {error.args[0]}") from None
    if account is None and group is None:
        return None
    main = account.pw_gid if account else os.getgid()
    gid = main if group is None else group
    groups = os.getgrouplist(account.pw_name, gid) if account else [gid]
    return Identity(account.pw_uid if account else os.getuid(), gid, tuple(groups))


def drop(process: Process) -> None:
    """Become what `process` says. Raises CannotDrop; after that the process must end."""
    who = identity(process)  # before chroot(), behind which the names are unknown
    os.umask(process.umask)
    try:
        if process.chroot is not None:
            os.chroot(process.chroot)
            os.chdir("/")
        if who is not None and (who.uid, who.gid) != (os.getuid(), os.getgid()):
            _become(who)
    except PermissionError:
        raise CannotDrop("process.user, group and chroot need a server that is started as root") from None
    if who is not None and who.uid != 0 and _can_return():
        raise CannotDrop("the system lets the process become root again")


def _become(who: Identity) -> None:
    os.setgroups(who.groups)  # groups first: after setuid() the right to change them is gone
    os.setgid(who.gid)
    os.setuid(who.uid)


def _can_return() -> bool:
    try:
        os.setuid(0)
    except PermissionError:
        return False
    return True


def inside(chroot: Path | None, path: Path) -> Path:
    """`path` as it is called after `chroot`; paths outside of it are taken to be inside names already."""
    if chroot is not None and path.is_relative_to(chroot):
        return Path("/") / path.relative_to(chroot)
    return path
