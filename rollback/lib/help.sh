# shellcheck shell=bash
# help: this list, or what one verb does
#   rollback_plan.sh help [VERB]
run_verb() { # [VERB]
    local file verb=${1:-}
    if [[ -n $verb ]]; then
        [[ $verb =~ ^[a-z]+$ && -f $HERE/lib/$verb.sh ]] || die "$EX_USAGE" "$verb: not a verb; see: rollback_plan.sh help"
        print_header "$HERE/lib/$verb.sh"
        return
    fi
    print_header "$HERE/rollback_plan.sh"
    printf '\nVerbs:\n'
    for file in "$HERE"/lib/*.sh; do
        print_header "$file" | sed -n '1s/^/  /p'
    done
}

# The first comment block, without the lines for tools.
print_header() { # FILE
    sed -n -e '/^#!/d' -e '/^# shellcheck /d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$1"
}
