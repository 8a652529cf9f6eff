"""`python -m tests.crash --rounds N`: many rounds, and how they went."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from tests.crash.quits import Quits
from tests.crash.rounds import Crashes


def main() -> None:
    """Run until the rounds are done or one fails; the folder of a failure is kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--quit", action="store_true", help="kill during QUIT of POP3 only")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="crash-"))
    print(f"seed {given.seed}, {folder}", flush=True)
    start = time.monotonic()
    crashes = (Quits if given.quit else Crashes)(folder, given.seed)
    try:
        crashes.run(given.rounds)
    finally:
        crashes.daemon.kill()
        print(f"{crashes.changes} acknowledged changes in {time.monotonic() - start:.0f} s")
    print(f"{given.rounds} rounds: all is well")


if __name__ == "__main__":
    main()
