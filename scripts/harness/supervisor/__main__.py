"""Run one command as a measured, killable process tree, and write down what it took.

usage: python -P -S scripts/harness/supervisor/__main__.py --record RECORD.json [OPTIONS] -- COMMAND ARGUMENTS…
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from harness.supervisor.supervise import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
