#!/usr/bin/env bash
# rollback_plan.sh VERB [OPTION …]: back to the legacy writers, rehearsed, with a way back. See rollback/RUNBOOK.md.
#
# Exit codes: 0 done · 64 wrong usage · 70 must not start or go on as things are · 71 a step failed
#             72 a result is not what it must be · 75 another operator is at it · 130, 143 interrupted
set -Eeuo pipefail
shopt -s inherit_errexit

readonly PROGRAM=rollback EX_USAGE=64 EX_PRECONDITION=70

die() { # CODE LINE
    printf '%s: %s\n' "$PROGRAM" "$2" >&2
    exit "$1"
}

# The work tree that this script belongs to, or else the one that the operator stands in. A copy belongs to the
# repository whose git folder it lies in; who does not stand in a work tree of that means its main one.
find_root() {
    local owner=${HERE%/rollback/bin/*}
    if [[ -d $owner/objects && $(git rev-parse --path-format=absolute --git-common-dir 2>/dev/null) != "$owner" ]]; then
        cd "$owner" || return
    fi
    git -C "$HERE" rev-parse --show-toplevel 2>/dev/null ||
        git rev-parse --show-toplevel 2>/dev/null ||
        git worktree list --porcelain 2>/dev/null | sed -n '1s/^worktree //p' | grep . ||
        die "$EX_PRECONDITION" "not in a git work tree; cd into the checkout"
}

# Names a folder by what is in it.
digest_of() { # FOLDER
    (cd "$1" && find . -type f ! -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | sha256sum | cut -c 1-16
}

# Copy this folder out of the tree, and go on there: the switch removes or replaces the files in the tree.
run_from_copy() { # ARGUMENT …
    local state copy new
    state=$(git -C "$ROOT" rev-parse --path-format=absolute --git-common-dir)/rollback
    copy=$state/bin/$(digest_of "$HERE")
    if [[ ! -d $copy ]]; then
        new=$state/bin/.new.$$
        mkdir -p "$new" 2>/dev/null || die "$EX_PRECONDITION" "$state: cannot be written; nothing was done"
        cp -R "$HERE" "$new/rollback" || die "$EX_PRECONDITION" "$state: cannot be written; nothing was done"
        sync "$new"
        mv -T "$new" "$copy" 2>/dev/null || rm -rf "$new" # another operator was faster
    fi
    ln -sfn "bin/${copy##*/}/rollback/rollback_plan.sh" "$state/rollback_plan.sh.$$" &&
        mv -Tf "$state/rollback_plan.sh.$$" "$state/rollback_plan.sh"
    exec bash "$copy/rollback/rollback_plan.sh" --from-copy "$ROOT" "$@"
}

# The interpreter of the checkout; without one, any that is new enough.
find_python() {
    local candidate
    for candidate in "$ROOT/.venv/bin/python" python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    die "$EX_PRECONDITION" "no Python 3.11 or newer: make setup"
}

# Become the Python half; signals then reach it directly.
tool() { # VERB ARGUMENT …
    local python
    python=$(find_python)
    PYTHONPATH=${HERE%/*} exec "$python" -P -m rollback.tools --root "$ROOT" "$@"
}

changes_something() { # VERB ARGUMENT …
    [[ $1 != validate && $1 != status && " $* " != *' --dry-run '* ]]
}

main() {
    HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
    readonly HERE
    ROOT=''
    if [[ ${1:-} == --from-copy ]]; then
        ROOT=$2
        shift 2
    fi
    [[ " $* " == *' -h '* || " $* " == *' --help '* ]] && set -- help "${1##-*}"
    if [[ -z $ROOT && ${1:-} != help ]]; then
        ROOT=$(find_root)
        [[ -f $HERE/lib/${1:-}.sh ]] && changes_something "$@" && run_from_copy "$@"
    fi
    readonly ROOT

    local verb=${1:-}
    [[ $verb =~ ^[a-z]+$ && -f $HERE/lib/$verb.sh ]] ||
        die "$EX_USAGE" "${verb:-nothing}: not a verb; see: rollback_plan.sh help"
    shift
    # shellcheck source-path=SCRIPTDIR source=lib/execute.sh
    source "$HERE/lib/$verb.sh"
    run_verb "$@"
    exit
}

main "$@"
