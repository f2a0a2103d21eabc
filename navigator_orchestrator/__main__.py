"""`python -m navigator_orchestrator`."""

import sys

from navigator_orchestrator.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
