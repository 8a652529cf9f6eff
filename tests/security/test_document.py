"""docs/security.md: every class has its row, every test that it names is there, every limit is explained."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from coromail.limits import Limits

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
TEXT = DOCUMENT.read_text()


def test_every_class_has_its_row_and_test() -> None:
    for number in range(1, 24):
        row = re.search(rf"^\| C{number} \|.*$", TEXT, re.MULTILINE)
        assert row, f"C{number}"
        assert f"test_c{number:02}_" in row[0], row[0]


def test_every_file_that_is_named_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)", TEXT):
        assert (DOCUMENT.parent / target).exists(), target


def test_every_limit_is_named() -> None:
    for field in dataclasses.fields(Limits):
        assert f"`{field.name}`" in TEXT or f"limits.{field.name}" in TEXT, field.name
