"""The admin listener: what the administrator's commands ask a running server. A unix socket of mode 0600.

Whoever can connect may do anything. The client sends one line, a JSON object with "command" and "user":

* check, repair, reindex: examine the user's mail; the answer is a JSON object a line, {"mailbox", "done", "total",
  "text"}, as it goes on, and {"end": true} or {"error": "..."} at the end;
* imap: from then on the connection speaks IMAP, the user being logged in already (PREAUTH, RFC 9051 section 7.1.4).
"""

from __future__ import annotations

import json
import traceback
from logging import ERROR
from typing import TYPE_CHECKING, Any

from coromail.errors import Answer, StorageError
from coromail.imap.session import Session as ImapSession
from coromail.model.account import TASKS

if TYPE_CHECKING:
    from coromail.auth.auth import Auth
    from coromail.host import Host, Transport
    from coromail.imap.registry import Registry

MAX_LINE = 4096


class AdminSession:
    """One connection of a command."""

    def __init__(self, host: Host, transport: Transport, registry: Registry | None = None) -> None:
        self.host = host
        self.transport = transport
        self.registry = registry
        self.closing_ = False
        self.imap: ImapSession | None = None
        self._line = bytearray()

    @property
    def closing(self) -> bool:
        """Whether the connection is to be closed."""
        return self.closing_ if self.imap is None else self.imap.closing

    @property
    def user(self) -> str | None:
        """The user whose mail is spoken of by IMAP, or None."""
        return None if self.imap is None else self.imap.user

    @property
    def selected(self) -> Any:
        """The mailbox that is selected by IMAP, or None."""
        return None if self.imap is None else self.imap.selected

    @property
    def timeout(self) -> float | None:
        """Commands may be silent as long as they like."""
        return None

    def greeting(self) -> None:
        """The client begins."""

    def receive(self, data: bytes) -> None:
        """Take in what arrived."""
        if self.imap is not None:
            self.imap.receive(data)
            return
        self._line += data
        end = self._line.find(b"\n")
        if end < 0 and len(self._line) <= MAX_LINE:
            return
        line, rest = bytes(self._line[:end]), bytes(self._line[end + 1 :])
        self._line.clear()
        try:
            self._command(line if end >= 0 else b"", rest)
        except (StorageError, Answer, ValueError, RecursionError) as error:
            self._say(error=str(error))
            self.closing_ = True
        except OSError:
            self.closing_ = True
            raise
        except Exception:
            self.host.log(ERROR, f"an admin command failed\n{traceback.format_exc()}")
            self._say(error="something is broken; the log has the traceback")
            self.closing_ = True

    def _command(self, line: bytes, rest: bytes) -> None:
        asked = json.loads(line)
        if not isinstance(asked, dict):
            raise ValueError("a JSON object was expected")  # noqa: TRY004
        command, user = asked.get("command"), asked.get("user")
        if command == "imap":
            self._imap(self._auth(user), rest)
        elif command in TASKS:
            self._examine(str(command), self._auth(user))
        else:
            raise ValueError(f"there is no command {str(command)[:40]!r}")

    def _auth(self, name: object) -> Auth:
        auth = self.host.make_auth()
        user = auth.prepare_user(name) if isinstance(name, str) else None
        if user is None or not auth.knows(user):
            raise ValueError(f"there is no user {str(name)[:80]!r}")
        auth.user = user
        return auth

    def _imap(self, auth: Auth, rest: bytes) -> None:
        session = ImapSession(self.host, self.transport, self.registry)
        session.log_in(auth)
        # Old mail has 8-bit headers in any charset, which a server with UTF8=ACCEPT must refuse (RFC 9755 section 4).
        # What is switched off for others is needed here.
        session.off = frozenset({"UTF8=ACCEPT"})
        self.imap = session
        session.write(b"* PREAUTH [%s] ready\r\n" % session.capability())
        session.flush()
        session.receive(rest)

    def _examine(self, task: str, auth: Auth) -> None:
        model = self.host.make_model(auth)
        try:
            for step in model.account.examine(task):
                self._say(**step._asdict())
                self.host.breathe()
        finally:
            model.close()
        self._say(end=True)
        self.closing_ = True

    def _say(self, **values: object) -> None:
        self.transport.write(json.dumps(values).encode() + b"\n")

    def send_news(self) -> None:
        """Pass it on."""
        if self.imap is not None:
            self.imap.send_news()

    def timed_out(self) -> None:
        """Does not happen."""

    def shutdown(self) -> None:
        """The server stops."""
        self.closing_ = True
        if self.imap is not None:
            self.imap.shutdown()

    def closed(self) -> None:
        """The connection is gone."""
        self.closing_ = True
        if self.imap is not None:
            self.imap.closed()
