"""`python -m coromail`: the same as the command `coromail`."""

import sys

from coromail.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
