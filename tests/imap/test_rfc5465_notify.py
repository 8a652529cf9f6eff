"""NOTIFY: RFC 5465, two sessions of alice and sometimes bob."""

from __future__ import annotations

import pytest

from coromail.imap.notifying import MOST
from tests.imap.checker import Reply
from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import PLAIN, numbered


@pytest.fixture
def boxes(other: Client) -> Client:
    """Another session of alice, and two mailboxes beside INBOX."""
    other.ok("CREATE work")
    other.ok("CREATE work/deep")
    return other


def statuses(replies: list[Reply]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for reply in replies:
        if reply.name == "STATUS":
            found.setdefault(reply.data[0].decode(), {}).update(reply.data[1])
    return found


def lists(replies: list[Reply]) -> dict[str, tuple[set[bytes], dict[str, object]]]:
    return {
        reply.data.mailbox.decode(): (set(reply.data.attributes), reply.data.extended)
        for reply in replies
        if reply.name == "LIST"
    }


ALL = "(MessageNew MessageExpunge FlagChange)"


def test_announced(alice: Client) -> None:
    assert "NOTIFY" in alice.ok("CAPABILITY").only("CAPABILITY")


def test_3_1_status_indicator(alice: Client, boxes: Client) -> None:
    boxes.append(PLAIN, "work")
    result = alice.ok(
        "NOTIFY SET STATUS (SELECTED (MessageNew MessageExpunge)) (PERSONAL (MessageNew MessageExpunge))"
    )
    assert set(result.statuses) == {"INBOX", "work", "work/deep"}
    assert set(result.statuses["work"]) == {"MESSAGES", "UIDNEXT", "UIDVALIDITY"}
    assert result.statuses["work"]["MESSAGES"] == 1
    alice.ok("ENABLE CONDSTORE")
    result = alice.ok(f"NOTIFY SET STATUS (SUBTREE work {ALL})")
    assert set(result.statuses) == {"work", "work/deep"}
    assert {"UIDVALIDITY", "HIGHESTMODSEQ"} <= set(result.statuses["work"])
    assert not alice.ok(f"NOTIFY SET (PERSONAL {ALL})").statuses


def test_3_1_implied_noop(alice: Client, boxes: Client) -> None:
    alice.ok("SELECT INBOX")
    boxes.append(PLAIN)
    assert alice.ok(f"NOTIFY SET (SELECTED {ALL})").exists == 1


def test_5_2_5_3_selected_at_once(alice: Client, boxes: Client) -> None:
    boxes.append(PLAIN)
    alice.ok("SELECT INBOX")
    boxes.ok("SELECT INBOX")
    alice.ok(f"NOTIFY SET (SELECTED {ALL})")
    boxes.append(PLAIN)
    assert [reply.name for reply in alice.news()] == ["EXISTS", "RECENT"]
    boxes.ok(r"STORE 1 +FLAGS (\Deleted)")
    (fetch,) = alice.news()
    assert fetch.data["UID"] == 1
    assert b"\\Deleted" in fetch.data["FLAGS"]
    boxes.ok("EXPUNGE")
    assert [(reply.name, reply.number) for reply in alice.news()] == [("EXPUNGE", 1), ("RECENT", 0)]


def test_5_2_fetch_items_of_new_messages(alice: Client, boxes: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.ok(
        "NOTIFY SET (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)] FLAGS) MessageExpunge))"
    )
    boxes.append(numbered(7))
    exists, *_, fetch = alice.news()
    assert (exists.name, exists.number) == ("EXISTS", 1)
    assert fetch.data["UID"] == 1
    assert b"Subject: 7" in fetch.data["BODY[HEADER.FIELDS (SUBJECT)]"]
    result = alice.ok("APPEND INBOX", literal(PLAIN))
    assert result.exists == 2
    assert not result.fetches(), "one's own message is not told"


def test_flag_changes_are_told_only_when_asked_for(alice: Client, boxes: Client) -> None:
    boxes.append(PLAIN)
    alice.ok("SELECT INBOX")
    boxes.ok("SELECT INBOX")
    alice.ok("NOTIFY SET (SELECTED (MessageNew MessageExpunge))")
    boxes.ok(r"STORE 1 +FLAGS (\Flagged)")
    assert not alice.news()
    assert not alice.ok("NOOP").fetches()


def test_3_1_without_selected_the_mailbox_is_a_snapshot(alice: Client, boxes: Client) -> None:
    boxes.append(PLAIN)
    alice.ok("SELECT INBOX")
    for command in ("NOTIFY NONE", "NOTIFY SET (PERSONAL (MailboxName))", "NOTIFY SET (SELECTED NONE)"):
        alice.ok(command)
        boxes.append(PLAIN)
        assert not alice.news()
        assert alice.ok("NOOP").exists is None
    assert alice.ok("NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))").exists == 4


def test_6_1_2_selected_delayed(alice: Client, boxes: Client) -> None:
    for _ in range(2):
        boxes.append(PLAIN, flags=r"(\Deleted)")
    alice.ok("SELECT INBOX")
    alice.ok("NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))")
    boxes.ok("SELECT INBOX")
    boxes.ok("EXPUNGE")
    assert not alice.news()
    assert not alice.command("FETCH 1 FLAGS").expunges
    assert sorted(alice.ok("NOOP").expunges) == [1, 2]


def test_4_idle_says_the_same(alice: Client, boxes: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.ok(f"NOTIFY SET (SELECTED NONE) (MAILBOXES work {ALL})")
    alice.idle()
    boxes.append(PLAIN)
    boxes.append(PLAIN, "work")
    assert [reply.name for reply in alice.news()] == ["STATUS"]
    alice.done()


def test_5_other_mailboxes(alice: Client, boxes: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.ok(f"NOTIFY SET (SELECTED NONE) (MAILBOXES (work nothing) {ALL})")
    boxes.append(PLAIN, "work")
    boxes.append(PLAIN, "work")
    boxes.append(PLAIN, "work/deep")
    told = statuses(alice.news())
    assert set(told) == {"work"}
    assert told["work"]["MESSAGES"] == 2
    assert told["work"]["UIDNEXT"] == 3
    boxes.ok("SELECT work")
    boxes.ok(r"STORE 1 +FLAGS (\Seen)")
    assert statuses(alice.news())["work"]["UNSEEN"] == 1
    boxes.ok(r"STORE 1 +FLAGS (\Deleted)")
    boxes.ok("EXPUNGE")
    assert statuses(alice.news())["work"]["MESSAGES"] == 1


def test_5_with_condstore_highestmodseq(alice: Client, boxes: Client) -> None:
    alice.ok("ENABLE QRESYNC")
    alice.ok(f"NOTIFY SET (PERSONAL {ALL})")
    boxes.append(PLAIN, "work")
    told = statuses(alice.news())["work"]
    assert {"MESSAGES", "UIDNEXT", "HIGHESTMODSEQ"} <= set(told)


def test_5_news_comes_with_the_next_command_too(alice: Client, boxes: Client) -> None:
    alice.ok(f"NOTIFY SET (PERSONAL {ALL})")
    boxes.append(PLAIN, "work")
    assert alice.ok("NOOP").statuses["work"]["MESSAGES"] == 1
    assert not alice.ok("NOOP").statuses


def test_5_what_the_client_does_itself_is_not_told(alice: Client, boxes: Client) -> None:
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    alice.ok(f"NOTIFY SET (SELECTED {ALL}) (PERSONAL (MailboxName SubscriptionChange {ALL[1:-1]}))")
    alice.ok("COPY 1 work")
    alice.ok("APPEND work", literal(PLAIN))
    alice.ok("CREATE new")
    alice.ok("SUBSCRIBE new")
    result = alice.ok("NOOP")
    assert not result.statuses
    assert not result.lists


def test_5_4_mailbox_name(alice: Client, boxes: Client) -> None:
    alice.ok("NOTIFY SET (PERSONAL (MailboxName))")
    boxes.ok("CREATE work/new")
    told = lists(alice.news())
    assert set(told) == {"work/new", "work"}
    assert b"\\HasChildren" in told["work"][0]
    boxes.ok("RENAME work/new work/newer")
    assert lists(alice.news())["work/newer"][1] == {"OLDNAME": b"work/new"}
    boxes.ok("DELETE work/newer")
    told = lists(alice.news())
    assert b"\\NonExistent" in told["work/newer"][0]
    assert b"\\NonExistent" not in told["work"][0]


def test_5_4_a_new_mailbox_is_watched(alice: Client, boxes: Client) -> None:
    alice.ok(f"NOTIFY SET (SUBTREE work {ALL})")
    boxes.ok("CREATE work/new")
    boxes.append(PLAIN, "work/new")
    boxes.ok("CREATE elsewhere")
    boxes.append(PLAIN, "elsewhere")
    assert set(statuses(alice.news())) == {"work/new"}
    boxes.ok("RENAME work/new apart")
    boxes.append(PLAIN, "apart")
    assert not alice.news()
    boxes.ok("RENAME elsewhere work/back")
    boxes.append(PLAIN, "work/back")
    assert set(statuses(alice.news())) == {"work/back"}


def test_5_5_subscription_change(alice: Client, boxes: Client) -> None:
    alice.ok(f"NOTIFY SET (PERSONAL (SubscriptionChange)) (SUBSCRIBED {ALL})")
    boxes.ok("SUBSCRIBE work")
    assert b"\\Subscribed" in lists(alice.news())["work"][0]
    boxes.append(PLAIN, "work")
    assert set(statuses(alice.news())) == {"work"}
    boxes.ok("UNSUBSCRIBE work")
    assert b"\\Subscribed" not in lists(alice.news())["work"][0]
    boxes.append(PLAIN, "work")
    assert not alice.news()


def test_5_6_5_7_metadata(alice: Client, boxes: Client) -> None:
    alice.ok("NOTIFY SET (PERSONAL (MailboxMetadataChange ServerMetadataChange))")
    boxes.ok('SETMETADATA work (/private/comment "x" /shared/comment "y")')
    (reply,) = alice.news()
    assert reply.data == (b"work", [b"/private/comment", b"/shared/comment"])
    boxes.ok('SETMETADATA "" (/private/comment NIL)')
    (reply,) = alice.news()
    assert reply.data == (b"", [b"/private/comment"])


def test_private_annotations_of_others_are_private(alice: Client, bob: Client, boxes: Client) -> None:
    boxes.ok("SETACL work bob lrw")
    bob.ok('NOTIFY SET (MAILBOXES ("Other Users/alice/work") (MailboxMetadataChange))')
    boxes.ok('SETMETADATA work (/private/comment "x")')
    assert not bob.news()
    boxes.ok('SETMETADATA work (/shared/comment "y")')
    assert bob.news()[0].data == (b"Other Users/alice/work", [b"/shared/comment"])


def test_5_8_overflow(alice: Client, boxes: Client) -> None:
    alice.ok("NOTIFY SET (PERSONAL (SubscriptionChange))")
    for number in range(MOST + 1):
        boxes.session.model.subscribe(f"name{number}")
    assert [reply.code for reply in alice.news()] == [("NOTIFICATIONOVERFLOW", None)]
    boxes.ok("SUBSCRIBE work")
    assert not alice.news()


def test_5_9_rights_come_and_go(alice: Client, bob: Client, boxes: Client) -> None:
    there = "Other Users/alice/work"
    bob.ok(f'NOTIFY SET (SUBTREE "Other Users" (MailboxName {ALL[1:-1]}))')
    boxes.append(PLAIN, "work")
    assert not bob.news(), "bob has no rights yet"
    boxes.ok("SETACL work bob lr")
    assert b"\\NonExistent" not in lists(bob.news())[there][0]
    boxes.append(PLAIN, "work")
    assert statuses(bob.news())[there]["MESSAGES"] == 2
    boxes.ok("DELETEACL work bob")
    assert b"\\NonExistent" in lists(bob.news())[there][0]
    boxes.append(PLAIN, "work")
    assert not bob.news()


def test_5_9_noaccess_comes_and_goes(bob: Client, boxes: Client) -> None:
    """Who wants to hear of messages only is told when that ends, and when it begins again."""
    there = "Other Users/alice/work"
    boxes.ok("SETACL work bob lr")
    bob.ok(f'NOTIFY SET (MAILBOXES ("{there}") {ALL})')
    boxes.ok("SETACL work bob w")
    assert {b"\\NoAccess", b"\\NonExistent"} <= lists(bob.news())[there][0]
    boxes.append(PLAIN, "work")
    assert not bob.news()
    boxes.ok("SETACL work bob lr")
    assert b"\\NoAccess" not in lists(bob.news())[there][0]
    boxes.append(PLAIN, "work")
    assert statuses(bob.news())[there]["MESSAGES"] == 2
    boxes.ok("SETACL work bob lrs")
    assert not bob.news()


def test_5_4_the_name_of_another_user_has_children_or_is_gone(bob: Client, boxes: Client) -> None:
    """All attributes MUST be accurate: above a mailbox that bob may see there is a name with children."""
    bob.ok('NOTIFY SET (SUBTREE "Other Users" (MailboxName))')
    boxes.ok("SETACL work bob lr")
    assert lists(bob.news())["Other Users/alice"][0] == {b"\\NonExistent", b"\\HasChildren"}
    boxes.ok("DELETEACL work bob")
    assert lists(bob.news())["Other Users/alice"][0] == {b"\\NonExistent"}


def test_5_4_all_attributes(alice: Client, bob: Client, boxes: Client) -> None:
    """They are those of LIST: what the mailbox is for, and whether it can be selected."""
    boxes.ok("CREATE old (USE (\\Sent))")
    alice.ok("NOTIFY SET (PERSONAL (MailboxName))")
    boxes.ok("RENAME old sent")
    assert lists(alice.news())["sent"][0] == {b"\\Sent", b"\\HasNoChildren"}
    bob.ok('NOTIFY SET (SUBTREE "Other Users" (MailboxName))')
    boxes.ok("SETACL sent bob l")
    assert lists(bob.news())["Other Users/alice/sent"][0] == {b"\\Noselect", b"\\HasNoChildren"}


def test_3_1_noaccess(bob: Client, boxes: Client) -> None:
    boxes.ok("SETACL work bob l")
    result = bob.ok(
        f'NOTIFY SET STATUS (MAILBOXES ("Other Users/alice/work" "Other Users/alice/INBOX") {ALL})'
    )
    assert set(result.lists) == {"Other Users/alice/work"}
    assert b"\\NoAccess" in result.lists["Other Users/alice/work"].attributes
    assert not result.statuses


def test_5_unknown_events(alice: Client) -> None:
    result = alice.no("NOTIFY SET (PERSONAL (MessageNew MessageExpunge AnnotationChange))", code="BADEVENT")
    assert "MAILBOXNAME" in result.codes["BADEVENT"]
    alice.no("NOTIFY SET (PERSONAL (Frobnicated))", code="BADEVENT")


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "SET",
        "SET STATUS",
        "NONE NONE",
        "SET (PERSONAL)",
        "SET (PERSONAL ())",
        "SET (NOBODY NONE)",
        "SET (PERSONAL (MessageNew))",
        "SET (PERSONAL (MessageExpunge))",
        "SET (PERSONAL (FlagChange))",
        "SET (SELECTED (MessageNew MessageExpunge)) (SELECTED-DELAYED NONE)",
        "SET (SELECTED (MailboxName))",
        "SET (PERSONAL (MessageNew (UID) MessageExpunge))",
        "SET (SELECTED (MessageNew () MessageExpunge))",
        "SET (SUBTREE (MessageNew MessageExpunge))",
        "SET (MAILBOXES () NONE)",
        "SET (SUBTREE-ONE INBOX NONE)",
        "SET(PERSONAL NONE)",
        "SET (PERSONAL NONE)  (INBOXES NONE)",
    ],
)
def test_8_syntax(alice: Client, arguments: str) -> None:
    alice.bad(f"NOTIFY {arguments}".rstrip())


def test_any_case_and_many_groups(alice: Client) -> None:
    alice.ok(
        "notify set status (selected-delayed none) (Inboxes (messagenew MESSAGEEXPUNGE)) (mailboxes inbox none)"
    )


def test_7_update_with_fetch_items(alice: Client, boxes: Client) -> None:
    """EXISTS, FETCH and ESEARCH, in this order; nothing for what enters because its flags changed."""
    boxes.append(numbered(1))
    alice.ok("SELECT INBOX")
    boxes.ok("SELECT INBOX")
    alice.ok("SEARCH RETURN (COUNT UPDATE (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])) UNFLAGGED SUBJECT 7")
    boxes.append(numbered(8))
    assert "FETCH" not in alice.ok("NOOP").names
    boxes.append(numbered(7))
    result = alice.ok("NOOP")
    assert [name for name in result.names if name != "RECENT"] == ["EXISTS", "FETCH", "ESEARCH"]
    assert b"Subject: 7" in result.fetches()[3]["BODY[HEADER.FIELDS (SUBJECT)]"]
    boxes.ok(r"STORE 3 +FLAGS (\Flagged)")
    alice.ok("NOOP")
    boxes.ok(r"STORE 3 -FLAGS (\Flagged)")
    (fetched,) = alice.ok("NOOP").fetches().values()
    assert "BODY[HEADER.FIELDS (SUBJECT)]" not in fetched


def test_nothing_is_left_behind(host: TestHost, boxes: Client) -> None:
    """A client that goes takes its ears along."""
    client = Client(host).login()
    client.ok(f"NOTIFY SET (SELECTED {ALL}) (PERSONAL (MailboxName {ALL[1:-1]}))")
    model = boxes.session.model
    assert model.find("work").listeners
    client.disconnect()
    assert not model.find("work").listeners
    assert not model.events.watchers


def test_a_new_command_replaces_the_old(alice: Client, boxes: Client) -> None:
    alice.ok(f"NOTIFY SET (MAILBOXES work {ALL})")
    alice.ok(f"NOTIFY SET (MAILBOXES work/deep {ALL})")
    boxes.append(PLAIN, "work")
    assert not alice.news()
    alice.ok("UNAUTHENTICATE")
    boxes.append(PLAIN, "work/deep")
    assert not alice.news()
