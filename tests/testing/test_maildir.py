"""Maildirs served in a thread of a process in which nothing is patched: whoever waits, others go on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SERVED_TO_MANY = """
import imaplib, os, sys, threading, traceback
from gevent import monkey
from coromail.stores.maildir import MaildirModel
from coromail.testing import MailServer

USERS = {name: "secret" for name in ("alice", "bob", "carol", "dave")}
done = []

def session(server, number, turn):
    client = imaplib.IMAP4(server.host, server.imap_port, timeout=60)
    client.login(list(USERS)[number % len(USERS)], "secret")
    mine = f"box-{number}-{turn}"
    assert client.create(mine)[0] == "OK"
    for mailbox in ("INBOX", mine):
        for _ in range(3):
            assert client.append(mailbox, None, None, b"Subject: hi\\r\\n\\r\\nhello\\r\\n")[0] == "OK"
        assert client.select(mailbox)[0] == "OK"
        client.store("1:*", "+FLAGS", "(\\\\Seen)")
        client.copy("1", "INBOX")  # which somebody else may just have expunged
        client.store("1", "+FLAGS", "(\\\\Deleted)")
        assert client.expunge()[0] == "OK"
        assert client.list()[0] == "OK"
        assert client.search(None, "TEXT", "hello")[0] == "OK"
    client.close()
    assert client.rename(mine, mine + "x")[0] == "OK"
    assert client.delete(mine + "x")[0] == "OK"
    client.logout()

def work(server, number):
    try:
        for turn in range(3):
            session(server, number, turn)
        done.append(number)
    except BaseException:
        traceback.print_exc()

assert not monkey.is_module_patched("threading")
settings = {"path": sys.argv[1] + "/{user}"}
server = MailServer(users=USERS, model_class=MaildirModel, model_settings=settings).start()
threads = [threading.Thread(target=work, args=(server, number)) for number in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
if len(done) < 20:
    os._exit(1)  # a server that stands still cannot be stopped
server.stop()
print("served")
"""


@pytest.mark.timeout(240)
def test_a_maildir_is_served_to_many_at_once(tmp_path: Path) -> None:
    """They wait for locks, for the disk and for each other, all in one thread."""
    run = [sys.executable, "-c", SERVED_TO_MANY, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=200, check=False)
    assert done.stdout == "served\n", done.stderr[-3000:]
    assert done.returncode == 0
