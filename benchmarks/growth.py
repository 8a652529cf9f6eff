"""`python -m benchmarks.growth`: what grows with the number of messages, of mailboxes and of connections.

coromail and Dovecot (in its high-performance mode) get a Maildir of each size for themselves and do the same work in
turns; what is measured is CPU time, memory and room on disk, and the exponents say what would become of it at ten
times the size. 1,000,000 messages take 15 GB of room and an hour, most of it until the index of texts is built.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks import growth_mail as mail
from benchmarks import growth_report as report
from benchmarks import growth_work as work
from benchmarks import servers
from benchmarks.growth_work import Growth, Steps

OWN, DOVECOT = report.OWN, "Dovecot"
MOST = 1000  # connections of a server that has a process for each
TABLES = (("messages", work.MAILBOX), ("mailboxes", work.MAILBOXES), ("connections", work.CONNECTIONS))


def in_turns(works: Iterable[Steps]) -> None:
    """A step of each work, then the next of each."""
    with ExitStack() as stack:
        left = [stack.enter_context(closing(steps)) for steps in works]
        while left:
            left = [steps for steps in left if next(steps, work) is None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line says."""
    options = _options(arguments)
    figures: report.Figures = {}
    with ExitStack() as stack:
        folder = Path(options.dir or stack.enter_context(tempfile.TemporaryDirectory(prefix="growth-")))
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        servers.write_certificate(folder)
        files = folder / "files"
        mail.write_files(files, max([*options.messages, 100]))
        kinds = _kinds(folder, options.dovecot)
        for measure, sizes in (
            (work.one_mailbox, options.messages),
            (work.many_mailboxes, options.mailboxes),
            (work.connections, options.connections),
        ):
            for size in sizes:
                growths = [Growth(figures, name, size, files, start) for name, start in kinds.items()]
                if measure is work.connections and size > MOST:
                    del growths[1:]
                in_turns(map(measure, growths))
                if measure is work.one_mailbox and options.index:
                    work.text_index(growths[0])
                for name in kinds:
                    shutil.rmtree(folder / name / "mail" / work.USER, ignore_errors=True)  # not all had one
                if options.report:
                    report.write(options.report, report.section(TABLES, figures, _where(options)))
    return 0


def _kinds(folder: Path, with_dovecot: bool) -> dict[str, Callable[[bool], servers.Server]]:
    def own(text_index: bool) -> servers.Server:
        return servers.coromail(folder / OWN, [work.USER], text_index)

    kinds: dict[str, Callable[[bool], servers.Server]] = {OWN: own}
    if with_dovecot and servers.has_dovecot():
        kinds[DOVECOT] = lambda _: servers.dovecot(folder / DOVECOT, fast=True)
    return kinds


def _where(options: argparse.Namespace) -> str:
    """The sizes, the commit and the machine."""
    names = ("messages", "mailboxes", "connections")
    sizes = (" ".join([f"--{name}", *map(str, getattr(options, name))]) for name in names)
    command = " ".join(["python -m benchmarks.growth", *sizes])
    git = ["git", "-C", str(servers.ROOT), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    machine = f"{os.cpu_count()} cores, CPython {platform.python_version()}, {platform.machine()}"
    return f"`{command}`, commit {commit}, {machine}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    for name, sizes, what in (
        ("--messages", [1000, 10_000, 100_000], "in one mailbox"),
        ("--mailboxes", [1000, 10_000], "in one account"),
        ("--connections", [10, 1000, 10_000], "at a time"),
    ):
        parser.add_argument(name, default=sizes, help=what, type=int, nargs="*", metavar="N")
    parser.add_argument("--no-index", dest="index", action="store_false", help="no index of texts")
    parser.add_argument("--no-dovecot", dest="dovecot", action="store_false", help="coromail only")
    parser.add_argument("--dir", type=Path, help="keep mail and logs here; a temporary folder if left out")
    parser.add_argument("--report", type=Path, help="write the tables on this page, between their marks")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
