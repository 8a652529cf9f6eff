import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coromail.app.addresses import TCP, Inherited, Unix, parse_address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("127.0.0.1:143", TCP("127.0.0.1", 143)),
        ("0.0.0.0:0", TCP("0.0.0.0", 0)),
        ("mail.example.org:993", TCP("mail.example.org", 993)),
        ("[::1]:143", TCP("::1", 143)),
        ("[2001:DB8::1]:65535", TCP("2001:db8::1", 65535)),
        ("unix:/run/lmtp", Unix(Path("/run/lmtp"))),
        ("unix:lmtp.sock", Unix(Path("/etc/coromail/lmtp.sock"))),
        ("systemd:imap", Inherited("imap")),
    ],
)
def test_address_forms(written, address):
    assert parse_address(written, Path("/etc/coromail")) == address


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("127.0.0.1", "the port is missing"),
        ("::1:143", "needs brackets"),
        ("[::1]", "needs brackets"),
        ("[::g]:143", "not an IPv6 address"),
        ("*:143", r'"0.0.0.0:143" and "\[::\]:143"'),
        (":143", r'"0.0.0.0:143"'),
        ("127.0.0.1:65536", "ports end at 65535"),
        ("127.0.0.1:imap", "is not an address"),
        ("unix:", "path of the socket"),
        ("systemd:", "FileDescriptorName"),
        (143, "in quotes"),
        (None, "in quotes"),
    ],
)
def test_what_is_no_address_and_what_to_write(written, advice):
    with pytest.raises(ValueError, match=advice):
        parse_address(written)


@given(st.integers(0, 2**128 - 1), st.integers(0, 65535))
def test_an_address_is_shown_as_it_is_written(number, port):
    import ipaddress

    address = TCP(str(ipaddress.IPv6Address(number)), port)
    assert parse_address(str(address)) == address


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        parse_address(text)
