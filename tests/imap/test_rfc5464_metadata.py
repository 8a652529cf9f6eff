"""METADATA: RFC 5464; LIST-METADATA: RFC 9590."""

from __future__ import annotations

import pytest

from coromail.imap.annotating import MAX_ENTRIES, MAX_SIZE
from tests.imap.harness import Client, literal

C = "/private/comment"


def get(client: Client, arguments: str) -> dict[bytes, bytes | None]:
    found: dict[bytes, bytes | None] = {}
    for _, values in client.ok(f"GETMETADATA {arguments}").data("METADATA"):
        found |= values
    return found


def test_4_3_set_get_and_remove(alice: Client) -> None:
    alice.ok(f'SETMETADATA INBOX ({C} "mine" /shared/comment "ours")')
    assert get(alice, f"INBOX ({C} /shared/comment)") == {C.encode(): b"mine", b"/shared/comment": b"ours"}
    alice.ok(f"SETMETADATA INBOX ({C} NIL)")
    assert get(alice, f"INBOX {C}") == {C.encode(): None}


def test_3_2_values_of_any_octets(alice: Client) -> None:
    alice.ok(f"SETMETADATA INBOX ({C}", literal(b"two\r\nlines"), "/shared/comment NIL)")
    assert get(alice, f"INBOX {C}") == {C.encode(): b"two\r\nlines"}
    alice.ok(f"SETMETADATA INBOX ({C}", literal(b"a\0b", eight=True), "/shared/comment NIL)")
    assert get(alice, f"INBOX {C}") == {C.encode(): b"a\0b"}
    alice.ok(f'SETMETADATA INBOX ({C} "")')
    assert get(alice, f"INBOX {C}") == {C.encode(): b""}


def test_3_2_names_in_any_case(alice: Client) -> None:
    alice.ok('SETMETADATA INBOX (/PRIVATE/Comment "x")')
    assert get(alice, f"INBOX {C}") == {C.encode(): b"x"}


@pytest.mark.parametrize(
    "entry",
    ["/comment", "comment", "/private", "/private/", "/private//x", "/private/x/", '"/private/a*"', '"/private/a%"',
     '"/private/\x01"', "/other/x", '""', "/private/" + "x" * 300],
)  # fmt: skip
def test_3_2_bad_names(alice: Client, entry: str) -> None:
    alice.bad(f"GETMETADATA INBOX {entry}")
    alice.bad(f'SETMETADATA INBOX ({entry} "x")')


def test_3_2_vendor_entries_have_four_parts(alice: Client) -> None:
    alice.bad('SETMETADATA INBOX (/private/vendor/x "y")')
    alice.ok('SETMETADATA INBOX (/private/vendor/x/color "y")')


def test_4_1_server_annotations(alice: Client, bob: Client) -> None:
    alice.ok('SETMETADATA "" (/private/vendor/x/y "z")')
    assert get(alice, '"" /private/vendor/x/y') == {b"/private/vendor/x/y": b"z"}
    assert get(bob, '"" /private/vendor/x/y') == {b"/private/vendor/x/y": None}
    alice.no('SETMETADATA "" (/shared/comment "x")', code="NOPERM")


def test_4_1_follow_rename_and_die_with_delete(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.ok(f'SETMETADATA work ({C} "x")')
    alice.ok("RENAME work play")
    assert get(alice, f"play {C}") == {C.encode(): b"x"}
    alice.ok("DELETE play")
    alice.ok("CREATE play")
    assert get(alice, f"play {C}") == {C.encode(): None}


def test_4_1_rename_of_inbox_copies(alice: Client) -> None:
    alice.ok(f'SETMETADATA INBOX ({C} "x")')
    alice.ok("RENAME INBOX old")
    assert get(alice, f"INBOX {C}") == get(alice, f"old {C}") == {C.encode(): b"x"}


def test_4_2_1_maxsize(alice: Client) -> None:
    alice.ok(f'SETMETADATA INBOX ({C} "short" /shared/comment "{"x" * 500}")')
    for arguments in (
        f"INBOX (MAXSIZE 100) ({C} /shared/comment)",
        f"(MAXSIZE 100) INBOX ({C} /shared/comment)",
    ):
        result = alice.ok(f"GETMETADATA {arguments}")
        assert result.data("METADATA") == [(b"INBOX", {C.encode(): b"short"})]
        assert result.codes["METADATA"] == ("LONGENTRIES", 500)


def test_4_2_2_depth(alice: Client) -> None:
    pairs = " ".join(f'/private/filters/{name} "{name}"' for name in ("a", "b", "b/c", "b/c/d"))
    alice.ok(f'SETMETADATA INBOX ({pairs} /private/filtersx "no")')

    def names(depth: str) -> set[str]:
        found = get(alice, f"(DEPTH {depth}) INBOX /private/filters")
        return {name.decode()[17:] for name in found}

    assert names("infinity") == {"a", "b", "b/c", "b/c/d"}
    assert names("1") == {"a", "b"}
    assert get(alice, "INBOX (DEPTH 1) /private/filters/b") == {
        b"/private/filters/b": b"b",
        b"/private/filters/b/c": b"b/c",
    }


@pytest.mark.parametrize(
    "arguments",
    ["", "INBOX", "INBOX ()", f"INBOX {C} {C}", f"INBOX (DEPTH 2) {C}", f"INBOX (DEPTH) {C}", f"INBOX (MAXSIZE x) {C}",
     f"INBOX (FOO 1) {C}", f"(DEPTH 1)INBOX {C}"],
)  # fmt: skip
def test_5_getmetadata_syntax(alice: Client, arguments: str) -> None:
    alice.bad(f"GETMETADATA {arguments}".rstrip())


@pytest.mark.parametrize(
    "arguments", ["", "INBOX", "INBOX ()", f"INBOX ({C})", f'INBOX {C} "x"', f"INBOX ({C} x)"]
)
def test_5_setmetadata_syntax(alice: Client, arguments: str) -> None:
    alice.bad(f"SETMETADATA {arguments}".rstrip())


def test_4_3_too_big_and_all_or_none(alice: Client) -> None:
    result = alice.no(
        f'SETMETADATA INBOX (/shared/comment "no" {C}', literal(b"x" * (MAX_SIZE + 1)), "/private/x NIL)"
    )
    assert result.codes["METADATA"] == ("MAXSIZE", MAX_SIZE)
    assert get(alice, "INBOX /shared/comment") == {b"/shared/comment": None}


def test_4_3_too_many(alice: Client) -> None:
    for number in range(MAX_ENTRIES):
        alice.ok(f'SETMETADATA INBOX (/private/x{number} "x")')
    result = alice.no('SETMETADATA INBOX (/private/more "x")')
    assert result.codes["METADATA"] == ("TOOMANY", None)
    alice.ok('SETMETADATA INBOX (/private/x1 "other")')
    alice.ok('SETMETADATA INBOX (/shared/comment "x")')


def test_3_3_private_is_private_shared_is_shared(alice: Client, bob: Client) -> None:
    there = '"Other Users/alice/INBOX"'
    alice.ok(f'SETMETADATA INBOX ({C} "alices" /shared/comment "ours")')
    bob.no(f"GETMETADATA {there} {C}", code="NONEXISTENT")
    alice.ok("SETACL INBOX bob l")
    bob.no(f"GETMETADATA {there} {C}", code="NOPERM")
    alice.ok("SETACL INBOX bob lr")
    assert get(bob, f"{there} ({C} /shared/comment)") == {C.encode(): None, b"/shared/comment": b"ours"}
    bob.no(f'SETMETADATA {there} ({C} "bobs" /shared/comment "new")', code="NOPERM")
    alice.ok("SETACL INBOX bob lrw")
    bob.ok(f'SETMETADATA {there} ({C} "bobs" /shared/comment "new")')
    assert get(alice, f"INBOX ({C} /shared/comment)") == {C.encode(): b"alices", b"/shared/comment": b"new"}


def test_no_such_mailbox(alice: Client) -> None:
    alice.no(f"GETMETADATA nothing {C}", code="NONEXISTENT")
    alice.no(f'SETMETADATA nothing ({C} "x")', code="NONEXISTENT")


def test_rfc9590_list_metadata(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.ok(f'SETMETADATA work ({C} "x")')
    alice.ok("SUBSCRIBE work")
    alice.ok("SUBSCRIBE INBOX")
    result = alice.ok(f'LIST "" * RETURN (METADATA ("{C}" /shared/comment))')
    assert dict(result.data("METADATA")) == {
        b"INBOX": {C.encode(): None, b"/shared/comment": None},
        b"work": {C.encode(): b"x", b"/shared/comment": None},
    }
    assert result.names == ["LIST", "METADATA"] * 2
    alice.bad('LIST "" * RETURN (METADATA ())')
    alice.bad('LIST "" * RETURN (METADATA)')


def test_rfc9590_not_for_what_is_listed_because_of_children(alice: Client) -> None:
    alice.ok("CREATE work/deep")
    alice.ok("SUBSCRIBE work/deep")
    alice.ok("UNSUBSCRIBE INBOX")
    result = alice.ok(f'LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (METADATA ({C}))')
    assert set(result.lists) == {"work"}
    assert not result.data("METADATA")
