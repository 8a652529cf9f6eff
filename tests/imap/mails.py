"""Messages for tests."""

PLAIN = (
    b"Date: Mon, 7 Feb 1994 21:52:25 -0800\r\n"
    b"From: Fred Foobar <foobar@example.com>\r\n"
    b"Subject: afternoon meeting\r\n"
    b"To: mooch@example.com\r\n"
    b"Message-Id: <B27397-0100000@example.com>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n"
    b"\r\n"
    b"Hello Joe, do you think we can meet at 3:30 tomorrow?\r\n"
)


def numbered(number: int) -> bytes:
    """A small message whose subject is the number."""
    return b"From: a@example.com\r\nSubject: %d\r\n\r\nbody %d\r\n" % (number, number)
