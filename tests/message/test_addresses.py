"""Address lists (RFC 5322 sections 3.4 and 4.4, examples of its appendix A; RFC 9051 section 7.5.2)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.addresses import Address, parse

END = (None, None, None, None)


def group(name: bytes) -> tuple[None, None, bytes, None]:
    return (None, None, name, None)


def one(name: bytes | None, mailbox: bytes, host: bytes) -> tuple[bytes | None, None, bytes, bytes]:
    return (name, None, mailbox, host)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", []),
        (b" , ,", []),
        (b"jdoe@example.org", [one(None, b"jdoe", b"example.org")]),
        (b"<boss@nil.test>", [one(None, b"boss", b"nil.test")]),
        (b"Who? <one@y.test>", [one(b"Who?", b"one", b"y.test")]),
        (
            b'"Joe Q. Public" <john.q.public@example.com>',
            [one(b"Joe Q. Public", b"john.q.public", b"example.com")],
        ),
        (b'"" <a@b>', [one(None, b"a", b"b")]),
        (
            b'<a@b>, "Giant; \\"Big\\" Box" <s@example.net>,c@d',
            [one(None, b"a", b"b"), one(b'Giant; "Big" Box', b"s", b"example.net"), one(None, b"c", b"d")],
        ),
        (b'"a@b"@c', [one(None, b"a@b", b"c")]),
        (b'"q s" @ x . y', [one(None, b"q s", b"x.y")]),
        (b'N <"q \\" s"@[10.0.0.1]>', [one(b"N", b'q " s', b"[10.0.0.1]")]),
        ("Zoé <é@ü.example>".encode(), [one("Zoé".encode(), "é".encode(), "ü.example".encode())]),
        (b"\xe9t\xe9 <a@b>", [one(b"\xe9t\xe9", b"a", b"b")]),
        (b"=?utf-8?q?a?= <a@b>", [one(b"=?utf-8?q?a?=", b"a", b"b")]),
    ],
)
def test_3_4_1_mailboxes(value: bytes, expected: list[tuple[bytes | None, ...]]) -> None:
    assert parse(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Undisclosed recipients:;", [group(b"Undisclosed recipients"), END]),
        (
            b"A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>; , x@y",
            [
                group(b"A Group"),
                one(b"Ed Jones", b"c", b"a.test"),
                one(None, b"joe", b"where.test"),
                one(b"John", b"jdoe", b"one.test"),
                END,
                one(None, b"x", b"y"),
            ],
        ),
        (b'"a, b": c@d;', [group(b"a, b"), one(None, b"c", b"d"), END]),
        (b"A:a@b;B:c@d;", [group(b"A"), one(None, b"a", b"b"), END, group(b"B"), one(None, b"c", b"d"), END]),
        (b"unclosed: a@b", [group(b"unclosed"), one(None, b"a", b"b"), END]),
        (b":;", [group(b""), END]),
    ],
)
def test_3_4_groups(value: bytes, expected: list[tuple[bytes | None, ...]]) -> None:
    assert parse(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            b"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            [one(b"Pete", b"pete", b"silly.test")],
        ),
        (b"a@b (John (the) Doe)", [one(b"John (the) Doe", b"a", b"b")]),
        (b"a@b (John), c@d (Jane)", [one(b"John", b"a", b"b"), one(b"Jane", b"c", b"d")]),
        (b"(before) a@b", [one(None, b"a", b"b")]),
        (b"a@b ()", [one(None, b"a", b"b")]),
        (
            b"(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;",
            [group(b"Hidden recipients"), END],
        ),
    ],
)
def test_3_2_2_comments(value: bytes, expected: list[tuple[bytes | None, ...]]) -> None:
    assert parse(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Joe Q. Public <j@e.com>", [one(b"Joe Q. Public", b"j", b"e.com")]),
        (b"Mary <@node.test:mary@e.net>, , jdoe@test  . example",
         [(b"Mary", b"@node.test", b"mary", b"e.net"), one(None, b"jdoe", b"test.example")]),
        (b"<@a,@b:c@d>", [(None, b"@a,@b", b"c", b"d")]),
        (b"John Doe <jdoe@machine(comment).  example>", [one(b"John Doe", b"jdoe", b"machine.example")]),
        (b"first . last@x", [one(None, b"first.last", b"x")]),
    ],
)  # fmt: skip
def test_4_4_obsolete_forms(value: bytes, expected: list[tuple[bytes | None, ...]]) -> None:
    assert parse(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"root", [one(None, b"root", b"")]),
        (b"a@b <a@b>", [one(b"a@b", b"a", b"b")]),
        (b"Me x@y <a@b>, c@d", [one(b"Me x@y", b"a", b"b"), one(None, b"c", b"d")]),
        (b"John Doe john@x.com", [one(b"John Doe", b"john", b"x.com")]),
        (b"<a@b> John", [one(b"John", b"a", b"b")]),
        (b"<a@b> <c@d>", [one(None, b"a", b"b"), one(None, b"c", b"d")]),
        (b"<a@b> c@d", [one(None, b"a", b"b"), one(None, b"c", b"d")]),
        (b"Name <>", [one(b"Name", b"", b"")]),
        (b"<>", [one(None, b"", b"")]),
        (b"@host", [one(None, b"", b"host")]),
        (b"a@b@c", [one(None, b"a", b"b")]),
        (b"<a@b@c>", [one(None, b"a@b", b"c")]),
        (b"<a@b, c@d", [one(None, b"a", b"b"), one(None, b"c", b"d")]),
        (b'"John <a@b>', [one(b"John", b"a", b"b")]),
        (b"x (unclosed <a@b>", [one(b"x unclosed", b"a", b"b")]),
        (b"a@[1.2.3", [one(None, b"a", b"1.2.3")]),
        (b"a@b;c@d", [one(None, b"a", b"b"), one(None, b"c", b"d")]),
        (b"a\\", [one(None, b"a\\", b"")]),
    ],
)
def test_what_is_broken_is_made_the_best_of(value: bytes, expected: list[tuple[bytes | None, ...]]) -> None:
    assert parse(value) == expected


_value = st.lists(
    st.sampled_from(
        [
            b"a",
            b" ",
            b"@",
            b"<",
            b">",
            b",",
            b":",
            b";",
            b'"',
            b"(",
            b")",
            b"[",
            b"]",
            b"\\",
            b".",
            b"\0",
            b"\xff",
        ]
    ),
    max_size=40,
).map(b"".join)


@given(_value)
@settings(max_examples=500, deadline=None)
def test_any_octets_give_addresses_and_closed_groups(value: bytes) -> None:
    inside = False
    for address in parse(value):
        assert isinstance(address, Address)
        if address == END:
            assert inside
            inside = False
        elif address.host is None:
            assert not inside
            assert address.mailbox is not None
            inside = True
        else:
            assert address.mailbox is not None
            assert address.name != b""
    assert not inside


_atoms = st.text(st.sampled_from("abcXYZ09-+_"), min_size=1, max_size=8).map(str.encode)
_names = st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12).map(
    str.encode
)


@given(st.lists(st.tuples(_names, _atoms, _atoms), max_size=6))
@settings(max_examples=200, deadline=None)
def test_what_was_written_by_the_grammar_is_read_back(
    mailboxes: list[tuple[bytes | None, bytes, bytes]],
) -> None:
    written = []
    for name, local, host in mailboxes:
        quoted = b"" if name is None else b'"%b" ' % name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        written.append(b"%b<%b@%b>" % (quoted, local, host))
    expected = [one(name and (name.strip() or None), local, host) for name, local, host in mailboxes]
    assert [
        a._replace(name=a.name and (a.name.strip() or None)) for a in parse(b", ".join(written))
    ] == expected
