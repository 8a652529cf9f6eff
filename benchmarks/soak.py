"""Fifty clients that do all sorts of things for ten minutes: `python -m benchmarks.soak`.

Clients share mailboxes, five to each, and check what they are told: numbers of messages that fit together, UIDs that stay
with their message and only grow, bodies that are what somebody appended, and at each new login a mailbox as the client
knew it. Prints operations, errors and the server's memory, a line a minute. Exits with 1
after an error. With `--cpus 1` the server has one processor only, to see what the second one is worth.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.client import Pop3Client, WrongAnswerError
from benchmarks.player import Player
from benchmarks.servers import Server, coromail, write_certificate

A_MAILBOX = 5  # clients that share one
ENOUGH = 20  # errors, after which all stop
FEW, MANY = 100, 200  # messages: with fewer they are added, with more they are removed
LINES = ["She sells sea shells.", "Peter Piper picked a peck.", "How much wood would a woodchuck chuck?"]


def made(chance: random.Random) -> bytes:
    """A message whose subject has the checksum of its body."""
    body = "\r\n".join(chance.choices(LINES, k=int(chance.lognormvariate(3, 1.2)))).encode() + b"\r\n"
    head = "From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
    return head.encode() + b"Subject: %08x\r\n\r\n" % zlib.crc32(body) + body


def intact(octets: bytes) -> bool:
    """Whether that is what `made` had made."""
    head, _, body = octets.partition(b"\r\n\r\n")
    return head.endswith(b"Subject: %08x" % zlib.crc32(body))


class Soak:
    """The clients of one server, each in a thread."""

    def __init__(self, server: Server, clients: int) -> None:
        self.server = server
        self.done: Counter[str] = Counter()
        self.errors: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._play, args=(n,)) for n in range(clients)]

    def run(self, minutes: float) -> None:
        """Let them play; a line a minute."""
        for thread in self._threads:
            thread.start()
        process = psutil.Process(self.server.process.pid)
        end, before, cpu = time.monotonic() + minutes * 60, 0, self.server.cpu
        while time.monotonic() < end and not self._over.wait(min(60.0, end - time.monotonic())):
            total, used = self.done.total(), self.server.cpu
            print(
                f"{total - before:7} operations  {(used - cpu) / max(1, total - before) * 1e6:5.0f} µs of CPU each"
                f"  {len(self.errors)} errors  {process.memory_info().rss >> 20} MB",
                flush=True,
            )
            before, cpu = total, used
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _failed(self, what: str) -> None:
        self.errors.append(what)
        print(what, flush=True)
        if len(self.errors) == ENOUGH:
            self._over.set()

    def _play(self, number: int) -> None:
        """Come and go until it is over."""
        chance = random.Random(number)
        while not self._over.is_set():
            try:
                if chance.random() < 0.1:
                    self._fetch_by_pop3(f"pop{number}", chance)
                else:
                    self._visit(f"user{number // A_MAILBOX}", chance)
            except (WrongAnswerError, OSError, ValueError, IndexError) as error:
                self._failed(f"client {number}: {type(error).__name__}: {error}")

    def _visit(self, user: str, chance: random.Random) -> None:
        """One login, and some work."""
        with Player(self.server, user, tls=chance.random() < 0.3) as player:
            player.select()
            player.compare()
            for _ in range(chance.randrange(10, 60)):
                if self._over.is_set():
                    return
                action = chance.choices(list(ACTIONS), list(ACTIONS.values()))[0]
                action(player, chance)
                self.done[action.__name__] += 1
            player.compare()
            player.say(b"LOGOUT")

    def _fetch_by_pop3(self, user: str, chance: random.Random) -> None:
        """Put something into a maildrop of one's own and take it out again."""
        with Player(self.server, user, tls=False) as player:
            player.append(made(chance))
        with Pop3Client(self.server.ports["pop3"]) as client:
            client.say(b"USER " + user.encode())
            client.say(b"PASS pass")
            count = int(client.say(b"STAT").split()[1])
            if client.say(b"UIDL", many=True).count(b"\n") != count + 2:
                raise WrongAnswerError("UIDL and STAT differ")
            for number in range(1, count + 1):
                if not intact(client.say(b"RETR %d" % number, many=True).partition(b"\r\n")[2][:-3]):
                    raise WrongAnswerError("a message is damaged")
                client.say(b"DELE %d" % number)
            client.say(b"QUIT")
        self.done["pop3"] += 1


def _poll(player: Player, chance: random.Random) -> None:
    player.say(b"NOOP")


def _grow_or_shrink(player: Player, chance: random.Random) -> None:
    if len(player.uids) < chance.randrange(FEW, MANY):
        player.append(made(chance))
    else:
        player.say(b"STORE %d +FLAGS.SILENT (\\Deleted)" % player.any(chance))
        player.say(b"EXPUNGE")


def _flag(player: Player, chance: random.Random) -> None:
    if player.uids:
        flag = chance.choice([b"\\Seen", b"\\Flagged", b"$Work", b"\\Answered"])
        player.say(b"STORE %d %cFLAGS (%s)" % (player.any(chance), chance.choice(b"+-"), flag))


def _read(player: Player, chance: random.Random) -> None:
    if player.uids:
        for octets in player.bodies(b"FETCH %d (UID FLAGS BODY.PEEK[])" % player.any(chance)):
            if not intact(octets):
                raise WrongAnswerError(f"a message is damaged: {octets!r}")


def _list(player: Player, chance: random.Random) -> None:
    if player.uids:
        player.say(b"FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")


def _search(player: Player, chance: random.Random) -> None:
    key = chance.choice([b"UNSEEN", b"SUBJECT abc", b"TEXT woodchuck", b"SINCE 1-Jan-2026"])
    player.say(b"UID SEARCH " + key)


def _copy(player: Player, chance: random.Random) -> None:
    if player.uids:
        player.say(b"COPY %d INBOX" % player.any(chance))


def _status(player: Player, chance: random.Random) -> None:
    player.say(b"STATUS INBOX (MESSAGES UNSEEN UIDNEXT)")


def _idle(player: Player, chance: random.Random) -> None:
    player.idle(chance.uniform(0.01, 0.3))


ACTIONS: dict[Callable[[Player, random.Random], None], int] = {
    _poll: 20,
    _grow_or_shrink: 10,
    _flag: 15,
    _read: 20,
    _list: 5,
    _search: 5,
    _copy: 2,
    _status: 5,
    _idle: 10,
}


def main() -> int:
    """Play as the command line says; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--cpus", type=int, default=0, help="processors the server may use; 0: all")
    options = parser.parse_args()
    users = [f"user{n}" for n in range(options.clients // A_MAILBOX + 1)]
    users += [f"pop{n}" for n in range(options.clients)]
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        write_certificate(folder)
        server = coromail(folder / "coromail", users)
        try:
            if options.cpus:
                for thread in psutil.Process(server.process.pid).threads():
                    os.sched_setaffinity(thread.id, range(options.cpus))
            soak = Soak(server, options.clients)
            soak.run(options.minutes)
        finally:
            server.stop()
        print(dict(soak.done), f"{len(soak.errors)} errors")
        log = (folder / "coromail" / "log").read_text()
        if "Traceback" in log or server.process.returncode:
            soak.errors.append(log)
            print(log, f"exit status {server.process.returncode}")
    return 1 if soak.errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
