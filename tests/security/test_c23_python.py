# ruff: noqa: E501 (tables)
"""C23: what Python makes easy and dangerous: stdlib email, codecs by name, long digits, pickle, eval, YAML tags."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from coromail.app.checking import ConfigurationError, read_config
from coromail.auth.users_file import check_users
from coromail.errors import Bad
from coromail.imap.wire.sequence_set import SequenceSet
from coromail.message import charsets
from tests.imap.harness import Client
from tests.imap.harness import TestHost as ImapHost

PACKAGE = Path(__file__).parents[2] / "coromail"
MODULES = {
    "email",
    "pickle",
    "marshal",
    "shelve",
    "dbm",
    "xml",
    "cgi",
    "telnetlib",
    "smtpd",
    "asyncore",
    "imaplib",
}
CALLS = {"eval", "exec", "compile", "__import__", "input"}
SERVING = [path for path in PACKAGE.rglob("*.py") if "app" not in path.relative_to(PACKAGE).parts]


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", SERVING, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_dangerous_is_used_where_strangers_reach(path: Path) -> None:
    tree = ast.parse(path.read_text())
    typed = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    hidden = {id(inner) for block in typed for inner in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            assert not {alias.name.split(".")[0] for alias in node.names} & MODULES
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in MODULES
    for call in calls(tree):
        assert call not in CALLS
        assert not call.startswith(
            ("os.system", "os.popen", "subprocess.", "yaml.load", "yaml.unsafe", "tempfile.mktemp")
        )


@pytest.mark.parametrize(
    "name", ["zlib", "bz2", "hex", "base64", "rot13", "uu", "quopri", "unicode_escape", "raw_unicode_escape", "idna", "punycode",
             "undefined", "mbcs", "oem", "../x", "utf-8\0", "x" * 10_000, ""],
)  # fmt: skip
def test_codecs_that_are_no_charsets(name: str) -> None:
    assert charsets.codec(name.encode()) is None
    assert isinstance(charsets.decode(b"x\x9c\xff", name.encode()), str)


DIGITS = "9" * 60_000


@pytest.mark.parametrize(
    "command", ["FETCH {}", "FETCH {} FLAGS", "FETCH 1 BODY[{}]", "FETCH 1 BODY[]<{}.1>", "SEARCH LARGER {}", "SEARCH UID {}",
                "SEARCH OLDER {}", "STORE 1 (UNCHANGEDSINCE {}) FLAGS ()", "SELECT INBOX (QRESYNC ({} 1))", "SEARCH MODSEQ {}",
                "SEARCH RETURN (PARTIAL {}:1) ALL", 'APPEND INBOX "1-Jan-{} 00:00:00 +0000" x', "SETQUOTA x (STORAGE {})"],
)  # fmt: skip
def test_digits_without_end(command: str) -> None:
    """int() of 60,000 digits would raise ValueError, or take long (CVE-2020-10735)."""
    client = Client(ImapHost()).login()
    client.append(b"x: y\r\n\r\n")
    client.ok("SELECT INBOX")
    assert client.command(command.format(DIGITS)).status in ("BAD", "NO", "OK")
    client.ok("NOOP")


def test_sets_of_long_digits() -> None:
    with pytest.raises(Bad):
        SequenceSet.parse(DIGITS.encode())


def test_yaml_makes_no_objects(tmp_path: Path) -> None:
    evil = '!!python/object/apply:os.system ["touch %s"]' % (tmp_path / "made")
    (tmp_path / "coromail.yaml").write_text(f"hostname: {evil}\n")
    with pytest.raises(ConfigurationError):
        read_config(tmp_path / "coromail.yaml")
    (tmp_path / "users.yaml").write_text(f"alice: {{password: {evil}}}\n")
    assert check_users(tmp_path / "users.yaml")
    assert not (tmp_path / "made").exists()
