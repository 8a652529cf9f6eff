"""CREATE: RFC 3501 section 6.3.3, RFC 9051 section 6.3.4."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, literal
from tests.imap.mails import numbered


def test_creates_an_empty_mailbox(alice: Client) -> None:
    alice.ok("CREATE work")
    assert "work" in alice.ok('LIST "" *').lists
    assert alice.ok("SELECT work").exists == 0


@pytest.mark.parametrize("name", ["INBOX", "inbox", "InBox"])
def test_inbox_is_there_already(alice: Client, name: str) -> None:
    alice.no(f"CREATE {name}", code="ALREADYEXISTS")


def test_extant_name(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.no("CREATE work", code="ALREADYEXISTS")
    alice.ok("CREATE Work")


def test_trailing_separator_is_ignored(alice: Client) -> None:
    alice.ok("CREATE work/")
    assert "work" in alice.ok('LIST "" *').lists
    alice.no("CREATE work", code="ALREADYEXISTS")


def test_superior_names_are_made(alice: Client) -> None:
    alice.ok("CREATE foo/bar/zap")
    assert {"foo", "foo/bar", "foo/bar/zap"} <= set(alice.ok('LIST "" *').lists)


def test_below_inbox_in_any_case(alice: Client) -> None:
    alice.ok("CREATE inbox/below")
    assert "INBOX/below" in alice.ok('LIST "" *').lists
    alice.ok("SELECT InBoX/below")
    alice.no("SELECT inbox/BELOW")


def test_the_other_session_sees_it(alice: Client, other: Client) -> None:
    alice.ok("CREATE work")
    other.ok("SELECT work")
    other.append(numbered(1), "work")
    assert alice.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 1


def test_other_users_do_not(alice: Client, bob: Client) -> None:
    alice.ok("CREATE work")
    bob.no("SELECT work", code="NONEXISTENT")


def test_new_incarnation_has_other_uids_or_uidvalidity(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.append(numbered(1), "work")
    before = alice.ok("STATUS work (UIDVALIDITY UIDNEXT)").statuses["work"]
    alice.ok("DELETE work")
    alice.ok("CREATE work")
    after = alice.ok("STATUS work (UIDVALIDITY UIDNEXT)").statuses["work"]
    assert after["UIDVALIDITY"] > before["UIDVALIDITY"] or after["UIDNEXT"] >= before["UIDNEXT"]


def test_modified_utf7_names(alice: Client) -> None:
    """RFC 3501 section 5.1.3: what comes back is what was sent, and both spellings name one mailbox."""
    alice.ok("CREATE Entw&APw-rfe")
    assert "Entw&APw-rfe" in alice.ok('LIST "" *').lists
    alice.ok("SELECT Entw&APw-rfe")
    alice.ok("CREATE", '"Q&-A"')
    assert "Q&-A" in alice.ok('LIST "" *').lists


@pytest.mark.parametrize("name", ['"a&b"', '"&AGE-"', '"&APw"', '"&U,BTF-"', '"&2AA-"'])
def test_malformed_modified_utf7_makes_no_mailbox_that_cannot_be_listed(alice: Client, name: str) -> None:
    status = alice.command(f"CREATE {name}").status
    alice.ok('LIST "" *')
    if status == "OK":
        alice.ok(f"SELECT {name}")


@pytest.mark.parametrize("octets", [b"a\rb", b"a\nb", b"a\x00b", b"\x7f", b"a\x1bb", b"caf\xc3\xa9", b"\xff"])
def test_octets_that_no_name_may_have(alice: Client, octets: bytes) -> None:
    assert alice.command("CREATE", literal(octets)).status in {"NO", "BAD"}
    assert set(alice.ok('LIST "" *').lists) == {"INBOX"}


@pytest.mark.parametrize("name", ['""', "/", "//", '"/"'])
def test_no_name_at_all(alice: Client, name: str) -> None:
    alice.no(f"CREATE {name}")


@pytest.mark.parametrize(
    "name", ["..", "../x", "a/../../b", "~root", "a//b", '"%"', '"*"', '"a\\"b"', '"a\\\\b"']
)
def test_names_that_mean_something_elsewhere(alice: Client, name: str) -> None:
    """Refused or just a name: what was made can be listed, selected and deleted again."""
    if alice.command(f"CREATE {name}").status == "OK":
        for listed in alice.ok('LIST "" *').lists:
            assert not listed.startswith("/")
        alice.ok(f"SELECT {name}")
        alice.ok(f"DELETE {name}")


@pytest.mark.parametrize("line", ["CREATE", "CREATE ", "CREATE a b", "CREATE (a)", "CREATE %"])
def test_bad_syntax(alice: Client, line: str) -> None:
    alice.bad(line)


def test_create_in_selected_state_keeps_the_selection(alice: Client) -> None:
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    alice.ok("CREATE work")
    alice.ok("FETCH 1 FLAGS")


def test_names_have_at_most_50_levels(alice: Client) -> None:
    """And a name that is refused leaves no names above it behind."""
    alice.ok("CREATE " + "/".join(["d"] * 50))
    alice.ok("CREATE " + "/".join(["e"] * 49))
    before = set(alice.ok('LIST "" *').lists)
    for levels in (51, 2000):
        alice.no("CREATE " + "/".join(["f"] * levels), code="CANNOT")
    alice.no("CREATE " + "/".join(["d"] * 51), code="CANNOT")
    assert set(alice.ok('LIST "" *').lists) == before


def test_renaming_makes_no_deeper_ones(alice: Client) -> None:
    """A subtree of 30 levels does not fit below 21 names."""
    alice.ok("CREATE " + "/".join(["low"] * 30))
    alice.no("RENAME low " + "/".join(["up"] * 21 + ["low"]), code="CANNOT")
    assert "up" not in alice.ok('LIST "" *').lists
    alice.ok("RENAME low " + "/".join(["up"] * 20 + ["low"]))
