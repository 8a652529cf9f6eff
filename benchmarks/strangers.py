"""Ten thousand strangers at the door: `python -m benchmarks.strangers [CONNECTIONS]`.

A server of its own process on loopback with the default limits; then as many connections as asked for, each playing
one of the attacks that need no login, while one user who is logged in says NOOP all the time. Prints the memory a
connection costs and NOOP's round trip undisturbed and beside the attack. Then 50 clients that guess passwords without
pause against argon2id hashes, from as many networks, while others log in with the right one; and the worst stall of
the event loop meanwhile. Needs `ulimit -n` of twice the connections in the hard limit.
"""

from __future__ import annotations

import os
import resource
import select
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
import gc
gc.freeze()
gc.set_threshold(50_000, 20, 50)  # as coromail.app.service has it
worst = 0.0
def watch():
    global worst
    while True:
        before = time.monotonic()
        gevent.sleep(0.001)
        worst = max(worst, time.monotonic() - before - 0.001)
def report():
    global worst
    while True:
        gevent.sleep(1)
        print("stall", round(worst * 1000, 1), flush=True)
        worst = 0.0
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


def attack(port: int, number: int) -> list[socket.socket]:
    """Open all, send every attack, and go on sending for a while."""
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
    return clients


def strangers(port: int, process: psutil.Process, number: int, user: Client) -> None:
    """The first part."""
    before = process.memory_info().rss
    print("NOOP alone:           ", shown(round_trips(user, for_seconds(5))))
    found: list[list[socket.socket]] = []
    thread = threading.Thread(target=lambda: found.append(attack(port, number)))
    start = time.monotonic()
    thread.start()
    print("NOOP beside the attack:", shown(round_trips(user, lambda: not thread.is_alive())))
    took = time.monotonic() - start
    rss = process.memory_info().rss
    alive = process.num_fds()
    print(f"{number} connections and {3 * number} sends in {took:.1f} s; {alive} descriptors are open")
    print(f"memory: {(rss - before) / number / 1024:.1f} KB a connection, {rss >> 20} MB in all")
    print("NOOP while they wait: ", shown(round_trips(user, for_seconds(5))))
    for client in found[0]:
        client.close()


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
    times = []
    while not over():
        start = time.perf_counter()
        client = Client(port)
        assert client.say(b"LOGIN user%d right" % len(times)).startswith(b"x OK")
        times.append((time.perf_counter() - start) * 1000)
        client.socket.close()
    print(f"{guesses[0]} guesses by 50 in {seconds:g} s; right logins: {shown(times)}")


def main() -> None:
    """Both parts, one server."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "server.py")
        script.write_text(SERVER)
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        server = subprocess.Popen(
            [sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert server.stdout is not None
        port = int(server.stdout.readline().split()[1])
        try:
            user = Client(port)
            user.say(b"LOGIN somebody right")
            strangers(port, psutil.Process(server.pid), number, user)
            drain(server)
            guessing(port, 20)
            print(f"worst stall of the event loop meanwhile: {max(drain(server)):.1f} ms")
        finally:
            server.kill()


def drain(server: subprocess.Popen[str]) -> list[float]:
    """The stalls reported since the last time, in milliseconds."""
    assert server.stdout is not None
    found = [0.0]
    while select.select([server.stdout], [], [], 0)[0]:
        found.append(float(server.stdout.readline().split()[1]))
        time.sleep(0)
    return found


if __name__ == "__main__":
    main()
