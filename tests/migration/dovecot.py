"""A Dovecot 2.3 on the Maildirs of a site, on TLS ports, with the site's users."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.clients.programs import written
from tests.clients.site import USERS, Site

CONFIG = """\
protocols = imap pop3
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
ssl = required
ssl_cert = <{site}/cert.pem
ssl_key = <{site}/key.pem
default_internal_user = {internal}
default_login_user = {login}
mail_location = maildir:{site}/mail/%u{layout}
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = 0
  }}
  inet_listener pop3s {{
    port = {pop3s}
  }}
}}
service anvil {{
  chroot =
}}
"""


def installed() -> bool:
    """Whether there is a Dovecot that understands this configuration."""
    program = shutil.which("dovecot")
    if program is None:
        return False
    return subprocess.run([program, "--version"], capture_output=True, check=False).stdout.startswith(b"2.3.")


def users() -> tuple[str, str]:
    """As whom its processes run, those before login as the second."""
    if os.geteuid() == 0:
        return "dovecot", "dovenull"
    own = pwd.getpwuid(os.geteuid()).pw_name
    return own, own


@contextmanager
def serving(site: Site, folder: Path, layout: str = "") -> Iterator[None]:
    """Serve the site's mail, on `site.ports`. Files then belong to whom the tests run as."""
    folder.mkdir()
    root = os.geteuid() == 0
    nobody = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    internal, login = users()
    site.ports = dict(zip(("imaps", "pop3s"), _free_ports(2), strict=True))
    values = {
        "folder": folder, "site": site.folder, "layout": layout, "owner": nobody.pw_uid, "group": nobody.pw_gid,
        "internal": internal, "login": login,
    }  # fmt: skip
    written(folder / "users", "".join(f"{user}:{{PLAIN}}{secret}\n" for user, secret in USERS.items())).chmod(
        0o644
    )
    config = written(folder / "dovecot.conf", CONFIG.format(**values, **site.ports))
    for path in (folder, *list(folder.parents)[:-2]):
        path.chmod(0o755)
    _give(site.folder / "mail", nobody.pw_uid, nobody.pw_gid)
    process = subprocess.Popen([str(shutil.which("dovecot")), "-F", "-c", str(config)])
    try:
        for port in site.ports.values():
            wait(port)
        yield
    finally:
        process.terminate()
        process.wait(30)
        _give(site.folder / "mail", os.geteuid(), os.getegid())


def _give(top: Path, owner: int, group: int) -> None:
    for path in (top, *top.rglob("*")):
        os.chown(path, owner, group)


def _free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [listener.getsockname()[1] for listener in listeners]


def wait(port: int) -> None:
    """Until somebody listens there."""
    for _ in range(3000):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"nobody listens on {port}")
