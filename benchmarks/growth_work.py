"""What is measured of one server at one size. Each work goes in steps, so that several servers can take turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

from benchmarks import growth_mail as mail
from benchmarks import growth_report as report
from benchmarks import servers
from benchmarks.client import Client
from benchmarks.run import need
from coromail.context import Context
from coromail.stores.maildir import MaildirModel

USER = "grow"
ROUNDS = 3  # turns of each operation,
TIMES = 7  # and how often it is done in one
REST = 3.0  # seconds after which a server has tidied up
AFTER = 90.0  # seconds until a server has forgotten a user who left
WAIT = 3600.0  # seconds that a server may take for an answer
INBOX = b"SELECT INBOX"
NUMBERS = b"STATUS INBOX (MESSAGES UNSEEN)"
LIST = b'LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN))'
MB = 1e6
TEXTS = "coromail.texts.sqlite3"
SEARCH = "UID SEARCH TEXT without index, a word of ten messages"
INDEXED = "with index, a word of ten messages"

MAILBOX = (
    "SELECT for the first time",
    "SELECT again",
    "STATUS after a restart",
    "SELECT after a restart",
    "APPEND of 2 kB",
    "UID STORE, one message",
    "UID EXPUNGE, one message",
    "EXPUNGE, ms on the clock",
    "what follows when the client has left",
    SEARCH,
    INDEXED,
    "this search, ms on the clock",
    "with index, a word that is nowhere",
    "with index, three frequent words in a row, of ten messages",
    "with index, a word of every tenth message",
    "building that index, µs a message",
    "memory of the server, mailbox open, MB",
    "memory of a message in an open mailbox, octets",
    "on disk beside the mail, octets a message",
    "index of texts, octets a message",
)
MAILBOXES = (
    "LOGIN for the first time",
    "LIST with STATUS of all, for the first time",
    "LIST with STATUS again",
    "LOGIN after a restart",
    "LIST with STATUS after a restart",
    "memory of the server then, MB",
    "memory of a mailbox that is not open, octets",
)
CONNECTIONS = ("NOOP by each of them, µs", "memory of a connection, kB")

Steps = Generator[None, None, None]


class Growth:
    """The figures of one server at one size: medians, where there are several. `start` starts the server on its folder,
    without an index of texts if its argument is false."""

    def __init__(
        self,
        figures: report.Figures,
        name: str,
        size: int,
        files: Path,
        start: Callable[[bool], servers.Server],
    ) -> None:
        self.figures, self.name, self.size, self.files, self.start = figures, name, size, files, start
        self._samples: dict[str, list[float]] = {}

    def note(self, work: str, value: float) -> None:
        """Keep a figure, and say so."""
        samples = self._samples.setdefault(work, [])
        samples.append(value)
        self.figures.setdefault(work, {}).setdefault(self.name, {})[str(self.size)] = statistics.median(
            samples
        )
        print(f"{self.name:10} {self.size:>9,} {work:58} {report.shown(value)}", flush=True)

    @contextmanager
    def running(self, text_index: bool = True) -> Iterator[servers.Server]:
        """A server, stopped afterwards."""
        server = self.start(text_index)
        try:
            yield server
        finally:
            server.stop()

    @contextmanager
    def measured(self, work: str, server: servers.Server, times: int = 1, rest: float = 0.0) -> Steps:
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


def _select(growth: Growth, client: Client) -> None:
    need(b"* %d EXISTS" % growth.size in client.command(INBOX), "EXISTS")


def _status(growth: Growth, client: Client) -> None:
    need(b"MESSAGES %d " % growth.size in client.command(NUMBERS), "MESSAGES")


def one_mailbox(growth: Growth) -> Steps:
    """Everything that is measured of one mailbox but the index of texts."""
    with growth.running() as server:
        folder = server.folder / "mail" / USER
        mail.make_mailbox(folder, growth.files, growth.size, server.owner)
        time.sleep(REST)  # a folder that changed just now is looked at again
        yield
        with login(server) as client:
            before = server.memory
            with growth.measured("SELECT for the first time", server):
                _select(growth, client)
            growth.note("memory of the server, mailbox open, MB", server.memory / MB)
            growth.note(
                "memory of a message in an open mailbox, octets", (server.memory - before) / growth.size
            )
            yield
            yield from _changes(growth, server, client)
            _status(growth, client)
            cpu, over = server.cpu, time.monotonic() + AFTER
            client.logout()
            yield  # both wait at the same time
            time.sleep(max(0.0, over - time.monotonic()))
            growth.note("what follows when the client has left", max(0.0, server.cpu - cpu) * 1000)
    growth.note("on disk beside the mail, octets a message", mail.beside_mail(folder) / growth.size)
    yield
    with (
        growth.running() as server,
        login(server) as client,
        growth.measured("STATUS after a restart", server),
    ):
        _status(growth, client)
    yield
    with growth.running(text_index=False) as server, login(server) as client:
        with growth.measured("SELECT after a restart", server):
            _select(growth, client)
        mail.warm(growth.files, growth.size)
        yield
        with growth.measured(SEARCH, server):
            _search(client, mail.RARE, mail.few(growth.size))


def _changes(growth: Growth, server: servers.Server, client: Client) -> Steps:
    octets = mail.message(1).replace(b"\n", b"\r\n")
    uids = range(2, growth.size, growth.size // (ROUNDS * TIMES) & ~1)[
        : ROUNDS * TIMES
    ]  # none that is searched
    turns = [uids[turn::ROUNDS] for turn in range(ROUNDS)]
    for _ in turns:
        with growth.measured("SELECT again", server, TIMES):
            for _ in range(TIMES):
                client.command(INBOX)
        yield
    for _ in turns:
        with growth.measured("APPEND of 2 kB", server, TIMES, REST):
            for _ in range(TIMES):
                client.append(octets)
        yield
    for turn in turns:
        with growth.measured("UID STORE, one message", server, TIMES, REST):
            for uid in turn:
                answer = client.command(b"UID STORE %d +FLAGS (\\Flagged)" % uid)
                need(b"\\Flagged" in answer, "FLAGS")
        yield
    client.command(b"UID STORE %s +FLAGS.SILENT (\\Deleted)" % b",".join(b"%d" % uid for uid in uids))
    time.sleep(REST)
    for turn in turns:
        with growth.measured("UID EXPUNGE, one message", server, TIMES, REST):
            started = time.perf_counter()
            for uid in turn:
                need(b" EXPUNGE\r\n" in client.command(b"UID EXPUNGE %d" % uid), "EXPUNGE")
            spent = time.perf_counter() - started
        growth.note("EXPUNGE, ms on the clock", spent / TIMES * 1000)
        yield


def _search(client: Client, text: str, wanted: int) -> None:
    answer = client.command(b'UID SEARCH TEXT "%s"' % text.encode())
    numbers = answer.partition(b"* SEARCH")[2].partition(b"\r\n")[0].split()
    need(len(numbers) == wanted, f"{len(numbers)} found of {wanted}")


def text_index(growth: Growth) -> None:
    """SEARCH when the index of texts is built, and what building it took: at one go, a server rests in between."""
    size, few = growth.size, mail.few(growth.size)
    with growth.running() as server:
        folder = server.folder / "mail"
    cpu, started = time.process_time(), time.monotonic()
    _build(folder)
    growth.note("building that index, µs a message", (time.process_time() - cpu) / size * 1e6)
    print(f"built in {time.monotonic() - started:.0f} s on the clock", flush=True)
    growth.note("index of texts, octets a message", (folder / USER / TEXTS).stat().st_size / size)
    with growth.running() as server, login(server) as client:
        client.command(INBOX)
        client.command(b"UID SEARCH UID 1:99 TEXT %s" % mail.NOWHERE.encode())  # opens it
        for work, text, wanted in (
            (INDEXED, mail.RARE, few),
            ("with index, a word that is nowhere", mail.NOWHERE, 0),
            ("with index, three frequent words in a row, of ten messages", mail.phrase(), few),
            ("with index, a word of every tenth message", mail.OFTEN, mail.often(size)),
        ):
            for _ in range(ROUNDS):
                with growth.measured(work, server):
                    begun = time.perf_counter()
                    _search(client, text, wanted)
                    spent = time.perf_counter() - begun
                if work == INDEXED:
                    growth.note("this search, ms on the clock", spent * 1000)


def _build(folder: Path) -> None:
    user = SimpleNamespace(user=USER, user_settings=lambda _: {})
    model = MaildirModel(user, Context({"path": f"{folder}/{{user}}"}))  # type: ignore[arg-type]
    inbox = model.select("INBOX")
    inbox.may_hold(mail.RARE, inbox.index.uids[:9])
    while model.account.texts.step():
        pass
    model.close()


def many_mailboxes(growth: Growth) -> Steps:
    """LIST with STATUS of all mailboxes of an account."""
    with growth.running() as server:
        mail.make_mailboxes(server.folder / "mail" / USER, growth.files, growth.size, server.owner)
        time.sleep(REST)
        yield
        with growth.measured("LOGIN for the first time", server):
            client = login(server)
        with client:
            with growth.measured("LIST with STATUS of all, for the first time", server):
                _list(growth, client)
            yield
            for _ in range(ROUNDS):
                with growth.measured("LIST with STATUS again", server):
                    _list(growth, client)
                yield
    with growth.running() as server:
        before = server.memory
        with growth.measured("LOGIN after a restart", server):
            client = login(server)
        with client:
            with growth.measured("LIST with STATUS after a restart", server):
                _list(growth, client)
            now = server.memory
            growth.note("memory of the server then, MB", now / MB)
            growth.note("memory of a mailbox that is not open, octets", (now - before) / growth.size)


def _list(growth: Growth, client: Client) -> None:
    answer = client.command(LIST)
    right = b"(MESSAGES %d UNSEEN 1)\r\n" % mail.IN_FOLDER
    need(answer.count(right) == growth.size, f"{answer.count(right)} times the right STATUS")


def connections(growth: Growth) -> Steps:
    """What each of many connections costs that have a mailbox selected."""
    with growth.running() as server, ExitStack() as stack:
        mail.make_mailbox(server.folder / "mail" / USER, growth.files, 100, server.owner)
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
        yield
        for _ in range(ROUNDS):
            rounds = max(1, 1000 // growth.size)
            cpu = server.cpu
            for client in clients * rounds:
                client.command(b"NOOP")
            growth.note("NOOP by each of them, µs", (server.cpu - cpu) / (growth.size * rounds) * 1e6)
            yield
