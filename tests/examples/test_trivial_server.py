"""examples/trivial_server.py: a program that makes its Server itself."""

from __future__ import annotations

import imaplib
import poplib
import ssl

from tests.examples.serving import EXAMPLES, program

FREE = ["imap=0", "imaps=0", "pop3=0", "pop3s=0"]


def test_anybody_gets_a_greeting() -> None:
    with program(str(EXAMPLES / "trivial_server.py"), *FREE, kinds=4) as ports:
        with imaplib.IMAP4("127.0.0.1", ports["imap"], timeout=60) as client:
            client.login("zoe", "whatever")
            assert client.select() == ("OK", [b"1"])
            _, data = client.fetch("1", "(BODY[HEADER.FIELDS (SUBJECT)])")
            assert b"Hello, zoe" in data[0][1]
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        pop = poplib.POP3_SSL("127.0.0.1", ports["pop3s"], context=context, timeout=60)
        pop.user("yves")
        pop.pass_("whatever")
        assert pop.stat()[0] == 1
        pop.quit()
