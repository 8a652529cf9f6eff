"""Mail programs that may be installed here."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def needs(program: str) -> pytest.MarkDecorator:
    """Skip a test where this program is not installed."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def needs_module(module: str) -> pytest.MarkDecorator:
    """Skip a test where this Python module is not installed."""
    missing = importlib.util.find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"the Python module {module} is not installed")


def needs_node(package: str) -> pytest.MarkDecorator:
    """Skip a test where Node or this package of `package.json` is not installed."""
    missing = shutil.which("node") is None or not (HERE / "node_modules" / package).is_dir()
    return pytest.mark.skipif(missing, reason=f"{package} for Node is not installed")


def run(home: Path, *command: object, statuses: tuple[int, ...] = (0,), **environment: str) -> str:
    """Run a program with a home of its own to the end; what it says. Fails with that on another status."""
    home.mkdir(exist_ok=True)
    inherited = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    done = subprocess.run(
        list(map(str, command)), env=inherited | {"HOME": str(home)} | environment, cwd=home,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=280, check=False,
    )  # fmt: skip
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode in statuses, f"{command[0]} ends with {done.returncode}: {said[-3000:]}"
    return said


def written(path: Path, text: str) -> Path:
    """Write a configuration that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def in_maildir(path: Path) -> list[bytes]:
    """The messages of a Maildir that a client has written."""
    return [file.read_bytes() for part in ("new", "cur") for file in (path / part).iterdir()]


def new_maildir(path: Path) -> Path:
    """An empty Maildir for a client to write to."""
    for part in ("tmp", "new", "cur"):
        (path / part).mkdir(parents=True)
    return path
