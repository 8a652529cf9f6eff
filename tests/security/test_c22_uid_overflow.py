"""C22: when UIDNEXT is 2**32 - 1 there are no more: NO [LIMIT], nothing wraps, nothing is stored.

RFC 9051 section 2.3.1.1: UIDs and UIDNEXT are numbers of 32 bits.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from coromail.context import Context
from coromail.stores.maildir import MaildirModel
from coromail.stores.memory import MemoryModel
from tests.imap.harness import Client, literal
from tests.imap.harness import TestHost as ImapHost

LAST = 2**32 - 2
MAIL = b"Subject: x\r\n\r\nx\r\n"


@pytest.mark.parametrize("model_class", [MemoryModel, MaildirModel])
def test_the_last_uid(model_class: type, tmp_path: Path) -> None:
    context = Context({"path": str(tmp_path / "{user}"), "fsync": "never"})
    client = Client(ImapHost(model_class, model_context=context)).login()
    client.ok("CREATE other")
    client.ok("APPEND other", literal(MAIL))
    inbox = client.session.model.select("INBOX")
    assert inbox.uidnext == 1
    inbox.uidnext = LAST
    assert client.append(MAIL) == LAST
    client.no("APPEND INBOX", literal(MAIL), code="LIMIT")
    client.ok("SELECT other")
    for command in ("COPY 1 INBOX", "UID COPY 1:* INBOX", "MOVE 1 INBOX"):
        client.no(command, code="LIMIT")
    client.ok("SELECT INBOX")
    assert client.ok("UID SEARCH ALL").search == [LAST]
    assert client.ok("STATUS other (MESSAGES)").status == "OK"
