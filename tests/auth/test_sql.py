"""Users in SQLite and PostgreSQL. C9: names are parameters, whatever is in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coromail.auth.attempt import Attempt
from coromail.auth.passwords import hash_password
from coromail.auth.sasl.exchange import Done
from coromail.auth.sql import Sql
from coromail.context import Context
from coromail.errors import Unavailable

from . import postgresql
from .peers import encrypted, run

TABLE = "CREATE TABLE users (name text, password text, quota text, groups text, master int, protocols text)"
ROWS = [
    ("alice", hash_password("wonderland", "SSHA512"), "10M", "staff,dev", 0, None),
    ("bob", "{PLAIN}builder", None, None, 0, "pop3"),
    ("root", "{PLAIN}toor", None, None, 1, None),
    ("twice", "{PLAIN}x", None, None, 0, None),
    ("twice", "{PLAIN}y", None, None, 0, None),
    ("broken", "no scheme", None, None, 0, None),
    ("none", None, None, None, 0, None),
]


def sqlite(folder: Path, query: str = "SELECT * FROM users WHERE name = :user", **more: Any) -> Any:
    path = folder / "users.db"
    if not path.exists():
        with sqlite3.connect(path) as connection:
            connection.execute(TABLE)
            connection.executemany("INSERT INTO users VALUES (?,?,?,?,?,?)", ROWS)
        connection.close()
    return encrypted(Sql(Context({"sql": {"sqlite": "users.db", "query": query}, **more}, folder)))


@pytest.fixture(scope="module")
def database() -> Iterator[postgresql.PostgreSQL]:
    psycopg = pytest.importorskip("psycopg")
    if not postgresql.available():
        pytest.skip("no PostgreSQL here")
    server = postgresql.PostgreSQL()
    try:
        with psycopg.connect(server.uri) as connection, connection.cursor() as cursor:
            cursor.execute(TABLE)
            cursor.executemany("INSERT INTO users VALUES (%s,%s,%s,%s,%s,%s)", ROWS)
        yield server
    finally:
        server.close()


@pytest.fixture(params=["sqlite", "postgres"])
def auth(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "sqlite":
        yield sqlite(tmp_path)
        return
    query = "SELECT * FROM users WHERE name = %(user)s"
    section = {"postgres": request.getfixturevalue("database").uri, "query": query}
    auth = encrypted(Sql(Context({"sql": section})))
    yield auth
    auth.context.close()


def test_stored_passwords_and_settings(auth: Any) -> None:
    assert auth.login("Alice", "wonderland")
    assert auth.user == "alice"
    assert auth.user_settings("alice")["quota"] == "10M"
    assert auth.user_settings("alice")["groups"] == ["staff", "dev"]
    assert "password" not in auth.user_settings("alice")
    for user, password in (("alice", "builder"), ("nobody", "x"), ("twice", "x"), ("broken", "no scheme")):
        assert not auth.login(user, password)
    assert not auth.login("none", "None")
    assert not auth.login("bob", "builder")  # pop3 only
    auth.connection.protocol = "pop3"
    assert auth.login("bob", "builder")
    assert auth.login("root", "toor", "bob")
    assert auth.user == "bob"
    assert run(auth, "PLAIN", b"\0root\0toor") == Done("root")


@pytest.mark.parametrize(
    "name",
    [
        "' OR '1'='1",
        "alice'--",
        'alice"',
        "alice\\",
        "%",
        "alice;drop table users",
        "{user}",
        ":user",
        "%(user)s",
    ],
)
def test_c9_a_name_is_never_sql(auth: Any, name: str) -> None:
    assert not auth.login(name, "wonderland")
    assert auth.login("alice", "wonderland")


@given(st.text(max_size=20))
@example("' UNION SELECT 'alice', '{PLAIN}x', null, null, 1, null --")
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_c9_only_users_are_found(tmp_path: Path, name: str) -> None:
    found = sqlite(tmp_path)._holder.directory.find(name)
    assert found is None or name in {row[0] for row in ROWS}


def test_the_name_that_counts_is_the_stored_one(tmp_path: Path) -> None:
    auth = sqlite(tmp_path, "SELECT * FROM users WHERE name = :user OR name || '@example.org' = :user")
    assert auth.login("bob@example.org", "builder") is False  # pop3 only, a rule of bob
    assert auth.login("root@example.org", "toor")
    assert auth.user == "root"
    assert not auth.knows("root@example.org")


def test_scram_where_the_passwords_allow_it(tmp_path: Path) -> None:
    scramp = pytest.importorskip("scramp")
    auth = sqlite(tmp_path, mechanisms=["SCRAM-SHA-256"])
    with sqlite3.connect(tmp_path / "users.db") as connection:
        stored = hash_password("pencil", "SCRAM-SHA-256")
        connection.execute("INSERT INTO users (name, password) VALUES ('user', ?)", [stored])
    connection.close()
    for name, password, good in (("user", "pencil", True), ("user", "pen", False), ("nobody", "x", False)):
        client = scramp.ScramClient(["SCRAM-SHA-256"], name, password)
        from coromail.auth.sasl.exchange import Challenge, Exchange

        from .peers import b64

        exchange = Exchange(auth, "SCRAM-SHA-256")
        first = exchange.start(b64(client.get_client_first().encode()))
        assert isinstance(first, Challenge)
        client.set_server_first(first.data.decode())
        last = exchange.respond(b64(client.get_client_final().encode()))
        assert isinstance(last, Challenge) == good
        if isinstance(last, Challenge):
            client.set_server_final(last.data.decode())
            assert exchange.respond(b"") == Done("user")
    assert auth.scram_keys("nobody", "SCRAM-SHA-256") is None
    assert auth.scram_keys("root", "SCRAM-SHA-256") is not None
    assert (
        auth.decoy_scram_keys("x", "SCRAM-SHA-256").salt == auth.decoy_scram_keys("x", "SCRAM-SHA-256").salt
    )


def test_a_missing_database_is_no_wrong_password(tmp_path: Path) -> None:
    auth = sqlite(tmp_path)
    (tmp_path / "users.db").unlink()
    with pytest.raises(Unavailable):
        auth.login("alice", "wonderland")
    assert not (tmp_path / "users.db").exists()


def test_postgres_away_and_back(database: postgresql.PostgreSQL) -> None:
    section = {"postgres": database.uri, "query": "SELECT * FROM users WHERE name = %(user)s"}
    directory = Sql.make_directory(Context({"sql": section}))
    assert directory.find("alice")
    database.stop()
    with pytest.raises(Unavailable):
        directory.find("alice")
    database.start()
    assert directory.check(Attempt("root", "toor"))
    database.stop()
    database.start()
    assert directory.check(Attempt("root", "toor"))  # by a new connection, unnoticed
    directory.close()


def test_what_the_administrator_got_wrong_is_no_wrong_password(database: postgresql.PostgreSQL) -> None:
    good = {"postgres": database.uri, "query": "SELECT * FROM users WHERE name = %(user)s"}
    for wrong in (
        {"postgres": "host=/nowhere"},
        {"postgres": database.uri.replace("secret", "wrong")},
        {"query": "SELEC %(user)s"},
    ):
        directory = Sql.make_directory(Context({"sql": {**good, **wrong}}))
        with pytest.raises(Unavailable):
            directory.find("alice")
        directory.close()


@pytest.mark.parametrize(
    ("section", "told"),
    [
        (None, "missing"),
        ({}, "Field required"),
        ({"query": "SELECT :user"}, "either sqlite"),
        ({"query": "SELECT :user", "sqlite": "a", "postgres": "b"}, "either sqlite"),
        ({"query": "SELECT '%s'", "sqlite": "a"}, "must have the parameter :user"),
        ({"query": ":user", "sqlite": "a", "tabel": "x"}, "unknown key"),
    ],
)
def test_mistakes_in_the_settings(section: Any, told: str) -> None:
    problems = Sql.problems(Context({"sql": section}))
    assert any(told in problem.text for problem in problems)
