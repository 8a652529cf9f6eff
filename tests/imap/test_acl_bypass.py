"""The attack: a second command that forgets to ask for rights (security class C11).

Every command that names a mailbox, by every set of rights, on one's own, a shared, a hidden and a missing mailbox.
Every command of the registry has to be in one of the tables: a new one fails here until somebody has thought of it.
"""

from __future__ import annotations

import pytest

from coromail.imap.commands import COMMANDS
from coromail.model.acl import RIGHTS
from tests.imap.harness import Client, literal
from tests.imap.mails import PLAIN, numbered

# Commands that name a mailbox, and the rights that each takes there. "" stands for any that makes it visible.
NAMING = {
    "SELECT": ("SELECT {}", "r"),
    "EXAMINE": ("EXAMINE {}", "r"),
    "STATUS": ("STATUS {} (MESSAGES)", "r"),
    "SUBSCRIBE": ("SUBSCRIBE {}", "l"),
    "DELETE": ("DELETE {}", "x"),
    "GETACL": ("GETACL {}", "a"),
    "SETACL": ("SETACL {} carol l", "a"),
    "DELETEACL": ("DELETEACL {} carol", "a"),
    "LISTRIGHTS": ("LISTRIGHTS {} carol", "a"),
    "MYRIGHTS": ("MYRIGHTS {}", ""),
    "GETQUOTAROOT": ("GETQUOTAROOT {}", "r"),
    "GETMETADATA": ("GETMETADATA {} /shared/comment", "l"),  # and one of "rswip"
    "SETMETADATA": ('SETMETADATA {} (/shared/comment "x")', "lw"),
    "COPY": ("COPY 1 {}", "i"),
    "UID COPY": ("UID COPY 1 {}", "i"),
    "MOVE": ("MOVE 1 {}", "i"),
    "UID MOVE": ("UID MOVE 1 {}", "i"),
    "APPEND": ("APPEND {} {{7+}}\r\na: b\r\n\r", "i"),
    "REPLACE": ("REPLACE 1 {} {{7+}}\r\na: b\r\n\r", "i"),
    "UID REPLACE": ("UID REPLACE 1 {} {{7+}}\r\na: b\r\n\r", "i"),
    "RENAME": ("RENAME {} elsewhere", "x"),
}
# Commands that work on the selected mailbox of somebody else, and what they take there beside "r".
SELECTED = {
    "EXPUNGE": ("EXPUNGE", "e"),
    "UID EXPUNGE": ("UID EXPUNGE 1:*", "e"),
    "MOVE": ("MOVE 1 INBOX", "te"),
    "UID MOVE": ("UID MOVE 1 INBOX", "te"),
    "REPLACE": ("REPLACE 1 INBOX {7+}\r\na: b\r\n\r", "te"),
    "UID REPLACE": ("UID REPLACE 1 INBOX {7+}\r\na: b\r\n\r", "te"),
    "STORE": (r"STORE 1 +FLAGS (\Seen)", "s"),
    "UID STORE": (r"UID STORE 1 +FLAGS (\Deleted)", "t"),
}
# Commands that read what is selected: "r" is all they take.
READING = {
    "FETCH": "FETCH 1 BODY.PEEK[]",
    "UID FETCH": "UID FETCH 1 BODY.PEEK[]",
    "SEARCH": "SEARCH ALL",
    "UID SEARCH": "UID SEARCH ALL",
    "SORT": "SORT (DATE) UTF-8 ALL",
    "UID SORT": "UID SORT (DATE) UTF-8 ALL",
    "THREAD": "THREAD REFERENCES UTF-8 ALL",
    "UID THREAD": "UID THREAD REFERENCES UTF-8 ALL",
    "COPY": "COPY 1 INBOX",
    "UID COPY": "UID COPY 1 INBOX",
    "UIDBATCHES": "UIDBATCHES 1000",
    "CHECK": "CHECK",
}
# Commands tested below by name, and those that touch no mailbox of others.
BY_NAME = {
    "CREATE",
    "LIST",
    "LSUB",
    "UNSUBSCRIBE",
    "CLOSE",
    "ESEARCH",
    "NOTIFY",
    "GETQUOTA",
    "GENURLAUTH",
    "URLFETCH",
    "RESETKEY",
}
HARMLESS = {
    "CAPABILITY",
    "NOOP",
    "LOGOUT",
    "ID",
    "LANGUAGE",
    "STARTTLS",
    "AUTHENTICATE",
    "LOGIN",
    "ENABLE",
    "NAMESPACE",
    "IDLE",
    "COMPARATOR",
    "COMPRESS",
    "UNAUTHENTICATE",
    "UNSELECT",
    "CANCELUPDATE",
}

HIDDEN = "Other Users/alice/hidden"
MISSING = (
    "Other Users/alice/nothing",
    "Other Users/nobody/hidden",
    "Other Users/carol/hidden",
    "Other Users/bob/x",
)


@pytest.fixture
def shared(alice: Client, bob: Client) -> Client:
    """alice has a mailbox `work` that bob may look up, and `hidden` that he may not; bob has mail selected."""
    for name in ("work", "hidden"):
        alice.ok(f"CREATE {name}")
        alice.append(numbered(1), name)
    alice.ok("SETACL work bob l")
    bob.append(PLAIN)
    bob.append(PLAIN)
    bob.ok("SELECT INBOX")
    return alice


def test_every_command_is_in_a_table() -> None:
    tables = NAMING.keys() | SELECTED.keys() | READING.keys() | BY_NAME | HARMLESS
    assert {command.name for command in COMMANDS} <= tables


def said(client: Client, command: str, name: str) -> tuple[str, ...]:
    """The whole answer, without tag, name, and what the selected mailbox has to say."""
    result = client.command(command.format(f'"{name}"'))
    lines = [reply.raw for reply in (*result.untagged, result.tagged)]
    return tuple(line.split(b" ", 1)[1].decode().replace(name, "NAME") for line in lines)


@pytest.mark.parametrize("verb", sorted(NAMING))
def test_what_is_hidden_is_not_there(shared: Client, bob: Client, verb: str) -> None:
    command, _ = NAMING[verb]
    hidden = said(bob, command, HIDDEN)
    assert hidden[-1].startswith("NO [")
    for missing in MISSING:
        if verb in {"SELECT", "EXAMINE"}:
            bob.ok("SELECT INBOX")
        assert said(bob, command, missing) == hidden


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("verb", sorted(NAMING.keys() - {"RENAME"}))
def test_each_right_is_needed_and_no_other(shared: Client, bob: Client, verb: str, right: str) -> None:
    command, needed = NAMING[verb]
    shared.ok(f"SETACL work bob {RIGHTS.replace(right, '')}")
    result = bob.command(command.format('"Other Users/alice/work"'))
    if right not in needed:
        assert result.status == "OK"
    else:
        codes = {"NONEXISTENT", "TRYCREATE"} if right == "l" else {"NOPERM"}
        assert (result.status, result.code in codes) == ("NO", True), result


@pytest.mark.parametrize("verb", sorted(NAMING))
def test_the_needed_rights_are_enough(shared: Client, bob: Client, verb: str) -> None:
    command, needed = NAMING[verb]
    if verb == "RENAME":
        shared.ok("CREATE shelf")
        shared.ok("SETACL shelf bob k")
        command = 'RENAME {} "Other Users/alice/shelf/work"'
    shared.ok(f"SETACL work bob {needed or 'k'}{'p' if verb == 'GETMETADATA' else ''}")
    assert bob.command(command.format('"Other Users/alice/work"')).status == "OK"


@pytest.mark.parametrize("right", RIGHTS.replace("r", ""))
@pytest.mark.parametrize("verb", sorted(SELECTED))
def test_what_changes_the_mailbox_of_another(shared: Client, bob: Client, verb: str, right: str) -> None:
    command, needed = SELECTED[verb]
    shared.ok(f"SETACL work bob {RIGHTS.replace(right, '')}")
    bob.ok('SELECT "Other Users/alice/work"')
    result = bob.command(command)
    expected = ("NO", "NOPERM") if right in needed else ("OK", result.code)
    assert (result.status, result.code) == expected, result


@pytest.mark.parametrize("verb", sorted(READING))
def test_reading_takes_r_also_when_it_is_taken_away_later(shared: Client, bob: Client, verb: str) -> None:
    shared.ok("SETACL work bob r")
    bob.ok('SELECT "Other Users/alice/work"')
    assert bob.command(READING[verb]).status == "OK"
    shared.ok("SETACL work bob lswipkxtea")
    result = bob.command(READING[verb])
    assert result.status == "NO"
    assert set(result.names) <= {"BYE", "FLAGS", "OK"}
    assert bob.closed


@pytest.mark.parametrize("when", ["SELECTED", "SELECTED-DELAYED"])
def test_news_takes_r_also_when_it_is_taken_away_later(shared: Client, bob: Client, when: str) -> None:
    shared.ok("SETACL work bob lr")
    bob.ok('SELECT "Other Users/alice/work"')
    bob.ok(f"NOTIFY SET ({when} (MessageNew (BODY.PEEK[]) MessageExpunge))")
    bob.ok("ESEARCH IN (selected) RETURN (UPDATE) ALL")
    shared.ok("SETACL work bob l")
    shared.append(numbered(7), "work")
    told = bob.news() if when == "SELECTED" else bob.ok("NOOP").replies
    assert [reply.name for reply in told] == ["BYE"]
    assert bob.closed


def test_create(shared: Client, bob: Client) -> None:
    answers = {said(bob, "CREATE {}", f"{name}/new") for name in (HIDDEN, *MISSING)}
    answers |= {said(bob, "CREATE {}", name) for name in (HIDDEN, *MISSING)}
    assert len(answers) == 1
    assert answers.pop()[-1].startswith("NO [NOPERM]")
    for right in RIGHTS:
        shared.ok(f"SETACL work bob {RIGHTS.replace(right, '')}")
        status = bob.command(f'CREATE "Other Users/alice/work/{right}"').status
        assert status == ("NO" if right == "k" else "OK")


def test_rename_into(shared: Client, bob: Client) -> None:
    bob.ok("CREATE mine")
    answers = {said(bob, "RENAME mine {}", name) for name in (HIDDEN, *MISSING)}
    assert len(answers) == 1


@pytest.mark.parametrize(
    "command",
    [
        'LIST "" *',
        'LIST "" "Other Users/alice/*"',
        'LIST "" "Other Users/alice/hidden"',
        'LIST "Other Users/alice/" %',
        'LIST "" * RETURN (STATUS (MESSAGES) MYRIGHTS METADATA (/shared/comment) SUBSCRIBED SPECIAL-USE CHILDREN)',
        'LIST (SUBSCRIBED RECURSIVEMATCH) "" *',
        'LSUB "" *',
        "NAMESPACE",
        'ESEARCH IN (MAILBOXES "Other Users/alice/hidden") ALL',
        'ESEARCH IN (SUBTREE "Other Users/alice") ALL',
        'ESEARCH IN (SUBTREE "Other Users") ALL',
        "ESEARCH IN (PERSONAL SUBSCRIBED) ALL",
    ],
)
def test_listings_say_nothing_of_what_is_hidden(shared: Client, bob: Client, command: str) -> None:
    assert b"hidden" not in b"".join(reply.raw for reply in bob.ok(command).untagged)


def test_list_tells_no_status_without_r(shared: Client, bob: Client) -> None:
    result = bob.ok('LIST "" "Other*" RETURN (STATUS (MESSAGES) METADATA (/shared/comment))')
    assert "Other Users/alice/work" in result.lists
    assert not result.data("STATUS")
    assert not result.data("METADATA")


def test_unsubscribe_says_the_same_of_all(shared: Client, bob: Client) -> None:
    assert len({said(bob, "UNSUBSCRIBE {}", name) for name in (HIDDEN, *MISSING)}) == 1


def test_getquota(shared: Client, bob: Client) -> None:
    assert len({said(bob, "GETQUOTA {}", name) for name in ("alice", "nobody")}) == 1


def test_close_expunges_only_with_e(shared: Client, bob: Client) -> None:
    shared.ok("SETACL work bob lrt")
    bob.ok('SELECT "Other Users/alice/work"')
    bob.ok(r"STORE 1 +FLAGS (\Deleted)")
    bob.ok("CLOSE")
    assert shared.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 1


def test_append_into_a_mailbox_one_cannot_read(shared: Client, bob: Client) -> None:
    """A drop box: `i` alone is enough, and tells nothing."""
    shared.ok("SETACL work bob i")
    bob.ok("APPEND", '"Other Users/alice/work"', literal(PLAIN))
    bob.no('SELECT "Other Users/alice/work"', code="NONEXISTENT")
