"""A few rounds of `python -m tests.crash`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.crash.quits import Quits
from tests.crash.rounds import Crashes

pytestmark = pytest.mark.timeout(300)


ROUNDS = 15 if "CI" in os.environ else 4


@pytest.mark.parametrize(("kind", "rounds"), [(Crashes, ROUNDS), (Quits, ROUNDS)])
def test_kill_at_random_moments(kind: type[Crashes] | type[Quits], rounds: int, tmp_path: Path) -> None:
    crashes = kind(tmp_path, 1)
    try:
        crashes.run(rounds)
    finally:
        crashes.daemon.kill()
    assert crashes.changes > rounds
