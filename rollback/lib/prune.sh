# shellcheck shell=bash
# prune: remove old runs with their backups; never one that is still needed for the way back
#   rollback_plan.sh prune --yes [--keep N] [--discard-left] [--json] [--dry-run]
#   A run that holds work done while rolled back (refs/rollback/ID/left*, left/, left*.duckdb) is named and kept.
#   --keep N         keep the newest N runs that have a backup, and what is newer (default 3)
#   --discard-left   remove runs with such work, too
run_verb() { tool prune "$@"; }
