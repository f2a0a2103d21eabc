"""The jobs of .github/workflows/scale_parity_tests.yml, and which of them an event asks for."""

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DECIDES = "changes"
ALWAYS = ("lint", "tests")
HEAVY = ("parity", "determinism", "parity_mutants", "rollback_drill")
ON_DEMAND = ("scale", "compare")
NIGHTLY = ("degradation",)

LABEL = "scale-test"
OTHER_BASE = "the base is not the default branch: everything runs"
# What no engine, judge or rollback reads. A path that nobody thought of matters, and Markdown in dbt/, which dbt reads.
HARMLESS = re.compile(
    r"[^/]+\.md|docs/.+\.md|rollback/RUNBOOK\.md|LICENSE|\.github/([^/]+\.md|CODEOWNERS|rulesets/.+)", re.DOTALL
)


@dataclass(frozen=True)
class Decision:
    """The jobs that must run, and why."""

    jobs: tuple[str, ...]
    reason: str


def decide(name: str, event: Mapping[str, Any], root: Path) -> Decision:
    """Which jobs an event asks for; those that are not named in it may be skipped."""
    if name == "schedule":
        return Decision((*ALWAYS, *HEAVY, *ON_DEMAND, *NIGHTLY), "nightly: everything")
    if name == "workflow_dispatch":
        return Decision((*ALWAYS, *HEAVY, *ON_DEMAND), "started by hand: everything")
    if name != "pull_request":
        return Decision((*ALWAYS, *HEAVY), f"{name}: everything but the measurements")
    if event.get("action") == "labeled" and _name_of(event.get("label")) != LABEL:
        return Decision((), f"a label other than {LABEL} changes nothing")
    if event.get("action") == "edited" and not (event.get("changes") or {}).get("base"):
        return Decision((), "a new title or description changes nothing")
    heavy, reason = _heavy(root) if _goes_into_the_default_branch(event) else (HEAVY, OTHER_BASE)
    labels = [_name_of(label) for label in (event.get("pull_request") or {}).get("labels", [])]
    asked = ON_DEMAND if LABEL in labels else ()
    return Decision((*ALWAYS, *heavy, *asked), f"{reason}; {LABEL} is {'' if asked else 'not '}set")


def matter(paths: Iterable[str]) -> list[str]:
    """The paths that an engine, a judge or the rollback may depend on."""
    return [path for path in paths if not HARMLESS.fullmatch(path)]


def _goes_into_the_default_branch(event: Mapping[str, Any]) -> bool:
    """Whether the base is the default branch. What another base holds has perhaps never been judged."""
    base = ((event.get("pull_request") or {}).get("base") or {}).get("ref")
    return base is not None and base == (event.get("repository") or {}).get("default_branch")


def _heavy(root: Path) -> tuple[tuple[str, ...], str]:
    """The heavy jobs, unless it is certain that nothing which matters was changed."""
    paths = _changed_paths(root)
    if not paths:
        return HEAVY, "what was changed cannot be told: everything runs"
    mattering = matter(paths)
    if mattering:
        return HEAVY, f"{len(mattering)} of {len(paths)} changed paths matter, such as {mattering[0]}"
    return (), f"none of {len(paths)} changed paths matters to a result"


def _changed_paths(root: Path) -> list[str]:
    """What a pull request's merge commit changes in its base; nothing if that cannot be told."""
    parents = _git(root, "rev-list", "--parents", "--max-count=1", "HEAD").split()
    if len(parents) != 3:  # the commit and its two parents
        return []
    return [path for path in _git(root, "diff", "--name-only", "--no-renames", "-z", "HEAD^1").split("\0") if path]


def _git(root: Path, *arguments: str) -> str:
    try:
        finished = subprocess.run(
            ["git", "-C", root, *arguments], check=True, capture_output=True, text=True, errors="replace"
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return finished.stdout


def _name_of(label: Mapping[str, Any] | None) -> str:
    """The name without case: GitHub's expressions, which decide what a run is called and ends, compare so, too."""
    return str((label or {}).get("name", "")).lower()
