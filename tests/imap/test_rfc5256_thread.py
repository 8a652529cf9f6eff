"""THREAD: RFC 5256 section 3, and REFS of draft-ietf-morg-inthread."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.model.message import Message
from tests.imap.harness import Client
from tests.imap.naive_thread import Mail, thread


def mail(
    message_id: str = "", references: str = "", subject: str = "", day: int = 1, in_reply_to: str = ""
) -> bytes:
    lines = [f"Date: Tue, {day} Mar 2022 10:00:00 +0000"]
    if message_id:
        lines.append(f"Message-ID: <{message_id}@x>")
    if references:
        lines.append("References: " + " ".join(f"<{name}@x>" for name in references.split()))
    if in_reply_to:
        lines.append(f"In-Reply-To: {in_reply_to}")
    if subject:
        lines.append(f"Subject: {subject}")
    return "\r\n".join([*lines, "", "text", ""]).encode()


def threads(client: Client, *mails: bytes, algorithm: str = "REFERENCES", uid: str = "") -> list[Any]:
    for octets in mails:
        client.append(octets)
    if mails:
        client.ok("SELECT INBOX")
    found: list[Any] = client.ok(f"{uid}THREAD {algorithm} UTF-8 ALL").only("THREAD")
    return found


def test_ordered_subject(alice: Client) -> None:
    assert threads(
        alice,
        mail(subject="Re: lunch", day=5),
        mail(subject="dinner", day=2),
        mail(subject="lunch", day=1),
        mail(subject="LUNCH", day=3),
        mail(day=4),
        algorithm="ORDEREDSUBJECT",
    ) == [[3, [4], [1]], [2], [5]]


def test_references_chain_and_split(alice: Client) -> None:
    assert threads(
        alice,
        mail("a"),
        mail("b", "a", day=2),
        mail("c", "a b", day=3),
        mail("d", "a b", day=4),
    ) == [[1, 2, [3], [4]]]


def test_nothing_found(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    for algorithm in ("ORDEREDSUBJECT", "REFERENCES", "REFS"):
        assert threads(alice, algorithm=algorithm) == []


def test_siblings_without_their_parent(alice: Client) -> None:
    assert threads(alice, mail("b", "lost"), mail("c", "lost", day=2)) == [[[1], [2]]]


def test_a_lonely_child_of_a_dummy_moves_up(alice: Client) -> None:
    assert threads(alice, mail("b", "lost1 lost2")) == [[1]]


def test_in_reply_to_where_references_says_nothing(alice: Client) -> None:
    assert threads(
        alice, mail("a"), mail("b", in_reply_to="Your mail <a@x> of Monday <c@x>", day=2), mail("c", day=3)
    ) == [[1, 2], [3]]


def test_message_ids_are_normalised(alice: Client) -> None:
    assert threads(
        alice,
        b'Message-ID: <"01KF8JCEOCBS0045PS"@xxx.yyy.com>\r\nDate: Tue, 1 Mar 2022 10:00:00 +0000\r\n\r\n',
        b"References: <01KF8JCEOCBS0045PS@xxx.yyy.com>\r\nDate: Tue, 2 Mar 2022 10:00:00 +0000\r\n\r\n",
    ) == [[1, 2]]


def test_message_ids_differ_by_case(alice: Client) -> None:
    assert threads(alice, mail("a"), mail("b", "A", day=2)) == [[1], [2]]


def test_the_first_of_two_with_one_message_id_has_the_children(alice: Client) -> None:
    assert threads(alice, mail("a"), mail("a", day=2), mail("b", "a", day=3)) == [[1, 3], [2]]


def test_loops_are_not_made(alice: Client) -> None:
    assert threads(alice, mail("a", "b"), mail("b", "a", day=2)) == [[2, 1]]


def test_step_5_a_reply_joins_by_subject(alice: Client) -> None:
    assert threads(alice, mail("a", subject="hello"), mail("b", subject="Re: Hello", day=2)) == [[1, 2]]


def test_step_5_equals_become_siblings(alice: Client) -> None:
    assert threads(alice, mail("a", subject="hello"), mail("b", subject="hello", day=2)) == [[[1], [2]]]


def test_step_5_no_subject_joins_nothing(alice: Client) -> None:
    assert threads(alice, mail("a"), mail("b", day=2)) == [[1], [2]]


def test_refs_does_not_join_by_subject_and_sorts_by_last_arrival(alice: Client) -> None:
    for octets, day in (
        (mail("a", subject="hello"), 1),
        (mail("b", subject="hello", day=2), 2),
        (mail("c", "a", day=3), 3),
    ):
        from tests.imap.harness import literal

        alice.ok("APPEND INBOX", f'" {day}-Jan-2020 00:00:00 +0000"', literal(octets))
    alice.ok("SELECT INBOX")
    assert threads(alice, algorithm="REFS") == [[2], [1, 3]]


def test_only_what_was_searched_takes_part(alice: Client) -> None:
    threads(alice, mail("a", subject="x"), mail("b", "a", subject="y", day=2), mail("c", "a b", day=3))
    assert alice.ok("THREAD REFERENCES UTF-8 NOT SUBJECT y").only("THREAD") == [[1, 3]]


def test_uid_thread(alice: Client) -> None:
    threads(alice, mail("x"), mail("a", day=2), mail("b", "a", day=3))
    alice.ok("UID EXPUNGE 1")
    alice.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    alice.ok("EXPUNGE")
    assert threads(alice, uid="UID ") == [[2, 3]]
    assert threads(alice) == [[1, 2]]


@pytest.mark.parametrize(
    "command", ["THREAD NOTHING UTF-8 ALL", "THREAD REFERENCES ALL", "THREAD REFERENCES UTF-8"]
)
def test_bad_arguments(alice: Client, command: str) -> None:
    alice.ok("SELECT INBOX")
    alice.bad(command)


names = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h"])
mails = st.lists(
    st.tuples(
        names,
        st.lists(names, max_size=4),
        st.integers(1, 28),
        st.sampled_from(["", "one", "two"]),
        st.booleans(),
    ),
    max_size=9,
)


@given(mails)
@settings(deadline=None, max_examples=150)
def test_any_mail_threads_as_the_rfc_says_step_by_step(found: list[Mail]) -> None:
    alice = Client().login()
    for message_id, references, day, subject, is_reply in found:
        reply = is_reply and subject
        alice.append(mail(message_id, " ".join(references), f"Re: {subject}" if reply else subject, day))
    alice.ok("SELECT INBOX")
    plain = [(one[0], one[1], one[2], one[3], bool(one[4] and one[3])) for one in found]
    assert threads(alice) == thread(plain)


def fill(client: Client, headers: list[bytes]) -> None:
    client.session.model.select("INBOX").admit([Message(header + b"\r\n\r\n") for header in headers])
    client.ok("SELECT INBOX")


def depth(lists: list[Any]) -> int:
    """The number of messages, however deep, without recursion."""
    count, waiting = 0, [lists]
    while waiting:
        for item in waiting.pop():
            if isinstance(item, list):
                waiting.append(item)
            else:
                count += 1
    return count


@pytest.mark.parametrize("shape", ["chain", "backwards", "cycles", "hedge"])
def test_hostile_references_take_linear_time(alice: Client, shape: str) -> None:
    count = 5000
    headers = {
        "chain": [b"Message-ID: <%d@x>\r\nReferences: <%d@x>" % (n, n - 1) for n in range(count)],
        "backwards": [b"Message-ID: <%d@x>\r\nReferences: <%d@x>" % (n, n + 1) for n in range(count)],
        "cycles": [
            b"Message-ID: <%d@x>\r\nReferences: <%d@x> <%d@x>" % (n, n * 7 % count, n * 31 % count)
            for n in range(count)
        ],
        "hedge": [
            b"Message-ID: <%d@x>\r\nReferences: <%d@x> <%d@x>" % (n % 2500, n * 3 % count, (n + 1) % 2500)
            for n in range(count)
        ],
    }[shape]
    fill(alice, headers)
    for algorithm in ("REFERENCES", "REFS"):
        assert depth(threads(alice, algorithm=algorithm)) == count
