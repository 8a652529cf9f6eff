"""GETQUOTA and GETQUOTAROOT."""

from __future__ import annotations

from coromail.errors import No
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.model.account import Account
from coromail.model.quota import UNIT


def quota_line(account: Account) -> bytes:
    """`QUOTA root (resource usage limit ...)` (RFC 9208 section 4.2.1)."""
    triplets = []
    for resource, used in account.usage().items():
        unit = UNIT if resource == "STORAGE" else 1
        # What is begun counts as used, and of the limit only what is whole, so that usage never looks smaller.
        triplets.append(b"%s %d %d" % (resource.encode(), -(-used // unit), account.limits[resource] // unit))
    return b"QUOTA %s (%s)" % (root_of(account), b" ".join(triplets))


def root_of(account: Account) -> bytes:
    """The quota root of all mailboxes of an account: its name."""
    return writer.string(account.user.encode())


class GetQuota(Command):
    """GETQUOTA: usage and limits of a quota root; one has only one's own. RFC 9208 section 4.1.1."""

    name = "GETQUOTA"
    state = State.LOGGED_IN
    capability = "QUOTA"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.root = args.astring()
        args.end()

    def run(self) -> None:
        account = self.model.account
        if self.root != account.user.encode() or not account.limits:
            raise No("There is no such quota root", code="NONEXISTENT")
        self.untagged(quota_line(account))


class GetQuotaRoot(Command):
    """GETQUOTAROOT: what limits a mailbox, which need not exist. RFC 9208 section 4.1.2.

    Without limits there is no quota root. The limits of other users are nobody's business (section 6).
    """

    name = "GETQUOTAROOT"
    state = State.LOGGED_IN
    capability = "QUOTA"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.end()

    def run(self) -> None:
        model, session = self.model, self.session
        own = model.owns(self.path)
        if not own:
            model.find(self.path, "r")
        limited = own and bool(model.account.limits)
        name = writer.mailbox_name(model.canonical(self.path), session.utf8)
        self.untagged(b"QUOTAROOT %s%s" % (name, b" " + root_of(model.account) if limited else b""))
        if limited:
            self.untagged(quota_line(model.account))
