"""Thunderbird reads, is told of new mail, and changes what others then see."""

from __future__ import annotations

from pathlib import Path

import pytest

from coromail.message.lines import to_crlf
from tests.clients import mails
from tests.clients.programs import needs
from tests.clients.site import USERS, Site
from tests.clients.thunderbird import PATIENCE, Thunderbird

pytestmark = [needs("thunderbird"), pytest.mark.timeout(3 * PATIENCE)]

# What it says is written down, but for what a password may be in.
LISTENING = """\
from pathlib import Path

from coromail import Plugin


class Listening(Plugin):
    def _default(self, event):
        if event.name.startswith("cmd_") and event.name not in ("cmd_login", "cmd_authenticate"):
            with Path(__file__).with_name("said").open("ab") as file:
                file.write(event.name.encode() + b"".join(event.arguments[1]) + b"\\n")
"""

NUMBERS = "return messages().map(message => message.messageKey)"
HERE = "return messages().filter(message => message.flags & Ci.nsMsgMessageFlags.Offline).length"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    one = Site(tmp_path / "site", 'plugins: ["listening:Listening"]\n')
    (one.folder / "listening.py").write_text(LISTENING)
    return one


def test_reading_news_and_changes(site: Site, tmp_path: Path) -> None:
    messages = [octets for octets in mails.by_folder()[mails.MADE] if b"\nFrom " not in octets][:30]
    for octets in messages:
        site.deliver("alice", octets)
    site.start()
    try:
        with Thunderbird(
            tmp_path / "home", "alice", USERS["alice"], site.ports["imaps"], site.certificate
        ) as client:
            client.run("server.getNewMessages(inbox() || server.rootFolder, null, null)")
            client.until(HERE, lambda count: count == len(messages))
            kept = (client.profile / "ImapMail" / "localhost" / "INBOX").read_bytes()
            for octets in messages:
                assert to_crlf(octets) in kept

            said = (site.folder / "said").read_text
            client.until("return 0", lambda _: "cmd_idle" in said())
            site.deliver("alice", b"Subject: while it idles\n\nnews\n")
            *_, newest = client.until(NUMBERS, lambda numbers: len(numbers) == len(messages) + 1)

            client.run(
                "inbox().markMessagesFlagged([messages()[0]], true); inbox().markMessagesRead([messages()[0]], true)"
            )
            client.run(
                """const last = messages().filter(message => message.messageKey == arguments[0]);
                inbox().deleteMessages(last, null, false, false, null, false);""",
                newest,
            )
            client.until(NUMBERS, lambda numbers: len(numbers) == len(messages))
            with site.imap("alice") as other:
                other.select("INBOX")
                client.until("return 0", lambda _: other.uid("SEARCH", "1 SEEN FLAGGED")[1] == [b"1"])
                client.until("return 0", lambda _: other.select("Trash") == ("OK", [b"1"]))
                assert b"while it idles" in other.fetch("1", "BODY[HEADER]")[1][0][1]
        for wanted in ("compress DEFLATE", "enable UTF8=ACCEPT", "list (subscribed)", "uid_move"):
            assert wanted in said(), said()
        assert site.problems() == []
    finally:
        site.kill()
