"""Starting, stopping and restarting (`coromail.pop3.serving`), in a process of its own."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from gevent import monkey; monkey.patch_all()
import gevent, poplib
from coromail.pop3 import callbacks

def retrieve(user, key):
    gevent.sleep(0.01)                   # others are served meanwhile
    return f"Subject: {key}\\n\\nfor {user} only\\n"

server = callbacks.server(
    authenticate=lambda user, password, address: password == "secret of " + user,
    list=lambda user: [f"{user}-{n}" for n in range(3)],
    retrieve=retrieve,
    port=0,
)

def visit(user):
    while True:
        client = poplib.POP3(*server.address, timeout=30)
        client.user(user)
        try:
            client.pass_("secret of " + user)
            break
        except poplib.error_proto as error:
            if b"[IN-USE]" not in error.args[0]:
                raise
            client.close()               # the user's other client has the maildrop
            gevent.sleep(0.05)
    assert [line.split()[1].decode() for line in client.uidl()[1]] == [f"{user}-{n}" for n in range(3)]
    for n in range(3):
        assert client.retr(n + 1)[1] == [f"Subject: {user}-{n}".encode(), b"", f"for {user} only".encode()]
    client.quit()

server.start()
try:
    server.start()
except RuntimeError:
    print("runs already")
address = server.address
gevent.joinall([gevent.spawn(visit, f"user{n % 100}") for n in range(200)], raise_error=True)
print("200 clients of 100 users")
waiting = poplib.POP3(*address, timeout=30)
server.restart(grace=2)
assert server.address == address
try:
    waiting.noop()
except Exception as error:
    print("told:", "SYS/TEMP" in str(error) or type(error).__name__)
waiting.close()
visit("again")
gevent.spawn_later(0.1, server.stop, 2)
server.wait()
server.stop()
try:
    poplib.POP3(*address, timeout=5)
except OSError:
    print("stopped")
"""


def test_start_stop_restart_and_many_users_at_once() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=200)
    assert run.stdout.splitlines() == ["runs already", "200 clients of 100 users", "told: True", "stopped"], (
        run.stdout + run.stderr
    )
