"""RFC 6856: UTF8 (2) and LANG (3)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import coromail.pop3
from coromail.auth.auth import Auth
from coromail.pop3 import languages
from tests.pop3.harness import HELLO, Client, TestHost, login

# 2.1: UTF8


def test_utf8_is_announced_with_user_in_both_states() -> None:
    assert "UTF8 USER" in Client(TestHost()).capa()
    assert "UTF8 USER" in login(TestHost()).capa()


def test_utf8_has_no_parameters() -> None:
    client = Client(TestHost())
    client.err("UTF8 x")
    client.ok("UTF8")
    assert client.session.utf8


# 2.2: UTF-8 in names and passwords


class Umlauts(Auth):
    def auth_plain(self, user: str, password: str) -> bool:
        return (user, password) == ("jürgen", "paßwort")


def test_names_and_passwords_in_utf8() -> None:
    client = Client(TestHost(auth_class=Umlauts))
    client.ok("USER jürgen")
    client.ok("PASS paßwort")


def test_they_are_prepared() -> None:
    client = Client(TestHost(auth_class=Umlauts))
    client.ok("USER JU\u0308RGEN")
    client.ok("PASS paßwort")


@pytest.mark.parametrize("octets", [b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"j\xfcrgen"])
def test_what_is_not_utf8_is_refused(octets: bytes) -> None:
    client = Client(TestHost(auth_class=Umlauts))
    assert client.err(b"USER " + octets) == (None, "This is not UTF-8")
    client.ok("USER jürgen")
    assert client.err(b"PASS " + octets) == (None, "This is not UTF-8")


# 3: LANG


@pytest.fixture
def client() -> Client:
    host = TestHost()
    host.fill(HELLO)
    return login(host)


def test_lang_lists_the_languages(client: Client) -> None:
    assert client.multi("LANG") == [b"en English", b"de Deutsch"]


def test_lang_changes_the_language_from_its_own_answer_on(client: Client) -> None:
    client.utf8 = True
    assert client.ok("LANG de") == "de Ab hier auf Deutsch"
    assert client.ok("DELE 1") == "Zum Löschen vorgemerkt"
    assert client.err("DELE 1") == (None, "Diese Nachricht ist zum Löschen vorgemerkt")
    assert client.ok("RSET") == f"1 Nachrichten ({client.session.maildrop.octets} Oktette)"
    assert client.ok("LANG en") == "en English from here on"
    assert client.ok("DELE 1") == "Marked as deleted"


@pytest.mark.parametrize("wanted", ["de", "DE", "de-AT", "de-Latn-DE-1996"])
def test_ranges(client: Client, wanted: str) -> None:
    client.utf8 = True
    assert client.ok(f"LANG {wanted}").startswith("de ")


def test_the_preferred_language(client: Client) -> None:
    client.utf8 = True
    client.ok("LANG de")
    assert client.ok("LANG *").startswith("en ")


@pytest.mark.parametrize("wanted", ["MUL", "fr", "d", "deu", "-", "d\xe9"])
def test_a_failed_lang_changes_nothing(client: Client, wanted: str) -> None:
    client.utf8 = True
    client.ok("LANG de")
    assert client.err(f"LANG {wanted}") == (None, "Diese Sprache wird hier nicht gesprochen")


def test_lang_before_login() -> None:
    client = Client(TestHost())
    client.utf8 = True
    client.ok("LANG de")
    client.ok("USER alice")
    assert client.ok("PASS secret") == "0 Nachrichten"
    assert client.ok("STAT") == "0 0"


def texts() -> set[str]:
    """Every text that the package answers with."""
    found = set()
    for path in Path(coromail.pop3.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("ok", "err", "Err", "Bad", "Bye", "translate") and isinstance(
                node.args[0].value, str
            ):
                found.add(node.args[0].value)
    return found - {""}


@pytest.mark.parametrize("language", set(languages.NAMES) - {languages.DEFAULT})
def test_every_text_is_translated(language: str) -> None:
    missing = [text for text in texts() if languages.translate(text, language) == text]
    assert missing == []


def test_no_translation_is_without_its_text() -> None:
    left = set(languages.GERMAN) - texts()
    assert left <= {"Log in first", "Not after login", "Not done"}


def test_translations_take_the_same_values() -> None:
    for text, german in languages.GERMAN.items():
        assert text.count("%d") == german.count("%d")
