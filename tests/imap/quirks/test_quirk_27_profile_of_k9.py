"""Client quirk 27: What K-9 (Thunderbird for Android) uses is there, and works together."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN

USED = """IDLE CONDSTORE SASL-IR NAMESPACE COMPRESS=DEFLATE ID SPECIAL-USE UIDPLUS LIST-EXTENDED MOVE ENABLE
    CREATE-SPECIAL-USE"""


def test_everything_is_announced(stranger: Client) -> None:
    before = set(stranger.ok("CAPABILITY").only("CAPABILITY"))
    after = set(stranger.ok("LOGIN alice secret").codes["CAPABILITY"])
    assert set(USED.split()) <= before | after


def test_its_first_minute(stranger: Client) -> None:
    stranger.ok("AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==")
    stranger.ok('ID ("name" "K-9 Mail" "version" "8.0")')
    stranger.ok("COMPRESS DEFLATE")
    stranger.ok("NAMESPACE")
    stranger.ok('LIST "" "" RETURN (SPECIAL-USE)')
    stranger.ok('LIST (SUBSCRIBED) "" "*" RETURN (SPECIAL-USE)')
    stranger.ok(r'CREATE "Drafts" (USE (\Drafts))')
    uid = stranger.append(PLAIN)
    stranger.ok('SELECT "INBOX"')
    stranger.ok(
        f"UID FETCH {uid} (UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (date from)])"
    )
    stranger.ok(f'UID MOVE {uid} "Drafts"')
    stranger.idle()
    stranger.done()
