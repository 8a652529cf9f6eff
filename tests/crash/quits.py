"""kill -9 while QUIT removes what was marked (RFC 1939 section 6)."""

from __future__ import annotations

import poplib
import random
import time
from pathlib import Path

from tests.crash.ledger import Found
from tests.crash.mails import made
from tests.crash.rounds import Daemon, _read
from tests.crash.wire import Client, Gone

MESSAGES = 40


class Quits:
    """Each message is there or gone, none is damaged, none goes that was not marked."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.daemon = Daemon(folder)
        self.seed = seed
        self.chance = random.Random(seed)
        self.here: Found = {}
        self.made = self.changes = self.unanswered = 0
        self.needs = 0.02  # seconds that QUIT takes
        self.daemon.start()

    def run(self, rounds: int) -> None:
        """So many times."""
        for number in range(rounds):
            try:
                self.round()
            except AssertionError as error:
                raise AssertionError(f"seed {self.seed}, round {number}: {error}") from error
        self.daemon.stop()
        print(f"QUIT was not answered in {self.unanswered} of {rounds} rounds")

    def round(self) -> None:
        """Fill up, mark, kill, look."""
        client = Client(self.daemon.ports["imap"], "alice")
        pieces = [b"APPEND INBOX"]
        for _ in range(MESSAGES - len(self.here)):
            self.made += 1
            pieces[-1] += b" "
            pieces += [made(f"qx{self.made}"), b""]
        if len(pieces) > 1:
            client.command(*pieces)
        client.command(b"SELECT INBOX")
        before = _read(client, "INBOX")[0]
        client.close()
        marked, answered = self._quit()
        self.daemon.start()
        client = Client(self.daemon.ports["imap"], "alice")
        client.command(b"SELECT INBOX")
        self.here = _read(client, "INBOX")[0]
        client.close()
        self.daemon.complaints()
        for place, kept in before.items():
            if place[1] not in marked:
                assert self.here.get(place) == kept, f"{place} went, and was not marked"
            elif place in self.here:
                assert self.here[place] == kept, place
                assert not answered, f"{place} is still there after +OK"
        assert self.here.keys() <= before.keys(), "something came back"

    def _quit(self) -> tuple[set[int], bool]:
        client = poplib.POP3("127.0.0.1", self.daemon.ports["pop3"], timeout=60)
        try:
            client.user("alice")
            client.pass_("secret")
            marked = set()
            for line in client.uidl()[1]:
                if self.chance.random() < 0.5:
                    number, unique_id = line.split()
                    client.dele(int(number))
                    marked.add(int(unique_id.rpartition(b".")[2]))
            began = time.monotonic()
            client.sock.sendall(b"QUIT\r\n")
            client.sock.settimeout(self.chance.random() * self.needs * 1.2)
            answered = self._answer(client)
            self.needs = 0.8 * self.needs + 0.2 * (time.monotonic() - began) if answered else 1.1 * self.needs
            self.daemon.kill()
            client.sock.settimeout(10)
            answered = answered or self._answer(client)
        finally:
            client.close()
        self.changes += len(marked) if answered else 0
        self.unanswered += not answered
        return marked, answered

    def _answer(self, client: poplib.POP3) -> bool:
        """Whether the answer is there. Raises Gone for one that is not +OK."""
        try:
            answer = client.sock.recv(512)
        except OSError:
            return False
        if answer and not answer.startswith(b"+OK"):
            raise Gone(answer)
        return bool(answer)
