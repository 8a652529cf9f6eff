"""Rounds of load, kill -9, start, and looking at everything."""

from __future__ import annotations

import random
import re
import subprocess
import time
from pathlib import Path

from tests.app import program
from tests.crash.clients import BOXES, DeliveryLoad, ImapLoad, Load, PostmanLoad
from tests.crash.ledger import Found, Kept, Ledger, Place
from tests.crash.mails import token_of
from tests.crash.wire import Client, uid_set

KINDS: tuple[tuple[type[Load], int], ...] = ((ImapLoad, 16), (PostmanLoad, 3), (DeliveryLoad, 1))
FETCH = re.compile(
    rb"^\* \d+ FETCH \(UID (\d+) FLAGS \(([^)]*)\) RFC822\.SIZE (\d+) BODY\[\] \{(\d+)\}\r\n(.*)\)\r\n$", re.S
)
CONFIG = """\
hostname: mail.example.org
listen: {imap: ["127.0.0.1:0"], pop3: ["127.0.0.1:0"], lmtp: ["127.0.0.1:0"]}
auth: {users_file: users.yaml, plaintext_without_tls: true}
store: {path: "mail/{user}"}
limits: {exempt_networks: ["127.0.0.0/8"]}
log: {target: log}
"""
USERS = 'alice: {password: "{PLAIN}secret", quota: {storage: 4G, messages: 1000000}}\n'


class Daemon:
    """A server of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports: dict[str, int] = {}
        self.process: subprocess.Popen[str] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "coromail.yaml").write_text(CONFIG)
        (folder / "users.yaml").write_text(USERS)
        self.log = folder / "log"

    def spawn(self) -> subprocess.Popen[str]:
        """Start without waiting for anything."""
        self.log.unlink(missing_ok=True)
        self.process = program.start("serve", "-c", self.folder / "coromail.yaml")
        return self.process

    def start(self) -> None:
        """Start, and wait until it serves."""
        self.spawn()
        self.ports = {kind: program.port(self.log, kind) for kind in ("imap", "pop3", "lmtp")}

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()

    def stop(self) -> None:
        """Stop properly."""
        assert self.process is not None
        self.process.terminate()
        assert self.process.communicate(timeout=60) == ("", "")

    def complaints(self) -> None:
        """Fails when the log has a traceback."""
        text = self.log.read_text()
        assert "Traceback" not in text, text


class Crashes:
    """All that must hold from one crash to the next."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.daemon = Daemon(folder)
        self.maildir = folder / "mail/alice"
        self.seed = seed
        self.chance = random.Random(seed)
        kinds = [kind for kind, number in KINDS for _ in range(number)]
        self.ledgers = [(kind, Ledger(f"c{place}")) for place, kind in enumerate(kinds)]
        self.ever: dict[Place, str] = {}  # every message that was ever seen under a number
        self.uidvalidity: dict[str, int] = {}
        self.uidnext: dict[str, int] = {}
        self.changes = 0
        self.daemon.start()
        client = Client(self.daemon.ports["imap"], "alice")
        for box in BOXES[1:]:
            client.command(b"CREATE " + box.encode())
        client.close()
        self.look()

    def run(self, rounds: int) -> None:
        """So many crashes; at the end a proper stop, and a look at the files."""
        for number in range(rounds):
            try:
                self.round(number)
                if number % 50 == 49:
                    print(f"{number + 1} rounds, {self.changes} acknowledged changes", flush=True)
            except AssertionError as error:
                raise AssertionError(f"seed {self.seed}, round {number}: {error}") from error
        self.daemon.stop()
        self.daemon.start()
        self.look()
        self.daemon.stop()
        here = [place for _, ledger in self.ledgers for place in ledger.here]
        for box in BOXES:
            folder = self.maildir if box == "INBOX" else self.maildir / f".{box}"
            files = [*(folder / "cur").iterdir(), *(folder / "new").iterdir()]
            assert len(files) == sum(place[0] == box for place in here), f"files without a message in {box}"

    def round(self, number: int) -> None:
        """One crash."""
        loads = [
            kind(ledger, self.daemon.ports, self.maildir, f"{self.seed} {number} {ledger.prefix}")
            for kind, ledger in self.ledgers
        ]
        for load in loads:
            load.start()
        time.sleep(0.15 + self.chance.random() ** 2 * 1.5)
        self.daemon.kill()
        for load in loads:
            load.join(60)
            assert not load.is_alive(), f"{load.name} hangs"
            if load.unexpected is not None:
                raise AssertionError(f"{load.name}: {load.unexpected!r}") from load.unexpected
        self.changes += sum(load.done for load in loads)
        self.daemon.complaints()
        if self.chance.random() < 0.2:  # another crash, while it starts or mends
            self.daemon.spawn()
            time.sleep(self.chance.random() * 1.5)
            self.daemon.kill()
        self.daemon.start()
        self.look()

    def look(self) -> None:
        """Read everything and compare."""
        client = Client(self.daemon.ports["imap"], "alice")
        found: Found = {}
        octets = 0
        for box in BOXES:
            answers = client.command(b"SELECT " + box.encode())
            uidvalidity, uidnext = (_number(answers, name) for name in (b"UIDVALIDITY", b"UIDNEXT"))
            assert self.uidvalidity.setdefault(box, uidvalidity) == uidvalidity, f"UIDVALIDITY of {box}"
            assert uidnext >= self.uidnext.get(box, 0), f"UIDNEXT of {box} was {self.uidnext[box]}"
            self.uidnext[box] = uidnext
            here, size = _read(client, box)
            found |= here
            octets += size
            assert all(uid < uidnext for _, uid in here)
        for place, kept in found.items():
            known = self.ever.setdefault(place, kept.token)
            assert known == kept.token, f"{place} was {known}, is {kept.token}"
        self._settle(found)
        self._quota(client, len(found), octets)
        self._make_room(client)
        client.close()
        self.daemon.complaints()

    def _settle(self, found: Found) -> None:
        for _, ledger in self.ledgers:
            ledger.settle(
                {place: kept for place, kept in found.items() if kept.token.startswith(ledger.prefix + "x")}
            )

    def _quota(self, client: Client, messages: int, octets: int) -> None:
        answer = b"".join(client.command(b"GETQUOTAROOT INBOX"))
        used = {name: int(number) for name, number in re.findall(rb"(STORAGE|MESSAGE) (\d+) \d+", answer)}
        assert used[b"MESSAGE"] == messages, (used, messages)
        assert abs(used[b"STORAGE"] * 1024 - octets) < 1024, (used, octets)

    def _make_room(self, client: Client) -> None:
        """Remove what other programs have delivered, when it is much."""
        for kind, ledger in self.ledgers:
            if kind is not ImapLoad and len(ledger.here) > 60:
                places = list(ledger.here)[:50]
                client.command(b"SELECT INBOX")
                uids = uid_set([uid for _, uid in places])
                client.command(b"UID STORE %s +FLAGS.SILENT (\\Deleted)" % uids)
                client.command(b"UID EXPUNGE " + uids)
                for place in places:
                    del ledger.here[place]
                ledger.gone.update(places)


def _number(answers: list[bytes], name: bytes) -> int:
    found = re.search(name + rb" (\d+)\]", b"".join(answers))
    assert found is not None, answers
    return int(found[1])


def _read(client: Client, box: str) -> tuple[Found, int]:
    """The messages of a selected mailbox, and how many octets they have."""
    found: Found = {}
    octets = 0
    for answer in client.command(b"UID FETCH 1:* (UID FLAGS RFC822.SIZE BODY.PEEK[])")[:-1]:
        match = FETCH.match(answer)
        assert match is not None, answer[:200]
        uid, flags, size, length, body = match.groups()
        assert int(size) == int(length) == len(body), (box, uid, size, length)
        names = frozenset(flags.decode().split()) - {"\\Recent"}
        assert (box, int(uid)) not in found, f"twice: {box} {uid!r}"
        found[box, int(uid)] = Kept(token_of(body), names)
        octets += len(body)
    return found, octets
