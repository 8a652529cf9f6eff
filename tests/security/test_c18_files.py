# ruff: noqa: E501 (tables)
"""C18: files beside the mail may be damaged or forged by whoever can write there: rebuilt, passed over, never trusted.

CVE-2019-7524. Every byte cut and every fault: tests/stores; any octets: fuzz/files.py.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from coromail.errors import StorageError
from tests.stores.maildir_home import Home, append, mail, subjects, uids

NAMES = ["coromail.journal", "coromail.sqlite3"]
FORGED = {
    "dovecot-uidlist": [b"3 V4294967295 N4294967295\n4294967295 :x\n", b"3 V1 N" + b"9" * 5000, b"3 V0 N0\n", b"3\n" * 9999,
                        b"3 V5 N2\n1 :../../etc/passwd\n1 :a\n1 :a\n", b"\xff" * 5000, b"3 V1 N1 " + b"x" * 1_000_000],
    "courierimapuiddb": [b"1 5 9\n1 ../x\n", b"1 99999999999 1\n", b"1 -5 -9\n-1 a\n", b"\0" * 5000],
    "dovecot-keywords": [b"0 a b\n1 \\Seen\n99 x\n-1 y\n0 " + b"k" * 9999, b"\xff\n" * 500],
    "subscriptions": [b"../../x\nINBOX\n\xff\n&AGE\n" + b"a" * 9999, b"V\t2\n\n\t\t\n../x\n"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "octets"), [(n, o) for n, all_ in FORGED.items() for o in all_], ids=lambda v: repr(v)[:30]
)
def test_forged_files_of_other_servers(tmp_path: Path, name: str, octets: bytes) -> None:
    """Taken over as far as they make sense: messages are all there, with ascending UIDs in range."""
    home = tmp_path / "alice"
    for part in ("cur", "new", "tmp"):
        (home / part).mkdir(parents=True)
    for number in range(3):
        (home / "cur" / f"170000000{number}.M1P1.x:2,ab").write_bytes(mail(f"m{number}"))
    (home / name).write_bytes(octets)
    try:
        found = Home(tmp_path)
    except StorageError:
        return
    assert subjects(found.inbox) == ["m0", "m1", "m2"] or sorted(subjects(found.inbox)) == ["m0", "m1", "m2"]
    numbers = uids(found.inbox)
    assert numbers == sorted(set(numbers))
    assert all(0 < uid < 2**32 for uid in numbers)
    assert 0 < found.inbox.uidvalidity < 2**32
    found.model.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(8))
def test_damage_at_random(tmp_path: Path, name: str, seed: int) -> None:
    """Octets of our own files overwritten: mail is there, and a UID never means another message than before."""
    home = Home(tmp_path)
    append(home.inbox, *"abcdef")
    before = dict(zip(uids(home.inbox), subjects(home.inbox), strict=True))
    validity = home.inbox.uidvalidity
    home.model.close()
    dice = random.Random(seed)
    path = tmp_path / "alice" / name
    octets = bytearray(path.read_bytes())
    for _ in range(20):
        octets[dice.randrange(len(octets))] = dice.randrange(256)
    path.write_bytes(octets)
    again = Home(tmp_path)
    assert sorted(subjects(again.inbox)) == list("abcdef")
    if again.inbox.uidvalidity == validity:
        for uid, subject in zip(uids(again.inbox), subjects(again.inbox), strict=True):
            assert before.get(uid, subject) == subject
    again.model.close()


@pytest.mark.parametrize("name", NAMES)
def test_links_in_place_of_our_files_are_not_followed_to_write(tmp_path: Path, name: str) -> None:
    """Else whoever can write into the Maildir could have other files of the server overwritten."""
    home = Home(tmp_path)
    append(home.inbox, "a")
    home.model.close()
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path = tmp_path / "alice" / name
    path.unlink()
    os.symlink(victim, path)
    try:
        again = Home(tmp_path)
        append(again.inbox, "b")
        again.model.close()
    except StorageError:
        pass
    assert victim.read_bytes() == b"precious"
