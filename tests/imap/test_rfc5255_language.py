"""LANGUAGE: RFC 5255 section 3."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import coromail
from coromail.imap.languages import translate
from tests.imap.harness import Client, literal


def test_3_1_announced_before_and_after_login(stranger: Client) -> None:
    assert b"LANGUAGE" in stranger.greeting.raw
    assert "LANGUAGE" in stranger.ok("CAPABILITY").only("CAPABILITY")
    assert "LANGUAGE" in stranger.login().ok("CAPABILITY").only("CAPABILITY")


def test_3_2_the_languages(stranger: Client) -> None:
    assert stranger.ok("LANGUAGE").only("LANGUAGE") == [b"i-default", b"en", b"de"]


@pytest.mark.parametrize(
    ("ranges", "chosen"),
    [
        ("DE", b"de"),
        ("de-AT", b"de"),
        ("fr-CA en-CA", b"en"),
        ("i-default", b"i-default"),
        ("default", b"i-default"),
        ('"default"', b"i-default"),
        ("fr MUL de en", b"de"),
        ('"*"', b"i-default"),
    ],
)
def test_3_2_the_first_that_is_spoken(stranger: Client, ranges: str, chosen: bytes) -> None:
    assert stranger.ok(f"LANGUAGE {ranges}").only("LANGUAGE") == [chosen]


def test_3_2_answers_from_there_on(stranger: Client) -> None:
    assert stranger.ok("LANGUAGE de").tagged.text == "Ab hier auf Deutsch"
    assert stranger.ok("NOOP").tagged.text == "NOOP ausgeführt"
    assert stranger.bad("SELECT INBOX").tagged.text == "Erst anmelden"
    assert stranger.no("LOGIN alice wrong").tagged.text == "Falscher Name oder falsches Passwort"
    stranger.login()
    texts = [reply.text for reply in stranger.ok("SELECT INBOX").untagged if reply.name == "OK"]
    assert "Die UIDs gelten" in texts
    assert not any(text and "The " in text for text in texts)
    assert stranger.no("STATUS nowhere (MESSAGES)").tagged.text == "Dieses Postfach gibt es nicht"
    assert stranger.bad("FETCH 1").tagged.text == "Leerzeichen erwartet"
    assert stranger.ok("LANGUAGE en").tagged.text == "This language is spoken now"
    assert stranger.ok("NOOP").tagged.text == "NOOP completed"


def test_3_2_a_language_that_is_not_spoken_changes_nothing(stranger: Client) -> None:
    stranger.ok("LANGUAGE de")
    assert stranger.no("LANGUAGE MUL").tagged.text == "Diese Sprache wird hier nicht gesprochen"
    assert stranger.ok("NOOP").tagged.text == "NOOP ausgeführt"


def test_3_2_arguments(stranger: Client) -> None:
    stranger.bad('LANGUAGE ""')
    stranger.bad("LANGUAGE d_e")
    stranger.bad("LANGUAGE", literal("dé".encode()))
    stranger.bad("LANGUAGE " + " ".join(["de"] * 101))


def test_each_connection_has_its_own_language(alice: Client, other: Client) -> None:
    alice.ok("LANGUAGE de")
    assert other.ok("NOOP").tagged.text == "NOOP completed"


def test_3_4_namespaces_are_shown_in_the_language(alice: Client) -> None:
    assert "NAMESPACE" in alice.ok("LANGUAGE de").names
    raw = next(reply.raw for reply in alice.ok("NAMESPACE").untagged)
    if b"Other Users/" in raw:
        assert b'"TRANSLATION" ("Andere Benutzer/")' in raw
    alice.ok("LANGUAGE i-default")
    assert b"TRANSLATION" not in next(reply.raw for reply in alice.ok("NAMESPACE").untagged)


def test_rfc_8437_unauthenticate_forgets_it(alice: Client) -> None:
    alice.ok("LANGUAGE de")
    alice.ok("UNAUTHENTICATE")
    assert alice.ok("NOOP").tagged.text == "NOOP completed"


# What is called with a text as its first argument, and as its second.
_FIRST = """No Bad Bye bye say ok answer_now NoSuchMailbox NotPossible NotAllowed InvalidName MailboxExists
    MailboxHasChildren LimitReached OverQuota Unavailable Expunged InUse"""
FIRST = frozenset(_FIRST.split())
SECOND = frozenset(("untagged_ok", "noted"))


def texts() -> Iterator[str]:
    """Every text of the server that stands in the code of IMAP and of what it is built on."""
    package = Path(coromail.__file__).parent
    for folder in ("imap", "model", "stores", "auth/sasl"):
        for path in sorted(package.joinpath(folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield from _texts_of(node)


def _texts_of(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    arguments = call.args[1:2] if name in SECOND else call.args[:1] if name in FIRST else []
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def test_everything_that_is_said_is_translated() -> None:
    missing = sorted({text for text in texts() if translate(text) == text})
    assert not missing, "to be added to coromail/imap/german.py"
