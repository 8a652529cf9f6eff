"""A Maildir that Dovecot or Courier served before: UIDs, UIDVALIDITY, keywords, unique-ids, subscriptions."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.errors import Unavailable
from coromail.stores.maildir import takeover
from coromail.stores.maildir.takeover import Server, parse_courier_keywords, parse_uidlist
from tests.stores.maildir_home import Home, append, flags, mail, subjects, uids


def maildir(folder: Path, names: list[str], sub: str = "") -> Path:
    home = folder / "alice" / sub
    for part in ("cur", "new", "tmp"):
        (home / part).mkdir(parents=True)
    for name in names:
        (home / "cur" / name).write_bytes(mail(name.partition(":")[0].partition(",")[0]))
    return home


def test_dovecot_uids_keywords_and_unique_ids(tmp_path: Path) -> None:
    home = maildir(tmp_path, ["1600000002.b,S=20,W=21:2,Sa", "1600000001.a:2,", "1600000003.c:2,FSab"])
    (home / "new" / "1600000009.n").write_bytes(mail("1600000009.n"))
    (home / "dovecot-uidlist").write_text(
        "3 V1275660208 N900 G3085f01b7f11094c501100008c4a11c1\n"
        "17 P000000114bdf :1600000003.c:2,FS\n"
        "25 :1600000001.a\n"
        "31 S20 W21 :1600000002.b,S=20,W=21:2,\n"
        "77 :1600000007.gone\n"
    )
    (home / "dovecot-keywords").write_text("0 $MDNSent\n1 Work\n")
    (home / "subscriptions").write_text("Lists\nEntw&APw-rfe\n")
    box = Home(tmp_path).inbox
    assert (uids(box), subjects(box)) == (
        [17, 25, 31, 900],
        ["1600000003.c", "1600000001.a", "1600000002.b", "1600000009.n"],
    )
    assert flags(box) == ["\\Flagged \\Seen $MDNSent Work", "", "\\Seen $MDNSent", ""]
    assert (box.uidvalidity, box.uidnext, box.recent) == (1275660208, 901, 1)
    assert [box.pop3_uidl(uid) for uid in uids(box)] == [
        "000000114bdf",
        "000000194c0907b0",
        "0000001f4c0907b0",
        "000003844c0907b0",
    ]


def test_a_dovecot_mailbox_keeps_all_that_over_restarts(tmp_path: Path) -> None:
    root = maildir(tmp_path, ["1600000001.a:2,S"])
    (root / "dovecot-uidlist").write_text("3 V1275660208 N900\n42 Pabc :1600000001.a\n")
    (root / "subscriptions").write_text("V\t2\n\nLists\tSub\n")
    home = Home(tmp_path)
    append(home.inbox, "new")
    (root / "dovecot-uidlist").unlink()
    for _ in range(2):
        box = home.inbox
        assert (box.uidvalidity, uids(box), box.pop3_uidl(42)) == (1275660208, [42, 900], "abc")
        assert home.model.subscriptions == {"INBOX", "Lists/Sub"}
        home.restart()


def test_a_dovecot_mailbox_without_messages_keeps_its_numbers(tmp_path: Path) -> None:
    root = maildir(tmp_path, [])
    (root / "dovecot-uidlist").write_text("3 V1275660208 N900\n")
    home = Home(tmp_path)
    assert append(home.inbox, "new") == [900]


def test_folders_of_dovecot(tmp_path: Path) -> None:
    maildir(tmp_path, [])
    sub = maildir(tmp_path, ["1600000001.a:2,S"], ".Lists.Entw&APw-rfe")
    (sub / "dovecot-uidlist").write_text("3 V5 N9\n7 :1600000001.a\n")
    home = Home(tmp_path)
    box = home.box("Lists/Entwürfe")
    assert (box.uidvalidity, uids(box), flags(box)) == (5, [7], ["\\Seen"])


def nested(folder: Path) -> Path:
    """Mailboxes as Dovecot keeps them with `LAYOUT=fs`; those without messages of their own have no `cur`."""
    maildir(folder, ["1600000001.inbox:2,S"], "INBOX")
    home = folder / "alice"
    for number, sub in enumerate(
        ("Lists/Python/a.b", "Lists/Python", "Sent", "INBOX/Sub", "Entw&APw-rfe"), 5
    ):
        path = maildir(folder, ["1600000001.a:2,Sa"], sub)
        (path / "dovecot-uidlist").write_text(f"3 V{number} N90\n{number} Pu{number} :1600000001.a\n")
        (path / "dovecot-keywords").write_text("0 Work\n")
    (home / "INBOX/dovecot-uidlist").write_text("3 V4 N90\n42 :1600000001.inbox\n")
    (home / "subscriptions").write_text("V\t2\n\nINBOX\nLists\tPython\ta.b\n")
    (home / "sieve").mkdir()
    (home / "sieve/kept").touch()
    return home


def seen(home: Home) -> dict[str, object]:
    return {
        box.full_path: (box.uidvalidity, uids(box), flags(box), box.pop3_uidls(uids(box)))
        for box in (home.box(box.full_path) for box in home.model.mailboxes() if box.is_selectable)
    }


FROM_FS = {
    "INBOX": (4, [42], ["\\Seen"], ["0000002a00000004"]),
    "Lists/Python/a.b": (5, [5], ["\\Seen Work"], ["u5"]),
    "Lists/Python": (6, [6], ["\\Seen Work"], ["u6"]),
    "Sent": (7, [7], ["\\Seen Work"], ["u7"]),
    "INBOX/Sub": (8, [8], ["\\Seen Work"], ["u8"]),
    "Entwürfe": (9, [9], ["\\Seen Work"], ["u9"]),
}


def test_folders_within_folders(tmp_path: Path) -> None:
    path = nested(tmp_path)
    home = Home(tmp_path, old_layout="fs")
    for _ in range(2):
        assert seen(home) == FROM_FS
        assert home.model.subscriptions == {"INBOX", "Lists/Python/a.b"}
        home.restart()
    assert sorted(one.name for one in path.iterdir() if one.is_dir() and not one.name.startswith(".")) == [
        "cur", "new", "sieve", "tmp",
    ]  # fmt: skip


def test_folders_within_folders_with_inbox_at_the_top_and_old_subscriptions(tmp_path: Path) -> None:
    nested(tmp_path)
    path = maildir(tmp_path, ["1600000001.top:2,S"])
    (path / "subscriptions").write_text("Lists/Python/a.b\n")
    (path / "Sent").rename(path / ".Sent")
    maildir(tmp_path, ["1600000001.a"], "Sent")
    home = Home(tmp_path, old_layout="fs")
    assert subjects(home.inbox) == ["1600000001.top"]
    assert home.box("Sent").uidvalidity == 7
    assert home.model.subscriptions == {"INBOX", "Lists/Python/a.b"}
    for left in ("INBOX/cur/1600000001.inbox:2,S", "Sent/cur/1600000001.a"):
        assert (path / left).exists(), "names that are taken are left alone"


def test_folders_within_folders_after_a_fault_at_every_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fail_at in range(100):
        nested(tmp_path / str(fail_at))
        real, calls = os.rename, iter(range(100))

        def rename(
            old: bytes, new: bytes, real: Any = real, calls: Any = calls, fail_at: int = fail_at
        ) -> None:
            if next(calls) == fail_at:
                raise OSError(errno.EIO, "bad")
            real(old, new)

        monkeypatch.setattr(os, "rename", rename)
        try:
            Home(tmp_path / str(fail_at), old_layout="fs").model.close()
        except Unavailable:
            pass
        else:
            return
        finally:
            monkeypatch.undo()
        assert seen(Home(tmp_path / str(fail_at), old_layout="fs")) == FROM_FS


def test_courier(tmp_path: Path) -> None:
    root = maildir(tmp_path, ["1600000002.b:2,S", "1600000001.a:2,"])
    (root / "courierimapuiddb").write_text("1 1100000000 50\n12 1600000002.b\n48 1600000001.a\n")
    (root / "courierimapsubscribed").write_text("INBOX\nINBOX.Sent\n")
    home = Home(tmp_path)
    box = home.inbox
    assert (box.uidvalidity, box.uidnext, uids(box)) == (1100000000, 50, [12, 48])
    assert subjects(box) == ["1600000002.b", "1600000001.a"]
    assert home.model.subscriptions == {"INBOX", "Sent"}


def test_keywords_of_courier(tmp_path: Path) -> None:
    """The files are as Courier-IMAP 5.0 writes them."""
    names = ["1600000001.M1P9_1.vm,S=18", "1600000002.M2P9_2.vm,S=18", "1600000003.c", "1600000004.d"]
    root = maildir(tmp_path, [name + ":2,F" for name in names])
    uids_ = "".join(f"{uid} {name}\n" for uid, name in enumerate(names, 2))
    (root / "courierimapuiddb").write_text("1 1100000000 50\n" + uids_)
    kept = root / "courierimapkeywords"
    kept.mkdir()
    (kept / ":list").write_text(
        f"Work\nLater\n$Junk\n\n{names[0]}:2 1\n{names[1]}:1\n{names[2]}:0 7 x\n1600000009.gone:0\nrubbish\n"
    )
    (kept / f".5984227.{names[1]}").write_text("Older\n")
    (kept / f".5984228.{names[1]}").write_text("Work\n$Junk\nno keyword\n")
    (kept / names[3]).write_text("Late\n")
    home = Home(tmp_path)
    for _ in range(2):
        assert flags(home.inbox) == [
            "\\Flagged $Junk Later", "\\Flagged $Junk Work", "\\Flagged Work", "\\Flagged Late",
        ]  # fmt: skip
        home.restart()


def test_unique_ids_of_courier(tmp_path: Path) -> None:
    root = maildir(tmp_path, ["1600000001.a:2,S", "1600000002.b:2,", "1600000003.c:2,", "1600000004.d+:2,"])
    (root / "courierpop3dsizelist").write_text(
        "/3 9 1234\n1600000001.a:2, 20 7:1234:0\n1600000002.b 20 5:0:0\n1600000004.d+:2,S 20 0:0\nrubbish\n"
    )
    home = Home(tmp_path)
    for _ in range(2):
        box = home.inbox
        own = f"{box.uidvalidity}.3"
        assert list(box.pop3_uidls(uids(box))) == ["UID7-1234", "UID5", own, "1600000004.d+2B"]
        home.restart()


def test_many_messages_are_taken_over_in_order(tmp_path: Path) -> None:
    names = [f"{1600000000 + number}.x:2," for number in range(300)]
    root = maildir(tmp_path, names)
    lines = [f"{2 * number + 5} :{name[:-3]}\n" for number, name in enumerate(reversed(names))]
    (root / "dovecot-uidlist").write_text("3 V9 N4000\n" + "".join(lines))
    box = Home(tmp_path).inbox
    assert uids(box) == [2 * number + 5 for number in range(300)]
    assert subjects(box)[0] == "1600000299.x"


@pytest.mark.parametrize(
    "text",
    ["", "\n", "3\n", "3 V0 N1\n", "3 Vx N1\n", "2 1 1\n", "1 5\n", "3 V99999999999 N1\n", "\0\0\0"],
)
def test_broken_headers_mean_no_uid_list(text: str, tmp_path: Path) -> None:
    root = maildir(tmp_path, ["1600000001.a:2,"])
    (root / "dovecot-uidlist").write_text(text)
    box = Home(tmp_path).inbox
    assert uids(box) == [1]


def test_broken_lines_are_passed_over(tmp_path: Path) -> None:
    root = maildir(tmp_path, ["1600000001.a:2,", "1600000002.b:2,"])
    lines = [
        b"7 :1600000001.a\n",
        b"7 :1600000002.b\n",
        b"x :1600000002.b\n",
        b"-3 :q\n",
        b"9\n",
        b"\xff\xfe\n",
        b"9 :\n",
    ]
    (root / "dovecot-uidlist").write_bytes(b"3 V5 N6\n" + b"".join(lines))
    box = Home(tmp_path).inbox
    assert sorted(subjects(box)) == ["1600000001.a", "1600000002.b"]
    assert uids(box)[0] == 7


@settings(deadline=None, max_examples=100)
@given(st.lists(st.binary(max_size=20) | st.sampled_from([b"a", b"", b"b:0", b"c:0 1"]), max_size=20))
def test_any_octets_can_be_a_list_of_keywords(lines: list[bytes]) -> None:
    for names in parse_courier_keywords(lines).values():
        assert all(name.encode("ascii") in lines for name in names)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.binary(max_size=60), max_size=20), st.sampled_from(list(Server)))
def test_any_octets_can_be_a_uid_list(lines: list[bytes], server: Server) -> None:
    for head in ([], [b"3 V5 N6\n"], [b"1 5 6\n"]):
        found = parse_uidlist(iter(head + lines), server)
        assert found is None or all(0 < uid < found.uidnext for uid in found.uids.values())


class Doorbell:
    """A lock that rings when somebody has to wait for it."""

    def __init__(self, rung: threading.Event) -> None:
        self._lock = threading.Lock()
        self._rung = rung
        self.locked = self._lock.locked

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self._rung.set()
            self._lock.acquire()

    def __exit__(self, *raised: object) -> None:
        self._lock.release()


@pytest.mark.parametrize("while_called", ["read_uidlist", "read_keywords", "_known", "int"])
def test_who_appends_waits_for_the_takeover(
    while_called: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the new message would get a UID that the other server gave to another one."""
    monkeypatch.setattr(takeover, "AT_ONCE", 2)
    home = maildir(tmp_path, [f"160000000{number}.a:2," for number in range(1, 6)])
    lines = "".join(f"{number} :160000000{number}.a\n" for number in range(1, 6))
    (home / "dovecot-uidlist").write_text("3 V1275660208 N9\n" + lines)
    inbox = Home(tmp_path).model.select("INBOX")
    begun = threading.Event()
    came: list[int] = []

    def deliver() -> None:
        came.extend(append(inbox, "meanwhile"))
        begun.set()

    other = threading.Thread(target=deliver)

    def offload(function: Any, *args: Any) -> Any:
        result = function(*args)
        if function.__name__ == while_called and not other.ident:
            other.start()
            assert begun.wait(60)
        return result

    inbox.outside.lock = Doorbell(begun)
    inbox.account.offload = offload
    inbox.poll()
    other.join(60)
    assert (uids(inbox), came) == ([1, 2, 3, 4, 5, 9], [9])
    assert subjects(inbox) == [f"160000000{number}.a" for number in range(1, 6)] + ["meanwhile"]


def test_mail_that_comes_before_the_first_look_gets_no_uid_of_the_other_server(tmp_path: Path) -> None:
    home = maildir(tmp_path, ["1600000001.a:2,"])
    (home / "dovecot-uidlist").write_text("3 V1275660208 N9\n1 :1600000001.a\n")
    model = Home(tmp_path).model
    inbox = model.select("INBOX")
    assert append(inbox, "new") == [9]
    assert inbox.copy([9], inbox) == [(9, 10)]
    assert uids(inbox) == [1, 9, 10]
