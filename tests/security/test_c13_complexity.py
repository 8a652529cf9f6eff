"""C13: no command costs more than its input is worth; others are served while it runs.

CVE-2021-33582, CVE-2021-40110 (LIST), CVE-2021-40111, CVE-2020-28200.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coromail.testing import MailServer
from tests.security.attack import Raw, bystander

NAMES = [f"{'a' * 30}{n}/{'a' * 30}" for n in range(1500)]
COMMANDS = {
    "wildcards": b'LIST "" "' + b"*a%" * 300 + b'b"',
    "many patterns": b'LIST "" (' + b" ".join(b'"*a%%a*%d"' % n for n in range(500)) + b")",
    "more patterns": b'LIST "" (' + b" ".join(b"%%*%%*%%*%%*x" for n in range(5000)) + b")",
    "lsub": b'LSUB "" "' + b"%*" * 500 + b'z"',
    "parentheses": b"SEARCH " + b"(" * 20_000 + b"ALL" + b")" * 20_000,
    "or": b"SEARCH " + b"OR " * 10_000 + b"ALL " * 10_001,
    "not": b"SEARCH " + b"NOT " * 15_000 + b"ALL",
    "ranges": b"SEARCH " + b",".join(b"%d:4294967295" % n for n in range(1, 5000)),
    "numbers": b"UID FETCH " + b",".join(b"%d" % n for n in range(1, 20_000, 2)) + b" FLAGS",
    "the whole range often": b"FETCH " + b"1:*," * 12_000 + b"1 FLAGS",
    "many words": b"SEARCH " + b"TEXT xyzzy " * 900 + b"ALL",
    "many items": b"FETCH 1:* (" + b"BODY.PEEK[TEXT]<0.1> " * 2500 + b"FLAGS)",
    "header names": b"FETCH 1:* BODY.PEEK[HEADER.FIELDS (" + b"x " * 25_000 + b"y)]",
    "many flags": b"STORE 1:* FLAGS (" + b" ".join(b"k%d" % n for n in range(8000)) + b")",
    "long flag": b"STORE 1:* FLAGS (" + b"k" * 60_000 + b")",
    "sort keys": b"SORT (" + b"SUBJECT " * 5000 + b"DATE) UTF-8 ALL",
    "depth of mailboxes": b"CREATE " + b"a/" * 20_000 + b"b",
}


@pytest.fixture(scope="module")
def crowded() -> Iterator[MailServer]:
    with MailServer() as server:
        for name in NAMES[:300]:
            server.deliver("alice", b"Subject: x\r\n\r\nx\r\n", mailbox=name)
        for number in range(100):
            text = b"Message-ID: <%d@a>\r\nReferences: <%d@a> <%d@a>\r\nSubject: Re: x\r\n\r\nx\r\n"
            server.deliver("alice", text % (number, (number + 1) % 100, (number + 50) % 100))
        yield server


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_asks_too_much(
    crowded: MailServer, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with bystander(crowded), Raw(crowded, login="alice") as client:
        client.command(b"SELECT INBOX")
        assert client.command(COMMANDS[name])[-1].startswith((b"x OK", b"x BAD", b"x NO"))
        assert client.command(b"NOOP")[-1].startswith(b"x OK")
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("algorithm", [b"REFERENCES", b"ORDEREDSUBJECT"])
def test_threads_with_cyclic_references(crowded: MailServer, algorithm: bytes) -> None:
    with bystander(crowded), Raw(crowded, login="alice") as client:
        client.command(b"SELECT INBOX")
        lines = client.command(b"THREAD " + algorithm + b" UTF-8 ALL")
        assert lines[-1].startswith(b"x OK")
        found = lines[0].replace(b"(", b" ").replace(b")", b" ").split()[2:]
        assert sorted(map(int, found)) == list(range(1, 101))


def test_patterns_do_not_backtrack() -> None:
    """CVE-2021-40110. With backtracking this would outlast the universe."""
    with MailServer() as server, Raw(server, login="alice") as client:
        for number in range(5):
            server.deliver("alice", b"x: y\r\n\r\n", mailbox="a" * 100 + str(number))
        assert client.command(b'LIST "" "' + b"*a" * 100 + b'b"')[-1].startswith(b"x OK")
