"""What a new user gets to read after a mistake, and a stranger after nonsense. The server goes on in any case.

Mistakes in the configuration, a missing certificate and a port in use: tests/app.
"""

from __future__ import annotations

import imaplib
import poplib
import socket

import pytest

from tests.clients import mails
from tests.clients.programs import needs, run
from tests.clients.site import USERS, Site

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def bob(site):
    """A server with a little mail of bob's, and no problem in its log at the end."""
    site.fill("bob", mails.made(3, seed=5))
    site.start()
    yield site
    assert site.problems() == []


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server for all tests that do it no harm."""
    site = Site(tmp_path_factory.mktemp("nonsense") / "site")
    site.fill("bob", mails.made(3, seed=5))
    site.start()
    yield site
    assert site.problems() == []
    site.stop()


def curl(site, home, url, password=USERS["bob"], status=0, *options):
    command = (
        "curl",
        "--silent",
        "--show-error",
        "--cacert",
        site.certificate,
        "--user",
        f"bob:{password}",
        *options,
    )
    return run(home, *command, url, statuses=(status,))


@needs("curl")
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_starttls_is_asked_for_and_works(bob, tmp_path, protocol):
    url = f"{protocol}://localhost:{bob.ports[protocol]}/"
    denied = curl(bob, tmp_path, url, status=67)
    assert "curl: (67)" in denied
    said = curl(bob, tmp_path, url, USERS["bob"], 0, "--ssl-reqd")
    assert ("INBOX" if protocol == "imap" else "3 ") in said


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_a_password_without_tls_is_refused_with_the_reason(bob, kind):
    with (
        socket.create_connection(("localhost", bob.ports[kind]), 20) as client,
        client.makefile("rb") as lines,
    ):
        lines.readline()
        client.sendall(b"a LOGIN bob x\r\n" if kind == "imap" else b"USER bob\r\n")
        said = lines.readline()
    assert said.startswith(b"a NO [PRIVACYREQUIRED]" if kind == "imap" else b"-ERR")
    assert b"TLS" in said


@needs("curl")
@pytest.mark.parametrize("protocol", ["imaps", "pop3s"])
def test_wrong_password_with_curl(bob, tmp_path, protocol):
    assert "curl: (67)" in curl(bob, tmp_path, f"{protocol}://localhost:{bob.ports[protocol]}/", "wrong", 67)


def test_wrong_password_with_python(bob, monkeypatch):
    monkeypatch.setitem(USERS, "bob", "wrong")
    with (
        pytest.raises(imaplib.IMAP4.error, match=r"\[AUTHENTICATIONFAILED\] Wrong name or password"),
        bob.imap("bob"),
    ):
        pass
    with pytest.raises(poplib.error_proto, match=r"-ERR \[AUTH\]"), bob.pop3("bob"):
        pass


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"a XYZZY\r\n", b"a BAD "),
        (b"a FETCH\r\n", b"a BAD "),
        (b"a SELECT {5x}\r\n", b"a BAD "),
        (b"a SELECT {99999999999999999999999999}\r\n", b"a "),
        (b"a SELECT {5}\r\nINB\r\n\r\n", b"+ "),
        (b"\xff\xfe\0\r\n", b"* BAD "),
        (b"a " + b"x" * 200_000 + b"\r\n", b"a BAD "),
    ],
)  # fmt: skip
def test_nonsense_on_imap(served, sent, answer):
    with served.imap("bob") as client:
        client.send(sent)
        assert client.readline().startswith(answer)
        if answer == b"+ ":
            assert client.readline().startswith(b"a BAD ")
        assert client.noop()[0] == "OK"


@pytest.mark.parametrize(
    "sent", [b"XYZZY\r\n", b"RETR\r\n", b"RETR 0\r\n", b"RETR 99999999999999999999\r\n", b"TOP 1\r\n"]
)
def test_nonsense_on_pop3(served, sent):
    with served.pop3("bob") as client:
        client.sock.sendall(sent)
        assert client.file.readline().startswith(b"-ERR ")
        assert client.noop().startswith(b"+OK")
        client.quit()


def test_broken_mime_is_served_as_it_is(bob):
    """Every description of it can be had, and its octets are what was delivered."""
    broken = [
        b"",
        b"\n",
        b"no header at all",
        b"Subject: no body",
        b"Content-Type: multipart/mixed\n\nno boundary\n",
        b'Content-Type: multipart/mixed; boundary="a\n\n--a\n\nnot closed',
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n--a--\n",
        b"Content-Type: ((((((\nContent-Transfer-Encoding: ?\nDate: never\nFrom: <<<>>>@@@,,,;;:\n\n\n",
        b"Content-Type: message/rfc822\n\n" * 300,
        b"Subject: \0 NUL\n\n\0\0\0\n",
        b"Subject: lone \r CR\n\n\rx\n\r",
        b"From: " + b"(" * 5000 + b"\n\n",
    ]
    for octets in broken:
        bob.deliver("bob", octets, ".broken")
    with bob.imap("bob") as client:
        client.select("broken", readonly=True)
        descriptions = client.uid(
            "FETCH", "1:*", "(ENVELOPE BODYSTRUCTURE RFC822.SIZE BODY.PEEK[1] BODY.PEEK[TEXT])"
        )
        assert descriptions[0] == "OK"
        got = [client.fetch(str(number), "(BODY.PEEK[])")[1][0] for number in range(1, len(broken) + 1)]
        assert client.search(None, "TEXT", "NUL")[0] == "OK"
        assert client.sort("SUBJECT", "UTF-8", "ALL")[0] == "OK"
        assert client.thread("REFERENCES", "UTF-8", "ALL")[0] == "OK"
    # NUL cannot be sent in a literal (RFC 3501 section 9, CHAR8).
    wanted = [octets.replace(b"\n", b"\r\n").replace(b"\0", b"\x80") for octets in broken]
    mails.same([one[1] if isinstance(one, tuple) else b"" for one in got], wanted)
