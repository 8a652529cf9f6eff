"""slapd and PostgreSQL behind a whole server: many log in at once; the source goes away and comes back."""

from __future__ import annotations

import imaplib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.clients.site import Site

from . import postgresql
from .test_sql import ROWS, TABLE

ALICE = ("alice", "wonderland")
GUESSES = [ALICE, ("alice", "builder"), ("nobody", "wonderland"), ALICE] * 8
pytestmark = pytest.mark.timeout(300)


def slapd(folder: Path) -> tuple[Any, str, dict[str, Any]]:
    pytest.importorskip("ldap")
    from .test_ldap import BASE, SLAPD, Slapd

    if SLAPD is None:
        pytest.skip("no slapd here")
    server = Slapd(folder)
    bind = {"bind_dn": f"cn=admin,{BASE}", "bind_password": "secret", "base": BASE, "timeout": 20}
    find = {"filter": "(&(objectClass=inetOrgPerson)(uid={user}))"}
    return (
        server,
        "ldap:Ldap",
        {"ldap": {"uri": server.uri, "starttls": True, "ca": str(server.ca), **bind, **find}},
    )


def postgres(folder: Path) -> tuple[Any, str, dict[str, Any]]:
    psycopg = pytest.importorskip("psycopg")
    if not postgresql.available():
        pytest.skip("no PostgreSQL here")
    server = postgresql.PostgreSQL()
    with psycopg.connect(server.uri) as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.executemany("INSERT INTO users VALUES (%s,%s,%s,%s,%s,%s)", ROWS)
    query = "SELECT * FROM users WHERE name = %(user)s"
    return server, "sql:Sql", {"sql": {"postgres": server.uri, "query": query}}


@pytest.fixture(params=[slapd, postgres], ids=["slapd", "postgres"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Site, Any]]:
    (tmp_path / "source").mkdir()
    source, name, settings = request.param(tmp_path / "source")
    site = Site(tmp_path / "site", "limits: {exempt_networks: [127.0.0.0/8]}\n")
    auth = f"auth: {json.dumps({'class': f'coromail.auth.{name}', **settings})}\n"
    text = site.configuration.read_text()
    site.configuration.write_text(text.replace("auth: {users_file: users.yaml}\n", auth))
    site.start()
    try:
        yield site, source
        site.stop()
    finally:
        if site.process is not None and site.process.poll() is None:
            site.kill()
        getattr(source, "close", source.stop)()


def log_in(site: Site, user: str, password: str) -> str:
    """OK, or the response code of the refusal."""
    with imaplib.IMAP4_SSL("localhost", site.ports["imaps"], ssl_context=site.tls, timeout=60) as client:
        try:
            client.login(user, password)
        except imaplib.IMAP4.error as error:
            return str(error).partition("[")[2].partition("]")[0]
        return "OK"


def test_many_at_once_and_a_source_that_goes_away(served: tuple[Site, Any]) -> None:
    site, source = served
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda one: log_in(site, *one), GUESSES))
    assert told == ["OK" if one == ALICE else "AUTHENTICATIONFAILED" for one in GUESSES]
    source.stop()
    assert log_in(site, *ALICE) == "UNAVAILABLE"
    source.start()
    assert log_in(site, *ALICE) == "OK"
