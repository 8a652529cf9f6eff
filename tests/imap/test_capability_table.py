"""docs/extensions.md says what the server announces, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tests.imap.harness import Client, TestHost

ROOT = Path(__file__).parents[2]
WORDS = ("yes", "off", "partly", "no")
PART_OF_ANOTHER = {"I18NLEVEL=1"}  # never announced beside I18NLEVEL=2 (RFC 5255 section 4.3)


class Row(NamedTuple):
    """One extension: how far it is there, and the files that hold it and test it."""

    name: str
    state: str
    where: list[str]
    tests: list[str]


def rows() -> list[Row]:
    """The table."""
    found = []
    for line in (ROOT / "docs/extensions.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "Extension":
            name, _, state, where, tests = cells
            found.append(Row(name, state, re.findall("`([^`]+)`", where), re.findall("`([^`]+)`", tests)))
    return found


def announced(host: TestHost, encrypted: bool) -> set[str]:
    """All capabilities before and after login, without mechanisms and the values of limits."""
    client = Client(host, encrypted=encrypted)
    names = set(client.ok("CAPABILITY").only("CAPABILITY"))
    if encrypted:
        names |= set(client.login().ok("CAPABILITY").only("CAPABILITY"))
    plain = {re.sub("^((APPEND|SAVE|MESSAGE)LIMIT)=.*", r"\1", name) for name in names}
    return {name for name in plain if not name.startswith("AUTH=")} - {"LOGINDISABLED"}


def all_that_is_possible() -> set[str]:
    """What a server announces that has everything switched on that can be."""
    host = TestHost()
    host.urlauth = frozenset()
    host.tls_available = True
    host.limits.messages = 1000
    return announced(host, encrypted=True) | announced(host, encrypted=False)


def test_the_table_says_what_is_announced() -> None:
    told = {row.name.upper() for row in rows() if row.state.startswith(("yes", "off"))} - PART_OF_ANOTHER
    by_default = announced(TestHost(), encrypted=True)
    assert {row.name.upper() for row in rows() if row.state.startswith("off")} & by_default == set()
    assert told - {"SAVELIMIT"} == all_that_is_possible() - {"SAVELIMIT"}
    assert "SAVELIMIT" in by_default


def test_each_extension_once_in_order_with_a_state() -> None:
    names = [row.name for row in rows()]
    assert len(set(names)) == len(names)
    assert names[2:] == sorted(names[2:])
    for row in rows():
        assert re.split(r"\W", row.state)[0] in WORDS, row
        assert row.state.startswith(("yes", "off")) or ": " in row.state, f"{row.name}: why?"


def test_the_files_are_there() -> None:
    for row in rows():
        if row.state.startswith("no"):
            continue
        assert row.where, row
        assert row.tests, row
        for path in row.where:
            base = "coromail" if path.startswith(("message/", "model/")) else "coromail/imap"
            assert (ROOT / base / path).exists(), path
        for pattern in row.tests:
            assert list((ROOT / "tests/imap").glob(pattern)), pattern
