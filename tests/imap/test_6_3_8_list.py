"""LIST: RFC 3501 section 6.3.8, RFC 9051 section 6.3.9, RFC 5258, RFC 3348."""

from __future__ import annotations

import time

import pytest

from tests.imap.harness import Client
from tests.imap.mails import numbered


@pytest.fixture
def tree(alice: Client) -> Client:
    """alice with a few mailboxes."""
    for name in ("foo", "foo/bar", "foo/bar/zap", "foobar", "Zwei", '"a b"', '"x%y"'):
        alice.ok(f"CREATE {name}")
    return alice


def names(client: Client, arguments: str) -> set[str]:
    return set(client.ok(f"LIST {arguments}").lists)


ALL = {"INBOX", "foo", "foo/bar", "foo/bar/zap", "foobar", "Zwei", "a b", "x%y"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('"" *', ALL),
        ('"" %', {"INBOX", "foo", "foobar", "Zwei", "a b", "x%y"}),
        ('"" foo', {"foo"}),
        ('"" FOO', set()),
        ('"" foo*', {"foo", "foo/bar", "foo/bar/zap", "foobar"}),
        ('"" foo%', {"foo", "foobar"}),
        ('"" foo/*', {"foo/bar", "foo/bar/zap"}),
        ('"" foo/%', {"foo/bar"}),
        ('"" %/%', {"foo/bar"}),
        ('"" */%', {"foo/bar", "foo/bar/zap"}),
        ('"" *bar', {"foo/bar", "foobar"}),
        ('"" f%/b%/z%', {"foo/bar/zap"}),
        ('"" foo/', set()),
        ("foo/ *", {"foo/bar", "foo/bar/zap"}),
        ("foo/ %", {"foo/bar"}),
        ('"" inbox', {"INBOX"}),
        ('"" InB*', set()),
        ('"" I%', {"INBOX"}),
        ('"" "a b"', {"a b"}),
        ('"" missing', set()),
        ("missing/ *", set()),
        ('"" *%*%*', ALL),
    ],
)
def test_patterns(tree: Client, arguments: str, expected: set[str]) -> None:
    assert names(tree, arguments) - {"foo/"} == expected


def test_each_name_once(tree: Client) -> None:
    listed = [entry.mailbox for entry in tree.ok('LIST "" *').data("LIST")]
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("reference", ['""', "foo", "foo/", "missing", "INBOX"])
def test_empty_pattern_gives_the_separator(tree: Client, reference: str) -> None:
    (listed,) = tree.ok(f'LIST {reference} ""').data("LIST")
    assert listed.delimiter == b"/"
    assert b"\\Noselect" in listed.attributes


def test_children_attributes(tree: Client) -> None:
    """RFC 3348: never both, right where they are given."""
    lists = tree.ok('LIST "" *').lists
    assert b"\\HasChildren" in lists["foo"].attributes
    assert b"\\HasNoChildren" in lists["foo/bar/zap"].attributes
    assert b"\\HasNoChildren" in lists["foobar"].attributes
    tree.ok("DELETE foo/bar/zap")
    assert b"\\HasNoChildren" in tree.ok('LIST "" foo/bar').lists["foo/bar"].attributes


def test_news_of_other_sessions(tree: Client, other: Client) -> None:
    other.ok("CREATE fresh")
    other.ok("RENAME foobar gone")
    assert {"fresh", "gone"} <= names(tree, '"" *')
    assert "foobar" not in names(tree, '"" *')


def test_other_users_mail_is_not_listed(tree: Client, bob: Client) -> None:
    assert names(bob, '"" *') == {"INBOX"}


@pytest.mark.parametrize(
    "line", ["LIST", "LIST *", 'LIST "" * extra', 'LIST "" (', 'LIST "" "*', 'LIST  "" *']
)
def test_bad_syntax(alice: Client, line: str) -> None:
    alice.bad(line)


def test_modified_utf7_in_patterns(alice: Client) -> None:
    alice.ok("CREATE Entw&APw-rfe")
    assert names(alice, '"" Entw&APw-%') == {"Entw&APw-rfe"}
    assert names(alice, '"" *&APw-*') == {"Entw&APw-rfe"}


@pytest.mark.parametrize("pattern", ['"&"', '"&AGE-*"', '"a&b*"', '"&U,BTF-"'])
def test_malformed_modified_utf7_in_patterns_matches_nothing(tree: Client, pattern: str) -> None:
    """RFC 9051 section 6.3.9: a valid pattern that is not accepted is ignored in silence."""
    result = tree.command(f'LIST "" {pattern}')
    assert result.status in {"OK", "BAD"}
    assert result.lists == {}


def test_many_wildcards_take_linear_time(tree: Client) -> None:
    """CVE-2021-40110 and kin: backtracking would take longer than the universe has."""
    tree.ok("CREATE " + "a" * 200)
    started = time.monotonic()
    assert names(tree, '"" ' + "*a%" * 500 + "b") == set()
    assert time.monotonic() - started < 30


# RFC 5258 and RFC 9051 section 6.3.9: the extended form


@pytest.fixture
def extended(tree: Client) -> Client:
    """The tree, foo/bar and a name that is gone subscribed."""
    tree.ok("UNSUBSCRIBE INBOX")
    tree.ok("SUBSCRIBE foo/bar")
    tree.ok("CREATE gone")
    tree.ok("SUBSCRIBE gone")
    tree.ok("DELETE gone")
    return tree


def test_subscribed_selection(extended: Client) -> None:
    lists = extended.ok('LIST (SUBSCRIBED) "" *').lists
    assert set(lists) == {"foo/bar", "gone"}
    assert all(b"\\Subscribed" in listed.attributes for listed in lists.values())
    assert b"\\NonExistent" in lists["gone"].attributes


def test_subscribed_return_option(extended: Client) -> None:
    lists = extended.ok('LIST "" * RETURN (SUBSCRIBED)').lists
    assert set(lists) == ALL
    assert {name for name, listed in lists.items() if b"\\Subscribed" in listed.attributes} == {"foo/bar"}


def test_children_return_option(extended: Client) -> None:
    lists = extended.ok('LIST "" foo RETURN (CHILDREN)').lists
    assert b"\\HasChildren" in lists["foo"].attributes


def test_recursivematch(extended: Client) -> None:
    lists = extended.ok('LIST (SUBSCRIBED RECURSIVEMATCH) "" %').lists
    assert lists["foo"].extended == {"CHILDINFO": [b"SUBSCRIBED"]}
    assert b"\\Subscribed" not in lists["foo"].attributes
    assert "foobar" not in lists


@pytest.mark.parametrize("options", ["(RECURSIVEMATCH)", "(REMOTE RECURSIVEMATCH)", "(FROBNICATE)"])
def test_selection_options_that_are_bad(extended: Client, options: str) -> None:
    extended.bad(f'LIST {options} "" *')


@pytest.mark.parametrize(
    "options", ["(FROBNICATE)", "SUBSCRIBED", "(STATUS)", "(STATUS ())", "(STATUS (FROB))"]
)
def test_return_options_that_are_bad(extended: Client, options: str) -> None:
    extended.bad(f'LIST "" * RETURN {options}')


def test_empty_options_and_repeated_ones(extended: Client) -> None:
    assert names(extended, '() "" * RETURN ()') == ALL
    assert names(extended, '(SUBSCRIBED SUBSCRIBED) "" *') == {"foo/bar", "gone"}
    assert names(extended, '(REMOTE) "" foo') == {"foo"}


def test_return_options_that_come_again_count_once(extended: Client) -> None:
    """RFC 9051 section 6.3.9: the server MUST act as if it received the option only once."""
    assert names(extended, '"" * RETURN (SUBSCRIBED CHILDREN SUBSCRIBED)') == ALL
    result = extended.ok('LIST "" foo RETURN (STATUS (MESSAGES) STATUS (MESSAGES))')
    assert result.names == ["LIST", "STATUS"]
    extended.bad('LIST "" foo RETURN (STATUS (MESSAGES) STATUS (UNSEEN))')


def test_several_patterns(extended: Client) -> None:
    result = extended.ok('LIST "" ("foo%" "%oba%" INBOX)')
    assert [entry.mailbox for entry in result.data("LIST")].count(b"foobar") == 1
    assert set(result.lists) == {"foo", "foobar", "INBOX"}


def test_empty_pattern_means_nothing_in_the_extended_form(extended: Client) -> None:
    assert extended.ok('LIST (SUBSCRIBED) "" ""').lists == {}
    assert names(extended, '"" ("")') == set()


def test_status_return_option(extended: Client) -> None:
    """RFC 5819 section 2: STATUS follows the LIST of each selectable mailbox."""
    extended.append(numbered(1), "foo")
    result = extended.ok('LIST "" foo% RETURN (STATUS (MESSAGES UIDNEXT))')
    assert result.statuses == {"foo": {"MESSAGES": 1, "UIDNEXT": 2}, "foobar": {"MESSAGES": 0, "UIDNEXT": 1}}
    order = [reply.name for reply in result.untagged]
    assert order == ["LIST", "STATUS", "LIST", "STATUS"]


def test_status_return_option_passes_over_names_without_messages(extended: Client) -> None:
    result = extended.ok('LIST (SUBSCRIBED) "" * RETURN (STATUS (MESSAGES))')
    assert set(result.statuses) == {"foo/bar"}
