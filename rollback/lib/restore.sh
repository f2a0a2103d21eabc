# shellcheck shell=bash
# restore: undo the newest rollback, from whatever point it has reached
#   rollback_plan.sh restore --yes [--json] [--dry-run]
#   Brings back branch, uncommitted edits, untracked and ignored files, and the database, and proves it. What was done
#   meanwhile is kept: commits on branch rollback/ID, edits under refs/rollback/ID/left*, the database, if it was written
#   to, as left.duckdb in the run's folder.
run_verb() { tool restore "$@"; }
