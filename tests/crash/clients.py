"""The load: clients that write down what they were told."""

from __future__ import annotations

import os
import poplib
import random
import re
import threading
from collections.abc import Callable
from pathlib import Path

from coromail.app.addresses import TCP
from coromail.app.lmtp_client import LmtpClient, SocketChannel
from tests.crash.ledger import NOTHING, Kept, Ledger, Pending
from tests.crash.mails import made
from tests.crash.wire import Client, Gone, numbers, uid_set

BOXES = ("INBOX", "One", "Two")
FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "Work", "$Junk", "Later")
MANY = 25  # messages of a client, from which on it rather removes some


class Pop3(poplib.POP3):
    """Leaves no socket behind when the server goes before its greeting."""

    def __init__(self, port: int) -> None:
        try:
            super().__init__("127.0.0.1", port, timeout=60)
        except BaseException:
            if hasattr(self, "file"):
                self.close()
            raise


class Load(threading.Thread):
    """One client at work until the server is gone."""

    def __init__(self, ledger: Ledger, ports: dict[str, int], maildir: Path, seed: str) -> None:
        super().__init__(name=ledger.prefix, daemon=True)
        self.ledger, self.ports, self.maildir = ledger, ports, maildir
        self.chance = random.Random(seed)
        self.unexpected: BaseException | None = None
        self.done = 0

    def run(self) -> None:
        """Work; an error other than the server's end is kept."""
        try:
            self.work()
        except (Gone, OSError, EOFError, poplib.error_proto) as error:
            if isinstance(error, poplib.error_proto) and "EOF" not in str(error):
                self.unexpected = error
        except BaseException as error:
            self.unexpected = error

    def work(self) -> None:
        """What this client does."""
        raise NotImplementedError


class ImapLoad(Load):
    """APPEND, STORE, COPY, MOVE, EXPUNGE in three mailboxes, of messages of its own."""

    def work(self) -> None:
        client = Client(self.ports["imap"], "alice")
        try:
            while True:
                self.box = self.chance.choice(BOXES)
                client.command(b"SELECT " + self.box.encode())
                for _ in range(self.chance.randrange(2, 8)):
                    self.step(client)
                    self.done += 1
        finally:
            client.close()

    def step(self, client: Client) -> None:
        own = [uid for box, uid in self.ledger.here if box == self.box]
        if len(own) < 2:
            self.append(client)
            return
        some = sorted(self.chance.sample(own, self.chance.randrange(1, min(len(own), 6) + 1)))
        work: list[Callable[[Client, list[int]], None]] = [self.store, self.store, self.copy, self.move]
        work += [self.expunge] * (4 if len(self.ledger.here) > MANY else 1)
        chosen = self.chance.randrange(len(work) + 2)
        if chosen >= len(work):
            self.append(client)
        else:
            work[chosen](client, some)

    def flags(self) -> frozenset[str]:
        return frozenset(self.chance.sample(FLAGS, self.chance.randrange(4)))

    def append(self, client: Client) -> None:
        """APPEND, or one command for several messages (RFC 3502)."""
        box = self.chance.choice(BOXES)
        kept = [Kept(self.ledger.new_token(), self.flags()) for _ in range(self.chance.choice((1, 1, 2, 4)))]
        pieces = [b"APPEND " + box.encode()]
        for one in kept:
            pieces[-1] += b" (%s) " % " ".join(one.flags).encode()
            pieces += [made(one.token), b""]
        self.ledger.pending = Pending(target=box, new=tuple(kept))
        answer = client.command(*pieces)[-1]
        found = re.search(rb"APPENDUID \d+ ([\d:,]+)\]", answer)
        assert found is not None, answer
        self.ledger.here.update(zip([(box, uid) for uid in numbers(found[1])], kept, strict=True))
        self.ledger.pending = NOTHING

    def store(self, client: Client, uids: list[int]) -> None:
        places = [(self.box, uid) for uid in uids]
        flags, sign = self.flags(), self.chance.choice("+- ").strip()
        after = {}
        for place in places:
            old = self.ledger.here[place].flags
            after[place] = flags if not sign else old | flags if sign == "+" else old - flags
        self.ledger.pending = Pending(places, after)
        text = f"{sign}FLAGS.SILENT ({' '.join(flags)})".encode()
        client.command(b"UID STORE %s %s" % (uid_set(uids), text))
        for place in places:
            self.ledger.here[place] = Kept(self.ledger.here[place].token, after[place])
        self.ledger.pending = NOTHING

    def copy(self, client: Client, uids: list[int]) -> None:
        self._transfer(client, uids, b"COPY", goes=False)

    def move(self, client: Client, uids: list[int]) -> None:
        self._transfer(client, uids, b"MOVE", goes=True)

    def _transfer(self, client: Client, uids: list[int], verb: bytes, goes: bool) -> None:
        target = self.chance.choice([box for box in BOXES if box != self.box])
        places = [(self.box, uid) for uid in uids]
        kept = tuple(self.ledger.here[place] for place in places)
        self.ledger.pending = Pending(places, target=target, new=kept, goes=goes)
        answers = client.command(b"UID %s %s %s" % (verb, uid_set(uids), target.encode()))
        found = re.search(rb"COPYUID \d+ ([\d:,]+) ([\d:,]+)\]", b"".join(answers))
        assert found is not None, answers
        assert numbers(found[1]) == uids, (uids, answers)
        self.ledger.here.update(zip([(target, uid) for uid in numbers(found[2])], kept, strict=True))
        if goes:
            self._went(places)
        self.ledger.pending = NOTHING

    def expunge(self, client: Client, uids: list[int]) -> None:
        places = [(self.box, uid) for uid in uids]
        after = {place: self.ledger.here[place].flags | {"\\Deleted"} for place in places}
        self.ledger.pending = Pending(places, after)
        client.command(b"UID STORE %s +FLAGS.SILENT (\\Deleted)" % uid_set(uids))
        for place in places:
            self.ledger.here[place] = Kept(self.ledger.here[place].token, after[place])
        self.ledger.pending = Pending(places, goes=True)
        client.command(b"UID EXPUNGE " + uid_set(uids))
        self._went(places)
        self.ledger.pending = NOTHING

    def _went(self, places: list[tuple[str, int]]) -> None:
        for place in places:
            del self.ledger.here[place]
        self.ledger.gone.update(places)


class PostmanLoad(Load):
    """LMTP in, POP3 out."""

    def work(self) -> None:
        while True:
            with LmtpClient(SocketChannel(TCP("127.0.0.1", self.ports["lmtp"]), 30)) as client:
                client.hello("mta.example.org")
                for _ in range(self.chance.randrange(1, 4)):
                    self.deliver(client)
                    self.done += 1
            self.fetch()

    def deliver(self, client: LmtpClient) -> None:
        token = self.ledger.new_token()
        self.ledger.pending = Pending(target="INBOX", new=(Kept(token, frozenset()),))
        [fate] = client.deliver("a@example.org", ["alice"], made(token))
        if fate.code != 250:  # the client's way of saying that the server is gone
            raise Gone
        self.ledger.arrived.add(token)
        self.ledger.pending = NOTHING

    def fetch(self) -> None:
        """Remove some of what came in earlier rounds."""
        own = {uid for box, uid in self.ledger.here if box == "INBOX"}
        client = Pop3(self.ports["pop3"])
        try:
            client.user("alice")
            try:
                client.pass_("secret")
            except poplib.error_proto as error:
                if "IN-USE" in str(error):
                    return
                raise
            listed = [line.split() for line in client.uidl()[1]]
            marked = []
            for number, unique_id in listed:
                uid = int(unique_id.rpartition(b".")[2])
                if uid in own and len(marked) < 4:
                    client.dele(int(number))
                    marked.append(("INBOX", uid))
            self.ledger.pending = Pending(marked, goes=True)
            client.quit()
            for place in marked:
                del self.ledger.here[place]
            self.ledger.gone.update(marked)
            self.ledger.pending = NOTHING
        finally:
            client.close()


class DeliveryLoad(Load):
    """Files moved in by another program, with LF line ends. It goes on without the server."""

    def work(self) -> None:
        for _ in range(self.chance.randrange(5, 20)):
            token = self.ledger.new_token()
            name = f"{1_700_000_000 + self.ledger.made}.{token}.elsewhere"
            (self.maildir / "tmp" / name).write_bytes(made(token).replace(b"\r\n", b"\n"))
            os.rename(self.maildir / "tmp" / name, self.maildir / "new" / name)
            self.ledger.arrived.add(token)
            self.done += 1
            threading.Event().wait(self.chance.random() / 10)
