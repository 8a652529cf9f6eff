"""coromail and Dovecot, started on ports of this machine with the same mail."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.client import PASSWORD
from benchmarks.process import cpu_seconds, memory
from coromail.app.self_signed import make_certificate
from coromail.auth.passwords import hash_password

ROOT = Path(__file__).parent.parent
SPARE = [f"spare{number}" for number in range(500)]  # users of whom nothing is known before they are used
SLOW_USER = "argon"  # the one user whose password is hashed

COROMAIL = """\
hostname: localhost
listen: {{imap: ["127.0.0.1:{imap}"], imaps: ["127.0.0.1:{imaps}"], pop3: ["127.0.0.1:{pop3}"]}}
tls: {{certificate: ../cert.pem, key: ../key.pem}}
auth: {{users_file: users.yaml, plaintext_without_tls: true}}
store: {{path: "mail/{{user}}", text_index: {text_index}}}
limits: {{exempt_networks: ["127.0.0.0/8"]}}
"""

DOVECOT = """\
protocols = imap pop3
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
ssl_cert = <{folder}/../cert.pem
ssl_key = <{folder}/../key.pem
disable_plaintext_auth = no
default_internal_user = {internal}
default_login_user = {login}
mail_location = maildir:{folder}/mail/%u
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_max_userip_connections = 20000
default_vsz_limit = 4G
passdb {{
  driver = static
  args = password={{PLAIN}}{password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  process_limit = 10000
  client_limit = {clients}
  service_count = {per_process}
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  chroot =
  client_limit = {clients}
  service_count = {per_process}
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  client_limit = 19000
}}
service auth {{
  client_limit = 19000
}}
service stats {{
  chroot =
  client_limit = 20000
}}
service imap {{
  process_limit = 4000
  service_count = {per_process}
}}
service pop3 {{
  process_limit = 4000
  service_count = {per_process}
}}
"""


@dataclass
class Server:
    """A server that runs: `name` for tables, ports, its first process, and its mail in `folder/mail/USER`."""

    name: str
    folder: Path
    ports: Mapping[str, int]
    process: subprocess.Popen[bytes]
    owner: tuple[int, int]
    spare: Iterator[str] = field(default_factory=lambda: iter(SPARE))

    @property
    def cpu(self) -> float:
        """Seconds of CPU used so far, of all its processes."""
        return cpu_seconds(self.process.pid)

    @property
    def memory(self) -> int:
        """Octets of memory of all its processes."""
        return memory(self.process.pid)

    def stop(self) -> None:
        """Stop it and wait."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_ports(names: Sequence[str]) -> dict[str, int]:
    """A port for each name that nobody listens on, below those that clients are given."""
    ports: dict[str, int] = {}
    while len(ports) < len(names):
        port = random.randrange(15000, 32000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        if port not in ports.values():
            ports[names[len(ports)]] = port
    return ports


def write_certificate(folder: Path) -> None:
    """The certificate that all servers use."""
    if not (folder / "key.pem").exists():
        certificate, key = make_certificate(["localhost"])
        (folder / "cert.pem").write_bytes(certificate)
        (folder / "key.pem").write_bytes(key)


def _prepare(folder: Path) -> dict[str, int]:
    (folder / "mail").mkdir(parents=True, exist_ok=True)
    return free_ports(("imap", "imaps", "pop3"))


def _wait(server: Server) -> Server:
    """Until the server greets; TimeoutError after a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", server.ports["imap"]), timeout=5) as client:
                if client.recv(100).startswith(b"* OK"):
                    return server
        except OSError:
            time.sleep(0.05)
    server.stop()
    raise TimeoutError(f"{server.name} does not start; see {server.folder}/log")


def coromail(folder: Path, users: Sequence[str], text_index: bool = True) -> Server:
    """coromail as it is configured by default, but that this machine is under no limit of connections."""
    ports = _prepare(folder)
    stored = dict.fromkeys([*users, *SPARE], f"{{PLAIN}}{PASSWORD}") | {SLOW_USER: hash_password(PASSWORD)}
    (folder / "users.yaml").write_text("".join(f'{u}: {{password: "{p}"}}\n' for u, p in stored.items()))
    (folder / "coromail.yaml").write_text(COROMAIL.format(text_index=str(text_index).lower(), **ports))
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "coromail", "serve", "-c", str(folder / "coromail.yaml")]
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log)
    return _wait(Server("coromail", folder, ports, process, (os.geteuid(), os.getegid())))


def has_dovecot() -> bool:
    """Whether a Dovecot of the 2.3 series is installed: the configuration of others is written otherwise."""
    program = shutil.which("dovecot")
    if program is None:
        return False
    return subprocess.run([program, "--version"], capture_output=True, check=False).stdout.startswith(b"2.3.")


def dovecot(folder: Path, fast: bool) -> Server:
    """Dovecot; `fast` is its high-performance mode: processes serve many clients one after the other."""
    ports = _prepare(folder)
    root = os.geteuid() == 0
    owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    settings = {
        "folder": folder,
        "internal": "dovecot" if root else owner.pw_name,
        "login": "dovenull" if root else owner.pw_name,
        "owner": owner.pw_uid,
        "group": owner.pw_gid,
        "password": PASSWORD,
        "per_process": 0 if fast else 1,
        "clients": 10000 if fast else 1,
    }
    (folder / "dovecot.conf").write_text(DOVECOT.format(**settings, **ports))
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    process = subprocess.Popen([str(shutil.which("dovecot")), "-F", "-c", str(folder / "dovecot.conf")])
    name = "Dovecot HP" if fast else "Dovecot"
    return _wait(Server(name, folder, ports, process, (owner.pw_uid, owner.pw_gid)))
