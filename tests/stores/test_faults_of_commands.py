"""A fault of the system at every call that a command makes: OK and done, or NO with the right code (RFC 5530).

The server goes on, and what it shows then is what is there after a restart.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from coromail.context import Context
from coromail.model.model import Model
from coromail.stores.maildir import MaildirModel
from coromail.stores.maildir.account import MaildirAccount
from tests.imap.harness import Client, TestHost, literal
from tests.lmtp import harness as lmtp_harness
from tests.pop3 import harness as pop3_harness
from tests.stores.faulty_system import NAMING, READING, WRITING, Fault, FaultySystem, failing
from tests.stores.maildir_home import Home, append, flags, mail, subjects, uids

FULL = {"write", "pwrite", "create", "mkdir", "rename", "link", "ftruncate", "fdatasync", "database"}
FAULTS = [
    Fault(errno.ENOSPC, FULL, lasts=True),
    Fault(errno.EDQUOT, FULL, "OVERQUOTA"),
    Fault(errno.EIO, WRITING | READING | {"database"}),
    Fault(errno.EMFILE, {"open", "create", "listdir", "scandir", "database"}),
    Fault(errno.EACCES, NAMING | {"open", "create"}),
    Fault(errno.EROFS, NAMING | {"write", "pwrite", "create", "utime", "ftruncate", "database"}, lasts=True),
]


Seen = tuple[list[tuple[Any, ...]], list[str]]  # mailboxes and subscriptions


class Site:
    """A copy of a Maildir, and hosts for all protocols that serve it to alice."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(template, folder / "alice")
        self.context = Context({"path": str(folder / "{user}")})
        self.imap = TestHost(MaildirModel, model_context=self.context)
        self.lmtp = lmtp_harness.LmtpHost(MaildirModel, model_context=self.context)
        self.pop3 = pop3_harness.TestHost(MaildirModel, model_context=self.context)

    def model(self) -> Model:
        auth = self.imap.make_auth()
        auth.user = "alice"
        return self.imap.make_model(auth)

    def look(self) -> Seen:
        """All that a client could see."""
        model = self.model()
        seen = []
        for mailbox in model.mailboxes():
            mailbox.poll()
            validity = mailbox.uidvalidity if mailbox.full_path in ("INBOX", "Sub") else 0
            columns = uids(mailbox), flags(mailbox), subjects(mailbox)
            seen.append((mailbox.full_path, validity, *columns, mailbox.properties))
        subscriptions = sorted(model.subscriptions)
        model.close()
        return seen, subscriptions

    def crash(self) -> None:
        """The process is gone, and comes back."""
        for account in list(self.context._shared.values()):
            if isinstance(account, MaildirAccount) and not account.closed:
                account.journal.close()
                account.cache.close()
                account.closed = True
        settings = self.context.settings
        self.context = self.imap.model_context = Context(settings)


class Said(NamedTuple):
    """Whether a command was done, else why not; and the data that came."""

    code: str | None
    data: object = None


Act = Callable[[], Said]
Prepare = Callable[[Site], Act]


def imap(*parts: str | literal, before: tuple[str, ...] = ("SELECT INBOX",)) -> Prepare:
    """A command of a client that has logged in and said others before."""

    def prepare(site: Site) -> Act:
        client = Client(site.imap).login()
        for line in before:
            client.ok(line)

        def act() -> Said:
            result = client.command(*parts)
            if result.status == "OK":
                # A fault after the command is told by an untagged NO: what came in meanwhile waits.
                whole = "NO" not in result.names
                return Said(None, sorted(reply.raw for reply in result.untagged) if whole else None)
            assert result.status == "NO"
            return Said(result.code or "none")

        return act

    return prepare


def login(site: Site) -> Act:
    """The account is opened, and the first look at a mailbox taken over from Dovecot is taken."""
    client = Client(site.imap)

    def act() -> Said:
        for line in ("LOGIN alice secret", "SELECT Sub", "SELECT INBOX"):
            result = client.command(line)
            if result.status != "OK":
                return Said(result.code or "none")
        return Said(None)

    return act


def news(site: Site) -> Act:
    """NOOP after others have put messages into `new` and `cur`."""
    act = imap("NOOP")(site)
    for part, name in (("new", "1700000007.a"), ("cur", "1700000008.b:2,S")):
        path = site.folder / "alice" / part
        (path / name).write_bytes(mail(name))
        os.utime(path, (1.1e9, 1.1e9))
    return act


def delivery(site: Site) -> Act:
    """LMTP."""

    def act() -> Said:
        client = lmtp_harness.Client(site.lmtp)
        for line in ("LHLO mta", "MAIL FROM:<a@example.com>", "RCPT TO:<alice>"):
            code, status, _ = client.say(line)
            if code != 250:
                return _lmtp(code, status)
        client.say("DATA")
        (code, status, _), *_ = client.raw(mail("new") + b".\r\n")
        return _lmtp(code, status)

    return act


def _lmtp(code: int, status: str) -> Said:
    if code == 250:
        return Said(None)
    assert 400 <= code < 500, f"{code} {status} sends the message back"
    return Said("OVERQUOTA" if status == "4.2.2" else "UNAVAILABLE")


def pop3(site: Site) -> Act:
    """POP3 from login to QUIT."""

    def act() -> Said:
        client = pop3_harness.Client(site.pop3)
        lines = ("USER alice", "PASS secret", "UIDL 2", "DELE 2", "QUIT")
        said = []
        for line in lines:
            client.send(line)
            done, code, text = client.status()
            if not done:
                assert code in ("SYS/TEMP", "SYS/PERM"), (line, code, text)
                client.session.closed()
                return Said("POP3")
            said.append(text)
        client.session.closed()
        return Said(None, said[2])

    return act


NEW = literal(mail("new"))
ACTS: dict[str, Prepare] = {
    "login": login,
    "append": imap("APPEND", "INBOX", r"(\Seen Work)", NEW),
    "append several": imap("APPEND", "Sub", NEW, literal(mail("newer"))),
    "append a large one": imap("APPEND", "INBOX", literal(mail("new") + b"x" * 40000)),
    "store": imap(r"STORE 1:2 +FLAGS (\Flagged Later)"),
    "copy": imap("COPY 1,3 Sub"),
    "move": imap("MOVE 1,3 Sub"),
    "replace": imap("REPLACE 2 INBOX", NEW),
    "expunge": imap("EXPUNGE", before=("SELECT INBOX", r"STORE 2 +FLAGS (\Deleted)")),
    "create": imap("CREATE Other/Deep"),
    "delete": imap("DELETE Sub"),
    "rename": imap("RENAME Sub Renamed"),
    "subscribe": imap("SUBSCRIBE Sub"),
    "setmetadata": imap('SETMETADATA INBOX (/private/comment "hello")'),
    "noop": news,
    "status": imap("STATUS Sub (MESSAGES UIDNEXT SIZE)", before=()),
    "list": imap('LIST "" *'),
    "fetch": imap("FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])"),
    "fetch envelopes": imap("FETCH 1:* (ENVELOPE BODYSTRUCTURE)"),
    "search": imap("SEARCH TEXT three"),
    "sort": imap("SORT (SUBJECT) UTF-8 ALL"),
    "quota": imap("GETQUOTAROOT INBOX"),
    "delivery": delivery,
    "pop3": pop3,
}


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost here that was not synced."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)
    monkeypatch.setattr(os, "fdatasync", lambda fd: None)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Maildir of Dovecot of which INBOX has been used, with two deliveries that nobody has seen."""
    folder = tmp_path_factory.mktemp("template")
    for part in ("cur", "new", "tmp", ".Sub/cur", ".Sub/new", ".Sub/tmp"):
        (folder / "alice" / part).mkdir(parents=True)
    (folder / "alice/.Sub/dovecot-uidlist").write_text("3 V1275660208 N900\n17 :1600000001.a\n")
    (folder / "alice/.Sub/dovecot-keywords").write_text("0 Kept\n")
    (folder / "alice/.Sub/cur/1600000001.a:2,Sa").write_bytes(mail("four"))
    home = Home(folder)
    append(home.inbox, "one", "two", "three")
    home.inbox.store([3], "+", ["\\Answered"])
    home.model.close()
    home.deliver(mail("five"))
    home.deliver(mail("six"), part="cur", info=":2,S")
    for path in (folder / "alice").glob("**/"):
        os.utime(path, (1e9, 1e9))  # long ago: nothing is looked at twice for having changed just now
    return folder / "alice"


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory, where there is such a file system: thousands of Maildirs are made here."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="faults-", dir=memory) as made:
        yield Path(made)


@pytest.mark.parametrize(
    "fault", FAULTS, ids=[f"{errno.errorcode[fault.number]}{fault.lasts:d}" for fault in FAULTS]
)
@pytest.mark.parametrize("name", ACTS)
def test_a_fault_at_every_call_of_a_command(name: str, fault: Fault, template: Path, folder: Path) -> None:
    idle = Site(template, folder / "idle")
    ACTS[name](idle)
    before = contents(idle)
    idle.crash()
    whole = Site(template, folder / "whole")
    act = ACTS[name](whole)
    counting = FaultySystem(fault)
    with failing(counting):
        expected = act()
    assert expected.code is None
    after = contents(whole)
    whole.crash()
    for fail_at in range(1, counting.calls + 1):
        site = Site(template, folder / str(fail_at))
        act = ACTS[name](site)
        with failing(FaultySystem(fault, fail_at)):
            said = act()
        if said.code is None:
            assert said.data in (None, expected.data), f"call {fail_at}"
            assert contents(site) == after, f"said to be done (call {fail_at})"
        else:
            assert said.code in (fault.code, "POP3"), f"call {fail_at}"
            # CREATE makes one level after the other; what COPY began cannot be removed from a read-only disk.
            if name != "create" and (name, fault.number) != ("copy", errno.EROFS):
                assert contents(site) in (before, after), f"half of it (call {fail_at})"
        goes_on(site, fail_at, names=not (name == "rename" and fault.lasts))


def contents(site: Site) -> object:
    """What is there, without UIDs: those of mail that came in after a fault may be higher."""
    seen, subscriptions = site.look()
    return [(name, validity, *columns) for name, validity, _, *columns in seen], subscriptions


def goes_on(site: Site, fail_at: int, names: bool) -> None:
    """Others are served, and what they are shown is what is there after a restart; `names` of mailboxes, too (where it
    cannot be written down that RENAME was taken back, the restart does it after all)."""
    model = site.model()
    append(model.select("INBOX"), "later")
    shown = site.look()
    model.close()
    for host in (site.lmtp, site.pop3):
        assert not host.bugs(), f"call {fail_at}: {host.bugs()[0]}"
    site.crash()
    found = site.look()
    if not names:
        found, shown = _nameless(found), _nameless(shown)
    assert found == shown, f"call {fail_at}"
    site.crash()


def _nameless(seen: Seen) -> Seen:
    return [(*columns,) for _, _, *columns in seen[0]], seen[1]


def test_mail_for_a_disk_that_is_not_there_waits(template: Path, folder: Path) -> None:
    """A file system that is not mounted for a moment sends no mail back: RCPT said that the user is known."""
    site = Site(template, folder)
    client = lmtp_harness.Client(site.lmtp)
    for number in range(3):
        for line in ("LHLO mta", "MAIL FROM:<a@example.com>", "RCPT TO:<alice>"):
            assert client.say(line)[0] == 250
        client.say("DATA")
        if number == 1:
            (folder / "alice").rename(folder / "away")
        (code, status, _), *_ = client.raw(mail(f"new {number}") + b".\r\n")
        assert (code, status) == ((451, "4.3.0") if number == 1 else (250, "2.0.0"))
        if number == 1:
            (folder / "away").rename(folder / "alice")
    client.session.closed()
    inbox = site.look()[0][0]
    assert [subject for subject in inbox[4] if subject.startswith("new")] == ["new 0", "new 2"]
