# shellcheck shell=bash
# validate: can we roll back tonight? Read-only, under a minute
#   rollback_plan.sh validate [--create-tag] [--database PATH] [--release-point NAME] [--json]
#   Checks the release point, its environment, the database, the disk, uncommitted work, the last drill, and that the
#   legacy flag is honoured: a run of 100 employees must give the recorded result. Ends with READY (0) or NOT READY
#   (70; 72 if only a result was wrong).
#   --create-tag   tag the recorded commit with the name of the release point
run_verb() { tool validate "$@"; }
