"""C21: what was answered with OK is there after kill -9, in the order in which it was said.

Every system call cut off: tests/stores/test_crashes.py; here the real program is killed.
"""

from __future__ import annotations

import imaplib
import socket
from pathlib import Path

from tests.app import program

STORE = '{path: "mail/{user}"}'


def test_kill_9_between_answers(tmp_path: Path) -> None:
    """Appended, flagged, moved, expunged: each as answered, whatever the moment of the kill."""
    file = program.site(tmp_path, store=STORE, limits='{exempt_networks: ["127.0.0.0/8"]}')
    expected: list[bytes] = []
    uids: list[bytes] = []
    for round_ in range(2):
        (tmp_path / "log").unlink(missing_ok=True)
        (tmp_path / "pid").unlink(missing_ok=True)
        process = program.start("serve", "-c", file)
        try:
            client = imaplib.IMAP4("127.0.0.1", program.port(tmp_path / "log"), timeout=20)
            client.login("alice", "right")
            client.select()
            assert client.uid("SEARCH", "ALL")[1][0].split() == uids
            for number in range(5):
                subject = b"%d-%d" % (round_, number)
                assert client.append("INBOX", "", "", b"Subject: " + subject + b"\r\n\r\nx\r\n")[0] == "OK"
                expected.append(subject)
            assert client.noop()[0] == "OK"
            assert client.store("1", "+FLAGS", "(\\Deleted)")[0] == "OK"
            assert client.expunge()[0] == "OK"
            del expected[0]
            uids = client.uid("SEARCH", "ALL")[1][0].split()
        finally:
            process.kill()
            process.communicate()
            client.shutdown()
    (tmp_path / "log").unlink()
    (tmp_path / "pid").unlink(missing_ok=True)
    process = program.start("serve", "-c", file)
    try:
        client = imaplib.IMAP4("127.0.0.1", program.port(tmp_path / "log"), timeout=20)
        client.login("alice", "right")
        client.select()
        assert client.uid("SEARCH", "ALL")[1][0].split() == uids
        found = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
        assert [one[1].split()[1] for one in found if isinstance(one, tuple)] == expected
        client.shutdown()
    finally:
        process.kill()
        process.communicate()


def test_pipelined_commands_run_in_order(tmp_path: Path) -> None:
    """STORE before EXPUNGE, though both came in one segment."""
    file = program.site(tmp_path, store=STORE)
    process = program.start("serve", "-c", file)
    try:
        port = program.port(tmp_path / "log")
        with (
            socket.create_connection(("127.0.0.1", port), timeout=20) as client,
            client.makefile("rb") as lines,
        ):
            message = b"Subject: x\r\n\r\nx\r\n"
            append = b"a APPEND INBOX {%d+}\r\n%b\r\n" % (len(message), message)
            client.sendall(b"a LOGIN alice right\r\n" + append * 20 + b"b SELECT INBOX\r\n")
            client.sendall(
                b"".join(b"c STORE 1 +FLAGS.SILENT (\\Deleted)\r\nd EXPUNGE\r\n" for _ in range(20))
            )
            client.sendall(b"e STATUS INBOX (MESSAGES)\r\nf LOGOUT\r\n")
            told = lines.readlines()
        assert sum(line.startswith(b"* 1 EXPUNGE") for line in told) == 20
        assert any(b"STATUS" in line and b"(MESSAGES 0)" in line for line in told)
    finally:
        process.kill()
        process.communicate()
