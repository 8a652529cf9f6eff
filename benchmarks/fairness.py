"""How long one client's NOOP takes while another works hard."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Event

from benchmarks.client import Client
from benchmarks.servers import SLOW_USER, Server
from benchmarks.workloads import ENVELOPES

SECONDS = 4.0


@dataclass
class Fairness:
    """The delays of NOOP, in milliseconds, while something else goes on."""

    load: str
    median: float
    late: float  # the 99th percentile
    worst: float
    done: int

    def __str__(self) -> str:
        return f"{self.load:45} NOOP: median {self.median:.2f} ms, p99 {self.late:.1f} ms, worst {self.worst:.1f} ms"


def _envelopes(port: int) -> None:
    with Client(port, "k10") as client:
        client.command(b"EXAMINE INBOX")
        for _ in range(10):
            client.command(ENVELOPES)


def _text(port: int) -> None:
    with Client(port, "k10") as client:
        client.command(b"EXAMINE INBOX")
        client.command(b"UID SEARCH BODY nowheretobefound")


def _argon2(port: int) -> None:
    for _ in range(5):
        Client(port, SLOW_USER).logout()


def _nothing(port: int) -> None:
    time.sleep(0.1)


LOADS: dict[str, Callable[[int], None]] = {
    "nothing": _nothing,
    "FETCH of 100,000 envelopes": _envelopes,
    "SEARCH BODY through 10,000 messages": _text,
    "logins with argon2id": _argon2,
}


def _work(load: str, port: int, stop: Event) -> None:
    while not stop.is_set():
        LOADS[load](port)


def fairness(server: Server, scale: float = 1.0) -> list[Fairness]:
    """Measure with each load; the loads run in a process of their own."""
    return [_measure(load, server, SECONDS * scale) for load in LOADS]


def _measure(load: str, server: Server, seconds: float) -> Fairness:
    stop = multiprocessing.Event()
    worker = multiprocessing.Process(target=_work, args=(load, server.ports["imap"], stop), daemon=True)
    delays = []
    with Client(server.ports["imap"], "small") as client:
        client.command(b"SELECT INBOX")
        worker.start()
        time.sleep(0.2)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            start = time.perf_counter()
            client.command(b"NOOP")
            delays.append((time.perf_counter() - start) * 1000)
            time.sleep(0.002)
        stop.set()
        worker.join(10)
        if worker.is_alive():
            worker.terminate()
            worker.join()
    delays.sort()
    count = len(delays)
    return Fairness(load, delays[count // 2], delays[count * 99 // 100], delays[-1], count)
