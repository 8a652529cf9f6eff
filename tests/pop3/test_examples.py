"""The POP3 examples run, and do what they say: each as a process of its own, with poplib as the client."""

from __future__ import annotations

import poplib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


class Example:
    """A running example; `lines` is what it has printed since it listens."""

    def __init__(self, name: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", str(EXAMPLES / name), "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.clients: list[poplib.POP3] = []
        self.port = 0

    def listens(self) -> None:
        """Wait for it."""
        words = self.line().split()
        assert words[:2] == ["listening", "127.0.0.1"], words
        self.port = int(words[2])

    def connect(self) -> poplib.POP3:
        self.clients.append(poplib.POP3("127.0.0.1", self.port, timeout=30))
        return self.clients[-1]

    def login(self, user: str, password: str) -> poplib.POP3:
        client = self.connect()
        client.user(user)
        client.pass_(password)
        return client

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def stop(self) -> None:
        for client in self.clients:
            client.close()
        self.process.kill()
        print(self.process.communicate()[0])


@pytest.fixture
def run() -> Iterator[Callable[..., Example]]:
    running: list[Example] = []

    def start(name: str, *arguments: str) -> Example:
        running.append(Example(name, *arguments))
        running[-1].listens()
        return running[-1]

    yield start
    for example in running:
        example.stop()


Run = Callable[..., Example]


def refused(function: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(poplib.error_proto) as caught:
        function(*arguments)
    return str(caught.value)


def test_callbacks(run: Run) -> None:
    example = run("pop3_callbacks.py")
    alice, bob = example.login("alice", "wonderland"), example.login("bob", "builder")
    assert alice.getwelcome() == b"+OK A server of a few functions"
    assert bob.retr(2)[1][-1] == b".. and so is the mortar."
    bob.dele(1)
    assert alice.uidl()[1] == [b"1 rabbit-1"]
    assert refused(example.login, "alice", "wonderland").startswith("b'-ERR [IN-USE]")
    bob.quit()
    assert example.login("bob", "builder").uidl()[1] == [b"1 site-2"]
    printed = [example.line() for _ in range(3)]
    assert printed.count("connected 127.0.0.1") == 3


def test_skeleton(run: Run) -> None:
    example = run("pop3_skeleton.py")
    client = example.connect()
    assert client._shortcmd("TIME").startswith(b"+OK ")  # type: ignore[attr-defined]
    client.user("eve")
    refused(client.pass_, "wrong")
    client.pass_("time")
    assert client.stat()[0] == 1
    assert client.retr(1)[1][2] == b"Subject: The time"
    client.dele(1)
    assert client.list()[1] == []
    client.quit()
    assert [example.line(), example.line()] == ["committed eve True", "gone eve"]
    client = example.connect()
    client.close()
    assert example.line() == "gone None"


def test_events(run: Run) -> None:
    example = run("pop3_events.py")
    client = example.connect()
    assert example.line() == "connection 127.0.0.1 127.0.0.1"
    assert "log in first" in refused(client.stat)
    client.user("anybody")
    refused(client.pass_, "wrong")
    client.pass_("event")
    assert client.stat() == (1, client.retr(1)[2])
    assert client.retr(1)[1][-1] == b"Something happened."
    assert "not here" in refused(client.noop)
    client.quit()
    assert example.line() == "disconnected"


def test_plugins(run: Run) -> None:
    example = run("pop3_plugins.py")
    client = example.login("alice", "wonderland")
    assert refused(client.retr, 7).endswith("message, please'")
    assert client._shortcmd("XTIME")[:6].strip(b"+OK ").isdigit()  # type: ignore[attr-defined]
    client.quit()
    printed = [example.line() for _ in range(6)]
    assert printed[1] == "log cmd_user [b'alice']"
    assert printed[2] == "log cmd_pass ..."
    assert "wonderland" not in "".join(printed)


def test_mbox(run: Run, tmp_path: Path) -> None:
    mbox = tmp_path / "archive.mbox"
    mbox.write_bytes(b"From a@b Mon\nSubject: 1\n\none\n>From here\n\nFrom a@b Tue\nSubject: 2\n\ntwo\n\n")
    example = run("pop3_mbox.py", str(mbox), "alice", "wonderland")
    client = example.login("alice", "wonderland")
    ids = client.uidl()[1]
    assert client.retr(1)[1] == [b"Subject: 1", b"", b"one", b"From here"]
    assert client.retr(2)[1] == [b"Subject: 2", b"", b"two"]
    assert "SYS/PERM" in refused(client.dele, 1)
    client.quit()
    with mbox.open("ab") as file:
        file.write(b"From a@b Wed\nSubject: 3\n\nthree\n")
    again = run("pop3_mbox.py", str(mbox), "alice", "wonderland").login("alice", "wonderland")
    assert again.uidl()[1][:2] == ids
    assert again.stat()[0] == 3


FEED = b"""<rss><channel><item><title>News</title><link>http://localhost/1</link><guid>1</guid>
<description>It is true.</description></item><item><title>Old</title><guid>0</guid></item></channel></rss>"""


class FeedHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(FEED)))
        self.end_headers()
        self.wfile.write(FEED)

    def log_message(self, *args: object) -> None:
        pass


def test_feed(run: Run) -> None:
    with HTTPServer(("127.0.0.1", 0), FeedHandler) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            example = run("pop3_feed.py", f"http://127.0.0.1:{web.server_port}/")
            client = example.login("eve", "feed")
            assert client.stat()[0] == 2
            lines = client.retr(1)[1]
            assert b"Subject: News" in lines
            assert b"It is true." in lines
            client.quit()
        finally:
            web.shutdown()
            thread.join()


def test_proxy_of_pop3(run: Run) -> None:
    upstream = run("pop3_callbacks.py")
    example = run("pop3_proxy.py", f"pop3://127.0.0.1:{upstream.port}")
    refused(example.login, "alice", "wrong")
    alice, bob = example.login("alice", "wonderland"), example.login("bob", "builder")
    assert bob.uidl()[1] == [b"1 site-1", b"2 site-2"]
    assert bob.retr(2)[1][-1] == b".. and so is the mortar."
    assert alice.stat()[0] == 1
    bob.dele(1)
    bob.quit()
    alice.close()
    assert example.login("bob", "builder").uidl()[1] == [b"1 site-2"]


SLOW = """
from gevent import monkey; monkey.patch_all()
import time
from coromail.pop3 import callbacks

mail = ["first", "second"]

def delete(user, id):
    time.sleep(0.5)
    mail.remove(id)

server = callbacks.server(
    authenticate=lambda *words: True, list=lambda user: list(mail), retrieve=lambda *words: "x",
    delete=delete, port=0,
)
server.start()
print("listening", *server.address, flush=True)
server.wait()
"""


def test_proxy_waits_for_the_upstream_to_end_a_users_last_session(run: Run, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    upstream = run(str(tmp_path / "slow.py"))
    example = run("pop3_proxy.py", f"pop3://127.0.0.1:{upstream.port}")
    client = example.login("alice", "any")
    client.dele(1)
    client.quit()
    assert example.login("alice", "any").uidl()[1] == [b"1 second"]
