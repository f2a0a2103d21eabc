"""Entry of rollback_plan.sh's verbs: `python -P -m rollback.tools VERB …`."""

import sys

from rollback.tools.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
