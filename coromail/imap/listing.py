"""LIST and LSUB: which names, with which attributes (RFC 9051 section 6.3.9, RFC 5258, RFC 5819, RFC 6154)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coromail.errors import Bad
from coromail.imap.patterns import Pattern
from coromail.imap.status import ITEMS, status_line
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.model.mailbox import Mailbox

if TYPE_CHECKING:
    from coromail.imap.session import Session

SELECTION = ("SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE")
RETURN = ("SUBSCRIBED", "CHILDREN", "SPECIAL-USE")


@dataclass
class Options:
    """The arguments of LIST."""

    reference: str = ""
    patterns: list[str] = field(default_factory=list)
    selection: set[str] = field(default_factory=set)
    returning: set[str] = field(default_factory=set)
    status: list[str] = field(default_factory=list)
    extended: bool = False


def parse_extended(args: Arguments) -> Options:
    """`[SP selection] SP reference SP patterns [SP "RETURN" options]` (RFC 5258 section 6)."""
    options = Options()
    if args.peek() == b"(":
        options.extended = True
        options.selection = set(
            args.parenthesised(lambda: args.known("LIST selection option", args.keyword()))
        )
        if not options.selection.issubset(SELECTION):
            raise Bad("Unknown LIST selection option")
        if "RECURSIVEMATCH" in options.selection and not options.selection - {"RECURSIVEMATCH", "REMOTE"}:
            raise Bad("RECURSIVEMATCH goes with another selection option")
        args.space()
    options.reference = args.mailbox()
    args.space()
    if args.peek() == b"(":
        options.extended = True
    options.patterns = args.patterns()
    if args.try_byte(b" "):
        options.extended = True
        if args.keyword() != "RETURN":
            raise Bad("RETURN expected")
        args.space()
        args.parenthesised(lambda: _return_option(args, options))
    return options


def _return_option(args: Arguments, options: Options) -> None:
    name = args.known("LIST return option", args.keyword())
    if name == "STATUS":
        args.space()
        options.status = args.parenthesised(lambda: args.known("STATUS item", args.keyword()))
        if not options.status or not all(item in ITEMS for item in options.status):
            raise Bad("Unknown STATUS item")
    elif name in RETURN:
        options.returning.add(name)
    else:
        raise Bad("Unknown LIST return option")


class Listing:
    """One LIST command at work."""

    def __init__(self, session: Session, options: Options) -> None:
        self.session = session
        self.options = options
        self.model = session.model
        separator = self.model.separator
        self.separator = writer.quoted(separator.encode()) if separator else b"NIL"
        self.patterns = [Pattern(options.reference + text, separator) for text in options.patterns]

    def lines(self) -> Iterator[bytes]:
        """The untagged lines."""
        options = self.options
        if not options.extended and options.patterns == [""]:
            yield b'* LIST (\\Noselect) %s ""\r\n' % self.separator
            return
        mailboxes = {mailbox.full_path: mailbox for mailbox in self.model.mailboxes()}
        for name in self._candidates(mailboxes):
            if any(pattern.matches(name) for pattern in self.patterns):
                yield from self._entry(name, mailboxes.get(name))

    def _candidates(self, mailboxes: dict[str, Mailbox]) -> list[str]:
        if "SUBSCRIBED" not in self.options.selection:
            return list(mailboxes)
        missing = sorted(self.model.subscriptions - mailboxes.keys())
        return [*mailboxes, *missing]

    def _entry(self, name: str, mailbox: Mailbox | None) -> Iterator[bytes]:
        options = self.options
        subscribed = name in self.model.subscriptions
        chosen = self._chosen(subscribed, mailbox)
        below = self._chosen_below(name) if "RECURSIVEMATCH" in options.selection else []
        if not chosen and not below:
            return
        attributes = self.attributes(mailbox)
        if subscribed and ("SUBSCRIBED" in options.selection or "SUBSCRIBED" in options.returning):
            attributes.append("\\Subscribed")
        line = b"* LIST (%s) %s %s" % (
            " ".join(attributes).encode("ascii"),
            self.separator,
            writer.mailbox_name(name, self.session.utf8),
        )
        if below:
            line += b' ("CHILDINFO" (%s))' % b" ".join(writer.quoted(option.encode()) for option in below)
        yield line + b"\r\n"
        if options.status and mailbox is not None and mailbox.is_selectable:
            mailbox.poll()
            yield b"* " + status_line(self.session, mailbox, options.status) + b"\r\n"

    def _chosen(self, subscribed: bool, mailbox: Mailbox | None) -> bool:
        selection = self.options.selection
        if "SUBSCRIBED" in selection and not subscribed:
            return False
        return "SPECIAL-USE" not in selection or (mailbox is not None and mailbox.special_use is not None)

    def _chosen_below(self, name: str) -> list[str]:
        """The selection options that some mailbox below fulfils, for CHILDINFO (RFC 5258 section 3.5)."""
        prefix = f"{name}{self.model.separator}"
        if "SUBSCRIBED" not in self.options.selection:
            return []
        return ["SUBSCRIBED"] if any(other.startswith(prefix) for other in self.model.subscriptions) else []

    def attributes(self, mailbox: Mailbox | None) -> list[str]:
        """The attributes of a name (RFC 9051 section 7.3.1)."""
        if mailbox is None:
            return ["\\NonExistent"]
        attributes = []
        if not mailbox.is_selectable:
            attributes.append("\\NonExistent" if self.session.rev2 else "\\Noselect")
        if mailbox.separator is None:
            attributes.append("\\Noinferiors")
        else:
            attributes.append("\\HasChildren" if mailbox.children else "\\HasNoChildren")
        if mailbox.special_use:
            attributes.append(mailbox.special_use)
        return attributes


def lsub_lines(session: Session, reference: str, text: str) -> Iterator[bytes]:
    """LSUB (RFC 3501 section 6.3.9): with `%`, a name above a subscribed one is listed as \\Noselect."""
    listing = Listing(session, Options(reference, [text]))
    model = session.model
    names: dict[str, bool] = {}
    for name in sorted(model.subscriptions):
        if listing.patterns[0].matches(name):
            names[name] = True
        elif text.endswith("%") and model.separator:
            parts = name.split(model.separator)
            for end in range(len(parts) - 1, 0, -1):
                above = model.separator.join(parts[:end])
                if listing.patterns[0].matches(above):
                    names.setdefault(above, False)
                    break
    for name, subscribed in names.items():
        mailbox = model.lookup(name)
        attributes = listing.attributes(mailbox) if mailbox is not None and subscribed else ["\\Noselect"]
        yield b"* LSUB (%s) %s %s\r\n" % (
            " ".join(attributes).encode("ascii"),
            listing.separator,
            writer.mailbox_name(name, session.utf8),
        )
