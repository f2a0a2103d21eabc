"""Which interpreter runs the release point: today's, when both locks pin the same packages, else one of its own."""

import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from rollback.tools import processes
from rollback.tools.errors import PreconditionError, StepError
from rollback.tools.files import write_whole
from rollback.tools.git import Git
from rollback.tools.progress import Progress

LOCK = "requirements.lock"
_PIN = re.compile(r"^([A-Za-z0-9._-]+(?:\[[^]]*\])?==[^ ;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Environment:
    """An interpreter with the release point's packages."""

    python: str
    ready: bool
    differences: tuple[str, ...]  # pins that only one lock has; none: today's environment serves
    lock: str  # the release point's, as text
    folder: Path


def find_environment(git: Git, commit: str, state_folder: Path, today: str) -> Environment:
    """Compare the lock of the checkout with the release point's."""
    code, lock, _ = git.attempt("show", f"{commit}:{LOCK}")
    here = git.root / LOCK
    ours = set(_PIN.findall(here.read_text(encoding="utf-8"))) if here.is_file() else set()
    theirs = set(_PIN.findall(lock)) if code == 0 else ours
    folder = state_folder / "environments" / hashlib.sha256(lock.encode()).hexdigest()[:16]
    if ours == theirs:
        return Environment(today, True, (), lock, folder)
    own = folder / "bin" / "python"
    return Environment(str(own), (folder / "ready").exists(), tuple(sorted(ours ^ theirs)), lock, folder)


def refuse_incomplete(today: str, progress: Progress) -> None:
    """Refuse to start with an interpreter that only runs this tool: without .venv the script takes the system's.

    Raises:
        PreconditionError: it cannot read databases.
    """
    if processes.capture([today, "-P", "-c", "import duckdb"], progress.tick)[0]:
        raise PreconditionError(f"{today}: has no duckdb; it must be the checkout's .venv/bin/python: make setup")


def make_environment(wanted: Environment, today: str, log: Path, progress: Progress) -> None:
    """Install the release point's packages; does nothing when they are.

    Raises:
        StepError: they cannot be installed here.
    """
    if wanted.ready:
        return
    wanted.folder.parent.mkdir(parents=True, exist_ok=True)
    lock = wanted.folder.with_suffix(".lock")
    write_whole(lock, wanted.lock.encode())
    has_uv = processes.capture([today, "-m", "uv", "--version"], progress.tick)[0] == 0
    make = [sys.executable, "-m", "venv", "--clear", *(["--without-pip"] if has_uv else []), str(wanted.folder)]
    uv = [today, "-m", "uv", "--quiet", "pip", "sync", "--allow-empty-requirements", "--python", wanted.python]
    pip = [wanted.python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    for command in (make, [*(uv if has_uv else pip), "--require-hashes", *([] if has_uv else ["-r"]), str(lock)]):
        if processes.run(command, wanted.folder.parent, log, progress.tick):
            raise StepError(f"the release point's environment cannot be made: {processes.last_line(log)}; see {log}")
    write_whole(wanted.folder / "ready", b"")
