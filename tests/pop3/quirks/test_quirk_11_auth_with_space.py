"""Client quirk 11: Outlook sends AUTH with a space, or alone, to learn the mechanisms."""

from __future__ import annotations

import pytest

from tests.pop3.harness import Client, TestHost


@pytest.mark.parametrize("line", ["AUTH", "AUTH "])
def test_mechanisms_are_listed(line: str) -> None:
    assert Client(TestHost()).multi(line) == [b"CRAM-MD5", b"PLAIN"]
