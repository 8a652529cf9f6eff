"""A POP3 server from plain functions: two users, messages in a dictionary.

    python examples/pop3_callbacks.py 1110

Log in as alice with the password "wonderland", or as bob with "builder".
"""

# ruff: noqa: E402  (patching comes before all other imports)

from gevent import monkey

monkey.patch_all()

import sys

from coromail.pop3 import callbacks

PASSWORDS = {"alice": "wonderland", "bob": "builder"}
MAIL = {
    "alice": {"rabbit-1": "From: rabbit@example.org\nSubject: Late\n\nOh dear! I shall be too late!\n"},
    "bob": {
        "site-1": "From: site@example.org\nSubject: Bricks\n\nThe bricks are here.\n",
        "site-2": "From: site@example.org\nSubject: Mortar\n\n.. and so is the mortar.\n",
    },
}


def authenticate(user: str, password: str, address: str) -> bool:
    """Whether somebody may log in."""
    return PASSWORDS.get(user) == password


def ids(user: str) -> list[str]:
    """The unique-ids of the user's messages."""
    return list(MAIL[user])


def retrieve(user: str, key: str) -> str:
    """A message."""
    return MAIL[user][key]


def delete(user: str, key: str) -> None:
    """Called at QUIT for what the client has deleted."""
    del MAIL[user][key]


def main(port: int = 1110) -> None:
    """Serve until Ctrl-C."""
    server = callbacks.server(
        authenticate=authenticate,
        list=ids,
        retrieve=retrieve,
        delete=delete,
        connect=lambda address: print("connected", address, flush=True),
        disconnect=lambda user, address: print("disconnected", user, address, flush=True),
        welcome="A server of a few functions",
        port=port,
    )
    server.start()
    print("listening", *server.address, flush=True)
    server.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
