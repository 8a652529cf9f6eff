"""What is measured: each workload logs in, warms up, then does its operations inside `run.measured`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.client import Client, Pop3Client
from benchmarks.corpus import RARE, SINCE, SUBJECT, Corpus, mail
from benchmarks.run import Run, need, workload

DAY = SINCE.strftime("%d-%b-%Y").encode()
STATUS = b"STATUS INBOX (MESSAGES UNSEEN UIDNEXT)"
FLAGS = b"FETCH 1:* (UID FLAGS)"
ENVELOPES = b"FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"
BODIES = b"UID FETCH 1:* (BODY.PEEK[])"


def repeated(
    run: Run, client: Client, line: bytes, times: int, test: Callable[[bytes], bool], per: int = 1
) -> None:
    """Validate one answer in full, one more for the caches, then measure `times` of the same length."""
    answer = client.command(line)
    need(test(answer), f"{line!r}: {answer[:300]!r}")
    octets = len(client.command(line))
    with run.measured(times * per):
        for _ in range(times):
            client.repeat(line, octets)


# Round trips


@workload("noop", "NOOP, one client", 1.0)
def noop(run: Run) -> None:
    with run.selected("small") as client:
        repeated(run, client, b"NOOP", run.times(3000), lambda answer: answer.count(b"\n") == 1)


@workload("noop50", "NOOP, 50 clients at a time", 0.5)
def noop50(run: Run) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(run.selected("small")) for _ in range(50)]
        rounds = run.times(100)
        with run.measured(50 * rounds):
            for _ in range(rounds):
                for client in clients:
                    client.socket.sendall(b"n NOOP\r\n")
                for client in clients:
                    answer = client.socket.recv(1000)
                    need(answer.startswith(b"n OK") and answer.endswith(b"\n"), "NOOP")


@workload("noop1000", "NOOP, 1,000 in one write", 0.9)
def noop1000(run: Run) -> None:
    with run.selected("small") as client:
        client.pipelined(b"NOOP", 1000)
        rounds = run.times(30)
        with run.measured(1000 * rounds):
            for _ in range(rounds):
                client.pipelined(b"NOOP", 1000)


def _sessions(run: Run, tls: bool, rounds: int) -> None:
    with run.measured(20 * rounds, rest=0.5):
        for _ in range(rounds):
            clients = [run.login("small", tls) for _ in range(20)]
            for client in clients:
                client.logout()


@workload("login", "connect, LOGIN, LOGOUT, 20 at a time", 0.45)
def login(run: Run) -> None:
    _sessions(run, False, run.times(20))


@workload("login-tls", "connect, LOGIN, LOGOUT over TLS", 0.6)
def login_tls(run: Run) -> None:
    _sessions(run, True, run.times(5))


# Mailboxes


def _select(run: Run, user: str) -> None:
    with run.login(user) as client:
        exists = b"* %d EXISTS\r\n" % run.corpus.facts(ACCOUNTS[user]).count
        repeated(run, client, b"SELECT INBOX", run.times(500), lambda answer: exists in answer)


@workload("select-1k", "SELECT, 1,000 messages", 1.0)
def select_1k(run: Run) -> None:
    _select(run, "k1")


@workload("select-10k", "SELECT, 10,000 messages", 1.0)
def select_10k(run: Run) -> None:
    _select(run, "k10")


@workload("status-10k", "STATUS, 10,000 messages", 1.0)
def status_10k(run: Run) -> None:
    with run.login("k10") as client:
        facts = run.corpus.facts(ACCOUNTS["k10"])
        unseen, messages = b"UNSEEN %d" % facts.unseen, b"MESSAGES %d" % facts.count
        repeated(run, client, STATUS, run.times(1000), lambda got: unseen in got and messages in got)


# FETCH


def _fetch(run: Run, user: str, line: bytes, times: int, least: int = 0) -> None:
    with run.selected(user, b"EXAMINE INBOX") as client:
        facts = run.corpus.facts(ACCOUNTS[user])
        repeated(
            run,
            client,
            line,
            run.times(times),
            lambda answer: answer.count(b" FETCH (UID ") == facts.count and len(answer) > least,
            per=facts.count,
        )


@workload("flags", "FETCH 1:* (UID FLAGS), 10,000 messages", 0.8, "µs a message")
def flags(run: Run) -> None:
    _fetch(run, "k10", FLAGS, 20)


@workload("envelopes", "FETCH 1:* (… ENVELOPE BODYSTRUCTURE), 10,000 messages", 0.2, "µs a message")
def envelopes(run: Run) -> None:
    _fetch(run, "k10", ENVELOPES, 4)


@workload("envelopes-first", "the same, 1,000 messages without index", 2.0, "µs a message")
def envelopes_first(run: Run) -> None:
    facts = run.corpus.facts(1000)
    with run.selected(run.fresh(1000)) as client, run.measured(facts.count, rest=0.3):
        need(client.command(ENVELOPES).count(b" FETCH (UID ") == facts.count, "ENVELOPE")


def _bodies(run: Run, user: str, tls: bool = False) -> None:
    facts = run.corpus.facts(ACCOUNTS[user])
    with run.login(user, tls) as client:
        client.command(b"EXAMINE INBOX")
        test = lambda answer: len(answer) > facts.octets and answer.count(b" FETCH (UID ") == facts.count  # noqa: E731
        repeated(run, client, BODIES, run.times(5), test, per=facts.count)


@workload("bodies", "UID FETCH 1:* (BODY.PEEK[]), LF files", 1.1, "µs a message")
def bodies(run: Run) -> None:
    _bodies(run, "k1")


@workload("bodies-crlf", "the same, CRLF files", 0.67, "µs a message")
def bodies_crlf(run: Run) -> None:
    _bodies(run, "crlf")


@workload("bodies-tls", "UID FETCH 1:* (BODY.PEEK[]), CRLF files, over TLS", 0.5, "µs a message")
def bodies_tls(run: Run) -> None:
    _bodies(run, "crlf", tls=True)


# SEARCH


def _search(run: Run, user: str, line: bytes, times: int, hits: int) -> None:
    with run.selected(user) as client:

        def right(answer: bytes) -> bool:
            found = [line for line in answer.splitlines() if line.startswith(b"* SEARCH")]
            return len(found) == 1 and len(found[0].split()) - 2 == hits

        repeated(run, client, line, run.times(times), right)


@workload("search-unseen", "UID SEARCH UNSEEN, 10,000 messages", 1.0)
def search_unseen(run: Run) -> None:
    _search(run, "k10", b"UID SEARCH UNSEEN", 100, run.corpus.facts(ACCOUNTS["k10"]).unseen)


@workload("search-since", "UID SEARCH SINCE, 10,000 messages", 0.2)
def search_since(run: Run) -> None:
    _search(run, "k10", b"UID SEARCH SINCE " + DAY, 20, run.corpus.facts(ACCOUNTS["k10"]).since)


@workload("search-subject", "UID SEARCH SUBJECT, 10,000 messages", 0.1)
def search_subject(run: Run) -> None:
    hits = run.corpus.facts(ACCOUNTS["k10"]).subject
    _search(run, "k10", b"UID SEARCH SUBJECT " + SUBJECT.encode(), 8, hits)


@workload("search-text", "UID SEARCH TEXT, 1,000 messages", 1.0)
def search_text(run: Run) -> None:
    hits = run.corpus.facts(ACCOUNTS["k1"]).text
    _search(run, "k1", b"UID SEARCH TEXT " + RARE.encode(), 3, hits)


# Changes


@workload("append", "APPEND 4 kB, one client", 0.5)
def append(run: Run) -> None:
    octets = mail(1).octets.replace(b"\n", b"\r\n")[:4096]
    with run.selected(run.fresh(10), b"STATUS INBOX (MESSAGES)") as client:
        client.append(octets)
        with run.measured(run.times(100)):
            for _ in range(run.times(100)):
                client.append(octets)


@workload("append20", "APPEND 4 kB, 20 clients at a time", 0.2)
def append20(run: Run) -> None:
    user = run.fresh(10)
    octets = mail(1).octets.replace(b"\n", b"\r\n")[:4096]
    command = b"a APPEND INBOX {%d}\r\n" % len(octets)
    with ExitStack() as stack:
        clients = [stack.enter_context(run.login(user)) for _ in range(20)]
        clients[0].append(octets)
        rounds = run.times(10)
        with run.measured(20 * rounds):
            for _ in range(rounds):
                for client in clients:
                    client.socket.sendall(command)
                for client in clients:
                    client.until(lambda answer: answer.startswith(b"+") and answer.endswith(b"\n"))
                    client.socket.sendall(octets + b"\r\n")
                for client in clients:
                    answer = client.until(lambda answer: answer.endswith(b"\n"))
                    need(answer.startswith(b"a OK"), "APPEND")


@workload("store", "STORE one by one", 0.8)
def store(run: Run) -> None:
    facts = run.corpus.facts(1000)
    with run.selected(run.fresh(1000)) as client, run.measured(facts.count):
        for number in range(1, facts.count + 1):
            answer = client.command(b"STORE %d +FLAGS (\\Flagged)" % number)
            need(answer.startswith(b"* %d FETCH" % number), "STORE")


@workload("store-1000", "STORE 1:* of 1,000 messages", 1.0, "µs a message")
def store_1000(run: Run) -> None:
    facts = run.corpus.facts(1000)
    with run.selected(run.fresh(1000)) as client:
        for flag in (b"\\Flagged", b"\\Answered", b"word", b"other"):
            for sign in (b"+", b"-"):
                with run.measured(facts.count):
                    answer = client.command(b"STORE 1:* %sFLAGS (%s)" % (sign, flag))
                need(answer.count(b" FETCH (FLAGS ") >= facts.count // 2, "STORE")


@workload("copy-1000", "COPY 1:* of 1,000 messages", 0.8, "µs a message")
def copy_1000(run: Run) -> None:
    facts = run.corpus.facts(1000)
    with run.selected(run.fresh(1000)) as client:
        client.command(b"CREATE Copies")
        with run.measured(facts.count):
            need(b"COPYUID" in client.command(b"COPY 1:* Copies"), "COPYUID")


@workload("expunge-1000", "EXPUNGE of 1,000 messages", 1.0, "µs a message")
def expunge_1000(run: Run) -> None:
    facts = run.corpus.facts(1000)
    with run.selected(run.fresh(1000)) as client:
        client.command(b"STORE 1:* +FLAGS.SILENT (\\Deleted)")
        with run.measured(facts.count, rest=0.3):
            need(client.command(b"EXPUNGE").count(b" EXPUNGE\r\n") == facts.count, "EXPUNGE")


# POP3


@workload("pop3", "POP3 session with 50 RETR", 0.7)
def pop3(run: Run) -> None:
    facts = run.corpus.facts(ACCOUNTS["small"])
    with run.measured(run.times(30), rest=0.2):
        for _ in range(run.times(30)):
            with Pop3Client(run.server.ports["pop3"]) as client:
                client.say(b"USER small")
                client.say(b"PASS pass")
                octets = sum(len(client.say(b"RETR %d" % n, many=True)) for n in range(1, facts.count + 1))
                need(octets > facts.octets, "RETR")
                client.say(b"QUIT")


@workload("pop3-uidl", "POP3 session with STAT and UIDL, 10,000 messages", 0.25)
def pop3_uidl(run: Run) -> None:
    facts = run.corpus.facts(ACCOUNTS["k10"])
    with run.measured(run.times(20), rest=0.2):
        for _ in range(run.times(20)):
            with Pop3Client(run.server.ports["pop3"]) as client:
                client.say(b"USER k10")
                client.say(b"PASS pass")
                need(client.say(b"STAT") == b"+OK %d %d\r\n" % (facts.count, facts.octets), "STAT")
                need(client.say(b"UIDL", many=True).count(b"\n") == facts.count + 2, "UIDL")
                client.say(b"QUIT")


ACCOUNTS: dict[str, int] = {"small": 50, "k1": 1000, "k10": 10000, "crlf": 1000}


def prepare(server_mail: Path, corpus: Corpus, owner: Sequence[int]) -> None:
    """The accounts of one server."""
    for user, count in ACCOUNTS.items():
        corpus.maildir(server_mail / user, count, crlf=user == "crlf", owner=owner)
