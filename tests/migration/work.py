"""What users do before the move, and what their programs say after it."""

from __future__ import annotations

import imaplib
import re
from pathlib import Path

from tests.clients.programs import run, written
from tests.clients.site import USERS, Site

Seen = dict[str, tuple[bytes, dict[bytes, tuple[bytes, frozenset[bytes]]]]]
FETCH = re.compile(rb"UID (\d+) FLAGS \(([^)]*)\)")


def mail(number: int) -> bytes:
    """A message."""
    return f"From: a@example.org\r\nSubject: {number}\r\nMessage-ID: <{number}@x>\r\n\r\n{'x' * number}\r\n".encode()


def fill(client: imaplib.IMAP4, separator: str, prefix: str = "") -> None:
    """Mailboxes, keywords, gaps between UIDs, subscriptions."""
    lists = f"{prefix}Lists{separator}Python"
    for name in (f"{prefix}Sent", lists, f"{prefix}Entw&APw-rfe"):
        assert client.create(name)[0] == "OK"
    for number in range(12):
        for box in ("INBOX", f"{prefix}Sent", lists):
            assert client.append(box, "", None, mail(number))[0] == "OK"
    for box in ("INBOX", lists):
        client.select(box)
        client.store("2:4", "+FLAGS", r"(\Seen $Work)")
        client.store("3:6", "+FLAGS", r"(\Flagged NonJunk)")
        client.store("1,7", "+FLAGS", r"(\Deleted)")
        client.expunge()
    for name in ("INBOX", lists):
        assert client.subscribe(name)[0] == "OK"
    client.append("INBOX", r"(\Answered later)", None, mail(50))


def look(client: imaplib.IMAP4) -> Seen:
    """UIDVALIDITY, and each message's UID, flags and octets, by the last part of the mailbox's name."""
    seen: Seen = {}
    for line in client.list()[1]:
        name = re.split(rb' "?[./]"? ', line)[-1].strip(b'"').decode()
        if b"\\Noselect" in line or client.select(f'"{name}"', readonly=True)[0] != "OK":
            continue
        uidvalidity = client.untagged_responses["UIDVALIDITY"][0]
        answers = client.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")[1]
        found = {}
        for words, octets in (one for one in answers if isinstance(one, tuple)):
            match = FETCH.search(words)
            uid, flags = match[1], frozenset(match[2].split()) - {b"\\Recent"}
            found[uid] = (octets, flags)
        seen[re.split(r"[./]", name)[-1]] = (uidvalidity, found)
    return seen


def subscribed(client: imaplib.IMAP4) -> set[str]:
    """The last parts of the names that are subscribed to."""
    lines = [line for line in client.lsub()[1] if line]
    return {re.split(rb"[./]", re.split(rb' "?[./]"? ', line)[-1].strip(b'"'))[-1].decode() for line in lines}


def same_mail(after: Seen, before: Seen) -> None:
    """Fails when anything that was there is not the same."""
    for name, (uidvalidity, messages) in before.items():
        assert after[name][0] == uidvalidity, name
        assert after[name][1] == messages, name


def fetchmail(site: Site, home: Path, user: str) -> int:
    """Fetch by POP3 what is new, and leave it there; how many messages there were."""
    rc = written(
        home / "fetchmailrc",
        f"poll localhost protocol pop3 service {site.ports['pop3s']} uidl no dns\n"
        f'user "{user}" password "{USERS[user]}" ssl sslcertck sslcertfile "{site.certificate}"\n'
        f'keep no rewrite mda "cat >> {home}/fetched; echo >> {home}/count"\n',
    )
    (home / "count").unlink(missing_ok=True)
    run(
        home,
        "fetchmail",
        "--invisible",
        "--silent",
        "-f",
        rc,
        "-i",
        home / "ids",
        "--pidfile",
        home / "pid",
        statuses=(0, 1),
        FETCHMAILHOME=str(home),
    )
    count = home / "count"
    return len(count.read_text()) if count.exists() else 0


def fetched(home: Path) -> list[Path]:
    """The messages that mbsync has fetched."""
    return sorted(path for part in ("new", "cur") for path in home.glob(f"mail/**/{part}/*"))
