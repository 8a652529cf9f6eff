"""kill -9 in the middle of clients' work: what was acknowledged is there after the start, with its numbers."""

from __future__ import annotations

import imaplib
import random
import re
import threading
import time

import pytest

from tests.clients import mails
from tests.clients.mbsync import mbsync
from tests.clients.programs import needs
from tests.clients.site import Site

pytestmark = pytest.mark.timeout(180)
ROUNDS = 6


class Writer(threading.Thread):
    """Appends messages and sets a keyword on each until the server is gone; remembers what was acknowledged."""

    def __init__(self, site: Site, name: str) -> None:
        super().__init__(name=name)
        self.site = site
        self.appended: dict[int, bytes] = {}
        self.flagged: set[int] = set()
        self.unexpected: Exception | None = None

    def run(self) -> None:
        try:
            with self.site.imap("bob") as client:
                client.select("INBOX")
                for number in range(100_000):
                    self._write(client, b"Subject: %s %d\r\n\r\nlong live\r\n" % (self.name.encode(), number))
        except (imaplib.IMAP4.abort, OSError):
            pass
        except Exception as error:
            self.unexpected = error

    def _write(self, client: imaplib.IMAP4, octets: bytes) -> None:
        status, [answer] = client.append("INBOX", r"(\Draft)", None, octets)
        assert status == "OK", answer
        uid = int(re.search(rb"APPENDUID \d+ (\d+)", answer)[1])
        self.appended[uid] = octets
        if client.uid("STORE", str(uid), "+FLAGS.SILENT", "(Kept)")[0] == "OK":
            self.flagged.add(uid)


def look(site: Site) -> tuple[int, dict[int, tuple[bytes, bytes]]]:
    """UIDVALIDITY, and what each UID of INBOX stands for: octets and the answer's other words, flags included."""
    with site.imap("bob") as client:
        client.select("INBOX", readonly=True)
        answers = client.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")[1]
        here = [(one[0], one[1]) for one in answers if isinstance(one, tuple)]
        uidvalidity = int(client.untagged_responses["UIDVALIDITY"][0])
        return uidvalidity, {
            int(re.search(rb"UID (\d+)", words)[1]): (octets, words) for words, octets in here
        }


def test_nothing_acknowledged_is_lost(site):
    """Two clients append and flag, the server is killed, six times."""
    chance = random.Random(6)
    site.start()
    uidvalidity, known = look(site)
    appended: dict[int, bytes] = {}
    flagged: set[int] = set()
    for round_ in range(ROUNDS):
        writers = [Writer(site, f"{round_}.{number}") for number in range(2)]
        for writer in writers:
            writer.start()
        time.sleep(0.2 + chance.random() / 2)
        site.kill()
        for writer in writers:
            writer.join(30)
            assert writer.unexpected is None
            assert not appended.keys() & writer.appended.keys()
            appended |= writer.appended
            flagged |= writer.flagged
        site.start()
        now, found = look(site)
        assert now == uidvalidity
        assert {uid: found[uid][0] for uid in known} == {uid: octets for uid, (octets, _) in known.items()}
        assert {uid: found[uid][0] for uid in appended} == appended
        assert all(b"\\Draft" in found[uid][1] for uid in appended)
        assert all(b"Kept" in found[uid][1] for uid in flagged)
        assert len(found) - len(appended) <= 2 * (round_ + 1), (
            "more than one APPEND in flight for each client"
        )
        known = found
    assert len(appended) > 2 * ROUNDS
    assert site.problems() == []


@needs("mbsync")
def test_mbsync_finishes_its_push_without_loss_or_doubles(site, tmp_path):
    """The server is killed four times while mbsync sends it new mail."""
    messages = [octets for octets in mails.made(220, seed=9) if octets.partition(b"\n\n")[0].isascii()]
    home = tmp_path / "home"
    inbox = home / "mail/INBOX"
    for part in ("tmp", "new", "cur"):
        (inbox / part).mkdir(parents=True)
    for number, octets in enumerate(messages):
        (inbox / "cur" / f"{1_700_000_000 + number}.M1P1.here:2,{'S' * (number % 2)}").write_bytes(octets)
    chance = random.Random(7)
    site.start()
    for _ in range(4):
        client = threading.Thread(
            target=mbsync, args=(site, "bob", home), kwargs={"sync": "All", "statuses": (0, 1, -13)}
        )
        client.start()
        time.sleep(0.05 + chance.random() / 4)
        site.kill()
        client.join(60)
        site.start()
    mbsync(site, "bob", home, sync="All")
    _, found = look(site)
    mails.same(mails.without((octets for octets, _ in found.values()), "X-TUID"), mails.wire(messages))
    seen = sum(b"\\Seen" in words for _, words in found.values())
    assert seen == len(messages) // 2
    assert len(list((inbox / "cur").iterdir())) == len(messages)
    sent = mbsync(site, "bob", home, sync="All")
    assert not any(word in sent for word in ("BODY", "APPEND", "STORE", "EXPUNGE"))
    assert site.problems() == []
