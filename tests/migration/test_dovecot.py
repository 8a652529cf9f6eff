"""From Dovecot, in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.mbsync import mbsync
from tests.clients.programs import needs
from tests.clients.site import Site
from tests.migration import dovecot
from tests.migration.work import fetched, fetchmail, fill, look, same_mail, subscribed

pytestmark = [
    pytest.mark.skipif(not dovecot.installed(), reason="Dovecot 2.3 is not installed"),
    pytest.mark.timeout(180),
]


@needs("mbsync")
@needs("fetchmail")
@pytest.mark.parametrize(
    ("layout", "separator"), [("", "."), (":LAYOUT=fs", "/"), (":LAYOUT=fs:INBOX={inbox}", "/")]
)
def test_clients_notice_nothing(layout: str, separator: str, tmp_path: Path) -> None:
    """UIDs, flags, keywords, unique-ids and subscriptions stay; mbsync and fetchmail transfer nothing."""
    site = Site(tmp_path / "site")
    layout = layout.format(inbox=site.folder / "mail/%u/INBOX")
    with dovecot.serving(site, tmp_path / "dovecot", layout):
        with site.imap("alice") as client:
            fill(client, separator)
            before, names = look(client), subscribed(client)
        mbsync(site, "alice", tmp_path / "home", sync="All")
        assert fetchmail(site, tmp_path / "home", "alice") == 11
        assert fetchmail(site, tmp_path / "home", "alice") == 0
    files = fetched(tmp_path / "home")
    assert len(files) == 11 + 12 + 10
    if layout:
        text = site.configuration.read_text()
        site.configuration.write_text(text.replace("store: {", "store: {old_layout: fs, "))
    site.start()
    try:
        with site.imap("alice") as client:
            same_mail(look(client), before)
            assert subscribed(client) >= names
        sent = mbsync(site, "alice", tmp_path / "home", sync="All")
        assert "SELECT" in sent
        assert not any(word in sent for word in ("BODY", "APPEND", "STORE", "EXPUNGE"))
        assert fetchmail(site, tmp_path / "home", "alice") == 0
        assert fetched(tmp_path / "home") == files
        assert site.problems() == []
    finally:
        site.stop()
