"""The entries of a web feed (RSS or Atom) as mail, made on the fly.

    python examples/pop3_feed.py 1110 https://example.org/feed.xml

Any name and the password "feed" log in. The feed is fetched at login; others are served meanwhile.
"""

# ruff: noqa: E402  (patching comes before all other imports)

from gevent import monkey

monkey.patch_all()

import hashlib
import sys
import urllib.request
import xml.etree.ElementTree as ElementTree
from email.message import EmailMessage

from coromail.pop3 import callbacks

ATOM = "{http://www.w3.org/2005/Atom}"


class Feed:
    """What each user saw at login."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.entries: dict[str, dict[str, bytes]] = {}

    def list(self, user: str) -> list[str]:
        """Fetch the feed; the unique-id of an entry is the hash of its id or link."""
        with urllib.request.urlopen(self.url, timeout=30) as response:
            root = ElementTree.fromstring(response.read(10_000_000))
        found = {}
        for entry in [*root.iter("item"), *root.iter(f"{ATOM}entry")]:
            texts = {child.tag.removeprefix(ATOM): (child.text or child.get("href") or "") for child in entry}
            name = texts.get("guid") or texts.get("id") or texts.get("link") or texts.get("title", "")
            found[hashlib.sha256(name.encode()).hexdigest()[:40]] = self.mail(texts)
        self.entries[user] = found
        return [*found]

    @staticmethod
    def mail(texts: dict[str, str]) -> bytes:
        """An entry as a message."""
        message = EmailMessage()
        message["From"] = "feed@localhost"
        message["Subject"] = " ".join(texts.get("title", "Without title").split())
        message.set_content(
            f"{texts.get('description') or texts.get('summary', '')}\n\n{texts.get('link', '')}\n"
        )
        return message.as_bytes()

    def retrieve(self, user: str, key: str) -> bytes:
        """A message."""
        return self.entries[user][key]


def main(port: int, url: str) -> None:
    """Serve until Ctrl-C."""
    feed = Feed(url)
    server = callbacks.server(
        authenticate=lambda user, password, address: password == "feed",
        list=feed.list,
        retrieve=feed.retrieve,
        disconnect=lambda user, address: feed.entries.pop(user, None),
        port=port,
    )
    server.start()
    print("listening", *server.address, flush=True)
    server.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
