"""A run of a workload against one server, and the table of workloads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.client import Client, WrongAnswerError
from benchmarks.corpus import Corpus
from benchmarks.servers import Server


@dataclass
class Sample:
    """One run of a workload: operations, CPU seconds of the server, wall seconds, or memory in octets."""

    operations: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    memory: float = 0.0
    delay: float = 0.0

    @property
    def cost(self) -> float:
        """What is compared: CPU per operation, octets per client, or seconds of delay."""
        return self.memory or self.delay or self.cpu / max(1, self.operations)


class Run:
    """A workload against one server. `scale` below 1 makes everything shorter."""

    def __init__(self, server: Server, corpus: Corpus, scale: float) -> None:
        self.server = server
        self.corpus = corpus
        self.scale = scale
        self.sample = Sample()

    def times(self, full: int) -> int:
        """How often something is done."""
        return max(1, int(full * self.scale))

    def login(self, user: str, tls: bool = False) -> Client:
        """A client that is logged in."""
        return Client(self.server.ports["imaps" if tls else "imap"], user, tls)

    def selected(self, user: str, command: bytes = b"SELECT INBOX") -> Client:
        """A client that is logged in and has selected its INBOX."""
        client = self.login(user)
        client.command(command)
        return client

    def fresh(self, count: int, again: bool = False) -> str:
        """The name of a user whom the server has never seen, with `count` messages and no index."""
        user = next(self.server.spare)
        self.corpus.maildir(self.server.folder / "mail" / user, count, owner=self.server.owner, again=again)
        return user

    @contextmanager
    def measured(self, operations: int, rest: float = 0.0) -> Iterator[None]:
        """What happens inside are so many operations; `rest` seconds later the server has tidied up."""
        cpu, start = self.server.cpu, time.perf_counter()
        yield
        self.sample.wall += time.perf_counter() - start
        time.sleep(rest)
        self.sample.cpu += self.server.cpu - cpu
        self.sample.operations += operations


Function = Callable[[Run], None]


@dataclass(frozen=True)
class Workload:
    """`unit` is what one operation is; `goal` the ratio to the better Dovecot that is aimed at, or (`absolute`) the
    figure."""

    name: str
    title: str
    unit: str
    goal: float
    absolute: bool
    function: Function


WORKLOADS: dict[str, Workload] = {}


def workload(
    name: str, title: str, goal: float, unit: str = "µs", absolute: bool = False
) -> Callable[[Function], Function]:
    """Put a function into the table of workloads."""

    def register(function: Function) -> Function:
        WORKLOADS[name] = Workload(name, title, unit, goal, absolute, function)
        return function

    return register


def need(right: bool, what: str) -> None:
    """WrongAnswerError unless `right`."""
    if not right:
        raise WrongAnswerError(what)
