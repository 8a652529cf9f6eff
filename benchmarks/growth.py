"""`python -m benchmarks.growth`: what grows with the number of messages, of mailboxes and of connections.

Each server gets a Maildir of each size for itself and does the same work; what is measured is CPU time, memory and room
on disk, and the exponents say what would become of it at ten times the size.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import growth_mail as mail
from benchmarks import growth_report as report
from benchmarks import servers
from benchmarks.client import Client
from benchmarks.workloads import need

USER = "grow"
TIMES = 20  # operations of each kind
REST = 3.0  # seconds after which a server has tidied up
AFTER = 120.0  # seconds until a server has forgotten a user who left
WAIT = 3600.0  # seconds that a server may take for an answer
INBOX = b"SELECT INBOX"
LIST = b'LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN))'
OWN = report.OWN

AFTERWARDS = "what follows when the client has left"
MAILBOX = (
    "SELECT for the first time",
    "SELECT again",
    "STATUS after a restart",
    "SELECT after a restart",
    "APPEND of 1 kB",
    "UID STORE, one message",
    "UID EXPUNGE, one message",
    "the same, ms on the clock (median)",
    AFTERWARDS,
    "UID SEARCH TEXT, a rare word, without index",
    "the same with index",
    "building that index, s of CPU",
    "memory of the server, mailbox open, MB",
    "on disk beside the mail, MB",
    "index of texts, MB",
)
MAILBOXES = (
    "LOGIN for the first time",
    "LIST with STATUS of all, for the first time",
    "LIST with STATUS again",
    "LOGIN after a restart",
    "LIST with STATUS after a restart",
    "memory of the server then, MB",
)
CONNECTIONS = ("NOOP by each of them, µs", "memory of a connection, kB")
TABLES = (("messages", MAILBOX), ("mailboxes", MAILBOXES), ("connections", CONNECTIONS))
MB = 1e6


class Growth:
    """The figures of one server at one size. `start` starts the server on its folder, without an index of texts if
    its argument is false."""

    def __init__(
        self, figures: report.Figures, name: str, size: int, start: Callable[[bool], servers.Server]
    ) -> None:
        self.figures, self.name, self.size, self.start = figures, name, size, start

    def note(self, work: str, value: float) -> None:
        """Keep a figure, and say so."""
        self.figures.setdefault(work, {}).setdefault(self.name, {})[str(self.size)] = value
        print(f"{self.name:9} {self.size:>9,} {work:45} {report.shown(value)}", flush=True)

    @contextmanager
    def running(self, text_index: bool = True) -> Iterator[servers.Server]:
        """A server, stopped afterwards."""
        server = self.start(text_index)
        try:
            yield server
        finally:
            server.stop()

    @contextmanager
    def measured(
        self, work: str, server: servers.Server, times: int = 1, rest: float = 0.0
    ) -> Iterator[None]:
        """Milliseconds of CPU for each of some operations, with what the server does in the seconds after them."""
        cpu = server.cpu
        yield
        time.sleep(rest)
        # Processes that ended count in whole ticks only, so the sum may have become less.
        self.note(work, max(0.0, server.cpu - cpu) / times * 1000)


def login(server: servers.Server) -> Client:
    """A client that waits for long."""
    client = Client(server.ports["imap"])
    client.socket.settimeout(WAIT)
    client.command(b"LOGIN %s pass" % USER.encode())
    return client


def one_mailbox(growth: Growth, files: Path) -> None:
    """Everything that is measured of one mailbox."""
    with growth.running() as server:
        folder = server.folder / "mail" / USER
        mail.make_mailbox(folder, files, growth.size, server.owner)
        time.sleep(REST)  # a folder that changed just now is looked at again
        with login(server) as client:
            with growth.measured("SELECT for the first time", server):
                answer = client.command(INBOX)
            need(b"* %d EXISTS" % growth.size in answer, "EXISTS")
            growth.note("memory of the server, mailbox open, MB", server.memory / MB)
            with growth.measured("SELECT again", server, TIMES):
                for _ in range(TIMES):
                    client.command(INBOX)
            _changes(growth, server, client)
    growth.note("on disk beside the mail, MB", mail.beside_mail(folder) / MB)
    with growth.running() as server, login(server) as client:
        with growth.measured("STATUS after a restart", server):
            answer = client.command(b"STATUS INBOX (MESSAGES UNSEEN)")
        need(b"MESSAGES %d " % growth.size in answer, "STATUS")
    with growth.running(text_index=False) as server, login(server) as client:
        with growth.measured("SELECT after a restart", server):
            answer = client.command(INBOX)
        need(b"* %d EXISTS" % growth.size in answer, "EXISTS")
        with growth.measured("UID SEARCH TEXT, a rare word, without index", server):
            _search(growth, client)


def _changes(growth: Growth, server: servers.Server, client: Client) -> None:
    size = growth.size
    octets = mail.message(1).replace(b"\n", b"\r\n")
    with growth.measured("APPEND of 1 kB", server, TIMES, REST):
        for _ in range(TIMES):
            client.append(octets)
    uids = range(2, size, size // TIMES)[:TIMES]
    with growth.measured("UID STORE, one message", server, TIMES, REST):
        for uid in uids:
            answer = client.command(b"UID STORE %d +FLAGS (\\Flagged)" % uid)
            need(b"\\Flagged" in answer, "FLAGS")
    client.command(b"UID STORE %s +FLAGS.SILENT (\\Deleted)" % b",".join(b"%d" % uid for uid in uids))
    time.sleep(REST)
    clock = []
    with growth.measured("UID EXPUNGE, one message", server, TIMES, REST):
        for uid in uids:
            started = time.perf_counter()
            need(b" EXPUNGE\r\n" in client.command(b"UID EXPUNGE %d" % uid), "EXPUNGE")
            clock.append(time.perf_counter() - started)
    growth.note("the same, ms on the clock (median)", statistics.median(clock) * 1000)
    need(b"MESSAGES %d " % size in client.command(b"STATUS INBOX (MESSAGES UNSEEN)"), "MESSAGES")
    with growth.measured(AFTERWARDS, server, rest=AFTER if size > 10 * TIMES else 0.0):
        client.logout()


def _search(growth: Growth, client: Client) -> None:
    answer = client.command(b"UID SEARCH TEXT %s" % mail.RARE.encode())
    numbers = answer.partition(b"* SEARCH")[2].partition(b"\r\n")[0].split()
    wanted = len(range(500, growth.size, 1000))
    need(abs(len(numbers) - wanted) <= 1, f"{len(numbers)} found of {wanted}")  # one may be expunged


def with_index(growth: Growth, patience: float) -> None:
    """SEARCH when the index of texts is built, and what building it took."""
    with growth.running() as server, login(server) as client:
        client.command(INBOX)
        folder = server.folder / "mail" / USER
        index = folder / "coromail.texts.sqlite3"
        cpu, started = server.cpu, time.monotonic()
        _search(growth, client)
        while (upto := _indexed(index)) < growth.size + TIMES:
            if time.monotonic() - started > patience:
                print(f"the index is at UID {upto:,} after {patience:.0f} s, {server.cpu - cpu:.0f} s of CPU")
                return
            time.sleep(0.5)
        growth.note("building that index, s of CPU", server.cpu - cpu)
        print(f"built in {time.monotonic() - started:.0f} s on the clock")
        with growth.measured("the same with index", server, TIMES):
            for _ in range(TIMES):
                _search(growth, client)
    growth.note("index of texts, MB", index.stat().st_size / MB)


def _indexed(path: Path) -> int:
    """Up to which UID a mailbox is in the index of texts."""
    try:
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        found = database.execute("SELECT max(upto) FROM progress").fetchone()
        database.close()
    except sqlite3.OperationalError:  # not there yet
        return 0
    return int(found[0] or 0)


def many_mailboxes(growth: Growth, files: Path) -> None:
    """LIST with STATUS of all mailboxes of an account."""
    with growth.running() as server:
        mail.make_mailboxes(server.folder / "mail" / USER, files, growth.size, server.owner)
        time.sleep(REST)
        with growth.measured("LOGIN for the first time", server):
            client = login(server)
        with client:
            with growth.measured("LIST with STATUS of all, for the first time", server):
                _list(growth, client)
            with growth.measured("LIST with STATUS again", server):
                _list(growth, client)
    with growth.running() as server:
        with growth.measured("LOGIN after a restart", server):
            client = login(server)
        with client:
            with growth.measured("LIST with STATUS after a restart", server):
                _list(growth, client)
            growth.note("memory of the server then, MB", server.memory / MB)


def _list(growth: Growth, client: Client) -> None:
    answer = client.command(LIST)
    right = b"(MESSAGES %d UNSEEN 1)\r\n" % mail.IN_FOLDER
    need(answer.count(right) == growth.size, f"{answer.count(right)} times the right STATUS")


def connections(growth: Growth, files: Path) -> None:
    """What each of many connections costs that have a mailbox selected."""
    with growth.running() as server, ExitStack() as stack:
        mail.make_mailbox(server.folder / "mail" / USER, files, 100, server.owner)
        stack.enter_context(login(server)).command(INBOX)
        time.sleep(REST)
        before = server.memory
        clients = []
        for _ in range(growth.size):
            client = stack.enter_context(login(server))
            client.buffer = bytearray(4096)
            client.command(INBOX)
            clients.append(client)
        time.sleep(REST)
        growth.note("memory of a connection, kB", (server.memory - before) / growth.size / 1000)
        rounds = max(1, 1000 // growth.size)
        cpu = server.cpu
        for client in clients * rounds:
            client.command(b"NOOP")
        growth.note("NOOP by each of them, µs", (server.cpu - cpu) / (growth.size * rounds) * 1e6)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line says."""
    options = _options(arguments)
    figures = report.load(options.figures)
    with ExitStack() as stack:
        folder = Path(options.dir or stack.enter_context(tempfile.TemporaryDirectory(prefix="growth-")))
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        servers.write_certificate(folder)
        files = folder / "files"
        mail.write_files(files, max([*options.messages, 100]))
        works: list[tuple[Callable[[Growth, Path], None], Sequence[int]]] = [
            (one_mailbox, options.messages),
            (many_mailboxes, options.mailboxes),
            (connections, options.connections),
        ]
        for work, sizes in works:
            for size in sizes:
                for name, start in _kinds(folder, options.dovecot).items():
                    if name != OWN and work is connections and size > 1000:
                        continue  # it takes a process for each
                    growth = Growth(figures, name, size, start)
                    work(growth, files)
                    if name == OWN and work is one_mailbox and options.index:
                        with_index(growth, options.index)
                report.save(options.figures, figures)
    if options.report:
        cores = f"{os.cpu_count()} cores, CPython {platform.python_version()}, {platform.machine()}"
        report.write(options.report, report.section(TABLES, figures, cores))
    return 0


def _kinds(folder: Path, with_dovecot: bool) -> dict[str, Callable[[bool], servers.Server]]:
    def own(text_index: bool) -> servers.Server:
        return servers.coromail(folder / OWN, [USER], text_index)

    kinds: dict[str, Callable[[bool], servers.Server]] = {OWN: own}
    if with_dovecot and servers.has_dovecot():
        kinds["Dovecot"] = lambda _: servers.dovecot(folder / "dovecot", fast=False)
    return kinds


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    numbers = {"type": int, "nargs": "*", "metavar": "N"}
    parser.add_argument("--messages", default=[1000, 10_000, 100_000], help="in one mailbox", **numbers)
    parser.add_argument("--mailboxes", default=[1000, 10_000], help="in one account", **numbers)
    parser.add_argument("--connections", default=[10, 1000, 10_000], help="at a time", **numbers)
    parser.add_argument(
        "--index", type=float, default=600.0, metavar="S", help="how long an index of texts may take, 0: none"
    )
    parser.add_argument("--no-dovecot", dest="dovecot", action="store_false", help="coromail only")
    parser.add_argument("--dir", type=Path, help="keep mail and logs here; a temporary folder if left out")
    parser.add_argument("--figures", type=Path, help="add to the figures of earlier runs in this file")
    parser.add_argument("--report", type=Path, help="write the tables on this page, between their marks")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
