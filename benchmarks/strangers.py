"""Ten thousand strangers at the door: `python -m benchmarks.strangers [CONNECTIONS]`.

A server of its own process on loopback with the default limits; a second process opens as many connections as asked
for, each playing one of the attacks that need no login, while one user who is logged in says NOOP all the time. Prints
the memory a connection costs and NOOP's round trip undisturbed, beside the attack, and while the strangers wait. Then 50
clients that guess passwords without pause against argon2id hashes, from as many networks, while others log in with the
right one.

Beside each part stand the worst stalls of the event loop, on the clock and in processor time of its thread: where
server, attackers and clients share processors, the clock also counts the time that somebody else had the processor.
`chrt -r 1 python -m benchmarks.strangers` leaves that out: server and client come before all else, attackers do not.
Needs `ulimit -n` of the connections and some more in the hard limit.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

ATTACKS: list[tuple[bytes, bytes]] = [
    (b"", b"a" * 4096),  # endless tag
    (b'a LOGIN "', b"x" * 4096),  # endless quoted string
    (b"a LOGIN {4000}\r\n", b"x" * 3000),  # a literal that never ends
    (b"a LOGIN {999999999}\r\n", b"x" * 4096),  # a giant literal
    (b"a ID ", b"(" * 4096),  # parentheses
    (b"a AUTHENTICATE PLAIN\r\n", b"QUFB" * 1024),  # endless base64
    (b"", b"a"),  # slow octets
    (b"a NOOP", b""),  # half-closed
]

SERVER = """
import resource, socket, sys, threading, time
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
import gevent
from coromail import Auth, Server
from coromail.app.service import quieten_collector
from coromail.auth import passwords
from coromail.limits import Limits
from coromail.stores.memory import MemoryModel
STORED = passwords.hash_password("right")
class Hashed(Auth):
    def auth_plain(self, user, password):
        return self.context.offload(passwords.verify, STORED, password)
server = Server(Hashed, MemoryModel, limits=Limits(exempt_networks=["127.0.0.1/32"], connections=0))
server.plaintext_without_tls = True
listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
server.listen("imap", listener)
server.start()
quieten_collector()
clock = processor = 0.0
def watch():
    global clock, processor
    while True:
        before, used = time.monotonic(), time.thread_time()
        gevent.sleep(0.001)
        clock = max(clock, time.monotonic() - before - 0.001)
        processor = max(processor, time.thread_time() - used)
def report():
    global clock, processor
    while True:
        gevent.sleep(0.5)
        print(clock * 1000, processor * 1000, flush=True)
        clock = processor = 0.0
gevent.spawn(watch); gevent.spawn(report)
print("port", server._listeners[0].address[1], flush=True)
server.run_until_stopped()
"""


class Client:
    """A socket with lines."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 60, (source, 0))
        self.lines = self.socket.makefile("rb")
        self.lines.readline()

    def say(self, line: bytes) -> bytes:
        self.socket.sendall(b"x " + line + b"\r\n")
        while not (reply := self.lines.readline()).startswith(b"x ") and reply:
            pass
        return reply


def round_trips(client: Client, over: Callable[[], bool]) -> list[float]:
    """Milliseconds of NOOPs, about 200 a second, until `over`."""
    times = []
    while not over():
        start = time.perf_counter()
        client.say(b"NOOP")
        times.append((time.perf_counter() - start) * 1000)
        time.sleep(0.005)
    return times


def shown(times: list[float]) -> str:
    ranks = statistics.quantiles(times, n=100)
    return f"p50 {ranks[49]:.2f} ms, p99 {ranks[98]:.2f} ms, worst {max(times):.1f} ms of {len(times)}"


def for_seconds(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def attack(port: int, number: int) -> None:
    """Open all, send every attack, go on sending for a while, say so.

    For each line of the standard input all send an octet more; close when it ends.
    """
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    clients = []
    for index in range(number):
        source = f"127.{1 + index // 60000}.{index // 250 % 240}.{1 + index % 250}"
        client = socket.create_connection(("127.0.0.1", port), 60, (source, 0))
        client.setblocking(False)
        clients.append(client)
    for round_ in range(3):
        for index, client in enumerate(clients):
            opening, chunk = ATTACKS[index % len(ATTACKS)]
            try:
                client.send((opening if round_ == 0 else b"") + chunk)
                if not chunk and round_ == 0:
                    client.shutdown(socket.SHUT_WR)
            except OSError:
                continue
    print("done", flush=True)
    for _ in sys.stdin:
        for client in clients:
            with contextlib.suppress(OSError):
                client.send(b"a")
        print("done", flush=True)


def strangers(port: int, server: subprocess.Popen[bytes], number: int, user: Client) -> None:
    """The first part."""
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    stalls(server)
    print("NOOP alone:            ", shown(round_trips(user, for_seconds(5))), stalls(server))
    start = time.monotonic()
    attackers = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.strangers", "attack", str(port), str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    assert attackers.stdout is not None
    with attackers:
        done = threading.Thread(target=attackers.stdout.readline)
        done.start()
        attacked = shown(round_trips(user, lambda: not done.is_alive()))
        took = time.monotonic() - start
        print("NOOP beside the attack:", attacked, stalls(server))
        rss = process.memory_info().rss
        alive = process.num_fds()
        print(f"{number} connections and {3 * number} sends in {took:.1f} s; {alive} descriptors are open")
        print(f"memory: {(rss - before) / number / 1024:.1f} KB a connection, {rss >> 20} MB in all")
        print("NOOP while they wait:  ", shown(round_trips(user, for_seconds(5))), stalls(server))
        assert attackers.stdin is not None
        found = []
        for _ in range(5):
            server.send_signal(signal.SIGSTOP)  # so that all of them are ready at the same time
            attackers.stdin.write(b"again\n")
            attackers.stdin.flush()
            attackers.stdout.readline()
            server.send_signal(signal.SIGCONT)
            found.append(max(round_trips(user, for_seconds(1))))
        print("NOOP's worst when all have sent at once:", ", ".join(f"{worst:.1f} ms" for worst in found))
        stalls(server)
        attackers.stdin.close()  # and they close theirs
    print("NOOP while they go:    ", shown(round_trips(user, for_seconds(3))), stalls(server))


def guessing(port: int, seconds: float) -> None:
    """The second part: guesses from 127.0.2.x and up, each a network of its own; logins from 127.0.0.1."""
    over = for_seconds(seconds)
    guesses = [0]

    def guess(number: int) -> None:
        while not over():
            try:
                client = Client(port, f"127.0.{number + 2}.1")
                while not over() and client.say(b"LOGIN victim wrong").startswith(b"x NO"):
                    guesses[0] += 1
                client.socket.close()
            except OSError:
                continue

    threads = [threading.Thread(target=guess, args=(number,), daemon=True) for number in range(50)]
    for thread in threads:
        thread.start()
    times: list[float] = []
    while not over():
        start = time.perf_counter()
        client = Client(port)
        assert client.say(b"LOGIN user%d right" % len(times)).startswith(b"x OK")
        times.append((time.perf_counter() - start) * 1000)
        client.socket.close()
    print(f"{guesses[0]} guesses by 50 in {seconds:g} s; right logins: {shown(times)}")


def main() -> None:
    """Both parts, one server."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if sys.argv[1:2] == ["attack"]:
        attack(int(sys.argv[2]), int(sys.argv[3]))
        return
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "server.py")
        script.write_text(SERVER)
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        server = subprocess.Popen(
            [sys.executable, script], stdout=subprocess.PIPE, bufsize=0, env=environment
        )
        assert server.stdout is not None
        port = int(server.stdout.readline().split()[1])
        try:
            user = Client(port)
            user.say(b"LOGIN somebody right")
            strangers(port, server, number, user)
            guessing(port, 20)
            print("meanwhile", stalls(server))
        finally:
            server.kill()


def stalls(server: subprocess.Popen[bytes]) -> str:
    """The worst stalls reported since the last time."""
    assert server.stdout is not None
    time.sleep(0.6)  # for the report of what was last
    clock = processor = 0.0
    while select.select([server.stdout], [], [], 0)[0]:
        on_clock, of_processor = map(float, server.stdout.readline().split())
        clock, processor = max(clock, on_clock), max(processor, of_processor)
    return f"(the event loop stood still for {clock:.1f} ms at most, {processor:.1f} ms of processor time)"


if __name__ == "__main__":
    main()
