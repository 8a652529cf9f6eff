"""A PostgreSQL of our own in a folder: no port, a Unix socket only, passwords by SCRAM."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

PASSWORD = "secret of the database"


def binaries() -> Path | None:
    """Where initdb and pg_ctl are; Debian keeps them out of PATH, a folder for each version."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return folders[-1] if folders else None


def owner() -> pwd.struct_passwd | None:
    """Who runs it: ourselves, or as root, whom it refuses, the package's user. None: there is no such user."""
    with suppress(KeyError):
        return pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    return None


def available() -> bool:
    """Whether one can be started here."""
    return binaries() is not None and owner() is not None


class PostgreSQL:
    """One server with an empty database `postgres` of the user `coromail`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="coromail-pg-"))
        user = owner()
        assert user is not None
        shutil.chown(self.folder, user.pw_uid, user.pw_gid)
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o644)
        self._data = str(self.folder / "data")
        self.uri = f"host={self.folder} user=coromail dbname=postgres password='{PASSWORD}'"
        self._run(
            "initdb", "-U", "coromail", "-A", "scram-sha-256", "--pwfile", str(self.folder / "password"), "-N"
        )
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-w", "-t", "50", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop at once; clients are thrown out."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def close(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        folder, user = binaries(), owner()
        assert folder is not None
        assert user is not None
        switch = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        subprocess.run(
            [str(folder / program), "-D", self._data, *arguments],
            check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60, cwd="/",
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **switch,
        )  # fmt: skip
