"""mbsync between the server and Maildirs of its own."""

from __future__ import annotations

from pathlib import Path

from tests.clients.programs import run, written
from tests.clients.site import USERS, Site

CONFIG = """\
FSync no

IMAPAccount server
Host localhost
Port {port}
User {user}
Pass "{password}"
SSLType IMAPS
SystemCertificates no
CertificateFile {certificate}
PipelineDepth 50

IMAPStore far
Account server

MaildirStore near
Path {home}/mail/
Inbox {home}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create {create}
Sync {sync}
Expunge {expunge}
SyncState *
CopyArrivalDate yes
"""


def mbsync(
    site: Site,
    user: str,
    home: Path,
    sync: str = "Pull",
    expunge: str = "None",
    statuses: tuple[int, ...] = (0,),
) -> str:
    """Synchronise all mailboxes; the commands that mbsync sent."""
    (home / "mail").mkdir(parents=True, exist_ok=True)
    values = {
        "user": user,
        "password": USERS[user],
        "certificate": site.certificate,
        "port": site.ports["imaps"],
    }
    rc = written(
        home / "mbsyncrc",
        CONFIG.format(
            home=home, create="Near" if sync == "Pull" else "Both", sync=sync, expunge=expunge, **values
        ),
    )
    said = run(home, "mbsync", "--config", rc, "--debug-net", "all", statuses=statuses)
    return "\n".join(line for line in said.splitlines() if ">>>" in line)
