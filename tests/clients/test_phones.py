"""A phone: Thunderbird for Android (K-9) logs in with one line and relies on what the answer tells it."""

from __future__ import annotations

import base64
import re
import socket
import zlib

import pytest

from tests.clients import mails
from tests.clients.site import USERS

pytestmark = pytest.mark.timeout(120)

# What K-9 makes use of when a server has it (besides OAUTHBEARER, XOAUTH2 and EXTERNAL, which a site configures).
WANTED = {
    "CONDSTORE", "COMPRESS=DEFLATE", "CREATE-SPECIAL-USE", "ENABLE", "ID", "IDLE", "LIST-EXTENDED", "MOVE",
    "NAMESPACE", "SASL-IR", "SPECIAL-USE", "UIDPLUS",
}  # fmt: skip


class Phone:
    """A client on TLS that can compress (RFC 4978)."""

    def __init__(self, site):
        plain = socket.create_connection(("localhost", site.ports["imaps"]), 20)
        self.socket = site.tls.wrap_socket(plain, server_hostname="localhost")
        self.buffer = b""
        self.inflate = self.deflate = None

    def line(self):
        """The next line."""
        while b"\n" not in self.buffer:
            data = self.socket.recv(65536)
            assert data, "the server has closed"
            self.buffer += self.inflate.decompress(data) if self.inflate else data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line + b"\n"

    def send(self, octets):
        """Send octets as they are, or compressed."""
        if self.deflate:
            octets = self.deflate.compress(octets) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(octets)

    def command(self, text, until=b"1 "):
        """Send a command; all lines of the answer, up to its tagged OK or the line that begins with `until`."""
        self.send(b"1 " + text + b"\r\n")
        return self.answer(until)

    def answer(self, until=b"1 "):
        lines = [self.line()]
        while not lines[-1].startswith(until):
            lines.append(self.line())
        assert until != b"1 " or lines[-1].startswith(b"1 OK"), lines
        return b"".join(lines)

    def compress(self):
        """Compress from here on."""
        self.command(b"COMPRESS DEFLATE")
        self.inflate, self.deflate = zlib.decompressobj(-15), zlib.compressobj(wbits=-15)


@pytest.fixture
def phone(site):
    """A phone that is connected to an account with mail."""
    site.fill("bob", mails.made(40, seed=5))
    site.start()
    phone = Phone(site)
    with phone.socket:
        phone.line()
        yield phone


def log_in(phone):
    return phone.command(b"AUTHENTICATE PLAIN " + base64.b64encode(b"\0bob\0" + USERS["bob"].encode()))


def test_the_answer_to_the_login_has_all_capabilities(phone):
    words = re.search(rb"CAPABILITY ([^]]*)\]", log_in(phone))[1].decode().split()
    assert set(words) >= WANTED


def test_sync_of_a_folder_and_push(phone, site):
    log_in(phone)
    phone.compress()
    assert b'(("" "/"))' in phone.command(b"NAMESPACE")
    phone.command(b'ID ("name" "K-9 Mail" "version" "6.8")')
    assert b"INBOX" in phone.command(b'LIST "" "*" RETURN (SPECIAL-USE)')
    opened = phone.command(b'SELECT "INBOX" (CONDSTORE)')
    assert b"HIGHESTMODSEQ" in opened
    uids = re.search(rb"\* SEARCH([ 0-9]*)", phone.command(b"UID SEARCH 1:* NOT DELETED"))[1].split()
    assert len(uids) == 40
    header = (
        b"(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (date subject from to)])"
    )
    assert (
        phone.command(b"UID FETCH " + b",".join(uids[-25:]) + b" " + header).count(b"BODYSTRUCTURE (") == 25
    )
    part = phone.command(b"UID FETCH " + uids[0] + b" (UID BODY.PEEK[]<0.5120>)")
    assert b"BODY[]<0> {" in part
    phone.command(b'CREATE "Old mail" (USE (\\Archive))')
    assert b"Old mail" in phone.command(b'LIST (SPECIAL-USE) "" "*"')
    assert b"COPYUID" in phone.command(b"UID MOVE " + uids[0] + b' "Old mail"')
    phone.command(b"IDLE", until=b"+")
    site.deliver("bob", mails.made(1, seed=77)[0])
    assert b"* 40 EXISTS" in phone.answer(until=b"* 40 EXISTS")
    phone.send(b"DONE\r\n2 NOOP\r\n")
    assert b"1 OK" in phone.answer(until=b"2 OK")
