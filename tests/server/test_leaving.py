"""A client that leaves while the server stops."""

from __future__ import annotations

import imaplib
import threading

import gevent
import pytest

from coromail.model.listener import Listener
from coromail.model.mailbox import Mailbox
from coromail.model.model import Model
from coromail.server.connection import Gone
from coromail.testing import MailServer


def test_what_is_done_when_a_client_leaves_is_not_interrupted(capfd: pytest.CaptureFixture[str]) -> None:
    leaving = threading.Event()
    interrupted: list[BaseException] = []

    class Slow(Mailbox):
        def closed_by(self, listener: Listener) -> None:
            leaving.set()
            try:
                gevent.sleep(0.5)
            except Gone as error:
                interrupted.append(error)
                raise

    class SlowModel(Model):
        def init(self) -> None:
            self.root.add_child("INBOX", class_=Slow)

    with MailServer(model_class=SlowModel) as server:
        client = imaplib.IMAP4(server.host, server.imap_port, timeout=60)
        client.login("alice", "secret")
        client.select()
        client.shutdown()
        assert leaving.wait(60)
    assert not interrupted
    assert "Traceback" not in capfd.readouterr().err
