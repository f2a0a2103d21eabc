# shellcheck shell=bash
# prune: remove old runs with their backups; never one that is still needed for the way back
#   rollback_plan.sh prune --yes [--keep N] [--json] [--dry-run]
#   --keep N   keep the newest N runs (default 3)
run_verb() { tool prune "$@"; }
