"""Each command only in its states: RFC 3501 and RFC 9051 sections 3 and 6."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost
from tests.imap.mails import numbered

ANY = ["CAPABILITY", "NOOP", "ID NIL"]
NOT_AUTHENTICATED = ["LOGIN alice secret", "AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA=="]
AUTHENTICATED = [
    "SELECT INBOX",
    "EXAMINE INBOX",
    "CREATE new",
    "RENAME work other",
    "SUBSCRIBE work",
    "UNSUBSCRIBE work",
    'LIST "" *',
    'LSUB "" *',
    "NAMESPACE",
    "STATUS INBOX (MESSAGES)",
    "ENABLE CONDSTORE",
    "DELETE work",
    "APPEND INBOX {14+}\r\nSubject: x\r\n\r\n",
]
SELECTED = [
    "CHECK",
    "FETCH 1 FLAGS",
    "UID FETCH 1 FLAGS",
    "STORE 1 FLAGS (\\Seen)",
    "UID STORE 1 FLAGS ()",
    "SEARCH ALL",
    "UID SEARCH ALL",
    "COPY 1 INBOX",
    "UID COPY 1 INBOX",
    "MOVE 1 INBOX",
    "UID MOVE 1 INBOX",
    "UID EXPUNGE 1",
    "EXPUNGE",
    "CLOSE",
]


def in_state(state: str) -> Client:
    """A fresh client in one of the three states, the mailbox with one message."""
    host = TestHost()
    client = Client(host)
    if state != "not authenticated":
        client.login()
        client.ok("CREATE work")
        client.append(numbered(1))
    if state == "selected":
        client.ok("SELECT INBOX")
    return client


@pytest.mark.parametrize("line", ANY)
@pytest.mark.parametrize("state", ["not authenticated", "authenticated", "selected"])
def test_any_state(state: str, line: str) -> None:
    in_state(state).ok(line)


@pytest.mark.parametrize("line", NOT_AUTHENTICATED)
def test_not_authenticated_state(line: str) -> None:
    in_state("not authenticated").ok(line)
    in_state("authenticated").bad(line)
    in_state("selected").bad(line)


@pytest.mark.parametrize("line", AUTHENTICATED)
def test_authenticated_state(line: str) -> None:
    in_state("not authenticated").bad(line)
    in_state("authenticated").ok(line)
    in_state("selected").ok(line)


@pytest.mark.parametrize("line", SELECTED)
def test_selected_state(line: str) -> None:
    in_state("not authenticated").bad(line)
    in_state("authenticated").bad(line)
    in_state("selected").ok(line)


@pytest.mark.parametrize("line", ["CLOSE", "UNSELECT"])
def test_back_to_authenticated_state(line: str) -> None:
    client = in_state("selected")
    client.ok(line)
    client.bad("FETCH 1 FLAGS")
    client.ok("SELECT INBOX")


@pytest.mark.parametrize(
    "line", ["FROBNICATE", "UID", "UID NOOP", "UID FROB 1", "", " ", "X" * 1000, "\x01", "É"]
)
@pytest.mark.parametrize("state", ["not authenticated", "authenticated", "selected"])
def test_unknown_commands_are_bad(state: str, line: str) -> None:
    client = in_state(state)
    client.bad(line)
    client.ok("NOOP")
