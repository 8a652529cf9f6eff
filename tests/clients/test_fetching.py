"""The main job with programs that fetch mail: every message comes as it was delivered, CRLF made LF again.

Each program is told to add nothing (no Received, no Delivered-To) and to leave the mail on the server.
"""

from __future__ import annotations

import pytest

from tests.clients import mails
from tests.clients.programs import in_maildir, needs, new_maildir, run, written
from tests.clients.site import USERS

GETMAIL_FIELDS = ("Return-Path", "X-getmail-retrieved-from-mailbox")
pytestmark = pytest.mark.timeout(300)


def fetchmail(site, home, protocol, user, *options):
    """Fetch into one batch SMTP file; the messages in it (RFC 5321 section 4.5.2: dots are stuffed).

    Return-Path is not there: fetchmail makes an envelope of it.
    """
    port = site.ports["imaps" if protocol == "imap" else "pop3s"]
    rc = written(
        home / "fetchmailrc",
        f"poll localhost protocol {protocol} service {port} no dns\n"
        f'user "{user}" password "{USERS[user]}" ssl sslcertck sslcertfile "{site.certificate}"\n'
        f'{" ".join(options)} keep fetchall no rewrite bsmtp "{home}/batch"\n',
    )
    own = ("--pidfile", home / "pid", "-f", rc)  # else root's fetchmails keep each other off
    run(home, "fetchmail", "--invisible", "--silent", *own, FETCHMAILHOME=str(home))
    pieces = (home / "batch").read_bytes().split(b"\r\nDATA\r\n")[1:]
    bodies = [piece.partition(b"\r\n.\r\n")[0] + b"\r\n" for piece in pieces]
    return mails.without(
        (body.removeprefix(b".").replace(b"\r\n.", b"\r\n") for body in bodies), "Return-Path"
    )


@needs("fetchmail")
def test_fetchmail_by_pop3(archive, tmp_path):
    got = fetchmail(archive, tmp_path / "home", "pop3", "carol")
    mails.same(got, mails.without(mails.wire(mails.all_messages()), "Return-Path"))


@needs("fetchmail")
def test_fetchmail_by_imap(archive, tmp_path):
    got = fetchmail(archive, tmp_path / "home", "imap", "alice", f'folder INBOX,"{mails.MADE[1:]}"')
    mails.same(
        got, mails.without(mails.wire(mails.by_folder()[""] + mails.by_folder()[mails.MADE]), "Return-Path")
    )


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


@needs("getmail")
@pytest.mark.parametrize("protocol", ["IMAP", "POP3"])
def test_getmail(archive, tmp_path, protocol):
    home = tmp_path / "home"
    target = tmp_path / "mail"
    target.mkdir()
    rc = written(
        home / "getmailrc",
        f"[retriever]\ntype = Simple{protocol}SSLRetriever\nserver = localhost\n"
        f"port = {archive.ports[protocol.lower() + 's']}\nusername = bob\npassword = {USERS['bob']}\n"
        f"ca_certs = {archive.certificate}\ntimeout = 10\n"
        "[destination]\ntype = MDA_external\nallow_root_commands = true\nunixfrom = false\n"
        f"path = /bin/sh\narguments = ('-c', 'cat > $(mktemp -p {target})')\n"
        "[options]\nread_all = false\ndelete = false\ndelivered_to = false\nreceived = false\nverbose = 0\n",
    )
    # getmail may miss that its child has ended, and gives up; what it was at then, it fetches once more.
    while "timed out" in run(home, "getmail", "--getmaildir", home, "--rcfile", rc, statuses=(0, 127)):
        pass
    wanted = {*mails.by_folder()[mails.MADE], *mails.by_folder()[""]}
    got = {file.read_bytes() for file in target.iterdir()}
    mails.same(
        mails.written_by_python(got, *GETMAIL_FIELDS), mails.written_by_python(wanted, *GETMAIL_FIELDS)
    )


@needs("curl")
@pytest.mark.parametrize("protocol", ["imaps", "pop3s"])
def test_curl(archive, tmp_path, protocol):
    count = len(mails.all_messages())
    one = "INBOX;MAILINDEX=" if protocol == "imaps" else ""
    urls = "".join(
        f'url = "{protocol}://localhost:{archive.ports[protocol]}/{one}{number}"\noutput = "{number}"\n'
        for number in range(1, count + 1)
    )
    rc = written(tmp_path / "home/curlrc", f'user = "carol:{USERS["carol"]}"\n{urls}')
    run(
        tmp_path / "home", "curl", "--silent", "--show-error", "--cacert", archive.certificate, "--config", rc
    )
    got = [(tmp_path / "home" / str(number)).read_bytes() for number in range(1, count + 1)]
    mails.same(got, mails.wire(mails.all_messages()))
