"""docs/parity.md is whole, and what it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = {"S": 24, "C": 26, "K": 14, "I": 28, "M": 9, "B": 25, "G": 14, "A": 6, "T": 8, "X": 42}
ROW = re.compile(r"\| ([A-Z]-\d+) \| (.+) \| (.+) \| (.+) \|")
NAME = re.compile(r"`([^`]+)`")


def rows() -> list[tuple[str, list[str], list[str]]]:
    """Name, code and tests of each row."""
    lines = (ROOT / "docs" / "parity.md").read_text().splitlines()
    matches = [match for line in lines if (match := ROW.fullmatch(line))]
    return [(match[1], NAME.findall(match[3]), NAME.findall(match[4])) for match in matches]


@cache
def functions(file: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_row_is_there_once_and_in_order() -> None:
    wanted = [f"{letter}-{number}" for letter, last in ROWS.items() for number in range(1, last + 1)]
    assert [name for name, _, _ in rows()] == wanted


@pytest.mark.parametrize(("row", "code", "tests"), rows(), ids=[row[0] for row in rows()])
def test_what_a_row_names_is_there(row: str, code: list[str], tests: list[str]) -> None:
    assert code
    assert tests
    for name in code:
        thing = import_module("coromail")
        for part in name.split("."):
            if not hasattr(thing, part):
                import_module(f"{thing.__name__}.{part}")
            thing = getattr(thing, part)
    for name in tests:
        path, _, function = name.partition("::")
        file = ROOT / "tests" / path
        assert file.is_file(), name
        assert not function or function in functions(file), name
