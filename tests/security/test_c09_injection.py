"""C9: what clients send is data: never SQL, LDAP, a template or a pattern. CVE-2026-24031, CVE-2026-27860, CVE-2017-2669.

Queries of the SQL and LDAP backends: tests/auth.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.errors import StorageError
from coromail.host import Host
from coromail.stores.maildir import MaildirModel
from tests.imap.harness import Client, literal
from tests.imap.harness import TestHost as ImapHost

SPECIAL = "'\")(*\\%{}$&|;`<>?[]!#~/.:=@+-_ "
TEXT = st.text(st.sampled_from(SPECIAL + "aluser\0\r\n\x7fé"), max_size=20)


class Anybody(Auth):
    """Everybody may log in with the password "x"."""

    def auth_plain(self, user: str, password: str) -> bool:
        return password == "x"


@settings(deadline=None, max_examples=300)
@given(user=TEXT)
def test_names_of_users_become_paths_inside_the_store_or_none(
    user: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`path: /var/mail/{user}` with users called "..", "/etc", "{user}", "%u"."""
    folder = tmp_path_factory.mktemp("mail")
    context = Context({"path": str(folder / "store" / "{user}"), "fsync": "never"})
    host = Host(Anybody, MaildirModel, model_context=context)
    auth = host.make_auth()
    if not auth.login(user, "x"):
        return
    try:
        model = host.make_model(auth)
        model.select("INBOX")
        model.close()
    except StorageError:
        pass
    assert {path.name for path in folder.iterdir()} <= {"store"}
    made = list((folder / "store").iterdir()) if (folder / "store").is_dir() else []
    assert len(made) <= 1
    assert all(path.is_dir() and not path.is_symlink() for path in made)
    assert Path(made[0] if made else folder).is_relative_to(folder)


@settings(deadline=None, max_examples=150)
@given(text=TEXT.filter(lambda text: "\0" not in text))
def test_words_of_searches_are_words(text: str) -> None:
    """Found where it is, and only there: no pattern, no query language."""
    client = Client(ImapHost()).login()
    body = text.replace("\r", "").replace("\n", "")
    client.append(b"Subject: x\r\n\r\n<<" + body.encode() + b">>\r\n")
    client.append(b"Subject: x\r\n\r\nuntouched\r\n")
    client.ok("SELECT INBOX")
    needle = ("<<" + body + ">>").encode()
    result = client.ok("SEARCH CHARSET UTF-8 BODY", literal(needle))
    assert result.search == [1] or not body.isascii()


@settings(deadline=None, max_examples=150)
@given(name=TEXT)
def test_names_of_mailboxes_are_names(name: str) -> None:
    """LIST finds exactly what was created; characters of patterns are refused or taken as they are."""
    client = Client(ImapHost()).login()
    client.ok("CREATE other")
    made = client.command("CREATE", literal(name.encode("utf-7", "replace")))
    names = [str(item) for item in client.ok('LIST "" *').lists]
    assert any("other" in item for item in names)
    assert made.status in ("OK", "NO", "BAD")
