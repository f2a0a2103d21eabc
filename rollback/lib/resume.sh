# shellcheck shell=bash
# resume: go on where a killed or failed run has stopped, forwards or backwards
#   rollback_plan.sh resume --yes [--json] [--dry-run]
#   What is left to do is derived from the journal. Does nothing after a run that has ended.
run_verb() { tool resume "$@"; }
