"""`coromail demo`: two made-up users on this machine, with nothing to configure.

A second run finds the folder of the first: same certificate, same users and passwords, same mail.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path

from coromail.app.addresses import TCP
from coromail.app.demo_mail import MESSAGES
from coromail.app.listeners import Listener
from coromail.app.self_signed import make_certificate
from coromail.app.start import serve
from coromail.auth.passwords import hash_password

USERS = ("alice", "bob")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike

CONFIG = """\
# Written anew by every "coromail demo". To keep changes, copy it and use "coromail serve -c COPY".
hostname: localhost
listen:
  imap: ["127.0.0.1:{imap}"]
  imaps: ["127.0.0.1:{imaps}"]
  pop3: ["127.0.0.1:{pop3}"]
  pop3s: ["127.0.0.1:{pop3s}"]
tls:
  certificate: certs/server-cert.pem
  key: certs/server-key.pem
auth:
  class: coromail.auth.users_file:UsersFile
  users_file: users.yaml
  plaintext_without_tls: true  # only because nobody else can listen in on 127.0.0.1
store:
  class: coromail.stores.maildir:MaildirModel
  path: mail/{{user}}
"""


def demo(folder: Path, ports: dict[str, int]) -> int:
    """Fill `folder` where something is missing, print how to connect, serve until Ctrl-C; the exit status."""
    folder = folder.absolute()
    try:
        passwords = prepare(folder, ports)
    except OSError as error:
        print(f"cannot write {error.filename or folder}: {error.strerror}", file=sys.stderr)
        return 1

    def announce(listeners: list[Listener]) -> None:
        real = {one.kind: one.address.port for one in listeners if isinstance(one.address, TCP)}
        print(instructions(folder, real, passwords), flush=True)

    free = " ".join(f"--{kind}-port 0" for kind in ports)
    return serve(
        folder / "coromail.yaml", announce=announce, other_ports=f"other ports: coromail demo {free}"
    )


def prepare(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """Make what is missing in `folder`; return the password of each user. Raises OSError."""
    for directory in (folder, folder / "certs", folder / "mail"):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    certificate, key = folder / "certs/server-cert.pem", folder / "certs/server-key.pem"
    if not (certificate.exists() and key.exists()):
        certificate_pem, key_pem = make_certificate(["localhost", "127.0.0.1", "::1"])
        _write(key, key_pem)
        _write(certificate, certificate_pem)
    passwords = _passwords(folder)
    for user in USERS:
        _fill(folder / "mail" / user, user)
    _write(folder / "coromail.yaml", CONFIG.format(**ports).encode())
    return passwords


def _passwords(folder: Path) -> dict[str, str]:
    kept, users = folder / "passwords.txt", folder / "users.yaml"
    if kept.exists() and users.exists():
        return dict(line.split(": ", 1) for line in kept.read_text().splitlines())
    passwords = {user: new_password() for user in USERS}
    _write(kept, "".join(f"{user}: {password}\n" for user, password in passwords.items()).encode())
    lines = [f'{user}: {{password: "{hash_password(password)}"}}\n' for user, password in passwords.items()]
    _write(users, "".join(lines).encode())
    return passwords


def new_password() -> str:
    """Sixteen random letters and digits (79 bits) in groups of four, easy to copy by hand."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _fill(maildir: Path, user: str) -> None:
    """Make a Maildir with sample messages; one that exists stays as it is."""
    if maildir.exists():
        return
    for folder in (maildir, maildir / "tmp", maildir / "cur", maildir / "new"):
        folder.mkdir(mode=0o700)
    for number, text in enumerate(MESSAGES, 1):
        content = text.replace("{user}", user).replace("\n", "\r\n").encode()
        delivered = 1_767_258_000 + number * 86_400  # in January 2026, as the messages say
        file = maildir / "new" / f"{delivered}.M{number}.demo"
        _write(file, content)
        os.utime(file, (delivered, delivered))


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step; nobody but the owner may read it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(fd, "wb") as file:
            file.write(content)
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


def instructions(folder: Path, ports: dict[str, int], passwords: dict[str, str]) -> str:
    """What to paste into a terminal or a mail client."""
    user, password = next(iter(passwords.items()))
    users = "\n".join(f"  {name:<8} {secret}" for name, secret in passwords.items())
    certificate = folder / "certs/server-cert.pem"
    return f"""
coromail demo serves {folder}

  User     Password
{users}

Server 127.0.0.1, user name and password as above
  IMAP  port {ports["imap"]} (STARTTLS)   IMAPS port {ports["imaps"]} (TLS)
  POP3  port {ports["pop3"]} (STLS)       POP3S port {ports["pop3s"]} (TLS)

curl: list the mailboxes, show the first message, list the messages by POP3
  curl --cacert '{certificate}' -u {user}:{password} imaps://127.0.0.1:{ports["imaps"]}/
  curl --cacert '{certificate}' -u {user}:{password} 'imaps://127.0.0.1:{ports["imaps"]}/INBOX;MAILINDEX=1'
  curl --cacert '{certificate}' -u {user}:{password} pop3s://127.0.0.1:{ports["pop3s"]}/

mutt
  mutt -n -F /dev/null -e 'set ssl_ca_certificates_file="{certificate}"' \\
    -e 'set imap_pass="{password}" folder=imaps://{user}@127.0.0.1:{ports["imaps"]}/' -f +INBOX

Thunderbird: Account Settings, Add Mail Account, name and {user}@localhost, Configure manually
  Incoming: IMAP, 127.0.0.1, port {ports["imaps"]}, SSL/TLS, normal password, user name {user}
  Outgoing: there is none; enter anything. Accept the self-signed certificate when asked.

Ctrl-C stops the server; the next "coromail demo" keeps users, passwords and mail.
"""
