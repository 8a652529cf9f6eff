"""One harness under atheris: `python -m fuzz.one NAME [options of libFuzzer] [folder]`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["coromail"]):
    from fuzz.targets import TARGETS

if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, lambda data: target.run(bytes(data)) and None)
    atheris.Fuzz()
