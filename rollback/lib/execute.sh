# shellcheck shell=bash
# execute: roll back. Rehearses first; nothing is changed before the rehearsal has passed
#   rollback_plan.sh execute --yes [--snapshot-dirty] [--census FILE] [--database PATH] [--release-point NAME]
#                            [--json] [--dry-run]
#   Then switches to branch rollback/ID at the release point, promotes the rehearsed database, writes .env.rollback and
#   the configuration, and verifies. Without a terminal, --yes must be given.
#   --snapshot-dirty   uncommitted work is no obstacle: it is kept under refs/rollback/ID, and restore brings it back
#   --dry-run          print the steps that are to be done as things are now
run_verb() { tool execute "$@"; }
