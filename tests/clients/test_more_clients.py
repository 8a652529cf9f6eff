"""Other clients that keep mail in step: offlineimap, aioimaplib, ImapFlow's and K-9's way to follow a mailbox."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from tests.clients import mails
from tests.clients.programs import HERE, in_maildir, needs, needs_module, needs_node, run, written
from tests.clients.site import USERS

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def bob(site):
    """A server with some mail of bob's, in INBOX and in a folder."""
    site.fill("bob", mails.made(40, seed=5))
    site.fill("bob", mails.made(10, seed=6), ".Projects.Entw&APw-rfe")
    site.start()
    return site


def same(got, wanted):
    """Compare what offlineimap has read and written anew, with a field of its own."""
    field = "X-OfflineIMAP"
    mails.same(mails.written_by_python(got, field), mails.written_by_python(wanted, field))


@needs("offlineimap")
def test_offlineimap_keeps_both_sides_the_same(bob, tmp_path):
    home = tmp_path / "home"
    rc = written(
        home / "offlineimaprc",
        f"[general]\naccounts = bob\nmetadata = {home}/metadata\nui = basic\n"
        "[Account bob]\nlocalrepository = here\nremoterepository = there\n"
        f"[Repository here]\ntype = Maildir\nlocalfolders = {home}/mail\n"
        f"[Repository there]\ntype = IMAP\nremotehost = localhost\nremoteport = {bob.ports['imaps']}\nssl = yes\n"
        f"sslcacertfile = {bob.certificate}\nremoteuser = bob\nremotepass = {USERS['bob']}\n",
    )
    offlineimap = ["offlineimap", "-c", rc, "-o", "-1"]
    run(home, *offlineimap)
    same(in_maildir(home / "mail/INBOX"), mails.made(40, seed=5))
    same(in_maildir(home / "mail/Projects.Entw&APw-rfe"), mails.made(10, seed=6))

    new = mails.made(1, seed=8)
    (home / "mail/INBOX/cur/1700000000.M1P1.here:2,F").write_bytes(new[0])
    changed = next((home / "mail/INBOX/cur").glob("*:2,S"))
    changed.rename(str(changed).partition(":2,")[0] + ":2,FRST")
    uid = re.search(r",U=(\d+),", changed.name)[1]
    bob.deliver("bob", mails.made(1, seed=9)[0])
    run(home, *offlineimap)
    same(in_maildir(home / "mail/INBOX"), mails.made(40, seed=5) + new + mails.made(1, seed=9))
    with bob.imap("bob") as client:
        client.select("INBOX", readonly=True)
        assert len(client.search(None, "ALL")[1][0].split()) == 42
        assert client.uid("SEARCH", "FLAGGED ANSWERED SEEN DELETED")[1] == [uid.encode()]
    files = sorted((home / "mail").rglob("cur/*"))
    run(home, *offlineimap)
    assert sorted((home / "mail").rglob("cur/*")) == files


@needs_module("aioimaplib")
def test_aioimaplib_is_pushed_new_mail(bob):
    from aioimaplib import IMAP4_SSL

    async def follow():
        client = IMAP4_SSL("localhost", bob.ports["imaps"], ssl_context=bob.tls, timeout=20)
        await client.wait_hello_from_server()
        await client.login("bob", USERS["bob"])
        await client.select("INBOX")
        idle = await client.idle_start(timeout=20)
        bob.deliver("bob", mails.made(1, seed=9)[0])
        news = []
        while b"41 EXISTS" not in news:
            news += await client.wait_server_push(20)
        client.idle_done()
        await asyncio.wait_for(idle, 20)
        fetched = await client.uid("fetch", "41", "BODY.PEEK[]")
        await client.logout()
        return [bytes(line) for line in fetched.lines]

    assert mails.wire(mails.made(1, seed=9))[0] in asyncio.run(follow())


@needs_node("imapflow")
def test_imapflow_works_with_a_mailbox(bob, tmp_path):
    """Append, search, flag, copy, move, delete, make and drop a mailbox, follow another client's changes."""
    said = run(
        tmp_path / "home", "node", HERE / "imapflow_work.js", bob.ports["imaps"], "bob", USERS["bob"], bob.certificate
    )  # fmt: skip
    report = json.loads(said)
    assert report["appended"]["uid"] == 41
    assert report["found"] == [41]
    assert report["copied"] == {"41": 1}
    assert report["moved"] == {"41": 2}
    assert report["left"] == 40
    assert set(report["flags"]) - {"\\Recent"} == {"$Important", "\\Flagged"}
    assert report["changes"] == ["exists 41", "flags 1", "flags 1", "expunge 1"]
    assert {"CONDSTORE", "UTF8=ACCEPT"} <= set(report["enabled"])
