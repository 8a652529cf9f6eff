"""The checker on results: RFC 9051 section 7.3.4, RFC 3501, 4731, 5256, 5267, 6203, 7162, 7377, 9394."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imap.checker import Checker, Esearch, Found, GrammarError


def one(line: bytes, **modes: bool) -> Any:
    (reply,) = Checker(**modes).feed(line + b"\r\n")
    return reply.data


@pytest.mark.parametrize(
    ("line", "data"),
    [
        (b"* SEARCH", Found([], None)),
        (b"* SEARCH 2 3 6", Found([2, 3, 6], None)),
        (b"* SEARCH 2 5 (MODSEQ 917162500)", Found([2, 5], 917162500)),
        (b"* SORT 5 3 4", Found([5, 3, 4], None)),
        (b"* SORT 5 (MODSEQ 1)", Found([5], 1)),
        (b'* ESEARCH (TAG "A282") MIN 2 COUNT 3', Esearch({"TAG": b"A282"}, False, {"MIN": 2, "COUNT": 3})),
        (
            b'* ESEARCH (TAG "A283") UID ALL 2,10:11',
            Esearch({"TAG": b"A283"}, True, {"ALL": [(2, 2), (10, 11)]}),
        ),
        (b'* ESEARCH (TAG "A1")', Esearch({"TAG": b"A1"}, False, {})),
        (b'* ESEARCH (TAG "A1") UID', Esearch({"TAG": b"A1"}, True, {})),
        (b"* ESEARCH COUNT 0", Esearch({}, False, {"COUNT": 0})),
        (b"* ESEARCH UID MODSEQ 7 MAX 3", Esearch({}, True, {"MODSEQ": 7, "MAX": 3})),
        (
            b'* ESEARCH (TAG "a") UID PARTIAL (-1:-100 200:250)',
            Esearch({"TAG": b"a"}, True, {"PARTIAL": (b"-1:-100", [(200, 250)])}),
        ),
        (
            b'* ESEARCH (TAG "a") PARTIAL (1:2 NIL)',
            Esearch({"TAG": b"a"}, False, {"PARTIAL": (b"1:2", None)}),
        ),
        (
            b'* ESEARCH (TAG "a") UID ADDTO (1 2733) ADDTO (1 2732)',
            Esearch({"TAG": b"a"}, True, {"ADDTO": [(1, [(2733, 2733)]), (1, [(2732, 2732)])]}),
        ),
        (
            b'* ESEARCH (TAG "a") REMOVEFROM (0 3)',
            Esearch({"TAG": b"a"}, False, {"REMOVEFROM": [(0, [(3, 3)])]}),
        ),
        (
            b'* ESEARCH (TAG "a") RELEVANCY (4 99) ALL 1:2',
            Esearch({"TAG": b"a"}, False, {"RELEVANCY": [4, 99], "ALL": [(1, 2)]}),
        ),
        (
            b'* ESEARCH (TAG "t" MAILBOX "f 1" UIDVALIDITY 1) UID ALL 4',
            Esearch({"TAG": b"t", "MAILBOX": b"f 1", "UIDVALIDITY": 1}, True, {"ALL": [(4, 4)]}),
        ),
        (b"* THREAD", []),
        (b"* THREAD (2)(3 6 (4 23)(44 7 96))", [[2], [3, 6, [4, 23], [44, 7, 96]]]),
        (b"* THREAD ((3)(5))", [[[3], [5]]]),
    ],
)
def test_accepted(line: bytes, data: object) -> None:
    assert one(line) == data


@pytest.mark.parametrize(
    "line",
    [
        b"* SEARCH ",
        b"* SEARCH 0",
        b"* SEARCH 1  2",
        b"* SEARCH 1 2 ",
        b"* SEARCH 1,2",
        b"* SEARCH 1:2",
        b"* SEARCH 1 1",
        b"* SEARCH (MODSEQ 1)",
        b"* SEARCH 1 (MODSEQ 0)",
        b"* SEARCH 1 (MODSEQ (2))",
        b"* SORT ",
        b"* ESEARCH (TAG A282) MIN 2",
        b'* ESEARCH (TAG  "a")',
        b'* ESEARCH (TAG "a" )',
        b"* ESEARCH ()",
        b'* ESEARCH (TAG "a" TAG "b")',
        b'* ESEARCH (TAG "a" MAILBOX "b")',
        b'* ESEARCH (FROB "a")',
        b'* ESEARCH (TAG "a") MIN 0',
        b'* ESEARCH (TAG "a") ALL',
        b'* ESEARCH (TAG "a") ALL ""',
        b'* ESEARCH (TAG "a") ALL *',
        b'* ESEARCH (TAG "a") ALL $',
        b'* ESEARCH (TAG "a") ALL 1:2,',
        b'* ESEARCH (TAG "a") ALL NIL',
        b'* ESEARCH (TAG "a") COUNT 0 ALL 1',
        b'* ESEARCH (TAG "a") COUNT 3 ALL 1:2',
        b'* ESEARCH (TAG "a") MIN 1 MIN 1',
        b'* ESEARCH (TAG "a") FROB 1',
        b'* ESEARCH (TAG "a") PARTIAL (1:-2 3)',
        b'* ESEARCH (TAG "a") PARTIAL (1:2 "")',
        b'* ESEARCH (TAG "a") PARTIAL 1:2 3',
        b'* ESEARCH (TAG "a") ADDTO ()',
        b'* ESEARCH (TAG "a") ADDTO (1)',
        b'* ESEARCH (TAG "a") RELEVANCY (0)',
        b'* ESEARCH (TAG "a") RELEVANCY (101)',
        b'* ESEARCH (TAG "a") MODSEQ 0',
        b'* ESEARCH (TAG "a") ',
        b"* THREAD ",
        b"* THREAD ()",
        b"* THREAD (1) (2)",
        b"* THREAD (1 (2))",
        b"* THREAD ((1))",
        b"* THREAD (1 )",
        b"* THREAD (1(2)(3))",
        b"* THREAD (0)",
        b"* THREAD 1",
        b"* THREAD (1",
        b"* THREAD (1))",
        b"* THREAD (1 (2)(3) 4)",
    ],
)
def test_refused(line: bytes) -> None:
    with pytest.raises(GrammarError):
        one(line)


def test_no_search_response_in_rev2() -> None:
    with pytest.raises(GrammarError):
        one(b"* SEARCH 1", rev2=True)


def test_deep_threads_need_no_recursion() -> None:
    depth = 20_000
    line = b"* THREAD " + b"(1 (2)" * depth + b"(3)" + b")" * depth
    assert len(one(line)) == 1
