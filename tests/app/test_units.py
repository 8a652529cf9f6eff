import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coromail.app.units import parse_duration, parse_size


@pytest.mark.parametrize(
    ("written", "octets"),
    [
        (0, 0),
        (65536, 65536),
        ("12", 12),
        ("64k", 65536),
        ("64K", 65536),
        ("100M", 104857600),
        (" 2G ", 2 << 30),
    ],
)
def test_sizes(written, octets):
    assert parse_size(written) == octets


@pytest.mark.parametrize(
    "written", [-1, 1.5, True, None, "", "k", "1 k", "-1", "1T", "1kk", "٣", "9" * 16, "0x10", []]
)
def test_what_is_no_size(written):
    with pytest.raises(ValueError, match="100M"):
        parse_size(written)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [(0, 0), (300, 300), (0.5, 0.5), ("300", 300), ("30s", 30), ("5m", 300), ("1h", 3600), ("2d", 172800),
     ("1.5h", 5400)],
)  # fmt: skip
def test_durations(written, seconds):
    assert parse_duration(written) == seconds


@pytest.mark.parametrize(
    "written", [-1, float("nan"), float("inf"), True, None, "", "m", "1 m", "1w", "1e3", "9" * 10, {}]
)
def test_what_is_no_duration(written):
    with pytest.raises(ValueError, match="seconds"):
        parse_duration(written)


@given(st.text(max_size=30) | st.integers() | st.floats() | st.none())
def test_anything_is_a_number_or_a_value_error(written):
    for parse in (parse_size, parse_duration):
        with contextlib.suppress(ValueError):
            assert parse(written) >= 0
