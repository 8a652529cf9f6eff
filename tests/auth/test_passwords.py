"""Stored passwords, checked against an independent implementation of every scheme."""

from __future__ import annotations

import base64
import hashlib

import pytest
from argon2.low_level import Type, hash_secret
from hypothesis import given, settings
from hypothesis import strategies as st
from passlib import hash as passlib_hash

from coromail.auth import crypt, passwords

SALT = b"saltsalt"


def digest(name: str, *, salt: bytes = b"", text: bytes = b"secret") -> str:
    return base64.b64encode(hashlib.new(name, text + salt).digest() + salt).decode()


def argon2(kind: Type) -> str:
    return hash_secret(b"secret", SALT, 1, 8, 1, 16, kind).decode()


BCRYPT = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"  # of "U*U", a published test vector
PBKDF2 = "$1$abc$1000$" + hashlib.pbkdf2_hmac("sha1", b"secret", b"abc", 1000, 20).hex()
STORED = [
    "{PLAIN}secret",
    "{plain}secret",
    "{CLEARTEXT}secret",
    "{PLAIN.HEX}736563726574",
    "{PLAIN.b64}c2VjcmV0",
    "{SHA}" + digest("sha1"),
    "{SHA256}" + digest("sha256"),
    "{SHA256.HEX}" + hashlib.sha256(b"secret").hexdigest(),
    "{SHA512}" + digest("sha512"),
    "{LDAP-MD5}" + digest("md5"),
    "{PLAIN-MD5}" + hashlib.md5(b"secret").hexdigest(),
    "{SMD5}" + digest("md5", salt=SALT),
    "{SSHA}" + digest("sha1", salt=SALT),
    "{SSHA256}" + digest("sha256", salt=SALT),
    "{SSHA256.HEX}" + base64.b64decode(digest("sha256", salt=SALT)).hex(),
    "{SSHA512}" + digest("sha512", salt=SALT),
    "{SSHA}" + passlib_hash.ldap_salted_sha1.hash("secret").removeprefix("{SSHA}"),
    "{MD5-CRYPT}" + passlib_hash.md5_crypt.hash("secret"),
    "{SHA256-CRYPT}" + passlib_hash.sha256_crypt.using(rounds=1000).hash("secret"),
    "{SHA512-CRYPT}" + passlib_hash.sha512_crypt.using(rounds=1000).hash("secret"),
    "{CRYPT}" + passlib_hash.des_crypt.hash("secret"),
    passlib_hash.sha512_crypt.using(rounds=1000).hash("secret"),
    passlib_hash.sha256_crypt.using(rounds=1000).hash("secret"),
    "{BLF-CRYPT}" + BCRYPT,
    "$2y" + BCRYPT[3:],
    "{PBKDF2}" + PBKDF2,
    "{ARGON2ID}" + argon2(Type.ID),
    "{ARGON2I}" + argon2(Type.I),
    argon2(Type.I),
    "{SCRAM-SHA-1}4096,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE=",
]


@pytest.mark.parametrize("text", STORED)
def test_every_scheme(text: str) -> None:
    password = "pencil" if "SCRAM" in text else "U*U" if BCRYPT[3:] in text else "secret"
    passwords.check(text)
    assert passwords.verify(text, password)
    assert not passwords.verify(text, password + "x")
    assert not passwords.verify(text, "")


@pytest.mark.parametrize("scheme", ["argon2id", "PLAIN", "SHA512-CRYPT", "SSHA512", "SCRAM-SHA-256"])
def test_hash_password_round_trip(scheme: str) -> None:
    made = passwords.hash_password("gr\u00fcn", scheme)
    passwords.check(made)
    assert passwords.verify(made, "gr\u00fcn")
    assert not passwords.verify(made, "grun")
    assert made != passwords.hash_password("gr\u00fcn", scheme) or scheme == "PLAIN"


def test_new_passwords_are_argon2id() -> None:
    assert passwords.hash_password("x").startswith("$argon2id$")


@pytest.mark.parametrize(("password", "scheme"), [("", "argon2id"), ("a\0", "argon2id"), ("x", "ROT13")])
def test_hash_password_refuses(password: str, scheme: str) -> None:
    with pytest.raises(ValueError):
        passwords.hash_password(password, scheme)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{ROT13}frperg", "unknown password scheme {ROT13}"),
        ("{SSHA.ROT13}x", "unknown password scheme"),
        ("{", "without }"),
        ("secret", "without a scheme"),
        ("", "without a scheme"),
        ("{SSHA}!!!!", "damaged value for {SSHA}"),
        ("{SSHA}" + digest("sha1"), "damaged value for {SSHA}"),
        ("{SHA}AAAA", "damaged"),
        ("{SHA.HEX}zz", "damaged"),
        ("{PBKDF2}$1$a$" + "9" * 5000 + "$00", "damaged"),
        ("{PBKDF2}$1$a$0$" + "00" * 20, "damaged"),
        ("{PBKDF2}x", "damaged"),
        ("{ARGON2ID}x", "damaged"),
        ("$argon2id$x", "damaged"),
        ("{SCRAM-SHA-256}x", "damaged"),
        ("{CRYPT}*", "unknown hash format"),
        ("{CRYPT}$6$", "unknown hash format"),
        ("$99$a$b", "unknown hash format"),
        ("{PLAIN}", "empty"),
        ("{PLAIN}a\tb", "control"),
    ],
)
def test_check_names_the_scheme_at_load_time_and_never_the_value(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("{", r"\{")) as error:
        passwords.check(text)
    assert "frperg" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["{SSHA}!!!!", "{PBKDF2}x", "{ARGON2ID}x", "{SCRAM-SHA-256}x", "{CRYPT}*0", "{PLAIN}", "{SHA}AA"]
)
def test_damaged_values_match_nothing(text: str) -> None:
    for password in ("", "*0", "*1", "x"):
        assert not passwords.verify(text, password)


def test_crypt_refuses_what_libcrypt_would_cut_or_reject() -> None:
    assert crypt.crypt(b"a\0b", "$6$abcdefgh$") is None
    assert crypt.crypt(b"x", "*0") is None
    assert not crypt.verify(b"x", "*0")
    assert not crypt.verify(b"x" * 5000, "*0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{PLAIN}x", "cheap"), ("{SSHA}x", "cheap"), ("$6$x$y", "slow"), ("{PBKDF2}x", "slow")],
)
def test_cost(text: str, expected: str) -> None:
    assert passwords.cost(text) == expected


def test_only_clear_passwords_can_be_read_back() -> None:
    assert passwords.clear("{PLAIN}x") == "x"
    assert passwords.clear("{SSHA}x") is None


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40))
def test_verify_raises_nothing_but_value_error(text: str) -> None:
    for value in (text, "{SSHA}" + text, "{PLAIN}" + text):
        try:
            passwords.check(value)
        except ValueError:
            continue
        passwords.verify(value, "x")
