"""The house as docs/architecture.md describes it: floors, one file a verb, a reference for every command."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from coromail.imap.commands import COMMANDS as IMAP_COMMANDS
from coromail.lmtp.commands import COMMANDS as LMTP_COMMANDS
from coromail.pop3.commands import BUILTIN as POP3_COMMANDS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "coromail"

# Each room may import those on its own line (itself) and above.
FLOORS: list[set[str]] = [
    {"errors"},
    {
        "limits",
        "line_buffer",
        "listener_policy",
        "context",
        "native_lock",
        "origin",
        "plugins.events",
        "pop3_policy",
    },
    {"imap.wire", "pop3.wire", "lmtp.wire", "message"},
    {"model", "auth"},
    {"host", "plugins"},
    {"imap", "pop3", "lmtp"},
    {"stores"},
    {"server"},
    {"app"},
    {"testing"},
    {"pytest_plugin"},
]
TYPES_ONLY = {"host"}
PROTOCOLS = {"imap", "pop3", "lmtp"}  # never import each other


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), ast.parse(path.read_text())


def room(module: str) -> str:
    """The room of a dotted name: the longest of the floor plan that it lies in."""
    inner = module.removeprefix("coromail").lstrip(".")
    rooms = [one for floor in FLOORS for one in floor if inner == one or inner.startswith(one + ".")]
    return max(rooms, key=len, default="")


def floor(name: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if name in names)


def imports(tree: ast.Module) -> Iterator[str]:
    """What a module imports when it runs: not what only type checkers see."""
    hidden = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_run_downhill() -> None:
    wrong = []
    for name, tree in modules():
        own = room(name)
        if not own:
            continue
        for imported in imports(tree):
            other = room(imported) if imported.startswith("coromail") else ""
            if not other or other == own:
                continue
            across = {own, other} <= PROTOCOLS
            if floor(other) > floor(own) or across:
                wrong.append(f"{name} imports {imported}")
    assert not wrong, "\n".join(wrong)


def test_every_room_has_its_floor() -> None:
    rooms = {
        path.stem
        for path in PACKAGE.iterdir()
        if not path.name.startswith("__") and path.suffix in ("", ".py")
    }
    known = {name.split(".")[0] for names in FLOORS for name in names}
    assert rooms - known == set()


def test_gevent_lives_in_server_and_app() -> None:
    wrong = [
        name
        for name, tree in modules()
        if room(name) not in ("server", "app") and any(i.split(".")[0] == "gevent" for i in imports(tree))
    ]
    assert not wrong


@pytest.mark.parametrize("command", IMAP_COMMANDS, ids=lambda command: command.name)
def test_every_imap_command_names_its_rfc_section(command: type) -> None:
    assert re.search(r"RFC \d+(?: and RFC \d+)* section \d|RFC \d{4,}\b", command.__doc__ or ""), command


@pytest.mark.parametrize("command", list(POP3_COMMANDS), ids=lambda command: command.name)
def test_every_pop3_command_names_its_rfc_section(command: type) -> None:
    assert re.search(r"RFC \d+", command.__doc__ or ""), command


@pytest.mark.parametrize("command", IMAP_COMMANDS, ids=lambda command: command.name)
def test_every_imap_command_has_a_test_file(command: type) -> None:
    spoken = re.compile(rf"[\"' ]{command.name}\b")
    files = (ROOT / "tests" / "imap").glob("test_*.py")
    assert any(spoken.search(path.read_text()) for path in files), (
        f"no tests/imap/test_*.py says {command.name}"
    )


@pytest.mark.parametrize("command", list(POP3_COMMANDS), ids=lambda command: command.name)
def test_every_pop3_command_has_a_test_file(command: type) -> None:
    word = command.name.split()[-1].lower()
    assert [path for path in (ROOT / "tests" / "pop3").rglob("test_*.py") if word in path.stem]


@pytest.mark.parametrize("command", list(LMTP_COMMANDS.values()), ids=lambda command: command.name)
def test_every_lmtp_command_names_its_rfc_section_and_is_tested(command: type) -> None:
    assert re.search(r"RFC \d+ sections? \d", command.__doc__ or ""), command
    files = (ROOT / "tests" / "lmtp").glob("test_*.py")
    assert any(re.search(rf"[\"' ]{command.name}\b", path.read_text()) for path in files)


def test_every_command_file_is_listed() -> None:
    """A file in commands/ that the list forgot would be a command that does not exist."""
    listed = {command.__module__.rpartition(".")[2] for command in IMAP_COMMANDS}
    files = {path.stem for path in (PACKAGE / "imap" / "commands").glob("*.py")} - {"__init__"}
    assert files == listed


def test_files_and_functions_stay_small() -> None:
    """400 lines a file, 50 a function: beyond that something asks to be split along an idea."""
    long = []
    for name, tree in modules():
        path = ROOT / Path(*name.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        lines = len(path.read_text().splitlines())
        if lines > 400:
            long.append(f"{name}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                start = (
                    node.body[0].lineno if ast.get_docstring(node) is None else node.body[0].end_lineno or 0
                )
                if (node.end_lineno or 0) - start > 50:
                    long.append(f"{name}.{node.name}: {(node.end_lineno or 0) - start} lines")
    assert not long, "\n".join(long)
