"""Clients that work on one mailbox at the same time, and one after the other with restarts between."""

from __future__ import annotations

import imaplib
import re
import time

import pytest

from tests.clients import mails
from tests.clients.mbsync import mbsync
from tests.clients.programs import needs, needs_module, run
from tests.clients.site import USERS

pytestmark = pytest.mark.timeout(120)

BLIND = """\
from coromail import Plugin
from coromail.server import watch


class NoMore:
    def __init__(self, **options):
        raise OSError(24, "Too many open files")


class Blind(Plugin):
    pass


watch.INotify = NoMore
watch.EVERY = 0.3
"""


@pytest.fixture
def bob(site):
    """A server with some mail of bob's."""
    site.fill("bob", mails.made(40, seed=5))
    site.start()
    return site


def flags(client: imaplib.IMAP4) -> dict[int, str]:
    """UID to flags of the selected mailbox, \\Recent left out."""
    found = {}
    for line in client.uid("FETCH", "1:*", "(FLAGS)")[1]:
        if match := re.search(rb"UID (\d+)", line):  # news that came before has no UID
            words = re.search(rb"FLAGS \(([^)]*)\)", line)[1].decode().split()
            found[int(match[1])] = " ".join(sorted(set(words) - {"\\Recent"}))
    return found


def uidls(site) -> list[bytes]:
    with site.pop3("bob") as client:
        return client.uidl()[1]


def numbers(site) -> tuple[object, ...]:
    """UIDVALIDITY, and UID with the Message-ID of each message."""
    with site.imap("bob") as client:
        client.select("INBOX", readonly=True)
        answers = client.uid("FETCH", "1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]
        pairs = [(re.search(rb"UID (\d+)", one[0])[1], one[1]) for one in answers if isinstance(one, tuple)]
        return client.untagged_responses["UIDVALIDITY"], pairs


@needs("mbsync")
@needs_module("imapclient")
def test_flags_set_by_one_client_are_seen_by_the_others(bob, tmp_path):
    from imapclient import IMAPClient

    home = tmp_path / "home"
    mbsync(bob, "bob", home, sync="All")
    with bob.imap("bob") as first, IMAPClient("localhost", bob.ports["imaps"], ssl_context=bob.tls) as second:
        first.select("INBOX")
        before = flags(first)
        one, two, three = [uid for uid, words in before.items() if words == "\\Seen"][:3]
        second.login("bob", USERS["bob"])
        second.select_folder("INBOX")
        second.add_flags(one, [b"\\Flagged", b"Project-7"])
        first.noop()
        assert flags(first)[one] == "Project-7 \\Flagged \\Seen"

        [local] = (home / "mail/INBOX/cur").glob(f"*,U={two}:2,*")
        local.rename(local.with_name(local.name + "T"))
        mbsync(bob, "bob", home, sync="All")
        first.noop()
        assert flags(first)[two] == "\\Deleted \\Seen"
        [local] = (home / "mail/INBOX/cur").glob(f"*,U={one}:2,*")
        assert local.name.endswith(":2,FS")

        first.uid("STORE", str(three), "-FLAGS", "(\\Seen)")
        assert second.get_flags([three]) == {three: ()}

        first.uid("EXPUNGE", str(two))
        assert second.noop()[1]
        assert two not in second.search()
    mbsync(bob, "bob", home, sync="All", expunge="Both")
    assert not list((home / "mail/INBOX/cur").glob(f"*,U={two}:*"))


def told(site) -> float:
    """Seconds until an idle client hears of a message that is delivered by a plain move."""
    with site.imap("bob") as client:
        client.select("INBOX")
        client.send(b"x IDLE\r\n")
        assert client.readline().startswith(b"+")
        began = time.monotonic()
        site.deliver("bob", mails.made(1, seed=77)[0])
        line = b""
        while not line.endswith(b"EXISTS\r\n"):
            line = client.readline()
        waited = time.monotonic() - began
        client.send(b"DONE\r\n")
        while not client.readline().startswith(b"x OK"):
            pass
    assert line == b"* 41 EXISTS\r\n"
    return waited


def test_mail_moved_into_new_is_seen_by_an_idle_client_within_a_second(bob):
    assert told(bob) < 1


def test_an_idle_client_is_told_where_the_system_gives_no_more_watches(bob):
    bob.stop()
    (bob.folder / "blind.py").write_text(BLIND)
    bob.configuration.write_text(bob.configuration.read_text() + 'plugins: ["blind:Blind"]\n')
    bob.start()
    told(bob)
    assert "no inotify watch" in bob.problems()[0]


def test_uids_and_uidls_are_the_same_after_restarts_and_for_every_client(bob):
    known, unique = numbers(bob), uidls(bob)
    assert len(unique) == len(known[1]) == 40
    assert uidls(bob) == unique
    for _ in range(2):
        bob.restart()
        assert uidls(bob) == unique
        assert numbers(bob) == known
    bob.deliver("bob", mails.made(1, seed=77)[0])
    assert uidls(bob)[:-1] == unique
    assert numbers(bob)[1][:-1] == known[1]
    bob.kill()
    bob.start()
    assert uidls(bob)[:-1] == unique
    assert numbers(bob)[0] == known[0]


def test_pop3_deletes_on_quit_only(bob):
    unique = uidls(bob)
    with bob.imap("bob") as watcher:
        watcher.select("INBOX", readonly=True)
        with bob.pop3("bob") as client:
            client.dele(1)
            client.dele(2)
        assert uidls(bob) == unique
        watcher.noop()
        assert len(flags(watcher)) == 40
        with bob.pop3("bob") as client:
            client.dele(1)
            client.rset()
            client.dele(3)
            client.quit()
        watcher.noop()
        assert len(flags(watcher)) == 39
    assert [line.split()[1] for line in uidls(bob)] == [line.split()[1] for line in unique[:2] + unique[3:]]


@needs("curl")
def test_curl_deletes_by_pop3_and_stores_by_imap(bob, tmp_path):
    curl = ["curl", "--silent", "--show-error", "--cacert", bob.certificate, "-u", f"bob:{USERS['bob']}"]
    unique = uidls(bob)
    run(tmp_path / "home", *curl, "--request", "DELE 1", "--head", f"pop3s://localhost:{bob.ports['pop3s']}/")
    left = uidls(bob)
    assert [line.split()[1] for line in left] == [line.split()[1] for line in unique[1:]]
    mail = tmp_path / "mail"
    mail.write_bytes(mails.wire(mails.made(1, seed=99))[0])
    run(tmp_path / "home", *curl, "--upload-file", mail, f"imaps://localhost:{bob.ports['imaps']}/INBOX")
    with bob.pop3("bob") as client:
        lines = client.retr(len(left) + 1)[1]
    assert b"".join(line + b"\r\n" for line in lines) == mail.read_bytes()
