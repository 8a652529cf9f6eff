"""ACL and mailboxes of other users: RFC 4314, by section, with owner (alice) and others (bob, carol)."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import PLAIN, numbered

WORK = '"Other Users/alice/work"'


@pytest.fixture
def carol(host: TestHost) -> Client:
    return Client(host).login("carol")


@pytest.fixture
def work(alice: Client) -> Client:
    """alice, with a mailbox `work` of three messages."""
    alice.ok("CREATE work")
    for number in range(3):
        alice.append(numbered(number), "work")
    return alice


def share(alice: Client, rights: str, who: str = "bob", mailbox: str = "work") -> None:
    alice.ok(f"SETACL {mailbox} {who} {rights}")


def rights(client: Client, mailbox: str) -> set[str]:
    return set(client.ok(f"MYRIGHTS {mailbox}").only("MYRIGHTS")[1].decode())


def test_capabilities(alice: Client) -> None:
    assert {"ACL", "RIGHTS=TEXK"} <= set(alice.ok("CAPABILITY").only("CAPABILITY"))


def test_2_owner_has_all_rights(work: Client) -> None:
    assert rights(work, "work") == set("lrswipkxteacd")
    _, entries = work.ok("GETACL work").only("ACL")
    assert entries == {b"alice": b"lrswipkxteacd"}


def test_2_union_of_identifiers(work: Client, bob: Client, carol: Client) -> None:
    share(work, "l", "anyone")
    share(work, "r")
    assert rights(bob, WORK) == set("lr")
    assert rights(carol, WORK) == {"l"}


def test_2_negative_rights(work: Client, bob: Client, carol: Client) -> None:
    share(work, "lrs", "anyone")
    share(work, "s", "-bob")
    assert rights(bob, WORK) == set("lr")
    assert rights(carol, WORK) == set("lrs")
    work.ok("DELETEACL work bob")
    assert rights(bob, WORK) == set("lr")
    work.ok("DELETEACL work -bob")
    assert rights(bob, WORK) == set("lrs")


def test_2_1_1_old_rights(work: Client, bob: Client) -> None:
    share(work, "lrswida")
    _, entries = work.ok("GETACL work").only("ACL")
    assert set(entries[b"bob"].decode()) == set("lrswitead")
    share(work, "lc")
    assert rights(bob, WORK) == set("lkxc")


@pytest.mark.parametrize("letters", ["lrQ", "lrq", "L", "l0", "+z", "-z", "+-l", '"l r"', "lré"])
def test_3_1_unknown_rights_are_bad(work: Client, letters: str) -> None:
    before = work.ok("GETACL work").only("ACL")
    work.bad(f'SETACL work bob "{letters}"' if '"' not in letters else f"SETACL work bob {letters}")
    assert work.ok("GETACL work").only("ACL") == before


def test_3_1_plus_minus_replace(work: Client) -> None:
    share(work, "lr")
    share(work, "+si")
    share(work, "-r")
    assert work.ok("GETACL work").only("ACL")[1][b"bob"] == b"lsi"
    share(work, '""')
    assert work.ok("GETACL work").only("ACL")[1][b"bob"] == b""


@pytest.mark.parametrize("name", ['""', '"-"', '"--bob"', '"\x01"', "{1+}\r\n\xff"])
def test_3_identifiers_that_are_none(work: Client, name: str) -> None:
    work.bad(b"SETACL work " + name.encode("latin-1") + b" l")


def test_3_identifiers_are_prepared(work: Client, bob: Client) -> None:
    share(work, "lr", "BOB")
    assert rights(bob, WORK) == set("lr")


def test_3_4_listrights(work: Client) -> None:
    mailbox, identifier, groups = work.ok("LISTRIGHTS work BOB").only("LISTRIGHTS")
    assert (mailbox, identifier) == (b"work", b"BOB")
    assert groups[0] == b""
    assert set(b"".join(groups)) == set(b"lrswipkxteacd")
    _, _, groups = work.ok("LISTRIGHTS work alice").only("LISTRIGHTS")
    assert set(groups[0]) == set(b"la")


def test_owner_never_loses_lookup_and_administer(work: Client) -> None:
    share(work, '""', "alice")
    assert rights(work, "work") == set("la")
    work.no("SELECT work", code="NOPERM")
    work.ok("DELETEACL work alice")
    assert rights(work, "work") == set("la")
    share(work, "lrswipkxtea", "alice")
    work.ok("SELECT work")


def test_4_list_needs_l_and_hides_parents(work: Client, bob: Client) -> None:
    work.ok("CREATE work/deep/er")
    assert set(bob.ok('LIST "" *').lists) == {"INBOX"}
    share(work, "l", mailbox="work/deep/er")
    lists = bob.ok('LIST "" *').lists
    assert set(lists) == {
        "INBOX",
        "Other Users",
        "Other Users/alice",
        "Other Users/alice/work",
        "Other Users/alice/work/deep",
        "Other Users/alice/work/deep/er",
    }
    assert b"\\Noselect" in lists["Other Users/alice/work"].attributes
    bob.no(f"SELECT {WORK}", code="NONEXISTENT")
    bob.no('SELECT "Other Users/alice/work/deep/er"', code="NOPERM")


def test_4_children_that_one_may_not_see_do_not_count(work: Client, bob: Client) -> None:
    work.ok("CREATE work/secret")
    share(work, "lr")
    assert (
        b"\\HasNoChildren"
        in bob.ok('LIST "" "Other Users/alice/*"').lists["Other Users/alice/work"].attributes
    )


def test_4_subscribe(work: Client, bob: Client) -> None:
    bob.no(f"SUBSCRIBE {WORK}", code="NONEXISTENT")
    share(work, "l")
    bob.ok(f"SUBSCRIBE {WORK}")
    assert "Other Users/alice/work" in bob.ok('LSUB "" *').lsubs
    work.ok("DELETEACL work bob")
    assert bob.ok('LSUB "" "Other*"').lsubs["Other Users/alice/work"].attributes == [b"\\Noselect"]
    bob.ok(f"UNSUBSCRIBE {WORK}")


def test_4_create_needs_k_and_inherits(work: Client, bob: Client) -> None:
    share(work, "lr")
    new = '"Other Users/alice/work/new"'
    bob.no(f"CREATE {new}", code="NOPERM")
    share(work, "+k")
    bob.ok(f"CREATE {new}")
    assert rights(bob, new) == set("lrkc")
    assert "work/new" in work.ok('LIST "" *').lists
    bob.no('CREATE "Other Users/alice/top"', code="NOPERM")
    bob.no('CREATE "Other Users/nobody/top"', code="NOPERM")
    bob.no('CREATE "Other Users"', code="NOPERM")


def test_4_delete_needs_x_and_deletes_the_acl(work: Client, bob: Client) -> None:
    share(work, "lr")
    bob.no(f"DELETE {WORK}", code="NOPERM")
    share(work, "+x")
    bob.ok(f"DELETE {WORK}")
    work.ok("CREATE work")
    bob.no(f"SELECT {WORK}", code="NONEXISTENT")


def test_4_rename_needs_x_and_k_and_keeps_the_acl(work: Client, bob: Client) -> None:
    work.ok("CREATE shelf")
    share(work, "lrx")
    bob.no(f'RENAME {WORK} "Other Users/alice/shelf/work"', code="NOPERM")
    share(work, "lk", mailbox="shelf")
    bob.ok(f'RENAME {WORK} "Other Users/alice/shelf/work"')
    assert rights(bob, '"Other Users/alice/shelf/work"') == set("lrxc")
    bob.no('RENAME "Other Users/alice/shelf/work" mine', code="CANNOT")


def test_4_append_needs_i_and_drops_flags(work: Client, bob: Client) -> None:
    share(work, "lr")
    bob.no("APPEND", WORK, literal(PLAIN), code="NOPERM")
    share(work, "lrwis")
    flags = r"(\Seen \Deleted \Draft $Forwarded)"
    bob.ok("APPEND", WORK, flags, literal(PLAIN))
    work.ok("SELECT work")
    assert set(work.ok("FETCH 4 FLAGS").fetched("FLAGS")[0]) >= {b"\\Seen", b"\\Draft", b"$Forwarded"}
    assert b"\\Deleted" not in work.ok("FETCH 4 FLAGS").fetched("FLAGS")[0]


def test_4_copy_drops_flags_one_may_not_set(work: Client, bob: Client) -> None:
    share(work, "lrist")
    for flags in (r"(\Draft \Deleted)", r"(\Answered)", r"($Forwarded \Seen)"):
        bob.append(PLAIN, flags=flags)
    bob.ok("SELECT INBOX")
    copied = bob.ok(f"COPY 1:3 {WORK}").codes["COPYUID"]
    assert copied[2] == [(4, 6)]
    work.ok("EXAMINE work")
    got = work.ok("FETCH 4:6 FLAGS").fetched("FLAGS")
    assert [set(flags) - {b"\\Recent"} for flags in got] == [{b"\\Deleted"}, set(), {b"\\Seen"}]


def test_4_move_out_needs_t_and_e(work: Client, bob: Client) -> None:
    share(work, "lrwt")
    bob.ok(f"SELECT {WORK}")
    bob.no("MOVE 1 INBOX", code="NOPERM")
    share(work, "+e")
    assert bob.ok("MOVE 1 INBOX").codes["COPYUID"][1] == [(1, 1)]
    assert work.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 2
    assert bob.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"]["MESSAGES"] == 1


def test_4_expunge_and_close_need_e(work: Client, bob: Client) -> None:
    share(work, "lrt")
    bob.ok(f"SELECT {WORK}")
    bob.ok(r"STORE 1 +FLAGS (\Deleted)")
    bob.no("EXPUNGE", code="NOPERM")
    bob.no("UID EXPUNGE 1", code="NOPERM")
    bob.ok("CLOSE")
    assert work.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 3
    share(work, "+e")
    bob.ok(f"SELECT {WORK}")
    bob.ok("CLOSE")
    assert work.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 2


def test_4_fetch_does_not_set_seen_without_s(work: Client, bob: Client) -> None:
    share(work, "lrw")
    bob.ok(f"SELECT {WORK}")
    bob.ok("FETCH 1 BODY[]")
    assert work.ok("STATUS work (UNSEEN)").statuses["work"]["UNSEEN"] == 3
    share(work, "+s")
    bob.ok("FETCH 1 BODY[]")
    assert work.ok("STATUS work (UNSEEN)").statuses["work"]["UNSEEN"] == 2


def test_4_store_sets_what_it_may(work: Client, bob: Client) -> None:
    share(work, "lrw")
    bob.ok(f"SELECT {WORK}")
    bob.no(r"STORE 1 +FLAGS (\Seen)", code="NOPERM")
    bob.ok(r"STORE 1 +FLAGS (\Seen \Flagged \Deleted)")
    assert set(bob.ok("FETCH 1 FLAGS").fetched("FLAGS")[0]) - {b"\\Recent"} == {b"\\Flagged"}


def test_4_replacing_flags_leaves_those_of_others(work: Client, bob: Client) -> None:
    work.ok("SELECT work")
    work.ok(r"STORE 1 FLAGS (\Seen \Deleted \Flagged)")
    share(work, "lrw")
    bob.ok(f"SELECT {WORK}")
    bob.ok(r"STORE 1 FLAGS (\Answered)")
    got = set(bob.ok("FETCH 1 FLAGS").fetched("FLAGS")[0]) - {b"\\Recent"}
    assert got == {b"\\Seen", b"\\Deleted", b"\\Answered"}


def test_5_1_1_permanentflags_say_what_one_may_set(work: Client, bob: Client) -> None:
    share(work, "lrs")
    codes = bob.ok(f"SELECT {WORK}").codes
    assert codes["PERMANENTFLAGS"] == [b"\\Seen"]
    share(work, "lrw")
    news = bob.ok("NOOP")
    assert set(news.codes["PERMANENTFLAGS"]) == {b"\\Answered", b"\\Flagged", b"\\Draft", b"\\*"}


def test_who_may_read_no_more_is_sent_away(work: Client, bob: Client) -> None:
    share(work, "lr")
    bob.ok(f"SELECT {WORK}")
    share(work, "l")
    assert not bob.no("FETCH 1 BODY.PEEK[]").fetches()
    assert bob.closed


@pytest.mark.parametrize(
    ("letters", "code"),
    [("lr", "READ-ONLY"), ("lrp", "READ-ONLY"), ("ri", "READ-WRITE"), ("rset", "READ-WRITE")],
)
def test_5_2_read_only_or_read_write(work: Client, bob: Client, letters: str, code: str) -> None:
    share(work, letters)
    assert bob.ok(f"SELECT {WORK}").code == code


def test_others_notice_each_other(work: Client, bob: Client) -> None:
    """One Mailbox object for all users: changes of one are news to the other."""
    share(work, "lrswite")
    bob.ok(f"SELECT {WORK}")
    work.ok("SELECT work")
    work.ok(r"STORE 2 +FLAGS (\Flagged)")
    assert bob.ok("NOOP").fetches()[2]["FLAGS"].count(b"\\Flagged") == 1
    bob.ok("APPEND", WORK, literal(PLAIN))
    assert work.ok("NOOP").exists == 4


def test_namespace(alice: Client) -> None:
    _, others, shared = alice.ok("NAMESPACE").only("NAMESPACE")
    assert others == [(b"Other Users/", b"/")]
    assert shared is None


def test_rfc8440_list_myrights(work: Client, bob: Client) -> None:
    share(work, "lr")
    replies = bob.ok('LIST "" * RETURN (MYRIGHTS)')
    assert {mailbox: set(letters.decode()) for mailbox, letters in replies.data("MYRIGHTS")} == {
        b"INBOX": set("lrswipkxteacd"),
        b"Other Users/alice/work": set("lr"),
    }


def test_rfc9051_no_uids_are_told_of_a_mailbox_that_may_not_be_read(work: Client, bob: Client) -> None:
    """RFC 9051 sections 6.3.12 and 6.4.7, RFC 4315 section 3: they would disclose how much is in it."""
    share(work, "li")
    for number in range(3):
        bob.append(numbered(number))
    bob.ok("SELECT INBOX")
    mail = literal(numbered(7))
    for result in (
        bob.ok(f"APPEND {WORK}", mail),
        bob.ok(f"COPY 1 {WORK}"),
        bob.ok(f"MOVE 1 {WORK}"),
        bob.ok(f"REPLACE 1 {WORK}", mail),
    ):
        assert not {"APPENDUID", "COPYUID"} & set(result.codes)
    assert work.ok("SELECT work").exists == 7
    share(work, "lri")
    assert "APPENDUID" in bob.ok(f"APPEND {WORK}", mail).codes
    assert "COPYUID" in bob.ok(f"COPY 1 {WORK}").codes


def test_rfc5819_2_what_may_not_be_read_cannot_be_selected(work: Client, bob: Client) -> None:
    """The LIST response MUST include \\NoSelect where STATUS is not returned; it is as true without STATUS."""
    share(work, "li")
    result = bob.ok('LIST "" "Other Users/alice/%" RETURN (STATUS (MESSAGES))')
    assert result.statuses == {}
    assert b"\\Noselect" in result.lists["Other Users/alice/work"].attributes
    assert b"\\Noselect" in bob.ok(f'LIST "" {WORK}').lists["Other Users/alice/work"].attributes
    share(work, "lr")
    result = bob.ok('LIST "" "Other Users/alice/%" RETURN (STATUS (MESSAGES))')
    assert result.statuses["Other Users/alice/work"] == {"MESSAGES": 3}
    assert b"\\Noselect" not in result.lists["Other Users/alice/work"].attributes
