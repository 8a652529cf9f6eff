"""A proxy: mail of an upstream POP3 or IMAP server, which is asked while the client is connected.

    python examples/pop3_proxy.py 1110 pop3s://mail.example.org:995
    python examples/pop3_proxy.py 1110 imaps://mail.example.org:993

Names and passwords are those of the upstream server; pop3: and imap: without "s" are for tests.
"""

# ruff: noqa: E402  (patching comes before all other imports)

from gevent import monkey

monkey.patch_all()

import hmac
import imaplib
import poplib
import ssl
import sys
from collections import defaultdict
from threading import Lock
from urllib.parse import urlsplit

from coromail.pop3 import callbacks


class Pop3:
    """One user's session with an upstream POP3 server."""

    def __init__(self, host: str, port: int, tls: bool, user: str, password: str) -> None:
        context = ssl.create_default_context()
        if tls:
            self.connection: poplib.POP3 = poplib.POP3_SSL(host, port, timeout=60, context=context)
        else:
            self.connection = poplib.POP3(host, port, timeout=60)
        self.connection.user(user)
        self.connection.pass_(password)
        self.numbers = {
            line.split()[1].decode(): line.split()[0].decode() for line in self.connection.uidl()[1]
        }
        sizes = dict(line.decode().split() for line in self.connection.list()[1])
        self.sizes = {key: int(sizes[number]) for key, number in self.numbers.items()}

    def retrieve(self, key: str) -> bytes:
        return b"".join(line + b"\r\n" for line in self.connection.retr(self.numbers[key])[1])

    def delete(self, key: str) -> None:
        self.connection.dele(self.numbers[key])

    def close(self) -> None:
        self.connection.quit()


class Imap:
    """One user's session with an upstream IMAP server: INBOX, by UID."""

    def __init__(self, host: str, port: int, tls: bool, user: str, password: str) -> None:
        context = ssl.create_default_context()
        if tls:
            self.connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, port, timeout=60, ssl_context=context)
        else:
            self.connection = imaplib.IMAP4(host, port, timeout=60)
        self.connection.login(user, password)
        self.connection.select()
        validity = self.connection.response("UIDVALIDITY")[1][0].decode()
        self.sizes = {}
        for line in self.connection.uid("FETCH", "1:*", "(RFC822.SIZE)")[1]:
            if line:
                words = line.decode().replace("(", " ").replace(")", " ").split()
                uid, size = words[words.index("UID") + 1], words[words.index("RFC822.SIZE") + 1]
                self.sizes[f"{validity}.{uid}"] = int(size)

    def retrieve(self, key: str) -> bytes:
        return self.connection.uid("FETCH", key.split(".")[1], "(BODY.PEEK[])")[1][0][1]

    def delete(self, key: str) -> None:
        self.connection.uid("STORE", key.split(".")[1], "+FLAGS.SILENT", "(\\Deleted)")

    def close(self) -> None:
        self.connection.close()  # expunges what `delete` has marked
        self.connection.logout()


class Proxy:
    """The upstream sessions of the users who are here, each with the password that opened it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.upstream = Imap if parts.scheme.startswith("imap") else Pop3
        self.address = (parts.hostname or "", parts.port or 0, parts.scheme.endswith("s"))
        self.sessions: dict[str, tuple[str, Pop3 | Imap]] = {}
        self.locks: defaultdict[str, Lock] = defaultdict(Lock)  # one opens or closes a user's session

    def authenticate(self, user: str, password: str, address: str) -> bool:
        """Whether the upstream server takes the password."""
        with self.locks[user]:
            if user in self.sessions:  # here already: POP3's lock will say so, if the password is right
                return hmac.compare_digest(self.sessions[user][0].encode(), password.encode())
            try:
                self.sessions[user] = (password, self.upstream(*self.address, user, password))
            except (poplib.error_proto, imaplib.IMAP4.error):
                return False
            return True

    def disconnect(self, user: str | None, address: str) -> None:
        """The client is gone, and so is its upstream session."""
        if user is not None:
            with self.locks[user]:
                if user in self.sessions:
                    self.sessions.pop(user)[1].close()


def main(port: int, url: str) -> None:
    """Serve until Ctrl-C."""
    proxy = Proxy(url)
    server = callbacks.server(
        authenticate=proxy.authenticate,
        list=lambda user: proxy.sessions[user][1].sizes,
        retrieve=lambda user, key: proxy.sessions[user][1].retrieve(key),
        size=lambda user, key: proxy.sessions[user][1].sizes[key],
        delete=lambda user, key: proxy.sessions[user][1].delete(key),
        disconnect=proxy.disconnect,
        port=port,
    )
    server.start()
    print("listening", *server.address, flush=True)
    server.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
