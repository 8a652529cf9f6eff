"""What other programs do to the files: deliveries, flags in names, removals (maildir(5))."""

from __future__ import annotations

import os

import pytest

from coromail.errors import StorageError
from coromail.stores.maildir.names import delivery_order, sizes_in, split_name, split_names
from tests.stores.maildir_home import Home, append, flags, listening, mail, subjects, uids


def test_deliveries_get_uids_in_order_of_delivery(home: Home) -> None:
    home.deliver(mail("second"), name="1700000002.x")
    home.deliver(mail("first"), name="1700000001.x")
    home.deliver(mail("third"), name="1700000010.x")
    box = home.inbox
    assert (uids(box), subjects(box)) == ([1, 2, 3], ["first", "second", "third"])
    assert (home.files(part="new"), len(home.files())) == ([], 3)


def test_a_delivery_is_announced_once(home: Home) -> None:
    with listening(home.inbox) as ear:
        home.deliver(mail("one"))
        for _ in range(5):
            home.inbox.poll()
    assert ear.heard == [("added", [1])]


def test_lf_files_are_served_with_crlf(home: Home) -> None:
    home.deliver(b"Subject: x\n\none\n")
    home.deliver(b"Subject: x\n\none\n", name="1700009999.x,S=16,W=19")
    for message in home.inbox.messages:
        assert message.octets() == b"Subject: x\r\n\r\none\r\n"
        assert message.size == 19


def test_wrong_sizes_in_a_name_do_no_harm(home: Home) -> None:
    home.deliver(b"Subject: x\n\none\n", name="1700009999.x,S=5,W=7")
    message = home.inbox.message(1)
    assert message.octets() == b"Subject: x\r\n\r\none\r\n"
    assert message.size == 19


def test_a_flag_set_by_another_program(home: Home) -> None:
    append(home.inbox, "one", flags=("\\Answered",))
    (name,) = home.files()
    with listening(home.inbox) as ear:
        os.rename(home.path / "cur" / name, home.path / "cur" / name.replace(":2,R", ":2,RS"))
        home.inbox.poll()
    assert (flags(home.inbox), uids(home.inbox)) == (["\\Answered \\Seen"], [1])
    assert ear.heard == [("flagged", [1])]
    assert subjects(home.inbox) == ["one"]


def test_a_flag_taken_away_by_another_program_leaves_the_others(home: Home) -> None:
    append(home.inbox, "one", flags=("\\Answered", "\\Seen", "Work"))
    (name,) = home.files()
    home.inbox.store([1], "+", ["\\Flagged"])  # not shown in the name yet
    os.rename(home.path / "cur" / name, home.path / "cur" / name.replace(":2,RS", ":2,R"))
    home.inbox.poll()
    assert flags(home.inbox) == ["\\Answered \\Flagged Work"]
    home.restart()
    assert flags(home.inbox) == ["\\Answered \\Flagged Work"]
    assert home.files()[0].endswith(":2,FR")


def test_letters_of_others_stay_in_the_name(home: Home) -> None:
    home.deliver(mail("one"), name="1700000001.x", part="cur", info=":2,Sab")
    home.inbox.store([1], "+", ["\\Flagged"])
    home.restart()
    assert home.files() == ["1700000001.x:2,FSab"]


def test_a_removal_by_another_program(home: Home) -> None:
    append(home.inbox, "one", "two")
    with listening(home.inbox) as ear:
        os.unlink(home.path / "cur" / home.files()[0])
        home.inbox.poll()
    assert ear.heard == [("expunged", [1])]
    assert subjects(home.inbox) == ["two"]


def test_changes_while_the_server_is_down(home: Home) -> None:
    append(home.inbox, "one", "two", "three")
    home.model.close()
    one, two, _ = home.files()
    os.unlink(home.path / "cur" / one)
    os.rename(home.path / "cur" / two, home.path / "cur" / two.replace(":2,", ":2,F"))
    home.deliver(mail("four"))
    home.restart()
    assert (uids(home.inbox), subjects(home.inbox)) == ([2, 3, 4], ["two", "three", "four"])
    assert flags(home.inbox) == ["\\Flagged", "", ""]


def test_reading_a_file_that_was_renamed_a_moment_ago(home: Home) -> None:
    append(home.inbox, "one")
    box = home.inbox
    (name,) = home.files()
    os.rename(home.path / "cur" / name, home.path / "cur" / (name + "S"))
    assert box.message(1).octets() == mail("one")


def test_copying_a_file_that_was_renamed_a_moment_ago(home: Home) -> None:
    append(home.inbox, "one")
    home.model.create("Sub")
    box, sub = home.inbox, home.box("Sub")
    (name,) = home.files()
    os.rename(home.path / "cur" / name, home.path / "cur" / (name + "S"))
    assert box.copy([1], sub) == [(1, 1)]
    assert subjects(sub) == ["one"]


def test_a_delivery_with_a_name_that_is_taken(home: Home) -> None:
    home.deliver(mail("one"), name="1700000001.x")
    home.inbox.poll()
    home.deliver(mail("two"), name="1700000001.x")
    assert (uids(home.inbox), subjects(home.inbox)) == ([1, 2], ["one", "two"])
    home.restart()
    assert (uids(home.inbox), subjects(home.inbox)) == ([1, 2], ["one", "two"])


def test_a_file_put_into_cur(home: Home) -> None:
    append(home.inbox, "one")
    home.deliver(mail("two"), part="cur", info=":2,S")
    assert (subjects(home.inbox), flags(home.inbox)) == (["one", "two"], ["", "\\Seen"])


def test_info_in_new_is_kept(home: Home) -> None:
    home.deliver(mail("one"), info=":2,FS")
    assert flags(home.inbox) == ["\\Flagged \\Seen"]


def test_an_expunged_message_never_comes_back(home: Home) -> None:
    append(home.inbox, "one")
    box = home.inbox
    box.expunge([1])  # the file is still there
    for _ in range(3):
        box.poll()
    assert uids(box) == []
    home.crash()
    assert uids(home.inbox) == []
    home.restart()
    assert (uids(home.inbox), home.files()) == ([], [])


def test_an_expunged_message_restored_from_a_backup_is_a_new_one(home: Home) -> None:
    append(home.inbox, "one", "two")
    name = home.files()[0]
    octets = (home.path / "cur" / name).read_bytes()
    home.inbox.expunge([1])
    home.restart()
    (home.path / "cur" / name).write_bytes(octets)
    assert (uids(home.inbox), subjects(home.inbox)) == ([2, 3], ["two", "one"])


def test_hidden_files_are_no_messages(home: Home) -> None:
    (home.path / "cur" / ".nfs0001").write_bytes(b"x")
    (home.path / "new" / ".hidden").write_bytes(b"x")
    assert uids(home.inbox) == []


def test_a_symbolic_link_is_not_followed(home: Home) -> None:
    (home.path.parent / "secret").write_bytes(b"Subject: secret\n\n")
    os.symlink(home.path.parent / "secret", home.path / "cur" / "1700000001.x:2,")
    message = home.inbox.message(1)
    with pytest.raises(StorageError):
        message.octets()


def test_the_order_of_names_whose_times_have_as_many_digits_or_not() -> None:
    old, new, newer, none = b"999999999.M1.x", b"1700000000.M2.x", b"1700000001.M1.x", b"noname"
    assert delivery_order([newer, new]) == [new, newer]
    assert delivery_order([new, newer, old]) == [old, new, newer]
    assert delivery_order([new, none]) == [none, new]
    assert delivery_order([b"bb", b"c", b"a"]) == [b"a", b"c", b"bb"]
    assert delivery_order([]) == []


def test_many_names_are_taken_apart_as_each_is() -> None:
    names = [b"1.a:2,S", b"2.b:2,", b"3.c", b"4.d:", b"5.e:2,S"]
    found = split_names(names)
    assert list(found.items()) == [split_name(name) for name in names]
    assert found[b"1.a"] is found[b"5.e"]


def test_sizes_that_names_tell() -> None:
    bases = [b"1.a,S=5,W=7", b"2.b", b"3.c,W=12", b"4.d,W="]
    assert list(sizes_in(bases)) == [7, -1, 12, -1]
    assert list(sizes_in(bases[1:2])) == [-1]
    assert list(sizes_in([])) == []
