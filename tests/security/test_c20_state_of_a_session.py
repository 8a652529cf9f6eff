"""C20: what a session holds is bounded: answers are streamed, and who does not read, or is gone, is sent away."""

from __future__ import annotations

import socket
import time

import pytest

from coromail.testing import MailServer
from tests.security.attack import Raw, bystander, count, serving, wait_until_gone

MANY, SIZE = 40, 1_000_000


def test_a_reader_that_does_not_read(server: MailServer) -> None:
    """40 MB are asked for by IMAP: the server prepares what the socket takes, and waits."""
    for _ in range(MANY):
        server.deliver("alice", b"Subject: x\r\n\r\n" + b"x" * 70 * (SIZE // 70))
    with bystander(server), Raw(server, login="alice") as client:
        client.command(b"SELECT INBOX")
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.send(b"a FETCH 1:* BODY.PEEK[]\r\nb NOOP\r\n" * 20)
        time.sleep(0.2)
        held = server.call(lambda: max(one.session._out_size for one in server.server.connections))
        assert held < 2 * SIZE


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_and_after_a_while_it_is_sent_away(kind: str) -> None:
    with serving(write_timeout=0.3) as server:
        server.deliver("alice", b"Subject: x\r\n\r\n" + b"x" * 20_000_000)
        client = Raw(server, kind)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        if kind == "imap":
            client.send(b"a LOGIN alice secret\r\nb SELECT INBOX\r\nc FETCH 1 BODY[]\r\n")
        else:
            client.send(b"USER alice\r\nPASS secret\r\nRETR 1\r\n")
        wait_until_gone(server)
        client.socket.close()


def test_a_client_that_idles_and_is_gone() -> None:
    """No FIN ever comes; auth_idle ends it (RFC 2177: 30 minutes)."""
    with serving(auth_idle=0.5, idle_keepalive=0) as server, Raw(server, login="alice") as client:
        client.send(b"a IDLE\r\n")
        assert client.line().startswith(b"+ ")
        wait_until_gone(server)


def test_results_that_are_kept_are_bounded(server: MailServer) -> None:
    """SEARCHRES keeps one result, CONTEXT some; a thousand updates asked for are refused or replaced."""
    for _ in range(3):
        server.deliver("alice", b"Subject: x\r\n\r\nx\r\n")
    with Raw(server, login="alice") as client:
        client.command(b"SELECT INBOX")
        for number in range(300):
            client.send(b"t%d SEARCH RETURN (UPDATE SAVE) ALL\r\n" % number)
        while not client.line().startswith(b"t299 "):
            pass
        held = server.call(lambda: [one.session._view for one in server.server.connections])
        assert all(len(getattr(view, "contexts", ())) <= 100 for view in held)


def test_pipelined_commands_do_not_queue(server: MailServer) -> None:
    """One runs; the next wait in the socket, not in memory."""
    with bystander(server), Raw(server, login="alice") as client:
        client.send(b"a NOOP\r\n" * 100_000)
        held = server.call(lambda: max(one.session.receiver.buffered for one in server.server.connections))
        assert held <= 256 * 1024
    wait_until_gone(server, 0)
    assert count(server) == 0


def test_what_every_session_holds_of_a_mailbox_is_bounded(server: MailServer) -> None:
    """Names of keywords and lists of rights are remembered, and sent again and again."""
    server.deliver("alice", b"Subject: x\r\n\r\nx\r\n")
    with Raw(server, login="alice") as client:
        client.command(b"SELECT INBOX")
        assert client.command(b"STORE 1 +FLAGS (" + b"k" * 255 + b")")[-1].startswith(b"x OK")
        for flags in (b"k" * 256, b"a " + b"k" * 60_000):
            assert client.command(b"STORE 1 +FLAGS (" + flags + b")")[-1].startswith(b"x NO [LIMIT]")
            assert client.command(b"APPEND INBOX (" + flags + b") {1+}\r\nx")[-1].startswith(b"x NO [LIMIT]")
        replies = [client.command(b"SETACL INBOX user%d lr" % number)[-1] for number in range(260)]
        assert replies[248].startswith(b"x OK")
        assert {reply[:12] for reply in replies[249:]} == {b"x NO [LIMIT]"}, "the owner is one of 250"
        assert client.command(b"SETACL INBOX user1 l")[-1].startswith(b"x OK")
        assert client.command(b"DELETEACL INBOX user1")[-1].startswith(b"x OK")
        assert client.command(b"SETACL INBOX user999 l")[-1].startswith(b"x OK")


def test_a_reader_that_is_gone_in_the_middle_is_no_fault_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    """Under TLS that is an error of the TLS layer; a traceback for each would let anybody fill the log."""
    with serving() as server:
        server.deliver("alice", b"Subject: x\r\n\r\n" + b"x" * 20_000_000)
        with Raw(server, "imaps", login="alice") as client:
            client.command(b"SELECT INBOX")
            client.send(b"a FETCH 1 BODY.PEEK[]\r\n")
            client.line()
        wait_until_gone(server)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
