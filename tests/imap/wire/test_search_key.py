"""Search keys: RFC 9051 section 6.4.4, RFC 3501 section 6.4.4 and the extensions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.search_key import (
    KEYS,
    MAX_DEPTH,
    MAX_KEYS,
    AgeKey,
    All,
    And,
    DateKey,
    EmailIdKey,
    FilterKey,
    Flag,
    Fuzzy,
    HeaderKey,
    Key,
    ModseqKey,
    Not,
    Or,
    SaveDateSupported,
    SearchProgram,
    SequenceKey,
    SizeKey,
    TextKey,
    ThreadIdKey,
    UidKey,
    parse_criteria,
    parse_program,
)
from coromail.imap.wire.sequence_set import SequenceSet
from coromail.imap.wire.sort_key import SORT_KEYS, SortCriterion, parse_sort_criteria

DAY = date(1994, 2, 1)
SEEN = Flag("\\Seen", True)


def program(*segments: bytes) -> SearchProgram:
    args = Arguments(list(segments))
    parsed = parse_program(args)
    args.end()
    return parsed


def key(*segments: bytes) -> Key:
    return program(*segments).key


EXAMPLES: list[tuple[bytes, Key]] = [
    (b"ALL", All()),
    (b"answered", Flag("\\Answered", True)),
    (b"UNANSWERED", Flag("\\Answered", False)),
    (b"DELETED", Flag("\\Deleted", True)),
    (b"UNDELETED", Flag("\\Deleted", False)),
    (b"DRAFT", Flag("\\Draft", True)),
    (b"UNDRAFT", Flag("\\Draft", False)),
    (b"FLAGGED", Flag("\\Flagged", True)),
    (b"UNFLAGGED", Flag("\\Flagged", False)),
    (b"SEEN", SEEN),
    (b"UNSEEN", Flag("\\Seen", False)),
    (b"RECENT", Flag("\\Recent", True)),
    (b"OLD", Flag("\\Recent", False)),
    (b"NEW", And((Flag("\\Recent", True), Flag("\\Seen", False)))),
    (b"KEYWORD $Junk", Flag("$Junk", True)),
    (b"UNKEYWORD $Junk", Flag("$Junk", False)),
    (b"BEFORE 1-Feb-1994", DateKey("INTERNAL", "<", DAY)),
    (b'ON "1-Feb-1994"', DateKey("INTERNAL", "=", DAY)),
    (b"SINCE 01-Feb-1994", DateKey("INTERNAL", ">=", DAY)),
    (b"SENTBEFORE 1-Feb-1994", DateKey("SENT", "<", DAY)),
    (b"SENTON 1-Feb-1994", DateKey("SENT", "=", DAY)),
    (b"SENTSINCE 1-Feb-1994", DateKey("SENT", ">=", DAY)),
    (b"SAVEDBEFORE 1-Feb-1994", DateKey("SAVED", "<", DAY)),
    (b"SAVEDON 1-Feb-1994", DateKey("SAVED", "=", DAY)),
    (b"SAVEDSINCE 1-Feb-1994", DateKey("SAVED", ">=", DAY)),
    (b"SAVEDATESUPPORTED", SaveDateSupported()),
    (b"OLDER 259200", AgeKey("OLDER", 259200)),
    (b"YOUNGER 1", AgeKey("YOUNGER", 1)),
    (b"LARGER 0", SizeKey(">", 0)),
    (b"SMALLER 9223372036854775807", SizeKey("<", 2**63 - 1)),
    (b"BCC a", HeaderKey("BCC", b"a")),
    (b"CC a", HeaderKey("CC", b"a")),
    (b"FROM a", HeaderKey("FROM", b"a")),
    (b'SUBJECT "a b"', HeaderKey("SUBJECT", b"a b")),
    (b"TO a", HeaderKey("TO", b"a")),
    (b'HEADER message-id ""', HeaderKey("MESSAGE-ID", b"")),
    (b"BODY a", TextKey("BODY", b"a")),
    (b"TEXT a", TextKey("TEXT", b"a")),
    (b"UID 1:*", UidKey(SequenceSet(((1, None),)))),
    (b"UID $", UidKey(SequenceSet((), saved=True))),
    (b"UIDAFTER 5", UidKey(SequenceSet(((6, 2**32 - 1),)))),
    (b"UIDAFTER 4294967295", UidKey(SequenceSet(()))),
    (b"UIDBEFORE 5", UidKey(SequenceSet(((1, 4),)))),
    (b"UIDBEFORE 1", UidKey(SequenceSet(()))),
    (b"2,4:*", SequenceKey(SequenceSet(((2, 2), (4, None))))),
    (b"*", SequenceKey(SequenceSet(((None, None),)))),
    (b"$", SequenceKey(SequenceSet((), saved=True))),
    (b"MODSEQ 0", ModseqKey(0)),
    (rb'MODSEQ "/flags/\\draft" all 620162338', ModseqKey(620162338, (rb"/flags/\draft", "ALL"))),
    (b"EMAILID M-6_a", EmailIdKey("M-6_a")),
    (b"THREADID " + b"t" * 255, ThreadIdKey("t" * 255)),
    (b"FILTER on-the-road", FilterKey("on-the-road")),
    (b"FUZZY SUBJECT x", Fuzzy(HeaderKey("SUBJECT", b"x"))),
    (b"NOT SEEN", Not(SEEN)),
    (b"(SEEN)", SEEN),
    (b"SEEN ALL", And((SEEN, All()))),
    (b"(SEEN 1) ALL", And((And((SEEN, SequenceKey(SequenceSet(((1, 1),))))), All()))),
    (b"OR SEEN ALL", Or((SEEN, All()))),
    (b"OR (SEEN ALL) NOT ALL", Or((And((SEEN, All())), Not(All())))),
    (b"NOT OR SEEN ALL DELETED", And((Not(Or((SEEN, All()))), Flag("\\Deleted", True)))),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_keys(text: bytes, expected: Key) -> None:
    assert key(text) == expected


def test_every_registered_key_is_tested() -> None:
    tested = {text.split(b" ")[0].upper().decode() for text, _ in EXAMPLES}
    assert set(KEYS) <= tested


def test_a_key_may_be_a_literal() -> None:
    assert key(b"TEXT ", b"\xd0\x98", b" SEEN") == And((TextKey("TEXT", b"\xd0\x98"), SEEN))


def test_chains_of_or_are_one_key() -> None:
    flat = Or((HeaderKey("TO", b"a"), HeaderKey("TO", b"b"), HeaderKey("TO", b"c"), HeaderKey("TO", b"d")))
    assert key(b"OR TO a OR TO b OR TO c TO d") == flat
    assert key(b"OR OR OR TO a TO b TO c TO d") == flat
    assert key(b"OR OR TO a TO b OR TO c TO d") == flat
    assert key(b"OR (OR TO a TO b) TO c") == Or((Or(flat.keys[:2]), flat.keys[2]))


@pytest.mark.parametrize(
    "text",
    [
        *(
            b"",
            b" ",
            b"SEEN ",
            b"SEEN  ALL",
            b"FOO",
            b"NOT",
            b"NOT ",
            b"OR",
            b"OR SEEN",
            b"OR SEEN ",
            b"FUZZY",
            b"()",
        ),
        *(
            b"(",
            b"(SEEN",
            b"(SEEN ",
            b"(SEEN )",
            b"( SEEN)",
            b"SEEN)",
            b"(SEEN))",
            b"(OR SEEN)",
            b"(NOT)",
            b"SEEN(ALL)",
        ),
        *(
            b"KEYWORD",
            b"KEYWORD \\Seen",
            b'KEYWORD "x"',
            b"BEFORE",
            b"BEFORE 1-Feb",
            b"LARGER -1",
            b"LARGER x",
        ),
        *(
            b"LARGER 9223372036854775808",
            b"OLDER 0",
            b"OLDER 4294967296",
            b"FROM",
            b"FROM ",
            b"HEADER a",
            b'HEADER "\xc3\xa9" a',
        ),
        *(
            b"UID",
            b"UID 0",
            b"UID a",
            b"0",
            b"1,",
            b"MODSEQ",
            b'MODSEQ "/flags/a" 1',
            b'MODSEQ "/x/a" all 1',
            b"MODSEQ a all 1",
        ),
        *(
            b"EMAILID",
            b"EMAILID a.b",
            b"THREADID " + b"t" * 256,
            b"FILTER a/b",
            b'FILTER "a"',
            b"SEEN[",
            b"SEEN\r",
            b"CHARSET",
        ),
        *(
            b"CHARSET UTF-8",
            b"CHARSET UTF-8 ",
            b"SEEN CHARSET UTF-8",
            b"RETURN (MIN)",
            b"RETURN (MIN) ",
            b"SEEN RETURN (MIN)",
        ),
    ],
)
def test_no_program(text: bytes) -> None:
    with pytest.raises(Bad):
        program(text)


def test_charset() -> None:
    assert program(b"SEEN").charset is None
    assert program(b"CHARSET utf-8 SEEN") == SearchProgram("UTF-8", SEEN)
    assert program(b'CHARSET "us-ascii" SEEN').charset == "US-ASCII"
    assert program(b"RETURN () CHARSET UTF-8 SEEN") == SearchProgram("UTF-8", SEEN, {})
    with pytest.raises(Bad):
        program(b"CHARSET ", b"\xff", b" SEEN")


def test_rfc5256_criteria() -> None:
    args = Arguments([b"UTF-8 SEEN ALL"])
    assert parse_criteria(args) == SearchProgram("UTF-8", And((SEEN, All())))
    with pytest.raises(Bad):
        parse_criteria(Arguments([b"UTF-8"]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"()", {}),
        (b"(min MAX All Count)", dict.fromkeys(["MIN", "MAX", "ALL", "COUNT"], True)),
        (b"(SAVE CONTEXT UPDATE RELEVANCY)", dict.fromkeys(["SAVE", "CONTEXT", "UPDATE", "RELEVANCY"], True)),
        (b"(PARTIAL -1:-100 MIN)", {"PARTIAL": (-1, -100), "MIN": True}),
    ],
)
def test_rfc4731_return_options(text: bytes, expected: dict[str, object]) -> None:
    assert program(b"return " + text + b" ALL").return_options == expected


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"MIN",
        b"(FOO)",
        b"(MIN MIN)",
        b"(MIN",
        b"(MIN )",
        b"(PARTIAL)",
        b"(PARTIAL 1)",
        b"(ALL PARTIAL 1:2)",
    ],
)
def test_no_return_options(text: bytes) -> None:
    with pytest.raises(Bad):
        program(b"RETURN " + text + b" ALL")


def test_attack_nesting() -> None:
    assert key(b"(" * (MAX_DEPTH - 1) + b"SEEN" + b")" * (MAX_DEPTH - 1)) == SEEN
    for opening in (b"(", b"NOT ", b"FUZZY ", b"OR NOT ", b"OR (", b"(OR NOT "):
        with pytest.raises(Bad):
            key(opening * MAX_DEPTH + b"SEEN")
        with pytest.raises(Bad):
            key(opening * 10_000)


def test_attack_many_keys() -> None:
    assert isinstance(key(b"SEEN" + b" SEEN" * (MAX_KEYS - 1)), And)
    with pytest.raises(Bad):
        key(b"SEEN" + b" SEEN" * MAX_KEYS)


def test_attack_long_chain_of_or() -> None:
    chain = key(b"OR SEEN " * (MAX_KEYS - 1) + b"SEEN")
    assert isinstance(chain, Or)
    assert len(chain.keys) == MAX_KEYS
    assert chain == key(b"OR " * (MAX_KEYS - 1) + b"SEEN" + b" SEEN" * (MAX_KEYS - 1))
    with pytest.raises(Bad):
        key(b"OR " * 100_000)


def test_sort_criteria() -> None:
    parsed = parse_sort_criteria(Arguments([b"(reverse date SUBJECT)"]))
    assert parsed == [SortCriterion("DATE", True), SortCriterion("SUBJECT", False)]
    for name in SORT_KEYS:
        assert parse_sort_criteria(Arguments([b"(%s)" % name.encode()])) == [SortCriterion(name, False)]


@pytest.mark.parametrize(
    "text", [b"", b"()", b"DATE", b"(FOO)", b"(REVERSE)", b"(REVERSE REVERSE DATE)", b"(DATE", b"(DATE )"]
)
def test_no_sort_criteria(text: bytes) -> None:
    with pytest.raises(Bad):
        parse_sort_criteria(Arguments([text]))


SIMPLE = st.sampled_from(
    [(b"SEEN", SEEN), (b"ALL", All()), (b"TO a", HeaderKey("TO", b"a")), (b"OLDER 5", AgeKey("OLDER", 5))]
)


def compound(children: st.SearchStrategy[tuple[bytes, Key]]) -> st.SearchStrategy[tuple[bytes, Key]]:
    """NOT, FUZZY, OR and lists of `children`: how they are written, and the tree they are."""

    def either(pair: tuple[tuple[bytes, Key], tuple[bytes, Key]]) -> tuple[bytes, Key]:
        left, right = pair[0][0], pair[1][0]
        keys = [
            each.keys if text.startswith(b"OR ") and isinstance(each, Or) else (each,) for text, each in pair
        ]
        return b"OR " + left + b" " + right, Or((*keys[0], *keys[1]))

    def several(members: list[tuple[bytes, Key]]) -> tuple[bytes, Key]:
        keys = tuple(each for _, each in members)
        return b"(" + b" ".join(text for text, _ in members) + b")", keys[0] if len(keys) == 1 else And(keys)

    return st.one_of(
        children.map(lambda child: (b"NOT " + child[0], Not(child[1]))),
        children.map(lambda child: (b"FUZZY " + child[0], Fuzzy(child[1]))),
        st.tuples(children, children).map(either),
        st.lists(children, min_size=1, max_size=3).map(several),
    )


@settings(deadline=None, max_examples=200)
@given(st.recursive(SIMPLE, compound, max_leaves=12))
def test_any_tree_is_read_as_it_was_written(written: tuple[bytes, Key]) -> None:
    text, expected = written
    assert key(text) == expected


WORDS = st.lists(
    st.sampled_from(["SEEN", "NOT", "OR", "(", ")", " ", "1:*", "FROM", "UID", "x", '"', "$", "FUZZY"]),
    max_size=12,
)


@settings(deadline=None, max_examples=300)
@given(WORDS, st.sampled_from(["", " "]))
def test_any_input_gives_a_key_or_bad(words: list[str], separator: str) -> None:
    try:
        parsed = key(separator.join(words).encode())
    except Bad:
        return
    assert isinstance(parsed, Key)
