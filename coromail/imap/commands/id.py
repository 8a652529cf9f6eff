"""ID."""

from __future__ import annotations

from coromail import origin
from coromail.errors import Bad, Bye
from coromail.imap.command import Command
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments

MAX_PAIRS = 30  # RFC 2971 section 3.3, as are
MAX_FIELD, MAX_VALUE = 30, 1024  # octets; longer ones are not kept


class Id(Command):
    """ID: who is there, on either side; for statistics and bug reports only. RFC 2971 section 3.1.

    A trusted proxy says by it whom it speaks for (see `coromail.origin`).
    """

    name = "ID"
    capability = "ID"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.pairs: dict[str, str | None] = {}
        if args.try_keyword("NIL"):
            args.end()
            return
        values = args.parenthesised(args.nstring)
        args.end()
        if len(values) % 2 or len(values) > 2 * MAX_PAIRS or None in values[::2]:
            raise Bad("ID takes NIL or at most 30 pairs of strings")
        for field, value in zip(values[::2], values[1::2], strict=True):
            if len(field or b"") > MAX_FIELD or len(value or b"") > MAX_VALUE:
                continue
            text = None if value is None else value.decode(errors="replace")
            self.pairs[(field or b"").decode(errors="replace").lower()] = text

    def run(self) -> None:
        if self.host.trusts(self.session.transport):
            self._forward()
        kept = self.session.client_id
        kept.update(self.pairs)
        for field in list(kept)[:-MAX_PAIRS]:
            del kept[field]
        fields = [
            writer.string(text.encode()) for pair in self.host.id(self.session).items() for text in pair
        ]
        self.untagged(b"ID (" + b" ".join(fields) + b")" if fields else b"ID NIL")

    def _forward(self) -> None:
        try:
            found = origin.from_id(self.pairs)
        except ValueError as error:
            raise Bad(str(error)) from None
        if found is not None and not self.host.speaks_for(self.session.transport, found):
            raise Bye("This client may not connect here")
