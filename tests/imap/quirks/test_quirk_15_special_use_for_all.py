"""Client quirk 15: Outlook looks for special-use in LSUB and plain LIST, and wants the folders to be there."""

from __future__ import annotations

from coromail.context import Context
from tests.imap.harness import Client, TestHost


def test_made_subscribed_and_told_everywhere() -> None:
    names = {"Drafts": "\\Drafts", "Sent": "\\Sent", "Trash": "\\Trash"}
    client = Client(TestHost(model_context=Context({"mailboxes": names}))).login()
    for listed in (client.ok('LIST "" *').lists, client.ok('LSUB "" *').lsubs):
        for name, use in names.items():
            assert use.encode() in listed[name].attributes
