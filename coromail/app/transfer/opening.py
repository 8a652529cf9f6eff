"""A client of our own mail: through the admin socket of the server that runs, else in this process."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from coromail.app import admin_client
from coromail.app.checking import Reading
from coromail.app.lmtp_client import Channel
from coromail.app.transfer.client import Local


@contextlib.contextmanager
def opened(reading: Reading, user: str) -> Iterator[Local]:
    """A client that is logged in. Raises `admin_client.Failed`, ConfigurationError, CannotDrop or OSError."""
    channel = admin_client.connect(reading.config)
    if channel is not None:
        with contextlib.closing(channel):
            yield _logged_in(channel, user)
        return
    from coromail.app.offline import Direct, make_host
    from coromail.server.admin import AdminSession

    host = make_host(reading)
    direct = Direct(lambda way: AdminSession(host, way))
    try:
        yield _logged_in(direct, user)
    finally:
        direct.close()
        host.model_context.close()


def _logged_in(channel: Channel, user: str) -> Local:
    admin_client.ask(channel, "imap", user)
    first = channel.readline()
    if first.startswith(b"{"):
        raise admin_client.Failed(json.loads(first).get("error", "no answer"))
    return Local(channel, first)
