#!/usr/bin/env bash
# Stands in for .venv/bin/python of a clone: what is heavy leaves at once the result that lies ready in $STAND_IN, the
# rest is real. Every call is noted.
set -euo pipefail
printf '%s\n' "$*" >>"$STAND_IN/calls"

leave() { # SESSION FOLDER
    mkdir -p "$2"
    cp -R "$STAND_IN/results/$1/." "$2"
}

case "$*" in
"-c "* | "-m nox "* | "scripts/render_summary.py "* | "scripts/compare_scale_results.py "* | "scripts/check_flags.py" | "-m yamllint "*)
    exec "$REAL_PYTHON" "$@"
    ;;
"scripts/parity_testing_framework.py "*" --oracles"*) leave determinism determinism_results ;;
"scripts/parity_testing_framework.py "*) leave parity parity_test_results ;;
"scripts/scale_testing_framework.py "*) leave scale scale_test_results ;;
"-P -m rollback.tools "*" drill "*) leave rollback_drill .git/rollback/runs/0001 ;;
"-m pytest tests/mutants "*) leave parity_mutants "${PARITY_MUTANTS_OUTPUT:-parity_mutants_results}" ;;
"-m pytest"* | "-m mypy" | "-m ruff "* | "-m sqlfluff "* | "-m navigator_orchestrator "*) ;;
*)
    printf 'no stand-in for: python %s\n' "$*" >&2
    exit 99
    ;;
esac
