"""`python -m benchmarks`: start the servers, measure in turns, write the report."""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import clients, openings, servers  # noqa: F401 - these add workloads
from benchmarks.client import WrongAnswerError
from benchmarks.corpus import Corpus
from benchmarks.fairness import Fairness, fairness
from benchmarks.report import Results, line, write
from benchmarks.run import WORKLOADS, Run, Sample
from benchmarks.workloads import ACCOUNTS, prepare


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line says; the exit status, 1 when an answer was wrong."""
    options = _options(arguments)
    with ExitStack() as stack:
        folder = options.dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmarks-")))
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        corpus = Corpus(folder / "corpus", options.messages)
        running = _start(folder.absolute(), options.dovecot, stack)
        for server in running:
            prepare(server.folder / "mail", corpus, server.owner)
        results: Results = {}
        wrong = 0
        for name in options.only or WORKLOADS:
            start = time.monotonic()
            wrong += _turns(name, running, corpus, options, results)
            print(f"{line(WORKLOADS[name], results)}  took {time.monotonic() - start:.0f} s", flush=True)
        stalls: list[Fairness] = fairness(running[0], options.scale) if not options.only else []
        for one in stalls:
            print(one)
        if options.report:
            write(options.report, results, stalls, options.rounds)
    return 1 if wrong else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each server has its turn")
    parser.add_argument("--messages", type=int, default=10000, help="in the biggest mailbox")
    parser.add_argument("--scale", type=float, default=1.0, help="below 1: fewer operations")
    parser.add_argument(
        "--only", nargs="+", choices=list(WORKLOADS), metavar="NAME", help=" ".join(WORKLOADS)
    )
    parser.add_argument("--no-dovecot", dest="dovecot", action="store_false", help="coromail only")
    parser.add_argument("--dir", type=Path, help="keep mail and logs here; a temporary folder if left out")
    parser.add_argument("--report", type=Path, help="write the table here, and plots beside it")
    return parser.parse_args(arguments)


def _start(folder: Path, with_dovecot: bool, stack: ExitStack) -> list[servers.Server]:
    servers.write_certificate(folder)
    running = [servers.coromail(folder / "coromail", list(ACCOUNTS))]
    stack.callback(running[0].stop)
    if with_dovecot and servers.has_dovecot():
        for fast in (False, True):
            running.append(servers.dovecot(folder / ("dovecot-hp" if fast else "dovecot"), fast))
            stack.callback(running[-1].stop)
    return running


def _turns(
    name: str,
    running: Sequence[servers.Server],
    corpus: Corpus,
    options: argparse.Namespace,
    results: Results,
) -> int:
    """Run one workload on each server in turn, `--rounds` times; how many runs failed."""
    wrong = 0
    for _ in range(options.rounds):
        for server in running:
            run = Run(server, corpus, options.scale)
            try:
                WORKLOADS[name].function(run)
            except (WrongAnswerError, OSError, subprocess.SubprocessError):
                wrong += 1
                print(f"{name} on {server.name}: {traceback.format_exc(limit=-3)}", flush=True)
            else:
                _samples(results, name, server.name).append(run.sample)
    return wrong


def _samples(results: Results, name: str, server: str) -> list[Sample]:
    return results.setdefault(name, {}).setdefault(server, [])


if __name__ == "__main__":
    raise SystemExit(main())
