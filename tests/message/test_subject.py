"""Base subject (RFC 5256 sections 2.1 and 5)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.subject import base_subject


@pytest.mark.parametrize(
    ("value", "base", "reply"),
    [
        ("", "", False),
        ("hello", "hello", False),
        ("  two \t\t words ", "two words", False),
        ("Re: hello", "hello", True),
        ("RE : hello", "hello", True),
        ("re:re: Re:hello", "hello", True),
        ("Fw: hello", "hello", True),
        ("FWD: hello", "hello", True),
        ("Re[2]: hello", "hello", True),
        ("Re [a b]: hello", "hello", True),
        ("[list] hello", "hello", False),
        ("[list] Re: hello", "hello", True),
        ("Re: [list] Re: [more] hello", "hello", True),
        ("[a][b] c", "c", False),
        ("[only]", "[only]", False),
        ("[a] [b]", "[b]", False),
        ("Re: [b]", "[b]", True),
        ("[a] Re:", "", True),
        ("Re:", "", True),
        ("Reply: hello", "Reply: hello", False),
        ("hello (fwd)", "hello", True),
        ("hello (FWD) (fwd)  ", "hello", True),
        ("hello(fwd)", "hello", True),
        ("(fwd)", "", True),
        ("[fwd: hello]", "hello", True),
        ("[Fwd: Re: [x] hello (fwd)]", "hello", True),
        ("[fwd: [fwd: hello]]", "hello", True),
        ("[fwd: hello", "[fwd: hello", False),
        ("[fwd:]", "", True),
        ("hello [x]", "hello [x]", False),
        ("[un closed hello", "[un closed hello", False),
        ("=?utf-8?Q?Re:_h=C3=A9llo?=", "héllo", True),
        ("=?utf-8?Q?Re?=: x", "x", True),
    ],
)
def test_2_1_base_subject(value: str, base: str, reply: bool) -> None:
    assert base_subject(value.encode()) == (base, reply)


@given(st.lists(st.sampled_from(["re", "fwd", ":", "[", "]", "(fwd)", "[fwd:", " ", "a", "é"])).map("".join))
@settings(max_examples=400, deadline=None)
def test_the_base_of_a_base_subject_is_itself(value: str) -> None:
    base = base_subject(value.encode()).text
    assert base_subject(base.encode()).text == base
