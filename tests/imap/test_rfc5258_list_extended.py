"""LIST-EXTENDED: RFC 5258, by its sections and the examples of section 5; LIST-STATUS: RFC 5819."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


@pytest.fixture
def fruit(alice: Client) -> Client:
    """The mailboxes of section 5, as far as one server can have them; some subscriptions have none."""
    for name in ("Fruit/Apple", "Fruit/Banana", "Tofu", "Vegetable/Broccoli", "Vegetable/Corn", "Foo/Baz/1"):
        alice.ok(f"CREATE {name}")
    for name in ("Fruit/Banana", "Vegetable", "Vegetable/Broccoli", "Foo/Baz/1"):
        alice.ok(f"SUBSCRIBE {name}")
    alice.ok("SUBSCRIBE Tofu")
    alice.ok("DELETE Tofu")
    return alice


def attributes(client: Client, arguments: str) -> dict[str, set[str]]:
    return {
        name: {attribute.decode() for attribute in entry.attributes}
        for name, entry in client.ok(f"LIST {arguments}").lists.items()
    }


def childinfo(client: Client, arguments: str) -> set[str]:
    lists = client.ok(f"LIST {arguments}").lists
    return {name for name, entry in lists.items() if entry.extended.get("CHILDINFO") == [b"SUBSCRIBED"]}


def test_5_2_subscribed_names_the_missing_too(fruit: Client) -> None:
    found = attributes(fruit, '(SUBSCRIBED) "" "*"')
    assert set(found) == {"INBOX", "Fruit/Banana", "Vegetable", "Vegetable/Broccoli", "Foo/Baz/1", "Tofu"}
    assert all("\\Subscribed" in flags for flags in found.values())
    assert "\\NonExistent" in found["Tofu"]
    assert "\\NonExistent" not in found["Vegetable"]


def test_5_3_children(fruit: Client) -> None:
    found = attributes(fruit, '"" "%" RETURN (CHILDREN)')
    assert "\\HasChildren" in found["Fruit"]
    assert "\\HasNoChildren" in found["INBOX"]


def test_5_5_subscribed_as_a_return_option(fruit: Client) -> None:
    found = attributes(fruit, '"" "*" RETURN (SUBSCRIBED)')
    assert "\\Subscribed" in found["Fruit/Banana"]
    assert "\\Subscribed" not in found["Fruit/Apple"]
    assert "Tofu" not in found


def test_5_6_several_patterns_list_each_name_once(fruit: Client) -> None:
    listed = [entry.mailbox for entry in fruit.ok('LIST "" ("INBOX" "Fruit/*" "*/Banana")').data("LIST")]
    assert sorted(listed) == [b"Fruit/Apple", b"Fruit/Banana", b"INBOX"]


def test_5_7_remote_is_understood(fruit: Client) -> None:
    assert attributes(fruit, '(REMOTE) "" "%"').keys() == attributes(fruit, '"" "%"').keys()


def test_5_8_recursivematch(fruit: Client) -> None:
    """What is above something subscribed that is not listed itself."""
    assert childinfo(fruit, '(SUBSCRIBED RECURSIVEMATCH) "" "%"') == {"Fruit", "Vegetable", "Foo"}
    found = attributes(fruit, '(SUBSCRIBED RECURSIVEMATCH) "" "%"')
    assert "\\Subscribed" not in found["Fruit"]
    assert "\\Subscribed" in found["Vegetable"]


def test_3_5_redundant_childinfo_is_left_out(fruit: Client) -> None:
    """Fruit was not chosen, and the one chosen below it is listed anyway; Vegetable was chosen."""
    found = attributes(fruit, '(SUBSCRIBED RECURSIVEMATCH) "" "*"')
    assert "Fruit" not in found
    assert "Foo" not in found
    assert childinfo(fruit, '(SUBSCRIBED RECURSIVEMATCH) "" "*"') == {"Vegetable"}


def test_5_9_below_a_name_that_is_gone(alice: Client) -> None:
    """A missing name above a subscribed missing one (row "no, no, yes" of the table in section 3.5)."""
    alice.ok("CREATE gone/deep")
    alice.ok("SUBSCRIBE gone/deep")
    alice.ok("DELETE gone/deep")
    alice.ok("DELETE gone")
    (listed,) = [
        entry
        for name, entry in alice.ok('LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"').lists.items()
        if name == "gone"
    ]
    assert b"\\NonExistent" in listed.attributes
    assert listed.extended == {"CHILDINFO": [b"SUBSCRIBED"]}


def test_the_empty_pattern_is_special_only_in_plain_list(alice: Client) -> None:
    assert len(alice.ok('LIST "" ""').data("LIST")) == 1
    assert not alice.ok('LIST (SUBSCRIBED) "" ""').data("LIST")


@pytest.mark.parametrize(
    "arguments",
    ['(RECURSIVEMATCH) "" *', '(RECURSIVEMATCH REMOTE) "" *', '(FOO) "" *', '"" ()', '"" * RETURN', '"" * RETURN (FOO)',
     '"" * RETURN (STATUS (MESSAGES) STATUS (UNSEEN))', '(SUBSCRIBED)"" *', '() "" * FOO ()', '"" * RETURN (STATUS)',
     '"" * RETURN (STATUS ())', '"" * RETURN (STATUS (FOO))'],
)  # fmt: skip
def test_6_syntax(alice: Client, arguments: str) -> None:
    alice.bad(f"LIST {arguments}")


def test_6_empty_options(alice: Client) -> None:
    assert "INBOX" in alice.ok('LIST () "" * RETURN ()').lists


def test_rfc5819_status_of_each(fruit: Client) -> None:
    fruit.append(PLAIN, "Fruit/Apple")
    result = fruit.ok('LIST "" "%/%" RETURN (STATUS (MESSAGES UNSEEN))')
    assert result.statuses["Fruit/Apple"] == {"MESSAGES": 1, "UNSEEN": 1}
    assert set(result.statuses) == set(result.lists)


def test_rfc5819_not_of_what_cannot_be_selected(fruit: Client) -> None:
    fruit.ok("DELETE Fruit")
    result = fruit.ok('LIST "" "%" RETURN (STATUS (MESSAGES))')
    assert "Fruit" in result.lists
    assert "Fruit" not in result.statuses
    result = fruit.ok('LIST (SUBSCRIBED) "" "*" RETURN (STATUS (MESSAGES))')
    assert "Tofu" not in result.statuses


def test_rfc5819_status_follows_its_list(fruit: Client) -> None:
    names = fruit.ok('LIST "" "Fruit/*" RETURN (STATUS (MESSAGES))').names
    assert names == ["LIST", "STATUS"] * 2


def test_rfc5819_not_for_what_only_childinfo_lists(fruit: Client) -> None:
    result = fruit.ok('LIST (SUBSCRIBED RECURSIVEMATCH) "" "%" RETURN (STATUS (MESSAGES))')
    assert "Fruit" in result.lists
    assert "Fruit" not in result.statuses
