"""docs/quirks.md has a row for every test of a quirk, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_table_names_every_test() -> None:
    table = (ROOT / "docs/quirks.md").read_text()
    rows = dict(re.findall(r"^\| (\d+) \|.*\| `(\S+)` \|$", table, re.MULTILINE))
    files = {str(path.relative_to(ROOT)) for path in ROOT.glob("tests/*/quirks/test_quirk_*.py")}
    assert set(rows.values()) == files
    assert list(map(int, rows)) == list(range(1, 49))
