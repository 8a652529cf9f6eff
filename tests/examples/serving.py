"""Start an example as a program of its own, talk to it, end it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.app.program import ROOT, environment

EXAMPLES = ROOT / "examples"


@contextmanager
def program(*arguments: str, kinds: int) -> Iterator[dict[str, int]]:
    """The ports by kind once `kinds` of them are announced; at the end the program must stop by itself."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    ports: dict[str, int] = {}
    said = ""
    try:
        while len(ports) < kinds and (line := process.stdout.readline()):
            said += line
            if found := re.search(r"listening (\w+) 127\.0\.0\.1:(\d+)", line):
                ports[found[1]] = int(found[2])
        assert len(ports) == kinds, said
        yield ports
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0, rest
    assert "Traceback" not in rest, rest


@contextmanager
def daemon(config: Path, folder: Path, kinds: int) -> Iterator[dict[str, int]]:
    """`coromail serve` with an example's configuration, its ports replaced by free ones."""
    copy = folder / config.name
    copy.write_text(re.sub(r"(127\.0\.0\.1):\d+", r"\1:0", config.read_text()))
    for module in EXAMPLES.glob("*.py"):
        (folder / module.name).write_text(module.read_text())
    with program("-m", "coromail", "serve", "-c", str(copy), kinds=kinds) as ports:
        yield ports
