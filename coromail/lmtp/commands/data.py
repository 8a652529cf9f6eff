"""DATA."""

from __future__ import annotations

from logging import INFO

from coromail.errors import NoSuchMailbox, StorageError
from coromail.lmtp.command import Command
from coromail.lmtp.replies import TEMPORARY, Refused
from coromail.lmtp.trace import trace, without_return_path
from coromail.lmtp.transaction import Recipient


class Data(Command):
    """DATA: the message; then one reply for each recipient, in the order of RCPT. RFC 2033 section 4.2."""

    name = "DATA"

    def run(self) -> None:
        self.no_argument()
        if not self.transaction.recipients:
            raise Refused("There is no recipient", "503 5.5.1")
        self.session.answer(354, "Send the message; end with <CRLF>.<CRLF>")
        self.session.await_data(self._deliver)

    def _deliver(self, content: bytes | None) -> None:
        session = self.session
        if content is not None:
            content = without_return_path(content)
        try:
            for recipient in self.transaction.recipients:
                if content is None:
                    session.refuse(Refused("The message is too big", "552 5.3.4"))
                else:
                    self._deliver_to(recipient, content)
                    session.flush()  # RFC 2033 section 5: each reply as soon as possible
        finally:
            session.reset()

    def _deliver_to(self, recipient: Recipient, content: bytes) -> None:
        session, transaction = self.session, self.transaction
        lines = trace(
            transaction.sender,
            recipient.address,
            client=session.client or "",
            peer=session.transport.peer,
            host=self.host.hostname,
            protocol=session.protocol,
            identifier=transaction.identifier,
        )
        try:
            recipient.deliver(lines + content)
        except NoSuchMailbox as error:  # it was there at RCPT: a file system is away, which passes
            session.refuse(Refused(str(error), TEMPORARY))
        except StorageError as error:
            session.refuse(error)
        except Exception:
            session.broken("A delivery")
        else:
            text = f"lmtp {transaction.identifier} delivered to user={recipient.model.user!r} octets={len(content)}"
            self.host.log(INFO, text)
            self.ok("Delivered", "2.0.0")
