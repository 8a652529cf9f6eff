"""Harnesses for the grammars of commands: octets in; only the errors that have a reply may come out."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Callable, Iterator

from coromail import origin
from coromail.errors import Bad, No
from coromail.imap.wire import dates, mutf7, url
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.fetch_item import parse_items, parse_modifiers
from coromail.imap.wire.mailbox_filter import parse_mailbox_filter
from coromail.imap.wire.receiver import Continue, Line, Literal8, Receiver, Refused
from coromail.imap.wire.search_key import parse_criteria, parse_program, parse_return_options
from coromail.imap.wire.search_tree import walk
from coromail.imap.wire.select_parameters import parse_parameters
from coromail.imap.wire.sequence_set import SequenceSet, compact
from coromail.imap.wire.sort_key import parse_sort_criteria
from coromail.lmtp.wire import Receiver as LmtpReceiver
from coromail.pop3.wire import LineReader
from coromail.server import proxy_protocol
from coromail.server.deflate import Deflate
from coromail.server.networks import within

READERS = """
    tag atom keyword label astring string nstring nstring8 literal append_data text_to_end base64 number nz_number
    number64 partial partial_range mailbox list_mailbox patterns sequence_set flag flag_list flags date
    date_time
"""


def segments(data: bytes) -> list[bytes]:
    """Text, literal, text ... text: split at NUL NUL; literals with an even length are literal8."""
    parts = data.split(b"\0\0")
    if len(parts) % 2 == 0:
        parts.append(b"")
    return [Literal8(part) if n % 2 and len(part) % 2 else part for n, part in enumerate(parts)]


def commands(data: bytes) -> None:
    """The receiver: however the input is cut, the events are the same, and memory is bounded."""
    cut, data = data[0] if data else 0, data[1:]
    whole = list(_events([data]))
    step = cut % 7 + 1
    assert list(_events(data[n : n + step] for n in range(0, len(data), step))) == whole


def _events(pieces: Iterator[bytes] | list[bytes]) -> Iterator[object]:
    receiver = Receiver(lambda kept, size, synchronizing: size <= 20 and len(kept) < 6, 60)
    for piece in pieces:
        receiver.receive(piece)
        while (event := receiver.next_event()) is not None:
            if isinstance(event, Line):
                yield event.segments
            elif isinstance(event, Continue):
                yield event.size
            elif isinstance(event, Refused):
                yield event.reason
        assert receiver.buffered <= 400 + len(piece)


def arguments(data: bytes) -> None:
    """Every reader of arguments, one after the other, on one line."""
    flags, data = data[:1], data[1:]
    for name in READERS.split():
        args = Arguments(segments(data), utf8=flags == b"8")
        with contextlib.suppress(Bad, No):
            getattr(args, name)()
            args.end()


def _parser(parse: Callable[[Arguments], object]) -> Callable[[bytes], object]:
    def run(data: bytes) -> object:
        with contextlib.suppress(Bad, No):
            return parse(Arguments(segments(data)))
        return None

    return run


def sequence_sets(data: bytes) -> None:
    """A set, what it names, and the shortest way to write that."""
    try:
        numbers = SequenceSet.parse(data)
    except Bad:
        return
    uids = list(range(1, 400, 3))
    named = _named(numbers, uids)
    assert named == sorted(set(named))
    numbered = {number for low, high in numbers.positions(uids[-1]) for number in range(low, high + 1)}
    assert named == [uid for uid in uids if uid in numbered]
    if named:
        assert _named(SequenceSet.parse(compact(named)), uids) == named


def _named(numbers: SequenceSet, uids: list[int]) -> list[int]:
    return [uid for start, end in numbers.uid_spans(uids) for uid in uids[start:end]]


def fetch_items(data: bytes) -> None:
    for parse in (parse_items, parse_modifiers):
        _parser(parse)(data)


def search_keys(data: bytes) -> None:
    for parse in (parse_program, parse_criteria, parse_return_options, parse_sort_criteria):
        program = _parser(parse)(data)
        if hasattr(program, "key"):
            assert len(list(walk(program.key))) <= len(data) + 1


def select_parameters(data: bytes) -> None:
    for parse in (parse_parameters, parse_mailbox_filter):
        _parser(parse)(data)


def mailbox_names(data: bytes) -> None:
    """Modified UTF-7: what can be decoded is what it is encoded to."""
    try:
        name = mutf7.decode(data)
    except ValueError:
        return
    assert mutf7.encode(name) == data


def dates_and_urls(data: bytes) -> None:
    for parse in (dates.parse_date, dates.parse_date_time, url.parse_relative, url.parse_authorized):
        with contextlib.suppress(ValueError, Bad, No):
            parse(data)  # type: ignore[operator]


def pop3_lines(data: bytes) -> None:
    """Lines of POP3: nothing longer than allowed comes out or stays in."""
    reader = LineReader(40)
    for n in range(0, len(data), 5):
        reader.receive(data[n : n + 5])
        while True:
            try:
                line = reader.next_line()
            except Bad:
                continue
            if line is None:
                break
            assert len(line) < 40
            assert b"\n" not in line


def lmtp_data(data: bytes) -> None:
    """LMTP's DATA: one message however it is cut, ended by CRLF.CRLF and nothing else."""
    ends = []
    for step in (len(data) or 1, 1, 3):
        receiver = LmtpReceiver(40, 1000)
        receiver.begin_data()
        found = None
        for n in range(0, len(data), step):
            receiver.receive(data[n : n + step])
            found = found if found is not None else receiver.next_data()
        ends.append(found)
    assert ends[0] == ends[1] == ends[2]
    assert (ends[0] is not None) == ((b"\r\n" + data).find(b"\r\n.\r\n") >= 0)


def proxy_headers(data: bytes) -> None:
    head = b""
    with contextlib.suppress(proxy_protocol.ProxyError):
        while count := proxy_protocol.wanted(head):
            assert count > 0
            if len(head) + count > len(data):
                return
            head = data[: len(head) + count]
        proxy_protocol.parse(head)


def compressed(data: bytes) -> None:
    """COMPRESS: steps are bounded whatever comes."""
    with contextlib.suppress(ConnectionError):
        for step in Deflate().unpack(data):
            assert 0 < len(step) <= 64 * 1024


def origins(data: bytes) -> None:
    """XCLIENT, and the fields of ID: what is an address then, is one."""
    words = data.decode("utf-8", "replace").split(" ")
    for read in (lambda: origin.origin(origin.attributes(words)), lambda: origin.from_id(_pairs(words))):
        with contextlib.suppress(ValueError):
            found = read()
            for address in (found.peer, found.local) if found else ():
                if address is not None:
                    assert str(ipaddress.ip_address(address)) == address
                    within(address, ["192.0.2.0/24"])


def _pairs(words: list[str]) -> dict[str, str | None]:
    return {name: value or None for name, _, value in (word.partition("=") for word in words)}
