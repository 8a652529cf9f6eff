"""FETCH items: RFC 9051 section 6.4.5 and the extensions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.fetch_item import ITEMS, MAX_ITEMS, MAX_PATH, FetchItem, parse_items, parse_modifiers


def items(*segments: bytes) -> list[FetchItem]:
    args = Arguments(list(segments))
    parsed = parse_items(args)
    args.end()
    return parsed


def item(text: bytes) -> FetchItem:
    (only,) = items(text)
    return only


@pytest.mark.parametrize(
    ("macro", "names"),
    [
        (b"fast", ["FLAGS", "INTERNALDATE", "RFC822.SIZE"]),
        (b"ALL", ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"]),
        (b"FULL", ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"]),
    ],
)
def test_macros(macro: bytes, names: list[str]) -> None:
    assert [each.name for each in items(macro)] == names
    with pytest.raises(Bad):
        items(b"(" + macro + b")")


@pytest.mark.parametrize(
    "name", sorted(set(ITEMS) - {"BODY", "BODY.PEEK", "BINARY", "BINARY.PEEK", "BINARY.SIZE"})
)
def test_plain_items(name: str) -> None:
    parsed = item(name.lower().encode())
    assert parsed.name == name
    assert parsed.label == name.encode()


def test_which_items_set_seen() -> None:
    peeks = {name: item(name.encode()).peek for name in ITEMS if not name.startswith(("BODY.", "BINARY"))}
    assert [name for name, peek in peeks.items() if not peek] == ["RFC822", "RFC822.TEXT"]
    assert not item(b"BODY[]").peek
    assert item(b"BODY.PEEK[]").peek
    assert not item(b"BINARY[1]").peek
    assert item(b"BINARY.PEEK[1]").peek


def test_the_order_is_kept_and_what_comes_twice_is_sent_once() -> None:
    assert [each.name for each in items(b"(UID FLAGS uid BODY)")] == ["UID", "FLAGS", "BODY"]
    assert len(items(b"(BODY[]<0.1> BODY[]<0.1> BODY[]<0.2>)")) == 2


@pytest.mark.parametrize(
    ("text", "path", "section", "label"),
    [
        (b"BODY[]", (), None, b"BODY[]"),
        (b"body[1]", (1,), None, b"BODY[1]"),
        (b"BODY[1.20.3]", (1, 20, 3), None, b"BODY[1.20.3]"),
        (b"BODY[4294967295]", (4294967295,), None, b"BODY[4294967295]"),
        (b"BODY[header]", (), "HEADER", b"BODY[HEADER]"),
        (b"BODY.PEEK[TEXT]", (), "TEXT", b"BODY[TEXT]"),
        (b"BODY[1.2.MIME]", (1, 2), "MIME", b"BODY[1.2.MIME]"),
        (b"BODY[4.Text]", (4,), "TEXT", b"BODY[4.TEXT]"),
    ],
)
def test_sections(text: bytes, path: tuple[int, ...], section: str | None, label: bytes) -> None:
    parsed = item(text)
    assert (parsed.name, parsed.path, parsed.text, parsed.label) == ("BODY[]", path, section, label)


def test_header_fields() -> None:
    parsed = item(b'BODY.PEEK[1.Header.Fields.Not (Subject "x y" a])]<5.10>')
    assert parsed == FetchItem(
        "BODY[]",
        b'BODY[1.HEADER.FIELDS.NOT (Subject "x y" a])]<5>',
        (1,),
        "HEADER.FIELDS.NOT",
        (b"Subject", b"x y", b"a]"),
        True,
        (5, 10),
    )
    (literal,) = items(b"BODY[HEADER.FIELDS (", b"DATE", b")]")
    assert literal.label == b"BODY[HEADER.FIELDS (DATE)]"
    assert literal.fields == (b"DATE",)


@pytest.mark.parametrize(
    ("text", "partial", "label"),
    [
        (b"BODY[]<0.393216>", (0, 393216), b"BODY[]<0>"),
        (b"BODY[1]<393216.393216>", (393216, 393216), b"BODY[1]<393216>"),
        (b"BINARY.PEEK[2]<3.4>", (3, 4), b"BINARY[2]<3>"),
    ],
)
def test_partial(text: bytes, partial: tuple[int, int], label: bytes) -> None:
    parsed = item(text)
    assert (parsed.partial, parsed.label) == (partial, label)


def test_rfc3516_binary() -> None:
    assert item(b"BINARY[]") == FetchItem("BINARY[]", b"BINARY[]", peek=False)
    assert item(b"BINARY[1.2]").path == (1, 2)
    assert item(b"binary.size[3]") == FetchItem("BINARY.SIZE[]", b"BINARY.SIZE[3]", (3,))


def test_rfc8970_preview() -> None:
    assert item(b"PREVIEW").arguments == ()
    assert item(b"PREVIEW (LAZY)") == FetchItem("PREVIEW", b"PREVIEW", arguments=("LAZY",))
    assert [each.arguments for each in items(b"(preview (lazy) UID)")] == [("LAZY",), ()]
    args = Arguments([b"PREVIEW (CHANGEDSINCE 5)"])
    assert parse_items(args)[0].arguments == ()
    assert parse_modifiers(args) == {"CHANGEDSINCE": 5}
    for text in (b"(PREVIEW (EAGER))", b"(PREVIEW ())", b"PREVIEW (LAZY"):
        with pytest.raises(Bad):
            items(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            b"",
            b"()",
            b"( FLAGS)",
            b"(FLAGS )",
            b"(FLAGS  UID)",
            b"FLAGS UID",
            b"FOO",
            b"BODY.PEEK",
            b"BINARY",
        ),
        *(
            b"BODY[",
            b"BODY[1",
            b"BODY[0]",
            b"BODY[01]",
            b"BODY[1.]",
            b"BODY[.1]",
            b"BODY[1..2]",
            b"BODY[4294967296]",
        ),
        *(b"BODY[MIME]", b"BODY[FOO]", b"BODY[.TEXT]", b"BODY[1TEXT]", b"BODY[1..TEXT]", b"BODY[TEXT.1]"),
        *(b"BODY[HEADER.FIELDS]", b"BODY[HEADER.FIELDS ()]", b"BODY[HEADER.FIELDS (A]", b"BODY[HEADER (A)]"),
        *(b'BODY[HEADER.FIELDS ("\xc3\xa9")]', b"BODY[]<1>", b"BODY[]<1.0>", b"BODY[]<1.2", b"BODY <0.1>"),
        *(
            b"BINARY[TEXT]",
            b"BINARY[1.MIME]",
            b"BINARY.SIZE",
            b"BINARY.SIZE[1]<0.1>",
            b"RFC822<0.1>",
            b"RFC822[]",
        ),
        *(b"BODYSTRUCTURE[]", b"FLAGS\r", b"(BODY[]" + b" ", b"BODY[$]"),
    ],
)
def test_no_item(text: bytes) -> None:
    with pytest.raises(Bad):
        items(text)


def test_attack_header_field_name_with_a_line_end_is_not_echoed() -> None:
    with pytest.raises(Bad):
        items(b"BODY[HEADER.FIELDS (", b"A\r\n* BYE", b")]")


def test_attack_very_deep_section() -> None:
    assert len(item(b"BODY[1" + b".1" * (MAX_PATH - 1) + b"]").path) == MAX_PATH
    with pytest.raises(Bad):
        item(b"BODY[1" + b".1" * MAX_PATH + b"]")


def test_attack_too_many_items() -> None:
    parts = [b"BODY[%d]" % number for number in range(1, MAX_ITEMS + 2)]
    assert len(items(b"(" + b" ".join(parts[:-1]) + b")")) == MAX_ITEMS
    with pytest.raises(Bad):
        items(b"(" + b" ".join(parts) + b")")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", {}),
        (b" (CHANGEDSINCE 12345)", {"CHANGEDSINCE": 12345}),
        (b" (changedsince 0 vanished)", {"CHANGEDSINCE": 0, "VANISHED": True}),
        (b" (PARTIAL -1:-30)", {"PARTIAL": (-1, -30)}),
    ],
)
def test_modifiers(text: bytes, expected: dict[str, object]) -> None:
    args = Arguments([text])
    assert parse_modifiers(args) == expected
    args.end()


@pytest.mark.parametrize(
    "text",
    [
        b"(VANISHED)",
        b" VANISHED",
        b" (FOO)",
        b" (CHANGEDSINCE)",
        b" (CHANGEDSINCE -1)",
        b" (PARTIAL 1:*)",
        b" (VANISHED VANISHED)",
    ],
)
def test_no_modifiers(text: bytes) -> None:
    with pytest.raises(Bad):
        parse_modifiers(Arguments([text]))


PATHS = st.lists(st.integers(1, 2**32 - 1), max_size=4).map(tuple)
FIELDS = st.lists(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)), min_size=1, max_size=3
)


@settings(deadline=None, max_examples=200)
@given(PATHS, st.sampled_from([None, "HEADER", "TEXT", "MIME", "HEADER.FIELDS"]), FIELDS)
def test_the_label_parses_back(path: tuple[int, ...], text: str | None, names: list[str]) -> None:
    section = ".".join([*map(str, path), *([text] if text and (path or text != "MIME") else [])])
    if section.endswith("FIELDS"):
        quoted = ['"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' for name in names]
        section += f" ({' '.join(quoted)})"
    parsed = item(f"BODY[{section}]".encode())
    assert parsed.path == path
    assert item(parsed.label) == parsed
