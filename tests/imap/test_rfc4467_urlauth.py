"""URLAUTH: RFC 4467."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestAuth, TestHost, literal

MAIL = b"Subject: shared\r\n\r\nSi vis pacem, para bellum.\r\n"
RUMP = "imap://alice@localhost/INBOX/;UID=1/;SECTION=TEXT"


class KnowingAuth(TestAuth):
    """Users who need not log in to be known."""

    __test__ = False

    def knows(self, user: str) -> bool:
        return self.secret(user) is not None


@pytest.fixture
def host() -> TestHost:
    """A server where bob hands mail in for others."""
    host = TestHost(auth_class=KnowingAuth)
    host.urlauth = frozenset({"bob"})
    return host


@pytest.fixture
def owner(alice: Client) -> Client:
    """alice, with a message in INBOX."""
    alice.append(MAIL)
    return alice


def make(client: Client, rump: str) -> str:
    """An authorized URL."""
    (url,) = client.ok(f'GENURLAUTH "{rump}" INTERNAL').only("GENURLAUTH")
    assert url.startswith(rump.encode() + b":INTERNAL:")
    return str(url.decode())


def read(client: Client, url: str) -> bytes | None:
    """What a URL is good for."""
    ((named, octets),) = client.ok(f'URLFETCH "{url}"').only("URLFETCH")
    assert named == url.encode()
    return octets  # type: ignore[no-any-return]


def test_off_by_default() -> None:
    stranger = Client()
    alice = stranger.login()
    assert "URLAUTH" not in alice.ok("CAPABILITY").only("CAPABILITY")
    alice.append(MAIL)
    for command in (f'GENURLAUTH "{RUMP};URLAUTH=anonymous" INTERNAL', 'URLFETCH "x"', "RESETKEY"):
        assert alice.bad(command).tagged.text == "Unknown command"
    assert "URLMECH" not in alice.ok("SELECT INBOX").codes


@pytest.mark.parametrize(
    ("access", "alices", "bobs", "carols"),
    [
        ("anonymous", True, True, True),
        ("authuser", True, True, True),
        ("user+bob", False, True, False),
        ("submit+carol", False, True, False),  # bob alone hands mail in
        ("SUBMIT+alice", False, True, False),
    ],
)
def test_3_who_may_use_it(
    host: TestHost, owner: Client, bob: Client, access: str, alices: bool, bobs: bool, carols: bool
) -> None:
    url = make(owner, f"{RUMP};URLAUTH={access}")
    for client, may in ((owner, alices), (bob, bobs), (Client(host).login("carol"), carols)):
        assert read(client, url) == (b"Si vis pacem, para bellum.\r\n" if may else None)


def test_5_the_token_has_256_bits_and_is_the_same_each_time(owner: Client) -> None:
    url = make(owner, f"{RUMP};URLAUTH=anonymous")
    assert len(url.rpartition(":")[2]) == 64
    assert make(owner, f"{RUMP};URLAUTH=anonymous") == url


def test_6_any_change_makes_it_worthless(owner: Client, bob: Client) -> None:
    url = make(owner, f"{RUMP};URLAUTH=anonymous")
    token = url.rpartition(":")[2]
    for other in (
        url[:-1],
        url + "0",
        url[:-1] + ("0" if url[-1] != "0" else "1"),
        url.replace("UID=1", "UID=2"),
        url.replace("TEXT", "HEADER"),
        url.replace("/;SECTION=TEXT", ""),
        url.replace("alice", "%61lice"),
        url.replace("localhost", "LOCALHOST"),
        url.replace("anonymous", "authuser"),
        url.replace("INTERNAL", "EXTERNAL"),
        f"{RUMP};URLAUTH=anonymous",
        url.replace(token, ""),
        url.replace("INBOX", "nowhere"),
        url.replace("alice@", "nobody@"),
        url.replace("alice@", "bob@"),
        url.replace("alice@", ""),
        "imap://alice@localhost/INBOX",
        "nonsense",
    ):
        assert read(bob, other) is None


def test_6_the_token_may_be_in_any_case(owner: Client, bob: Client) -> None:
    rump, _, token = make(owner, f"{RUMP};URLAUTH=anonymous").rpartition(":")
    assert read(bob, f"{rump}:{token.upper()}") is not None


def test_3_expire(owner: Client, bob: Client) -> None:
    assert read(bob, make(owner, f"{RUMP};EXPIRE=2999-01-01T00:00:00Z;URLAUTH=anonymous")) is not None
    assert read(bob, make(owner, f"{RUMP};EXPIRE=1999-01-01T00:00:00+02:00;URLAUTH=anonymous")) is None
    owner.bad(f'GENURLAUTH "{RUMP};EXPIRE=tomorrow;URLAUTH=anonymous" INTERNAL')
    owner.bad(f'GENURLAUTH "{RUMP};EXPIRE=2999-01-01T00:00:00;URLAUTH=anonymous" INTERNAL')


@pytest.mark.parametrize(
    "url",
    [
        RUMP,
        f"{RUMP};URLAUTH=everybody",
        f"{RUMP};URLAUTH=submit+",
        f"{RUMP};URLAUTH=user",
        "imap://localhost/INBOX/;UID=1;URLAUTH=anonymous",
        "imap://bob@localhost/INBOX/;UID=1;URLAUTH=anonymous",
        "imap://alice@elsewhere.example/INBOX/;UID=1;URLAUTH=anonymous",
        "imap://alice@localhost/nowhere/;UID=1;URLAUTH=anonymous",
        "imap://alice@localhost/INBOX;URLAUTH=anonymous",
        "/INBOX/;UID=1;URLAUTH=anonymous",
    ],
)
def test_7_genurlauth_refuses(owner: Client, url: str) -> None:
    owner.bad(f'GENURLAUTH "{url}" INTERNAL')


def test_7_syntax(owner: Client) -> None:
    owner.bad("GENURLAUTH")
    owner.bad(f'GENURLAUTH "{RUMP};URLAUTH=anonymous"')
    owner.bad(f'GENURLAUTH "{RUMP};URLAUTH=anonymous" XSAMPLE')
    owner.bad("URLFETCH")
    owner.bad("URLFETCH " + " ".join(["x"] * 101))


def test_7_several_at_once(owner: Client, bob: Client) -> None:
    rumps = [
        f"{RUMP};URLAUTH=anonymous",
        "imap://alice@localhost/INBOX/;UID=1/;PARTIAL=0.7;URLAUTH=anonymous",
    ]
    urls = owner.ok("GENURLAUTH", *(f'"{rump}" INTERNAL' for rump in rumps)).only("GENURLAUTH")
    pairs = bob.ok("URLFETCH", *(literal(url) for url in urls), '"nonsense"').only("URLFETCH")
    assert [octets for _, octets in pairs] == [b"Si vis pacem, para bellum.\r\n", b"Subject", None]


def test_7_resetkey_revokes(owner: Client, bob: Client) -> None:
    url = make(owner, f"{RUMP};URLAUTH=anonymous")
    assert owner.ok("RESETKEY INBOX").codes["URLMECH"] is not None
    assert read(bob, url) is None
    again = make(owner, f"{RUMP};URLAUTH=anonymous")
    assert again != url
    assert read(bob, again) is not None
    owner.ok("RESETKEY INBOX INTERNAL")
    owner.no("RESETKEY INBOX XSAMPLE")
    owner.no("RESETKEY nowhere")
    last = make(owner, f"{RUMP};URLAUTH=anonymous")
    owner.ok("RESETKEY")
    assert read(bob, last) is None


def test_7_resetkey_is_told_to_those_who_have_it_open(owner: Client, other: Client) -> None:
    assert "URLMECH" in other.ok("SELECT INBOX").codes
    owner.ok("RESETKEY INBOX")
    assert "URLMECH" in other.ok("NOOP").codes
    assert "URLMECH" not in other.ok("NOOP").codes


def test_a_mailbox_made_anew_has_no_key(owner: Client, bob: Client) -> None:
    owner.ok("CREATE work")
    owner.append(MAIL, "work")
    url = make(owner, "imap://alice@localhost/work/;UID=1;URLAUTH=anonymous")
    assert read(bob, url) == MAIL
    owner.ok("DELETE work")
    owner.ok("CREATE work")
    owner.append(MAIL, "work")
    assert read(bob, url) is None


def test_fetching_makes_no_keys_and_sets_no_flags(owner: Client, bob: Client) -> None:
    url = f"{RUMP};URLAUTH=anonymous:INTERNAL:" + "0" * 64
    assert read(bob, url) is None
    assert not [name for name in owner.session.model.select("INBOX").properties if name.startswith("urlauth")]
    assert read(bob, make(owner, f"{RUMP};URLAUTH=anonymous")) is not None
    owner.ok("SELECT INBOX")
    assert b"\\Seen" not in owner.ok("FETCH 1 FLAGS").fetched("FLAGS")[0]


def test_who_may_read_the_mailbox_no_longer_gives_nothing_away(owner: Client, bob: Client) -> None:
    """RFC 4467 section 7: it grants what access the owner of the URL has now."""
    owner.ok("CREATE ours")
    owner.append(MAIL, "ours")
    owner.ok("SETACL ours bob lr")
    url = make(bob, "imap://bob@localhost/Other%20Users/alice/ours/;UID=1;URLAUTH=anonymous")
    assert read(owner, url) == MAIL
    owner.ok("DELETEACL ours bob")
    assert read(owner, url) is None
