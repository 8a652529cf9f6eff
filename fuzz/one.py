"""One harness under atheris: `python -m fuzz.one NAME [options of libFuzzer] [folder]`."""

from __future__ import annotations

import logging
import sys

import atheris

with atheris.instrument_imports(include=["coromail"]):
    from fuzz.targets import TARGETS

if __name__ == "__main__":
    logging.disable()  # of what is damaged millions of lines
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, lambda data: target.run(bytes(data)) and None)
    atheris.Fuzz()
