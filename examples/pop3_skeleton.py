"""A POP3 server as a class with one method for each verb. Everybody gets the time of day as mail.

    python examples/pop3_skeleton.py 1110

Any name will do; the password is "time".
"""

# ruff: noqa: E402  (patching comes before all other imports)

from gevent import monkey

monkey.patch_all()

import sys
import time

from coromail.pop3 import skeleton
from coromail.pop3.skeleton import State


class Clock(skeleton.Skeleton):
    """One client. What `set` keeps, and every attribute, is that client's own."""

    greeting = "The clock is ready"

    def connect(self) -> None:
        self.add_command("TIME", State.AUTHORIZATION, State.TRANSACTION)

    def time(self) -> None:
        self.send_ok(time.ctime())

    def user(self, name: str) -> None:
        self.set("user", name)
        self.send_ok("and the password?")

    def pass_(self, password: str) -> None:
        if password != "time" or self.get("user") is None:
            self.send_err("no", "AUTH")
            return
        self.set(
            "mail", f"From: clock@example.org\nTo: {self.get('user')}\nSubject: The time\n\n{time.ctime()}\n"
        )
        self.set("deleted", False)
        self.state = "transaction"
        self.send_ok("it is time")

    def stat(self) -> None:
        size = len(self.get("mail").replace("\n", "\r\n").encode())
        self.send_ok("0 0" if self.get("deleted") else f"1 {size}")

    def list(self, number: str = "") -> None:
        size = len(self.get("mail").replace("\n", "\r\n").encode())
        if number:
            self.send_ok(f"1 {size}")
            return
        self.send_ok()
        self.send_data("" if self.get("deleted") else f"1 {size}\n")

    def retr(self, number: str) -> None:
        if number != "1" or self.get("deleted"):
            self.send_err("no such message")
            return
        self.send_ok()
        self.send_data(self.get("mail"))

    def dele(self, number: str) -> None:
        self.set("deleted", True)
        self.send_ok()

    def rset(self) -> None:
        self.set("deleted", False)
        self.send_ok()

    def noop(self) -> None:
        self.send_ok()

    def commit(self) -> None:
        print("committed", self.get("user"), self.get("deleted"), flush=True)

    def disconnect(self) -> None:
        print("gone", self.get("user"), flush=True)


def main(port: int = 1110) -> None:
    """Serve until Ctrl-C."""
    server = skeleton.server(Clock, port=port)
    server.start()
    print("listening", *server.address, flush=True)
    server.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
