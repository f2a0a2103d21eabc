"""A fixture repository with a toy simulator, and everything that a test looks at in it."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.rollback import fixture_databases

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).with_name("toy")
NAME = "pre-E068-optimization"
NOT_LOOKED_AT = (".git", ".venv")
CONFIGURATION = """\
# The scenario.
employees: 1000          # size
use_optimized_events: true   # a comment that stays
event_generation_mode: optimized   # legacy, optimized or polars
feature_flag_legacy_events: false
"""
OLD_CONFIGURATION = CONFIGURATION.replace("true", "false").replace(": optimized ", ": legacy ")
IGNORED_THEN = "*.duckdb\n*.duckdb.*\n/.venv/\n__pycache__/\n/sleeping\n"
IGNORED_NOW = IGNORED_THEN + "*.local\n.env\n/results/\n"

Finished = subprocess.CompletedProcess[str]


@dataclass
class Checkout:
    """One repository on disk; call it to run rollback_plan.sh as an operator does."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "dbt" / "simulation.duckdb"

    @property
    def state(self) -> Path:
        return self.root / ".git" / "rollback"

    @property
    def script(self) -> Path:
        """In the tree; while a rollback is half done, only the copy outside is sure to be there."""
        in_tree = self.root / "rollback" / "rollback_plan.sh"
        return in_tree if in_tree.exists() else self.state / "rollback_plan.sh"

    def __call__(self, *arguments: str | Path, **environment: str) -> Finished:
        return subprocess.run(
            [str(self.script), *map(str, arguments)],
            cwd=self.root,
            env=self.variables(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.script), *arguments],
            cwd=self.root,
            env=self.variables(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def variables(self, environment: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}}
        return kept | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"} | environment

    def succeeds(self, *arguments: str | Path, **environment: str) -> str:
        finished = self(*arguments, **environment)
        assert finished.returncode == 0, finished
        return finished.stdout

    def refusal(self, code: int, *arguments: str | Path, **environment: str) -> str:
        """The one line with which a command that must fail does so."""
        finished = self(*arguments, **environment)
        assert finished.returncode == code, finished
        last = finished.stderr.splitlines()[-1]
        assert last.startswith("rollback: ")
        return last.removeprefix("rollback: ")

    def git(self, *arguments: str) -> str:
        finished = self.attempt_git(*arguments)
        assert finished.returncode == 0, finished
        return finished.stdout.strip()

    def attempt_git(self, *arguments: str) -> Finished:
        return subprocess.run(
            ["git", *arguments], cwd=self.root, env=self.variables({}), capture_output=True, text=True, check=False
        )

    def picture(self) -> dict[str, str]:
        """Everything that an operator would miss: commit, branch, what is staged, and each file's content and mode."""
        files = {
            str(path.relative_to(self.root)): f"{path.stat().st_mode:o} {_digest(path)}"
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
            and path.relative_to(self.root).parts[0] not in NOT_LOOKED_AT
            and not path.name.endswith(".lock")
            and "__pycache__" not in path.parts
        }
        branch = (self.root / ".git" / "HEAD").read_text()
        return files | {"HEAD": self.git("rev-parse", "HEAD"), "branch": branch, "staged": self.git("diff", "--cached")}

    def newest(self) -> Path:
        """The folder of the newest run."""
        return max(self.state.glob("runs/*/plan.json")).parent

    def status(self) -> dict[str, Any]:
        """What `status --json` says of the newest run."""
        runs = json.loads(self.succeeds("status", "--json"))["runs"]
        return dict(runs[-1])

    def make_dirty(self) -> None:
        """One uncommitted change of each kind."""
        (self.root / "README.md").write_text("edited, not staged\n")
        (self.root / "staged.txt").write_text("staged\n")
        self.git("add", "staged.txt")
        (self.root / "staged.txt").write_text("staged, then edited\n")
        (self.root / "new_only.txt").unlink()
        (self.root / "notes").mkdir()
        (self.root / "notes" / "ü x.txt").write_text("untracked, in a folder of its own\n")
        (self.root / "old_only.txt").write_text("untracked, where the release point has a file\n")
        (self.root / "tool.local").write_text("ignored, where the release point has a file\n")
        (self.root / ".env").write_text("SECRET=1\n")
        (self.root / "run.sh").write_text("#!/bin/sh\n")
        (self.root / "run.sh").chmod(0o755)

    def assert_rolled_back(self) -> None:
        """Everything that a rollback promises, read from the outside."""
        status = self.status()
        assert (status["condition"], status["verdict"]) == ("rolled-back", "PASS")
        assert self.git("rev-parse", "HEAD") == self.git("rev-parse", "release")
        assert self.git("branch", "--show-current") == f"rollback/{status['id']}"
        assert (self.root / "README.md").read_text() == "old\n"
        assert (self.root / "old_only.txt").read_text() == "old\n"
        assert (self.root / "tool.local").read_text() == "old\n"
        assert not (self.root / "notes").exists()
        assert not (self.root / "scripts").exists()
        told = (self.root / ".env.rollback").read_text().splitlines()[1:]
        assert told == ["FEATURE_FLAG_LEGACY_EVENTS=true", f"ROLLBACK_ID={status['id']}"]
        configuration = OLD_CONFIGURATION.replace("legacy_events: false", "legacy_events: true")
        assert (self.root / "config" / "simulation_config.yaml").read_text() == configuration
        assert _digest(self.database) == _digest(self.databases / "legacy-all.duckdb")
        self.assert_tidy()

    def assert_tidy(self) -> None:
        """Nothing half-done lies about, and nobody holds a lock."""
        beside = {path.name for path in self.database.parent.iterdir()}
        assert beside <= {"simulation.duckdb", "simulation.duckdb.lock"}
        assert not list(self.root.rglob("*.part"))
        assert not (self.root / ".git" / "index.lock").exists()

    @property
    def databases(self) -> Path:
        return Path(json.loads((self.root / "toy.json").read_text())["databases"])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def build(root: Path, databases: Path) -> Checkout:
    """The release point, a commit upon it, the newest database, and an interpreter that can be told to die."""
    checkout = Checkout(root)
    root.mkdir()
    checkout.git("init", "--quiet", "--initial-branch", "main")
    checkout.git("config", "user.name", "test")
    checkout.git("config", "user.email", "test@localhost")
    (root / "config").mkdir()
    _write_release(root, databases)
    checkout.git("add", "--all", "--force")
    checkout.git("commit", "--quiet", "--message", "release")
    checkout.git("branch", "release")
    _write_today(root, databases, checkout.git("rev-parse", "HEAD"))
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "today")
    checkout.database.parent.mkdir()
    shutil.copyfile(databases / "optimized-all.duckdb", checkout.database)
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH="$PYTHONPATH:{TOY}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return checkout


def _write_release(root: Path, databases: Path) -> None:
    texts = {
        "README.md": "old\n",
        "old_only.txt": "old\n",
        "tool.local": "old\n",
        ".gitignore": IGNORED_THEN,
        "requirements.lock": "duckdb==2.0.0 \\\n    --hash=sha256:0\n",
        "config/simulation_config.yaml": OLD_CONFIGURATION,
        "toy.json": json.dumps({"old": True, "databases": str(databases)}),
    }
    for name, text in texts.items():
        (root / name).write_text(text)
    shutil.copy(TOY / "navigator_orchestrator.py", root)


def _write_today(root: Path, databases: Path, release: str) -> None:
    for name in ("old_only.txt", "tool.local"):
        (root / name).unlink()
    texts = {
        "README.md": "new\n",
        "new_only.txt": "new\n",
        ".gitignore": IGNORED_NOW,
        "config/simulation_config.yaml": CONFIGURATION,
        "toy.json": json.dumps({"databases": str(databases)}),
    }
    for name, text in texts.items():
        (root / name).write_text(text)
    (root / "scripts").mkdir()
    shutil.copy(TOY / "parity_testing_framework.py", root / "scripts")
    shutil.copytree(ROOT / "rollback", root / "rollback", ignore=shutil.ignore_patterns("__pycache__"))
    short = next(toy for toy in fixture_databases.ALL if toy.name == "legacy-100.duckdb")
    (root / "rollback" / "release_points.toml").write_text(
        f'[{NAME}]\ncommit = "{release}"\nrelease = "1.0.0"\ndescription = "old"\n'
        f"[{NAME}.verification]\nemployees = 100\nstart_year = 2025\nend_year = 2026\nseed = 42\n"
        f"relations = {{fct_yearly_events = {json.dumps(fixture_databases.fingerprint(short.rows))}}}\n"
    )
