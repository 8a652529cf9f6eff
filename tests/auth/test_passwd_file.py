"""passwd-files as other servers keep them."""

from __future__ import annotations

from pathlib import Path

import pytest

from coromail.auth.passwd_file import PasswdFile, read_passwd
from coromail.context import Context

from .peers import encrypted

CRYPTED = "$5$rounds=1000$abcdefgh$FD2aWoe/jE5TSMdyMQxbnf92RypYp3E2p0zPlpe2sYA"
EXTRA = "userdb_quota_rule=*:storage=1G allow_nets=192.0.2.0/24,2001:db8::/32"
TEXT = f"""# comment

alice:{{PLAIN}}wonder:1000:1000:Alice A:/home/alice:/bin/false:{EXTRA}
bob:{CRYPTED}
carol:{{PLAIN}}with=equals::::::
locked:!{CRYPTED}:1:1
star:*
none
nologin:{{PLAIN}}x::::::nologin
"""


def test_fields_and_extra_fields(tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text(TEXT)
    users, problems = read_passwd(tmp_path / "passwd")
    assert problems == []
    assert users["alice"].settings == {
        "uid": "1000",
        "gid": "1000",
        "home": "/home/alice",
        "quota_rule": "*:storage=1G",
        "allow_nets": "192.0.2.0/24,2001:db8::/32",
    }
    assert [name for name, user in users.items() if user.stored is None] == [
        "locked",
        "star",
        "none",
        "nologin",
    ]


def test_logging_in(tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text(TEXT)
    auth = encrypted(PasswdFile(Context({"passwd_file": "passwd"}, tmp_path)))
    assert auth.login("Alice", "wonder")
    assert auth.login("carol", "with=equals")
    for name in ("locked", "star", "none", "nologin", "nobody"):
        for password in ("x", "*", "!", CRYPTED):
            assert not auth.login(name, password)
    auth.connection.peer = "198.51.100.1"
    assert not auth.login("alice", "wonder")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a:{NO}hunter2", "unknown password scheme {NO}"),
        ("a:hunter2", "unknown hash format"),
        ("a:{PLAIN}x\nA:{PLAIN}y", "twice"),
        (":x", "not a user name"),
        ("a:{PLAIN}x::::::nopassword=y", "nopassword"),
        ("a:{PLAIN}x::::::allow_nets=hunter2", "no list of networks"),
    ],
)
def test_problems(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "passwd").write_text(text)
    _, problems = read_passwd(tmp_path / "passwd")
    assert len(problems) == 1
    assert words in problems[0].text
    assert problems[0].line == text.count("\n") + 1
    assert "hunter2" not in problems[0].text


def test_missing_file(tmp_path: Path) -> None:
    assert "cannot be read" in read_passwd(tmp_path / "none")[1][0].text
