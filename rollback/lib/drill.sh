# shellcheck shell=bash
# drill: the whole rollback and the way back, in a throw-away clone on a copy of the database
#   rollback_plan.sh drill [--employees N] [--census FILE] [--database PATH] [--release-point NAME] [--json] [--dry-run]
#   Backs up, lets the release point's DuckDB read the backup, simulates with the release point and with today's legacy
#   writers, lets the parity judge compare the two, switches, promotes, verifies, restores, and proves that all is as
#   before. Leaves evidence.json with the time of each step. Touches nothing outside its folder.
#   --employees N   be small: simulate the first N of the census, two years at most
#   --census FILE   what the database was simulated from, if it does not hold it
run_verb() { tool drill "$@"; }
