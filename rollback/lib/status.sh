# shellcheck shell=bash
# status: all runs, how far each has come, and what to type next
#   rollback_plan.sh status [--json]
run_verb() { tool status "$@"; }
