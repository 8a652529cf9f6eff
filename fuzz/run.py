"""Run harnesses with atheris: `python -m fuzz.run SECONDS [NAME ...]`, all of them in turn by default.

Coverage leads the search. What is found new is kept in the folder that FUZZ_CORPUS names, so that the next run
begins there; without it everything starts from the seeds. A crash is written to the current folder and ends the run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Each harness in a process of its own; the sum of it all on standard output."""
    import fuzz.targets as found

    seconds, names = float(sys.argv[1]), sys.argv[2:] or list(found.TARGETS)
    failed = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(os.environ.get("FUZZ_CORPUS", folder), name)
            corpus.mkdir(parents=True, exist_ok=True)
            target = found.TARGETS[name]
            for number, seed in enumerate([*target.seeds, *target.corpus()]):
                (corpus / f"seed{number}").write_bytes(seed)
            options = [
                f"-max_total_time={seconds:g}",
                f"-max_len={target.longest}",
                "-timeout=20",
                "-rss_limit_mb=2000",
            ]
            done = subprocess.run(
                [sys.executable, "-m", "fuzz.one", name, *options, "-print_final_stats=1",
                 f"-artifact_prefix={name}-", corpus],
                stderr=subprocess.PIPE, text=True, errors="replace", check=False,
            )  # fmt: skip
        stats = [line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line]
        print(
            f"{name}: {stats[0] if stats else '?'} executions{'' if done.returncode == 0 else ', CRASHED'}",
            flush=True,
        )
        if done.returncode:
            failed.append(name)
            print(done.stderr.partition("INFO:")[0][-4000:], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
