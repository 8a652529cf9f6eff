"""`coromail deliver`: a local delivery agent, for the `mailbox_command` of Postfix and the pipes of Exim.

The exit status is what such programs understand (sysexits.h): a temporary one lets the mail transfer agent keep the
message and try again, so that is what everything ends in that the administrator can mend.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from coromail.app.addresses import TCP, Unix
from coromail.app.checking import ConfigurationError, Reading, read_config
from coromail.app.lmtp_client import LmtpClient, Refused, Reply, SocketChannel
from coromail.app.privileges import CannotDrop

EX_OK = 0
EX_NOUSER = 67
EX_UNAVAILABLE = 69
EX_CANTCREAT = 73
EX_TEMPFAIL = 75

_FROM = re.compile(rb"From ([^ \r\n]*)[^\r\n]*\r?\n")
_STATUSES = {"5.1.1": EX_NOUSER, "5.1.3": EX_NOUSER, "5.2.1": EX_CANTCREAT, "5.7.1": EX_CANTCREAT}


def deliver(file: Path, user: str, sender: str | None) -> int:
    """Deliver standard input to a user, durably; the exit status. `sender` None: that of a "From " line."""
    try:
        reading = read_config(file)
        octets = sys.stdin.buffer.read(reading.config.limits.append + 1)
        envelope = _FROM.match(octets)
        if envelope is not None:  # of mbox, which some mail transfer agents put in front
            octets = octets[envelope.end() :]
            sender = envelope[1].decode("utf-8", "replace") if sender is None else sender
        with connected(reading) as client:
            [reply] = client.deliver(sender or "", [user], octets)
    except Refused as refused:
        reply = refused.reply
    except (ConfigurationError, CannotDrop, OSError) as error:
        print(f"coromail deliver: {error}", file=sys.stderr)
        return EX_TEMPFAIL
    if reply.code >= 400:
        print(f"coromail deliver: {user}: {reply.code} {reply.text}", file=sys.stderr)
    return _status(reply)


def _status(reply: Reply) -> int:
    if reply.code < 400:
        return EX_OK
    if reply.code < 500:
        return EX_TEMPFAIL
    return _STATUSES.get(reply.text.partition(" ")[0], EX_UNAVAILABLE)


@contextlib.contextmanager
def connected(reading: Reading) -> Iterator[LmtpClient]:
    """A client that has said LHLO, of the server that runs, or of the store itself when none does.

    Raises Refused, ConfigurationError, CannotDrop or OSError.
    """
    config = reading.config
    for address in config.listen.lmtp:
        if isinstance(address, Unix) or (isinstance(address, TCP) and address.port):
            try:
                client = LmtpClient(SocketChannel(address))
            except (ConnectionRefusedError, FileNotFoundError):
                continue
            with client:
                client.hello(config.hostname)
                yield client
            return
    from coromail.app.offline import Direct, make_host
    from coromail.lmtp.session import Session

    host = make_host(reading)
    direct = Direct(lambda transport: Session(host, transport))
    direct.session.greeting()
    with LmtpClient(direct) as client:
        try:
            client.hello(config.hostname)
            yield client
        finally:
            direct.close()
            host.model_context.close()
