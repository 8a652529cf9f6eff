"""RFC 2449 section 6.6: PIPELINING."""

from __future__ import annotations

from tests.pop3.harness import HELLO, Client, TestHost, login


def test_commands_sent_at_once_are_answered_in_order_and_together() -> None:
    host = TestHost()
    host.fill(HELLO)
    client = Client(host)
    client.wire.writes.clear()
    client.session.receive(
        b"USER alice\r\nPASS secret\r\nSTAT\r\nDELE 1\r\nXYZZY\r\nSTAT\r\nQUIT\r\nSTAT\r\n"
    )
    assert [client.status()[0] for _ in range(7)] == [True, True, True, True, False, True, True]
    client.empty()
    assert len(client.wire.writes) == 1


def test_a_failed_login_in_a_pipeline() -> None:
    client = Client(TestHost())
    client.session.receive(b"USER alice\r\nPASS wrong\r\nLIST\r\nRETR 1\r\nQUIT\r\n")
    assert [client.status()[0] for _ in range(5)] == [True, False, False, False, True]


def test_many_retr_and_dele_at_once() -> None:
    host = TestHost()
    host.fill(*[b"n: %d\n\n%d\n" % (n, n) for n in range(50)])
    client = login(host)
    client.session.receive(b"".join(b"RETR %d\r\nDELE %d\r\n" % (n, n) for n in range(1, 51)))
    for n in range(50):
        assert client.status()[0]
        assert client.rest() == [b"n: %d" % n, b"", b"%d" % n]
        assert client.status()[0]
    client.quit()
    assert host.inbox().exists == 0
