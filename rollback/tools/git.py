"""Asking git, without hooks, without the operator's variables, in one language."""

import os
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rollback.tools.errors import PreconditionError, StepError

_OPTIONS = ("-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "advice.detachedHead=false")
_AUTHOR = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "rollback"), ("EMAIL", "rollback@localhost"))
}
LOCK_SECONDS = 3.0


class Git:
    """Git in one work tree. Its processes inherit the operator's lock, for they outlive a killed rollback."""

    def __init__(self, root: Path, inherited: int | None = None) -> None:
        self.root = root
        self.inherited = inherited

    def __call__(self, *arguments: str | Path, environment: Mapping[str, str] | None = None, given: str = "") -> str:
        """Run a command and return what it prints.

        Raises:
            StepError: it fails.
        """
        code, out, err = self.attempt(*arguments, environment=environment, given=given)
        if code:
            raise StepError(f"git {arguments[0]}: {' '.join(err.split()) or f'exit code {code}'}")
        return out

    def attempt(
        self, *arguments: str | Path, environment: Mapping[str, str] | None = None, given: str = ""
    ) -> tuple[int, str, str]:
        """Run a command that may fail; returns exit code, stdout and stderr."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        finished = subprocess.run(
            ["git", "-C", str(self.root), *_OPTIONS, *map(str, arguments)],
            env={**kept, **_AUTHOR, "LC_ALL": "C", **(environment or {})},
            pass_fds=() if self.inherited is None else (self.inherited,),
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
        return finished.returncode, finished.stdout, finished.stderr

    def commit_of(self, name: str) -> str | None:
        """The commit that a name stands for; None if it stands for none."""
        code, out, _ = self.attempt("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}")
        return None if code else out.strip()

    def names(self, *arguments: str | Path) -> list[str]:
        """What a command prints with -z."""
        return [name for name in self(*arguments).split("\0") if name]

    def path(self, name: str) -> Path:
        """Where git keeps a file of its own for this work tree."""
        return self.root / self("rev-parse", "--git-path", name).strip()

    def await_index(self) -> str | None:
        """Wait for the index lock; one that a killed git has left is removed. Returns a note about that.

        Raises:
            PreconditionError: a git that lives has it, such as a `git commit` whose message is being written.
        """
        lock = self.path("index.lock")
        until = time.monotonic() + LOCK_SECONDS
        while lock.exists():
            if time.monotonic() > until:
                if (pid := self._at_work(lock)) is not None:
                    raise PreconditionError(f"{lock}: git is at work here (process {pid}); end that first")
                lock.unlink(missing_ok=True)
                return f"{lock}: left by a git that was killed; removed"
            time.sleep(0.05)
        return None

    def _at_work(self, lock: Path) -> str | None:
        """A process that has the lock open, or a git that runs in this work tree: it may have closed its lock."""
        root = self.root.resolve()
        for process in Path("/proc").glob("[0-9]*"):  # Linux; elsewhere nobody is found
            with suppress(OSError):  # it has ended, or is somebody else's
                here = (process / "cwd").resolve(strict=True)
                is_git = (process / "comm").read_text(encoding="utf-8").strip() == "git"
                if is_git and here.is_relative_to(root):
                    return process.name
                if any(file.resolve() == lock.resolve() for file in (process / "fd").iterdir()):
                    return process.name
        return None
