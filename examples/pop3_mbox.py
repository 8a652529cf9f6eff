"""An mbox file, served read-only to one user.

python examples/pop3_mbox.py 1110 archive.mbox alice wonderland
"""

# ruff: noqa: E402  (patching comes before all other imports)

from gevent import monkey

monkey.patch_all()

import hashlib
import re
import sys
from pathlib import Path

from coromail.pop3 import callbacks


class Mbox:
    """Messages by the hash of what is in them, so that unique-ids stay when mail is added."""

    def __init__(self, path: Path) -> None:
        self.messages: dict[str, bytes] = {}
        for message in re.split(rb"^From .*\n", path.read_bytes(), flags=re.MULTILINE)[1:]:
            octets = re.sub(rb"^>(>*From )", rb"\1", message.removesuffix(b"\n"), flags=re.MULTILINE)
            key = hashlib.sha256(octets).hexdigest()[:32]
            twin = 1
            while f"{key}.{twin}" in self.messages:
                twin += 1
            self.messages[f"{key}.{twin}"] = octets


def main(port: int, path: str, user: str, password: str) -> None:
    """Serve until Ctrl-C."""
    mbox = Mbox(Path(path))
    server = callbacks.server(
        authenticate=lambda name, given, address: (name, given) == (user, password),
        list=lambda name: mbox.messages,
        retrieve=lambda name, key: mbox.messages[key],
        expire=None,
        port=port,
    )
    server.start()
    print("listening", *server.address, flush=True)
    server.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
