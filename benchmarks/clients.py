"""Workloads with many clients that wait: memory of each, and how fast news reaches all."""

from __future__ import annotations

import selectors
import time
from contextlib import ExitStack

from benchmarks.client import Client
from benchmarks.corpus import mail
from benchmarks.run import Run, need, workload

IDLERS = 500


def _idlers(run: Run, stack: ExitStack, count: int, tls: bool = False, user: str = "small") -> list[Client]:
    clients = []
    for _ in range(count):
        client = stack.enter_context(run.login(user, tls))
        client.command(b"SELECT INBOX")
        client.socket.sendall(b"i IDLE\r\n")
        need(client.until(lambda answer: answer.endswith(b"\n")).startswith(b"+"), "IDLE")
        clients.append(client)
    return clients


def _memory(run: Run, tls: bool) -> None:
    """Memory that more clients take, after some were there already."""
    count = run.times(IDLERS)
    with ExitStack() as stack:
        _idlers(run, stack, 20, tls)
        time.sleep(0.3)
        before = run.server.memory
        _idlers(run, stack, count, tls)
        time.sleep(0.5)
        run.sample.memory = (run.server.memory - before) / count


@workload("idle-memory", "memory (PSS) of an IDLE client", 20, "kB", absolute=True)
def idle_memory(run: Run) -> None:
    _memory(run, tls=False)


@workload("idle-memory-tls", "memory (PSS) of an IDLE client over TLS", 40, "kB", absolute=True)
def idle_memory_tls(run: Run) -> None:
    _memory(run, tls=True)


@workload("fan-out", "a delivery until 99 % of 500 IDLE clients know", 10, "ms", absolute=True)
def fan_out(run: Run) -> None:
    user = run.fresh(50)
    octets = mail(1).octets.replace(b"\n", b"\r\n")
    with ExitStack() as stack:
        clients = _idlers(run, stack, run.times(IDLERS), user=user)
        writer = stack.enter_context(run.login(user))
        selector = stack.enter_context(selectors.EpollSelector())
        for client in clients:
            client.socket.setblocking(False)
            selector.register(client.socket, selectors.EVENT_READ)
        delays = sorted(_delivery(writer, selector, len(clients), octets) for _ in range(3))
        run.sample.delay = delays[1]


def _delivery(writer: Client, selector: selectors.EpollSelector, clients: int, octets: bytes) -> float:
    """Append; seconds until 99 in 100 know. All have been told when this returns."""
    told: dict[int, bytes] = {}
    enough, late = clients - clients // 100, 0.0
    start, waited = time.perf_counter(), 0
    writer.append(octets)
    while waited < clients:
        ready = selector.select(10)
        need(bool(ready), f"{waited} of {clients} heard of it (is fs.inotify.max_user_instances big enough?)")
        for key, _ in ready:
            before = told.get(key.fd, b"")
            told[key.fd] = before + key.fileobj.recv(4096)  # type: ignore[union-attr]
            if b" EXISTS\r\n" in told[key.fd] and b" EXISTS\r\n" not in before:
                waited += 1
                if waited == enough:
                    late = time.perf_counter() - start
    return late
