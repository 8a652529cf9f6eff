"""NAMESPACE."""

from __future__ import annotations

from collections.abc import Sequence

from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire import mutf7, writer
from coromail.model.model import Namespace as Entry


class Namespace(Command):
    """NAMESPACE: where personal, others' and shared mailboxes are. RFC 2342 section 5, RFC 9051 section 6.3.10."""

    name = "NAMESPACE"
    state = State.LOGGED_IN
    capability = "NAMESPACE"

    def run(self) -> None:
        groups = [self._group(group) for group in self.model.namespaces()]
        self.untagged(b"NAMESPACE " + b" ".join(groups))

    def _group(self, entries: Sequence[Entry]) -> bytes:
        if not entries:
            return b"NIL"
        return b"(%s)" % b"".join(self._entry(entry) for entry in entries)

    def _entry(self, entry: Entry) -> bytes:
        prefix = writer.quoted(self._encoded(entry.prefix))
        separator = b"NIL" if entry.separator is None else writer.quoted(entry.separator.encode())
        return b"(%s %s)" % (prefix, separator)

    def _encoded(self, prefix: str) -> bytes:
        return prefix.encode() if self.session.utf8 else mutf7.encode(prefix)
