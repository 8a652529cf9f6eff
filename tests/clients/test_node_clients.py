"""The main job with the clients that web mail in Node is made of."""

from __future__ import annotations

import json

import pytest

from tests.clients import mails
from tests.clients.programs import HERE, needs_node, run
from tests.clients.site import USERS

pytestmark = pytest.mark.timeout(300)


@needs_node("imapflow")
def test_imapflow_fetches_everything(archive, tmp_path):
    target = tmp_path / "got"
    target.mkdir()
    said = run(
        tmp_path / "home", "node", HERE / "imapflow_fetch.js", archive.ports["imaps"], "alice", USERS["alice"],
        archive.certificate, target,
    )  # fmt: skip
    report = json.loads(said)
    names = [mailbox["path"] for mailbox in report["mailboxes"]]
    assert "Entw\u00fcrfe" in names
    for folder, messages in mails.by_folder().items():
        name = "Entw\u00fcrfe" if "&" in folder else folder[1:].replace(".", "/") or "INBOX"
        got = [file.read_bytes() for file in (target / str(names.index(name))).iterdir()]
        mails.same(got, mails.wire(messages), name)


@needs_node("node-pop3")
def test_node_pop3(archive, tmp_path):
    target = tmp_path / "got"
    target.mkdir()
    said = run(
        tmp_path / "home", "node", HERE / "pop3_fetch.js", archive.ports["pop3s"], "bob", USERS["bob"],
        archive.certificate, target,
    )  # fmt: skip
    on_the_wire = [b"\r\n" + file.read_bytes().rstrip() for file in target.iterdir()]
    got = [octets.replace(b"\r\n..", b"\r\n.").removeprefix(b"\r\n") for octets in on_the_wire]
    wanted = mails.wire(mails.by_folder()[mails.MADE] + mails.by_folder()[""])
    mails.same(got, [octets.rstrip() for octets in wanted])
    with archive.pop3("bob") as client:
        unique = [line.decode().split() for line in client.uidl()[1]]
        client.quit()
    assert json.loads(said) == unique
