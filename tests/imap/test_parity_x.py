"""Defects of an ancestor that coromail must not have: X rows of docs/parity.md that no other test speaks of."""

from __future__ import annotations

import builtins
import logging
from typing import Any

import pytest

from coromail.auth.auth import Auth
from coromail.errors import Bye
from coromail.imap.command import Command
from coromail.imap.commands import COMMANDS
from coromail.imap.registry import Registry
from coromail.imap.session import Session
from coromail.model import Mailbox, Message, Model
from tests.imap.harness import Client, TestAuth, TestHost, Wire, literal, two
from tests.imap.mails import numbered


class Child(Mailbox):
    """A class of its own for one mailbox."""


class Parent(Mailbox):
    """Shows one more mailbox whenever somebody looks."""

    def update_tree(self) -> None:
        if self is self.account.root:
            self.add_child(f"found-{len(self.children)}", class_=Child)


class Counting(Mailbox):
    """Notes who comes and goes."""

    def init(self) -> None:
        self.visits: list[str] = []

    def selected_by(self, listener: Any, read_only: bool) -> None:
        self.visits.append("in")

    def closed_by(self, listener: Any) -> None:
        self.visits.append("out")


class CountingModel(Model):
    mailbox_class = Counting
    closed = 0

    def close(self) -> None:
        super().close()
        CountingModel.closed += 1


class DynamicModel(Model):
    mailbox_class = Parent


class Broken(TestAuth):
    """Fails on purpose, in LOGIN and in SASL."""

    def auth_plain(self, user: str, password: str) -> bool:
        raise ZeroDivisionError("on purpose")


class Explode(Command):
    """XBANG: takes a string and fails. An experimental command (RFC 3501 section 6.5.1)."""

    name = "XBANG"

    def parse(self, args: Any) -> None:
        args.space()
        args.string()
        args.end()

    def run(self) -> None:
        raise ZeroDivisionError("on purpose")


class UidHello(Command):
    """UID XHELLO: a two-word name of one's own. An experimental command (RFC 3501 section 6.5.1)."""

    name = "UID XHELLO"

    def run(self) -> None:
        self.ok("hello")


def with_commands(host: TestHost, *more: type[Command]) -> Client:
    client = Client(host)
    client.session.registry = Registry((*COMMANDS, *more))
    return client


def test_x4_a_child_may_have_a_class_of_its_own() -> None:
    """The parent's class is the default only."""
    client = Client(TestHost(DynamicModel)).login()
    client.ok("SELECT found-1")
    assert type(client.session.selected) is Child
    client.ok("SELECT INBOX")
    assert type(client.session.selected) is Parent


def test_x16_news_after_ones_own_expunge_has_the_new_numbers() -> None:
    """Flags that another session changed are told of the right message."""
    alice, other = two()
    for number in range(1, 6):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    alice.ok("STORE 1,2 +FLAGS.SILENT (\\Deleted)")
    other.ok("UID STORE 4 +FLAGS.SILENT (\\Flagged)")
    alice.ok("EXPUNGE")
    alice.ok("NOOP")
    values = alice.ok("FETCH 1:* (UID FLAGS)").fetches()
    assert {v["UID"]: b"\\Flagged" in v["FLAGS"] for v in values.values()} == {3: False, 4: True, 5: False}
    assert alice.mirror.flags[1] is not None
    assert b"\\Flagged" in alice.mirror.flags[1]


def test_x18_flags_of_others_during_a_silent_store_are_not_lost() -> None:
    alice, other = two()
    for number in (1, 2):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS.SILENT (\\Answered)")
    result = alice.ok("STORE 1 +FLAGS.SILENT (\\Seen)")
    assert result.numbers("FETCH") == [2]


def test_x21_strings_of_digits_are_strings() -> None:
    """Subject, Message-ID and names of digits are quoted; quotes and backslashes in them escaped."""
    client = Client().login()
    client.append(b'Subject: 2024\r\nMessage-ID: 17\r\nFrom: "7" <8@9>\r\nTo: "a\\"b\\\\c" <x@y>\r\n\r\n')
    client.ok("SELECT INBOX")
    (envelope,) = client.ok("FETCH 1 ENVELOPE").fetched("ENVELOPE")
    assert (envelope.subject, envelope.message_id) == (b"2024", b"17")
    assert envelope.from_[0][:1] + envelope.from_[0][2:] == (b"7", b"8", b"9")
    assert envelope.to[0].name == b'a"b\\c'


def test_x24_everybody_sees_the_new_name_of_a_child() -> None:
    alice, other = two()
    alice.ok("CREATE up/down")
    alice.append(numbered(1), "up/down")
    other.ok('LIST "" *')
    other.ok("SELECT up/down")
    alice.ok("RENAME up over")
    assert "over/down" in other.ok('LIST "" *').lists
    assert other.ok("STATUS over/down (MESSAGES)").statuses == {"over/down": {"MESSAGES": 1}}
    other.no("STATUS up/down (MESSAGES)", code="NONEXISTENT")


@pytest.mark.parametrize("plus", [True, False])
def test_x28_a_bug_in_a_command_with_a_literal(plus: bool) -> None:
    """The tagged NO comes, and the connection stays."""
    host = TestHost()
    client = with_commands(host, Explode)
    mark = literal(b"abc", plus=plus).mark
    client.session.receive(b"x XBANG " + mark)
    client.session.receive(b"abc\r\n")
    assert b"x NO [SERVERBUG]" in client.wire.take()
    assert len(host.take_bugs()) == 1
    client.ok("NOOP")


@pytest.mark.parametrize(
    "octets",
    [
        b"x AUTHENTICATE PLAIN\r\n",
        b"x AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==\r\n",
        b"x LOGIN alice secret\r\n",
    ],
)
def test_x28_x30_a_bug_in_auth(octets: bytes) -> None:
    """A tagged NO, the connection stays; the log has a traceback and no password."""
    host = TestHost(auth_class=Broken)
    client = Client(host)
    client.session.receive(octets)
    if octets.endswith(b"PLAIN\r\n"):
        client.session.receive(b"AGFsaWNlAHNlY3JldA==\r\n")
    assert b"x NO [SERVERBUG]" in client.wire.take()
    (bug,) = host.take_bugs()
    assert "ZeroDivisionError" in bug
    assert "secret" not in bug
    assert "AGFsaWNlAHNlY3JldA" not in bug
    client.ok("NOOP")


def test_x30_no_password_in_the_log_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    host = TestHost()
    with caplog.at_level(logging.DEBUG):
        Client(host).login().ok("LOGOUT")
        client = Client(host)
        client.no("LOGIN alice", literal(b"pass-phrase"))
        client.send(b"x AUTHENTICATE PLAIN\r\n")
        client.send(b"AGFsaWNlAHBhc3MtcGhyYXNl\r\n")
        client.bad("LOGIN alice pass-phrase too")
    everything = caplog.text + repr(host.logged) + repr(client.session)
    assert "pass-phrase" not in everything
    assert "AGFsaWNlAHBhc3MtcGhyYXNl" not in everything
    assert "secret" not in everything


@pytest.mark.parametrize(
    "name", ["(.*", ".*", "PLAI.", "PLAIN|LOGIN", "[P]LAIN", "PLAIN\\", "__init__", "grant"]
)
def test_x31_a_mechanism_is_a_name_and_no_pattern(stranger: Client, name: str) -> None:
    assert stranger.command(f"AUTHENTICATE {name} AGFsaWNlAHNlY3JldA==").status in {"NO", "BAD"}
    assert stranger.session.user is None
    stranger.login()


def test_x32_an_unknown_verb_looks_for_no_module(monkeypatch: pytest.MonkeyPatch, alice: Client) -> None:
    """Nothing is imported and nothing opened for it."""
    alice.bad("FROBNICATE")

    def never(*args: object, **more: object) -> None:
        raise AssertionError(f"looked for {args[0]!r}")

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "open", never)
        patched.setattr(builtins, "__import__", never)
        alice.session.receive(b"x FROBNICATE\r\ny UID FROBNICATE\r\n")
    assert [reply.name for reply in alice.hear()] == ["BAD", "BAD"]


def test_x33_no_idle_limit_before_login_is_none(host: TestHost) -> None:
    """And has nothing to do with the one after login."""
    host.limits.unauth_idle, host.limits.auth_idle = 0, 1800
    client = Client(host)
    assert client.session.timeout is None
    client.login()
    assert client.session.timeout == 1800
    host.limits.unauth_idle, host.limits.auth_idle = 300, 0
    assert client.session.timeout is None
    assert Client(host).session.timeout == 300


@pytest.mark.parametrize("ending", ["LOGOUT", "UNSELECT", "a lost connection"])
def test_x34_everything_is_closed_once(ending: str) -> None:
    """Whoever overrides `closed_by` or counts on `Model.close` need not guard against a second call of ours."""
    CountingModel.closed = 0
    client = Client(TestHost(CountingModel)).login()
    client.ok("SELECT INBOX")
    inbox = client.session.selected
    assert isinstance(inbox, Counting)
    if ending != "a lost connection":
        client.ok(ending)
    client.disconnect()
    assert inbox.visits == ["in", "out"]
    assert CountingModel.closed == 1


def test_x35_a_model_that_builds_its_tree_at_each_login_shares_it() -> None:
    """`init` runs for both logins; `add_child` gives the second what the first has made."""

    class Builder(Model):
        def init(self) -> None:
            self.root.add_child("INBOX", class_=Child)

    alice, other = two(TestHost(Builder))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    assert alice.session.selected is other.session.selected
    other.append(numbered(1))
    assert alice.ok("NOOP").exists == 1


def test_x36_the_base_auth_lets_nobody_in() -> None:
    client = Client(TestHost(auth_class=Auth))
    client.no("LOGIN alice secret", code="AUTHENTICATIONFAILED")
    client.no('LOGIN "" ""', code="AUTHENTICATIONFAILED")


def test_x36_failures_are_counted_and_delayed() -> None:
    waited: list[float] = []

    class Slow(TestHost):
        def login_delay(self, user: str, peer: str) -> float:
            return 2.0

        def sleep(self, seconds: float) -> None:
            waited.append(seconds)

    host = Slow()
    host.limits.login_failures = 2
    client = Client(host)
    client.no("LOGIN alice wrong")
    (bye,) = client.send(b"x LOGIN alice wrong\r\n")
    assert bye.name == "BYE"
    assert waited == [2.0, 2.0]


def test_x40_a_mailbox_that_is_found_only_now_can_be_selected() -> None:
    """`update_tree` comes before every search of the tree, not before LIST only."""
    client = Client(TestHost(DynamicModel)).login()
    client.ok("SELECT found-1")
    client.ok("STATUS found-2 (MESSAGES)")


def test_x40_refusals_name_no_variables(alice: Client) -> None:
    for line in ("UID", "UID FROB 1", "UID NOOP", "FETCH", "UID FETCH"):
        result = alice.bad(line)
        assert "$" not in result.tagged.text
        assert "self" not in result.tagged.text


def test_x41_uid_commands_can_be_added(host: TestHost) -> None:
    client = with_commands(host, UidHello).login()
    assert client.ok("UID XHELLO").tagged.text == "hello"
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    assert client.ok("UID FETCH 1 FLAGS").fetched("UID") == [1]


@pytest.mark.parametrize("name", ["{0}", "{3}", "{3+}", "LITERAL0", "[literal]", "%s", "{}", "\\1", "$1"])
def test_x42_text_that_looks_like_a_literal_is_text(alice: Client, name: str) -> None:
    """What a literal held stays apart from the line it came in."""
    quoted = name.replace("\\", "\\\\")
    alice.ok("CREATE", literal(name.encode()))
    assert alice.ok(f'STATUS "{quoted}" (MESSAGES)').statuses
    alice.no("RENAME", f'"{quoted}"', literal(name.encode()), code="ALREADYEXISTS")


def test_bye_in_a_command_closes_after_it(host: TestHost) -> None:
    """`raise Bye` of a command of one's own: an untagged BYE, then the end."""

    class Quit(Command):
        """XQUIT. An experimental command (RFC 3501 section 6.5.1)."""

        name = "XQUIT"

        def run(self) -> None:
            raise Bye("Enough")

    client = with_commands(host, Quit)
    (bye,) = client.send(b"x XQUIT\r\n")
    assert bye.name == "BYE"
    assert client.closed


def test_message_objects_are_not_kept_by_sessions() -> None:
    """`prep_for_destroy` is not needed: a session that is gone leaves nothing behind in the mailbox."""
    host = TestHost()
    client = Client(host).login()
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    inbox = client.session.selected
    assert inbox is not None
    client.disconnect()
    assert inbox.listeners == []
    assert isinstance(inbox.message(1), Message)
    assert Session(host, Wire(encrypted=True)).selected is None
