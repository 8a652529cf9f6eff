"""LIST and LSUB: which names, with which attributes (RFC 9051 section 6.3.9, RFC 5258, RFC 6154).

What else may be told of each name that is listed is in `RETURN`: RFC 5819 (STATUS), RFC 8440 (MYRIGHTS), RFC 9590
(METADATA).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coromail.errors import Bad
from coromail.imap.annotating import metadata_line, parse_entries
from coromail.imap.patterns import Pattern
from coromail.imap.rights import myrights_line
from coromail.imap.status import parse_items, status_values
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.model.acl import VISIBLE
from coromail.model.mailbox import Mailbox

if TYPE_CHECKING:
    from coromail.imap.session import Session

SELECTION = ("SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE")


@dataclass
class Options:
    """The arguments of LIST. `returning` has the return options with what follows their names."""

    reference: str = ""
    patterns: list[str] = field(default_factory=list)
    selection: set[str] = field(default_factory=set)
    returning: dict[str, list[str]] = field(default_factory=dict)
    extended: bool = False


def _nothing(_: Arguments) -> list[str]:
    return []


def _status_items(args: Arguments) -> list[str]:
    args.space()
    return parse_items(args)


def _entries(args: Arguments) -> list[str]:
    args.space()
    entries = args.parenthesised(lambda: parse_entries(args))
    if not entries:
        raise Bad("METADATA takes at least one entry")
    return entries


RETURN: dict[str, Callable[[Arguments], list[str]]] = {
    "SUBSCRIBED": _nothing,
    "CHILDREN": _nothing,
    "SPECIAL-USE": _nothing,
    "MYRIGHTS": _nothing,
    "STATUS": _status_items,
    "METADATA": _entries,
}


def parse_extended(args: Arguments) -> Options:
    """`[SP selection] SP reference SP patterns [SP "RETURN" options]` (RFC 5258 section 6)."""
    options = Options()
    if args.peek() == b"(":
        options.extended = True
        names = args.parenthesised(lambda: args.known("LIST selection option", args.keyword()))
        options.selection = set(names)
        if not options.selection.issubset(SELECTION):
            raise Bad("Unknown LIST selection option")
        if {"RECURSIVEMATCH", "SUBSCRIBED"} & options.selection == {"RECURSIVEMATCH"}:
            raise Bad("RECURSIVEMATCH goes with SUBSCRIBED")
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
        # RFC 9051 section 6.3.9: what comes again counts once
        options.returning = args.parameters(RETURN, "LIST return option", repeated=True)
    if options.extended and "LIST-EXTENDED" in args.off:
        raise Bad("This server has no LIST-EXTENDED")
    return options


class Listing:
    """One LIST command at work."""

    def __init__(self, session: Session, options: Options) -> None:
        self.session = session
        self.options = options
        self.model = session.model
        separator = self.model.separator
        self.separator = writer.quoted(separator.encode()) if separator else b"NIL"
        self.patterns = [Pattern(options.reference + text, separator) for text in options.patterns]
        self.mailboxes: dict[str, Mailbox | None] = {}
        for name, mailbox in self.model.listed():
            self.mailboxes[name] = mailbox
            session.host.breathe()
        self.parents = self._above(self.mailboxes)

    def _above(self, names: Iterable[str]) -> set[str]:
        """All names on the way to others."""
        separator, found = self.model.separator, set[str]()
        if not separator:
            return found
        for name in names:
            end = name.rfind(separator)
            while end > 0 and (above := name[:end]) not in found:
                found.add(above)
                end = above.rfind(separator)
        return found

    def matches(self, name: str) -> bool:
        """Whether one of the patterns fits."""
        return any(pattern.matches(name) for pattern in self.patterns)

    def lines(self) -> Iterator[bytes]:
        """The untagged lines."""
        options = self.options
        if not options.extended and options.patterns == [""]:
            yield b'* LIST (\\Noselect) %s ""\r\n' % self.separator
            return
        names, chosen = self._chosen()
        below = self._below(names, chosen)
        for name in names:
            self.session.host.breathe()
            if self.matches(name) and (name in chosen or name in below):
                mailbox = self.mailboxes.get(name)
                word = writer.mailbox_name(name, self.session.utf8)
                yield self._line(name, word, mailbox, name in below)
                if mailbox is not None and mailbox.is_selectable and name in chosen:
                    yield from self._more(mailbox, word)

    def named(self, mailbox: Mailbox, supplied: bytes) -> bytes:
        """The line of one mailbox; with what a client called it, if that is another name (section 6.3.9.7)."""
        name = self.model.name_of(mailbox)
        line = self._line(name, writer.mailbox_name(name, self.session.utf8), mailbox, below=False)
        if supplied == name.encode():
            return line
        old = writer.mailbox_name(supplied.decode(), self.session.utf8)
        return line.removesuffix(b"\r\n") + b' ("OLDNAME" (%s))\r\n' % old

    def _chosen(self) -> tuple[list[str], set[str]]:
        """All names to look at, and those that the selection options choose (RFC 5258 section 3.1)."""
        selection, subscriptions = self.options.selection, self.model.subscriptions
        names = list(self.mailboxes)
        chosen = set(names)
        if "SUBSCRIBED" in selection:
            missing = subscriptions - chosen
            names += sorted(missing)
            chosen = set(subscriptions)
        if "SPECIAL-USE" in selection:
            chosen = {name for name in chosen if self._uses(self.mailboxes.get(name))}
        if "RECURSIVEMATCH" in selection:
            names += sorted(self._above(chosen).difference(names))
        return names, chosen

    def _below(self, names: Iterable[str], chosen: set[str]) -> set[str]:
        """For CHILDINFO, the names above chosen ones (RFC 5258 section 3.5).

        One that was not chosen itself is left out when everything below it that was is listed anyway.
        """
        if "RECURSIVEMATCH" not in self.options.selection:
            return set()
        above = self._above(chosen)
        needed = self._above(name for name in chosen if not self.matches(name))
        return {name for name in names if name in above and (name in chosen or name in needed)}

    def _line(self, name: str, word: bytes, mailbox: Mailbox | None, below: bool) -> bytes:
        """The line of a name; `word` is the name as this client writes it."""
        options = self.options
        attributes = self.attributes(name, mailbox)
        if "SUBSCRIBED" in options.selection or "SUBSCRIBED" in options.returning:
            attributes += ["\\Subscribed"] if name in self.model.subscriptions else []
        return b"* LIST (%s) %s %s%s\r\n" % (
            " ".join(attributes).encode("ascii"),
            self.separator,
            word,
            b' ("CHILDINFO" ("SUBSCRIBED"))' if below else b"",
        )

    def _more(self, mailbox: Mailbox, word: bytes) -> Iterator[bytes]:
        """What the return options ask for beside the attributes, as far as the user may know it."""
        returning, session = self.options.returning, self.session
        rights = self.model.rights(mailbox)
        if "STATUS" in returning and "r" in rights:
            mailbox.poll()
            yield b"* STATUS %s %s\r\n" % (word, status_values(session, mailbox, returning["STATUS"]))
        if "MYRIGHTS" in returning and rights & VISIBLE:
            yield b"* %s\r\n" % myrights_line(session, mailbox)
        if "METADATA" in returning and "r" in rights:
            yield b"* %s\r\n" % metadata_line(session, mailbox, returning["METADATA"])

    def attributes(self, name: str, mailbox: Mailbox | None) -> list[str]:
        """The attributes of a name (RFC 9051 section 7.3.1)."""
        attributes = []
        if mailbox is None or not mailbox.is_selectable:
            attributes.append("\\NonExistent" if self.session.rev2 or self.options.extended else "\\Noselect")
        elif "r" not in self.model.rights(mailbox):
            attributes.append("\\Noselect")  # to this user: RFC 5819 section 2
        if name in self.parents:
            attributes.append("\\HasChildren")
        elif mailbox is not None:
            attributes.append("\\HasNoChildren" if self.model.separator else "\\Noinferiors")
        return attributes + self._uses(mailbox)

    def _uses(self, mailbox: Mailbox | None) -> list[str]:
        """What the mailbox is for; what it is to its owner only the owner is told (RFC 6154 section 3)."""
        if mailbox is None or mailbox.account is not self.model.account or "SPECIAL-USE" in self.session.off:
            return []
        return (mailbox.special_use or "").split()


def lsub_lines(session: Session, reference: str, text: str) -> Iterator[bytes]:
    """LSUB (RFC 3501 section 6.3.9): with `%`, a name above a subscribed one is listed as \\Noselect."""
    listing = Listing(session, Options(reference, [text]))
    names: dict[str, bool] = {}
    subscriptions = session.model.subscriptions
    for name in sorted(subscriptions):
        if listing.matches(name):
            names[name] = True
    if text.endswith("%"):
        for above in sorted(listing._above(subscriptions)):
            if listing.matches(above):
                names.setdefault(above, False)
    for name, subscribed in names.items():
        mailbox = listing.mailboxes.get(name)
        attributes = (
            listing.attributes(name, mailbox) if mailbox is not None and subscribed else ["\\Noselect"]
        )
        yield b"* LSUB (%s) %s %s\r\n" % (
            " ".join(attributes).encode("ascii"),
            listing.separator,
            writer.mailbox_name(name, session.utf8),
        )
