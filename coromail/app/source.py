"""A YAML file as values, with the line of each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from coromail.auth.problem import Problem

BOOL, TEXT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:str"

Place = tuple[int | str, ...]


class Unreadable(Exception):
    """The file cannot be read as YAML at all; holds the `Problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says (`value`), the line of every key and item, and keys that are written twice."""

    file: Path
    value: Any
    lines: dict[Place, int]
    repeated: list[Problem]

    def line_of(self, place: Place) -> int:
        """The line of the key or item at `place`, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, text: str) -> Problem:
        """A problem at `place`, its text led by the name of the setting."""
        return Problem(self.file, self.line_of(place), f"{dotted(place)}: {text}" if place else text)


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value that holds no others, with its place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*place, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*place, index))
    else:
        yield place, value


def dotted(place: Place) -> str:
    """A place as people write it: `listen.imap[0]`."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def read(file: Path) -> Source:
    """Read `file` with the safe loader. Raises `Unreadable`."""
    text = _decode(file)
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Source(file, {}, {}, [])
        lines: dict[Place, int] = {}
        repeated: list[Problem] = []
        _number(node, file, lines, repeated)
        return Source(file, loader.construct_document(node), lines, repeated)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"not valid YAML: {error.problem}" + (f" ({error.context})" if error.context else "")
        raise Unreadable(Problem(file, mark.line + 1 if mark else 1, what)) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(Problem(file, 1, f"not valid YAML: {error}".replace("\n", " "))) from None
    finally:
        loader.dispose()


def _decode(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise Unreadable(Problem(file, 0, f"cannot be read: {error.strerror}")) from None
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(Problem(file, line, "not UTF-8; save the file in that encoding")) from None
    for number, content in enumerate(text.split("\n"), 1):
        indent = content[: len(content) - len(content.lstrip())]
        if "\t" in indent and content.strip():
            raise Unreadable(Problem(file, number, "indented with a tab; YAML wants spaces"))
    return text


def _number(root: yaml.Node, file: Path, lines: dict[Place, int], repeated: list[Problem]) -> None:
    """Fill `lines` and `repeated` from a node tree. A key stands for its value; anchors are entered once."""
    waiting: list[tuple[Place, yaml.Node]] = [((), root)]
    seen: set[int] = set()
    while waiting:
        place, node = waiting.pop()
        lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(((*place, index), item) for index, item in enumerate(node.value))
        elif isinstance(node, yaml.MappingNode):
            here: dict[str, int] = {}
            for key, item in node.value:
                if key.tag == BOOL:  # "off: ..." is a key, not false: YAML 1.1
                    key.tag = TEXT
                name, line = str(key.value), key.start_mark.line + 1
                if name in here:
                    text = f"{dotted((*place, name))}: written twice, first in line {here[name]}; keep one"
                    repeated.append(Problem(file, line, text))
                here.setdefault(name, line)
                lines[*place, name] = line
                waiting.append(((*place, name), item))
