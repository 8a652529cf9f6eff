"""The harnesses of fuzz/, for a short time: seeds, what once broke them, and changes to these at random."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.targets import TARGETS, Target


def variations(target: Target) -> st.SearchStrategy[bytes]:
    """Seeds with pieces cut out, put in twice, put in from others, and octets changed."""
    seeds = st.sampled_from([*target.seeds, *target.corpus()])
    places = st.integers(0, target.longest)

    def mix(one: bytes, other: bytes, start: int, end: int, new: bytes) -> bytes:
        return (one[:start] + new + other[end:])[: target.longest]

    return st.one_of(
        st.binary(max_size=60), st.builds(mix, seeds, seeds, places, places, st.binary(max_size=4))
    )


@pytest.mark.parametrize("name", TARGETS)
def test_harness(name: str) -> None:
    target = TARGETS[name]
    for seed in (*target.seeds, *target.corpus(), b""):
        target.run(seed)

    @settings(deadline=None, max_examples=60)
    @given(variations(target))
    def run(data: bytes) -> None:
        target.run(data)

    run()
