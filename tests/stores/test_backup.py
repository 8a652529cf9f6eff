"""Backup while the server runs, and restoring it, as docs/administrator.md says."""

from __future__ import annotations

import os
import re
import shutil
import threading
from pathlib import Path

from tests.transfer.site import Site


def copy_tree(source: Path, target: Path) -> None:
    """What "rsync -a --delete" does: files may come, go and change their names meanwhile."""
    seen = set()
    for here, folders, names in os.walk(source):
        place = target / Path(here).relative_to(source)
        place.mkdir(exist_ok=True)
        seen |= {place / name for name in (*folders, *names)}
        for name in names:
            try:
                shutil.copy2(Path(here) / name, place / name)
            except FileNotFoundError:
                seen.discard(place / name)
    for path in set(target.rglob("*")) - seen:
        if path.is_file():
            path.unlink()


def append(client: object, number: int) -> int:
    """Append a message; its UID."""
    answer = client.append("INBOX", "(blue)", None, f"Subject: {number}\r\n\r\n{number}\r\n".encode())  # type: ignore[attr-defined]
    return int(re.search(rb"APPENDUID \d+ (\d+)", answer[1][0])[1])  # type: ignore[index]


def seen(site: Site) -> tuple[bytes, dict[int, tuple[bytes, bool]]]:
    """UIDVALIDITY, and for each UID the octets and whether \\Seen is set."""
    with site.serving(), site.imap() as client:
        client.select("INBOX")
        validity = client.response("UIDVALIDITY")[1][0]
        data = client.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")[1]
        found = {}
        for number, piece in enumerate(data):
            if isinstance(piece, tuple):
                rest = piece[0] + (data[number + 1] if isinstance(data[number + 1], bytes) else b"")
                uid = int(re.search(rb"UID (\d+)", rest)[1])  # type: ignore[index]
                found[uid] = (piece[1], b"\\Seen" in rest)
        return validity, found


def test_backup_while_running_and_restore(tmp_path: Path) -> None:
    site, saved = Site(tmp_path / "site"), tmp_path / "backup"
    before: dict[int, int] = {}
    given: list[int] = []
    with site.serving(), site.imap() as client, site.imap() as busy:
        for number in range(60):
            before[append(client, number)] = number
        stop = threading.Event()

        def work() -> None:
            busy.select("INBOX")
            while not stop.is_set():
                given.append(append(busy, 1000))
                busy.uid(
                    "STORE",
                    f"1:{given[-1]}",
                    "+FLAGS.SILENT" if len(given) % 2 else "-FLAGS.SILENT",
                    "(\\Seen)",
                )

        worker = threading.Thread(target=work)
        worker.start()
        copy_tree(site.folder / "mail", saved)
        copy_tree(site.folder / "mail", saved)
        stop.set()
        worker.join()
        given.append(append(client, 2000))
        client.select("INBOX")
        validity = client.response("UIDVALIDITY")[1][0]
    # Disaster, and back.
    shutil.rmtree(site.folder / "mail")
    shutil.copytree(saved, site.folder / "mail")
    (site.folder / "mail" / "alice" / "coromail.restored").touch()
    restored, messages = seen(site)
    assert restored == validity
    for uid, number in before.items():
        assert messages[uid][0] == f"Subject: {number}\r\n\r\n{number}\r\n".encode()
    with site.serving(), site.imap() as client:
        assert append(client, 3000) > max(given), "no UID that a client has seen is given again"
    assert not (site.folder / "mail" / "alice" / "coromail.restored").exists()


def test_a_few_messages_back_into_the_running_server(tmp_path: Path) -> None:
    site, saved = Site(tmp_path / "site"), Site(tmp_path / "saved")
    with site.serving(), site.imap() as client:
        for number in range(5):
            append(client, number)
        copy_tree(site.folder / "mail", saved.folder / "mail")
        client.select("INBOX")
        client.store("1:3", "+FLAGS", "\\Deleted")
        client.expunge()
        assert saved.run("export", "maildir", tmp_path / "out")[0] == 0
        assert site.run("import", "maildir", tmp_path / "out")[1].startswith(
            "3 messages imported, 2 were there"
        )
        client.noop()
        assert client.search(None, "ALL")[1] == [b"1 2 3 4 5"]
