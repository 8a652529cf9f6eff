"""From Courier, in place. Its `imapd` is started on a Maildir as its own documentation says for tunnels.

COURIER_IMAPD may name the command; `.ci/run` unpacks Courier beside Dovecot that way.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.mbsync import CONFIG, mbsync
from tests.clients.programs import needs, run, written
from tests.clients.site import USERS, Site
from tests.migration.work import fetched, look, mail, subscribed

IMAPD = os.environ.get("COURIER_IMAPD") or shutil.which("imapd", path="/usr/bin")

pytestmark = [
    pytest.mark.skipif(IMAPD is None, reason="courier-imap is not installed"),
    pytest.mark.timeout(180),
]
# Without its file alteration monitor Courier begins with an alert, which is no greeting that clients know.
TUNNEL = (
    "AUTHENTICATED=alice IMAP_KEYWORDS=1 IMAP_CAPABILITY='IMAP4rev1 UIDPLUS NAMESPACE'"
    " {imapd} {maildir} 2>/dev/null | sed -u '1{{/ALERT/d}}'"
)


def tunnel(site: Site) -> str:
    """The command whose standard input and output speak IMAP."""
    return TUNNEL.format(imapd=IMAPD, maildir=site.maildir("alice"))


def work(site: Site) -> str:
    """Mailboxes, keywords, gaps, subscriptions; what Courier answered."""
    lines = ["a CREATE INBOX.Sent", "b CREATE INBOX.Lists.Python", "c SUBSCRIBE INBOX.Lists.Python"]
    for number in range(12):
        text = mail(number).decode()
        lines += [f"d APPEND INBOX () {{{len(text)}}}", text, f"e APPEND INBOX.Sent () {{{len(text)}}}", text]
    lines += ["f SELECT INBOX", r"g STORE 2:4 +FLAGS (\Seen $Work)", r"h STORE 3:6 +FLAGS (\Flagged NonJunk)"]
    lines += [r"i STORE 1,7 +FLAGS (\Deleted)", "j EXPUNGE", "k UID FETCH 1:* (FLAGS)", "l LOGOUT", ""]
    done = subprocess.run(
        tunnel(site),
        shell=True,
        input="\r\n".join(lines),
        text=True,
        capture_output=True,
        timeout=100,
        check=True,
    )
    return done.stdout


def pull(site: Site, home: Path) -> None:
    """mbsync through the tunnel; its notes are those that it goes on with later."""
    (home / "mail").mkdir(parents=True, exist_ok=True)
    values = {"user": "alice", "password": USERS["alice"], "certificate": site.certificate, "port": 1}
    text = CONFIG.format(home=home, create="Both", sync="All", expunge="None", **values)
    store = 'IMAPStore far\nAccount server\nPath "INBOX."\n'
    text = re.sub(r"(?s)Host .*?PipelineDepth", f'Tunnel "{tunnel(site)}"\nPipelineDepth', text)
    text = text.replace("IMAPStore far\nAccount server\n", store)
    run(home, "mbsync", "--config", written(home / "courier.rc", text), "--all")


@needs("mbsync")
def test_clients_notice_nothing(tmp_path: Path) -> None:
    """UIDs, flags, keywords and subscriptions stay; mbsync transfers nothing."""
    site = Site(tmp_path / "site")
    said = work(site)
    kept = {
        uid.encode(): frozenset(flags.encode().split()) - {b"\\Recent"}
        for uid, flags in re.findall(r"UID (\d+) FLAGS \((.*)\)\)", said)
    }
    assert len(kept) == 10
    pull(site, tmp_path / "home")
    files = fetched(tmp_path / "home")
    assert len(files) == 10 + 12
    site.start()
    try:
        with site.imap("alice") as client:
            uidvalidity, found = look(client)["INBOX"]
            assert uidvalidity in re.findall(r"UIDVALIDITY (\d+)\]", said)[-1].encode()
            assert {uid: flags for uid, (_, flags) in found.items()} == kept
            assert subscribed(client) >= {"INBOX", "Python"}
        sent = mbsync(site, "alice", tmp_path / "home", sync="All")
        assert "SELECT" in sent
        assert not any(word in sent for word in ("BODY", "APPEND", "STORE", "EXPUNGE"))
        assert fetched(tmp_path / "home") == files
        assert site.problems() == []
    finally:
        site.stop()
