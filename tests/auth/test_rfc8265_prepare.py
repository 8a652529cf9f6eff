"""RFC 8265: user names and passwords; the examples of sections 3.6 and 4.3."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.auth import prepare


@pytest.mark.parametrize(
    ("name", "prepared"),
    [
        ("juliet@example.com", "juliet@example.com"),
        ("Juliet@Example.com", "juliet@example.com"),
        ("fussball", "fussball"),
        ("fu\u00dfball", "fu\u00dfball"),
        ("\u03c0", "\u03c0"),
        ("\u03a3", "\u03c3"),
        ("\u03c3", "\u03c3"),
        ("\u03c2", "\u03c2"),
        ("A\u030angstrom", "\u00e5ngstrom"),
        ("John Smith", "john smith"),
        ("\u00c4 b", "\u00e4 b"),
    ],
)
def test_3_user_names(name: str, prepared: str) -> None:
    assert prepare.user_name(name) == prepared


@pytest.mark.parametrize(
    "name",
    [
        "",
        "henry\u2163",
        "\u221e",
        " a",
        "a ",
        "a  b",
        "a\tb",
        "a\0",
        "a\x7f",
        "a\r\n",
        "\u00e4 ",
        " \u00e4",
        "x\u202ey",
        "\udcff",
        "a" * 256,
        "\u00e4" * 128,
        "/",
        "a/b",
        "../a",
        ".",
        "..",
        "\u00e4/..",
        "\uff0fetc",
    ],
)
def test_3_not_user_names(name: str) -> None:
    assert prepare.user_name(name) is None


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("correct horse battery staple", "correct horse battery staple"),
        ("Correct Horse Battery Staple", "Correct Horse Battery Staple"),
        ("\u03c0\u00df\u00e5", "\u03c0\u00df\u00e5"),
        ("Jack of \u2666s", "Jack of \u2666s"),
        ("foo\u1680bar", "foo bar"),
        ("a\u030a", "\u00e5"),
        (" ", " "),
    ],
)
def test_4_passwords(text: str, prepared: str) -> None:
    assert prepare.password(text) == prepared


@pytest.mark.parametrize("text", ["", "my cat is a \tby", "a\0b", "\udc80", "x" * 5000, "\u00e4\x07"])
def test_4_not_passwords(text: str) -> None:
    assert prepare.password(text) is None


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=300))
def test_preparing_never_raises_and_is_stable(text: str) -> None:
    name = prepare.user_name(text)
    if name is not None:
        assert prepare.user_name(name) == name
        assert "\0" not in name
        assert "/" not in name
        assert 1 <= len(name.encode()) <= 255
    password = prepare.password(text)
    if password is not None:
        assert prepare.password(password) == password
