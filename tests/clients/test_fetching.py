"""The main job with programs that fetch mail: every message comes as it was delivered, CRLF made LF again.

Each program is told to add nothing (no Received, no Delivered-To) and to leave the mail on the server.
"""

from __future__ import annotations

import re

import pytest

from tests.clients import mails
from tests.clients.programs import in_maildir, needs, new_maildir, run, written
from tests.clients.site import USERS

pytestmark = pytest.mark.timeout(300)


def fetchmail(site, home, protocol, user, *options):
    """Fetch into one batch SMTP file; the messages in it (RFC 5321 section 4.5.2: dots are stuffed)."""
    port = site.ports["imaps" if protocol == "imap" else "pop3s"]
    rc = written(
        home / "fetchmailrc",
        f"poll localhost protocol {protocol} service {port} no dns\n"
        f'user "{user}" password "{USERS[user]}" ssl sslcertck sslcertfile "{site.certificate}"\n'
        f'{" ".join(options)} keep fetchall no rewrite bsmtp "{home}/batch"\n',
    )
    run(home, "fetchmail", "--invisible", "--silent", "-f", rc, FETCHMAILHOME=str(home))
    pieces = (home / "batch").read_bytes().split(b"\r\nDATA\r\n")[1:]
    bodies = [piece.partition(b"\r\n.\r\n")[0] + b"\r\n" for piece in pieces]
    return [body.removeprefix(b".").replace(b"\r\n.", b"\r\n") for body in bodies]


def forwarded(messages):
    """Messages as fetchmail passes them on: it makes an envelope of Return-Path."""
    return [
        re.sub(rb"(?im)\A((?:.+\r\n)*?)Return-Path:.*\r\n(?:[ \t].*\r\n)*", rb"\1", octets)
        for octets in messages
    ]


@needs("fetchmail")
def test_fetchmail_by_pop3(archive, tmp_path):
    got = fetchmail(archive, tmp_path / "home", "pop3", "carol")
    mails.same(got, forwarded(mails.wire(mails.all_messages())))


@needs("fetchmail")
def test_fetchmail_by_imap(archive, tmp_path):
    got = fetchmail(archive, tmp_path / "home", "imap", "alice", f'folder INBOX,"{mails.MADE[1:]}"')
    mails.same(got, forwarded(mails.wire(mails.by_folder()[""] + mails.by_folder()[mails.MADE])))


@needs("mpop")
def test_mpop(archive, tmp_path):
    home = tmp_path / "home"
    target = new_maildir(tmp_path / "mail")
    written(
        home / ".mpoprc",
        f"account here\nhost localhost\nport {archive.ports['pop3s']}\ntls on\ntls_starttls off\n"
        f"tls_trust_file {archive.certificate}\nuser carol\npassword {USERS['carol']}\n"
        f"keep on\nreceived_header off\ndelivery maildir {target}\nuidls_file {home}/uidls\n",
    )
    run(home, "mpop", "--quiet", "here")
    mails.same(in_maildir(target), mails.all_messages())
