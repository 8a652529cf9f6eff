"""ESEARCH: RFC 4731, RFC 9051 section 7.3.4."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, expand
from tests.imap.mails import numbered


@pytest.fixture
def client(alice: Client) -> Client:
    """Ten messages, of which 2 to 4 and 9 are flagged; UIDs are one more than the numbers."""
    for number in range(11):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    alice.ok("STORE 1 +FLAGS (\\Deleted)")
    alice.ok("EXPUNGE")
    alice.ok("STORE 2:4,9 +FLAGS (\\Flagged)")
    return alice


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ("", {"ALL": [(2, 4), (9, 9)]}),
        ("ALL", {"ALL": [(2, 4), (9, 9)]}),
        ("MIN", {"MIN": 2}),
        ("MAX", {"MAX": 9}),
        ("COUNT", {"COUNT": 4}),
        ("MIN COUNT", {"MIN": 2, "COUNT": 4}),
        ("count max min all", {"MIN": 2, "MAX": 9, "ALL": [(2, 4), (9, 9)], "COUNT": 4}),
    ],
)
def test_3_1_options(client: Client, options: str, data: dict[str, object]) -> None:
    result = client.ok(f"SEARCH RETURN ({options}) FLAGGED")
    assert result.names == ["ESEARCH"]
    assert result.esearch.data == data
    assert not result.esearch.uid
    assert result.esearch.correlator["TAG"].decode() == result.tagged.tag


def test_3_1_uid(client: Client) -> None:
    result = client.ok("UID SEARCH RETURN (MIN MAX ALL) FLAGGED").esearch
    assert result.uid
    assert result.data == {"MIN": 3, "MAX": 10, "ALL": [(3, 5), (10, 10)]}


def test_3_1_nothing_found(client: Client) -> None:
    assert client.ok("SEARCH RETURN (MIN MAX ALL) ANSWERED").esearch.data == {}
    assert client.ok("SEARCH RETURN (MIN MAX ALL COUNT) ANSWERED").esearch.data == {"COUNT": 0}
    assert client.ok("UID SEARCH RETURN () ANSWERED").esearch.uid


def test_the_tag_is_quoted(client: Client) -> None:
    """Some clients fail on one that is not (client quirk 10)."""
    assert client.ok("SEARCH RETURN (COUNT) ALL").untagged[0].raw.startswith(b'* ESEARCH (TAG "')


@pytest.mark.parametrize("options", ["(NONE)", "(MIN MIN)", "MIN", "(MIN", "(MIN )"])
def test_bad_options(client: Client, options: str) -> None:
    client.bad(f"SEARCH RETURN {options} ALL")


def test_charset_after_return(client: Client) -> None:
    assert client.ok("SEARCH RETURN (COUNT) CHARSET UTF-8 FLAGGED").esearch.data == {"COUNT": 4}


def test_rev2_answers_so_always(client: Client) -> None:
    client.session.enable(frozenset({"IMAP4REV2"}))
    client.checker.enabled.add("IMAP4REV2")
    assert expand(client.ok("SEARCH FLAGGED").esearch.data["ALL"]) == [2, 3, 4, 9]
    assert client.ok("UID SEARCH ANSWERED").esearch.data == {}
