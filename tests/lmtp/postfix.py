"""A Postfix of our own in a folder: no port, no daemon of the system, mail goes in by sendmail(1)."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DAEMONS = Path("/usr/lib/postfix/sbin")
LOCAL_USER = "mail"  # of the system: local(8) delivers to nobody else

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.org
mydestination = local.example
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtputf8_enable = yes
virtual_mailbox_domains = tcp.example
transport_maps = inline:{{ {{ unix.example = lmtp:unix:{socket} }} }}
virtual_transport = lmtp:inet:127.0.0.1:{port}
relay_domains = unix.example
mailbox_command = {command}
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
default_transport = discard:
"""
MASTER = """\
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
local     unix  -       n       n       -       -       local
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
"""


def available() -> bool:
    """Whether Postfix is installed and may be started here."""
    return os.getuid() == 0 and shutil.which("postfix") is not None and DAEMONS.is_dir()


def interpreter() -> str | None:
    """A command that runs Python with our packages as the local user, or None."""
    path = ":".join(entry for entry in sys.path if entry)
    user = pwd.getpwnam(LOCAL_USER)
    for python in (sys.executable, "/usr/bin/python3"):
        command = ["env", f"PYTHONPATH={path}", python]
        try:
            tried = subprocess.run(
                [*command, "-c", "import coromail.app.deliver"],
                user=user.pw_uid, group=user.pw_gid, extra_groups=[], capture_output=True, check=False, cwd="/",
            )  # fmt: skip
        except PermissionError:
            continue
        if tried.returncode == 0:
            return " ".join(command)
    return None


class Postfix:
    """One instance; `folder` is readable by all, as Postfix's processes have users of their own."""

    def __init__(self, socket: Path, port: int, command: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="postfix-test-"))
        self.folder.chmod(0o755)
        self.etc = self.folder / "etc"
        for name in ("etc", "spool", "data"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", "postfix", "postfix")
        settings = MAIN.format(folder=self.folder, socket=socket, port=port, command=command)
        (self.etc / "main.cf").write_text(settings)
        (self.etc / "master.cf").write_text(MASTER)
        self.log = self.folder / "maillog"

    def start(self) -> None:
        """Start in the background."""
        subprocess.run(
            ["postfix", "-c", str(self.etc), "start"],
            check=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Stop, and leave nothing behind."""
        subprocess.run(["postfix", "-c", str(self.etc), "stop"], check=False, capture_output=True)
        shutil.rmtree(self.folder)

    def send(self, message: bytes, *recipients: str) -> None:
        """Hand a message in."""
        subprocess.run(
            ["sendmail", "-C", str(self.etc), "-i", "-f", "sender@example.com", *recipients],
            input=message, check=True, capture_output=True,
        )  # fmt: skip

    def said(self, *words: str) -> str:
        """The first line of the log that has all those words; waits for it."""
        for _ in range(400):
            text = self.log.read_text() if self.log.exists() else ""
            for line in text.splitlines():
                if all(word in line for word in words):
                    return line
            time.sleep(0.05)
        raise AssertionError(f"{words} not in {text}")
