"""Tickets of a tracker, served as mail: a Model, a Mailbox and an Auth of your own.

Each open ticket is a message in INBOX. Marking a ticket \\Deleted and expunging it
closes it; new tickets appear while a client is connected. Serve it with examples/tickets.yaml:

    coromail serve -c examples/tickets.yaml
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from coromail import Auth, Mailbox, Message, Model


@dataclass
class Ticket:
    """One ticket of the tracker."""

    number: int
    reporter: str
    title: str
    text: str
    open: bool = True

    def as_mail(self) -> EmailMessage:
        """The ticket as a message."""
        mail = EmailMessage()
        mail["From"] = self.reporter
        mail["To"] = "team@example.org"
        mail["Subject"] = f"[#{self.number}] {self.title}"
        mail["Message-ID"] = f"<ticket-{self.number}@tracker.example.org>"
        mail.set_content(self.text)
        return mail


class Tracker:
    """Stands for whatever holds your data: a database, an HTTP service, a file."""

    def __init__(self) -> None:
        self.tickets: dict[int, Ticket] = {}
        self.passwords = {"alice": "wonderland"}

    def report(self, reporter: str, title: str, text: str) -> Ticket:
        """A new ticket with the next number."""
        ticket = Ticket(len(self.tickets) + 1, reporter, title, text)
        self.tickets[ticket.number] = ticket
        return ticket

    def newer_than(self, number: int) -> Iterator[Ticket]:
        """Open tickets with higher numbers."""
        return (ticket for ticket in self.tickets.values() if ticket.open and ticket.number > number)

    def check(self, user: str, password: str) -> bool:
        """Whether the password is right."""
        return self.passwords.get(user) == password


tracker = Tracker()
tracker.report("carol@example.org", "The door squeaks", "It squeaks whenever it is opened.\n")
tracker.report("dave@example.org", "The lamp flickers", "Only on Mondays.\n")


class Tickets(Mailbox):
    """The open tickets. The ticket number is the UID, so it never changes for any client."""

    keeps_modseqs = False  # they begin anew with each start of the server, the UIDVALIDITY does not

    def load_data(self) -> None:
        """Once, when the mailbox appears."""
        self.uidvalidity = 1
        self.poll()

    def poll(self) -> None:
        """Between commands."""
        for ticket in tracker.newer_than(self.last_uid):
            self.add_message(Message(ticket.as_mail(), uid=ticket.number))

    def record_expunged(self, uids: Sequence[int], modseq: int) -> None:
        """Expunging a ticket closes it, and so does moving it away."""
        for number in uids:
            tracker.tickets[number].open = False


class TrackerModel(Model):
    """What a user of the tracker sees."""

    def init(self) -> None:
        """`self.auth.user` has logged in."""
        self.root.add_child("INBOX", class_=Tickets)


class TrackerAuth(Auth):
    """Users of the tracker log in with their password there."""

    def auth_plain(self, user: str, password: str) -> bool:
        """Whether this is the user's password."""
        return tracker.check(user, password)
