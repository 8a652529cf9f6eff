"""`coromail import` and `export` with mbox files and Maildirs: octets, flags, dates and folders, and no message twice."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.transfer.site import Site

MAILS = [
    b"Message-ID: <1@x>\r\nSubject: one\r\n\r\nFrom here\r\n>From there\r\n>>From\r\n.\r\n\r\n\r\n",
    b"Subject: bare \r CR\r\r\n\r\nx\ry\r\r\n",
    b"Status: mine\r\nX-Status: too\r\nSubject: gr\xc3\xbc\xc3\x9fe\r\n\r\n\xff\xfe\r\n",
    b"Subject: no end of line\r\n\r\nx",
    b"\r\nno header\r\n",
]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(
        tmp_path / "site", 'capabilities: {off: ["UTF8=ACCEPT"]}\n'
    )  # or APPEND refuses 8-bit headers


def fill(site: Site) -> None:
    """Mailboxes with odd names and messages."""
    with site.serving(), site.imap() as client:
        for name in ("INBOX", '"Work/2024 &AOQ-"', '"a#b.c"', '".hidden"'):
            if name != "INBOX":
                assert client.create(name)[0] == "OK", name
            for number, octets in enumerate(MAILS):
                flags = ["()", "(\\Seen)", "(\\Seen \\Flagged $Forwarded)", "(\\Draft blue)", "(\\Deleted)"][
                    number
                ]
                client.literal = octets  # type: ignore[assignment]
                date = f'"0{number + 1}-Feb-2020 12:00:0{number} +0000"'
                answer = client._simple_command("APPEND", name, flags, date)  # type: ignore[attr-defined]
                assert answer[0] == "OK", (name, answer)


@pytest.mark.parametrize(("form", "served"), [("mbox", True), ("maildir", False)])
def test_out_and_in_again(site: Site, tmp_path: Path, form: str, served: bool) -> None:
    fill(site)
    before = site.content()
    other = Site(tmp_path / "other")
    with site.serving() if served else nullcontext():
        for _ in range(2):
            status, said = site.run("export", form, tmp_path / "out")
            assert (status, said) == (0, "20 messages exported\n")
    with other.serving() if served else nullcontext():
        status, said = other.run("import", form, tmp_path / "out")
        assert (status, said) == (0, "20 messages imported, 0 were there already, 0 left\n")
        status, said = other.run("import", form, tmp_path / "out")
        assert (status, said) == (0, "0 messages imported, 20 were there already, 0 left\n")
    after = other.content()
    assert after.keys() == before.keys()
    for name, messages in before.items():
        # In an mbox every message ends with a line end.
        end = b"\r\n" if form == "mbox" else b""
        wanted = [(octets.removesuffix(end) + end, flags, date) for octets, flags, date in messages]
        assert sorted(after[name]) == sorted(wanted)


def test_the_flags_of_an_exported_maildir_are_brought_up_to_date(site: Site, tmp_path: Path) -> None:
    fill(site)
    with site.serving():
        site.run("export", "maildir", tmp_path / "out")
        with site.imap() as client:
            client.select("INBOX")
            client.store("1", "+FLAGS", "(\\Answered)")
        site.run("export", "maildir", tmp_path / "out")
    names = sorted(os.listdir(tmp_path / "out" / "cur"))
    assert len(names) == 5
    assert names[0].endswith(":2,R")


def test_an_mbox_of_mutt(site: Site, tmp_path: Path) -> None:
    box = tmp_path / "sent"
    box.write_bytes(
        b"From a@b Mon Feb  3 10:20:30 2020\nSubject: one\nStatus: RO\nX-Status: AF\nX-Keywords: blue\n\n"
        b"text\n\nFrom nobody knows when\n>From quoted\n\n"
        b"From c@d  Tue Feb  4 10:20 2020\r\nSubject: two\r\n\r\ntext\r\n\r\n"
    )
    status, said = site.run("import", "mbox", "--mailbox", "Old/Sent", box)
    assert (status, said) == (0, "2 messages imported, 0 were there already, 0 left\n")
    one, two = site.content()["Old/Sent"]
    assert one[0].endswith(b"X-Keywords: blue\r\n\r\ntext\r\n\r\nFrom nobody knows when\r\nFrom quoted\r\n")
    assert one[1:] == ({"\\Seen", "\\Answered", "\\Flagged", "blue"}, "03-Feb-2020 10:20:30 +0000")
    assert two == (b"Subject: two\r\n\r\ntext\r\n", frozenset(), "04-Feb-2020 10:20:00 +0000")


def test_equal_messages_are_as_many_as_they_were(site: Site, tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.write_bytes(b"From a@b Mon Feb  3 10:20:30 2020\nSubject: x\n\nx\n\n" * 3)
    assert site.run("import", "mbox", box)[1].startswith("3 messages imported")
    box.write_bytes(b"From a@b Mon Feb  3 10:20:30 2020\nSubject: x\n\nx\n\n" * 4)
    assert site.run("import", "mbox", box)[1].startswith("1 messages imported, 3 were there")
    assert len(site.content()["INBOX"]) == 4


def test_what_cannot_be_kept_is_left_and_named(site: Site, tmp_path: Path) -> None:
    box = tmp_path / "box"
    line = b"From a@b Mon Feb  3 10:20:30 2020\n"
    box.write_bytes(
        line + b"Subject: N\0L\n\nx\n\n" + line + b"\n" + line + b"Subject: big\n\n" + b"x" * 200_000 + b"\n\n"
        + line + b"Subject: good\n\nx\n"
    )  # fmt: skip
    status, said = site.run("import", "mbox", box)
    assert status == 1
    assert "1 messages imported, 0 were there already, 3 left" in said
    assert f"left: {box}, message 1: " in said
    assert [octets for octets, _, _ in site.content()["INBOX"]] == [b"Subject: good\r\n\r\nx\r\n"]


def test_folders_of_other_layouts(site: Site, tmp_path: Path) -> None:
    for folder in (".", ".Sent.2024", "nested/deep", ".&AOQ-"):
        for part in ("cur", "new", "tmp"):
            (tmp_path / "old" / folder / part).mkdir(parents=True)
        (tmp_path / "old" / folder / "cur" / "1600000000.M1.x:2,FSa").write_bytes(
            b"Subject: x\n\n" + folder.encode()
        )
    (tmp_path / "old" / "dovecot-keywords").write_text("0 blue\n")
    assert site.run("import", "maildir", tmp_path / "old")[0] == 0
    content = site.content()
    assert set(content) == {"INBOX", "Sent", "Sent/2024", "nested", "nested/deep", "&AOQ-"}
    assert content["INBOX"][0][1] == {"\\Flagged", "\\Seen", "blue"}
    assert content["&AOQ-"][0][1] == {"\\Flagged", "\\Seen"}


@pytest.mark.parametrize("served", [True, False])
def test_there_is_no_such_user_or_file(site: Site, tmp_path: Path, served: bool) -> None:
    with site.serving() if served else nullcontext():
        status, said = site.run("import", "maildir", tmp_path, "-d", "nobody")
        assert (status, "there is no user 'nobody'" in said) == (1, True)
    status, said = site.run("import", "mbox", tmp_path / "missing")
    assert (status, "does not exist" in said) == (1, True)
