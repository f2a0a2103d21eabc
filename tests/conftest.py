"""What tests share: running the simulator as its users do, databases that are made once, and a browser."""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.browser import CHROMIUM, Browser, browser

ROOT = Path(__file__).resolve().parents[1]
# Nothing that the developer has set may reach a run, and dbt starts in half the time when bytecode is kept.
_NOT_INHERITED = ("DBT_", "FEATURE_FLAG_", "NAVIGATOR_", "POLARS_", "PYTHON")
# Read when polars is imported. The censuses of the tests are small: more threads would only cost CPU time.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

Finished = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Navigator:
    """`python -m navigator_orchestrator` in a folder of its own, with PATH and the given variables as environment."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    code: Path = ROOT

    def __call__(self, *arguments: str | Path, **environment: str) -> Finished:
        """Run to the end."""
        return subprocess.run(
            self._command(arguments),
            cwd=self.folder,
            env=self.variables(environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def start(self, *arguments: str | Path, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
        """Start without waiting."""
        return subprocess.Popen(
            self._command(arguments),
            cwd=self.folder,
            env=self.variables(),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def refusal(self, *arguments: str | Path, **environment: str) -> str:
        """What a command that must be refused says on stderr."""
        finished = self(*arguments, **environment)
        assert (finished.returncode, finished.stdout) == (2, ""), finished
        assert finished.stderr.startswith("navigator: ")
        return finished.stderr.removeprefix("navigator: ").removesuffix("\n")

    def _command(self, arguments: tuple[str | Path, ...]) -> list[str]:
        return [sys.executable, "-m", "navigator_orchestrator", *map(str, arguments)]

    def variables(self, environment: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """Environment of the process."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
        return inherited | {"PYTHONPATH": str(self.code)} | self.environment | dict(environment)


@dataclass(frozen=True)
class SharedRun:
    """A finished run; its database is everybody's, so read it or copy it, never write it."""

    database: Path
    stdout: str
    stderr: str


@pytest.fixture
def navigator(tmp_path: Path) -> Navigator:
    """The command line, started in an empty folder."""
    return Navigator(tmp_path)


@pytest.fixture(scope="session")
def shared_run(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., SharedRun]:
    """`shared_run(ARGUMENT, …)`: that run, made by whichever worker asks for it first and then kept for the session."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def run(*arguments: str) -> SharedRun:
        folder = shared / f"shared-run-{hashlib.sha256(repr(arguments).encode()).hexdigest()[:12]}"
        folder.mkdir(exist_ok=True)
        result = folder / "result.json"
        with _alone(folder / "lock"):
            if not result.exists():
                database = folder / "simulation.duckdb"
                finished = Navigator(folder)("run", *arguments, "--database", database)
                assert finished.returncode == 0, finished
                made = SharedRun(database, finished.stdout, finished.stderr)
                result.write_text(json.dumps(asdict(made), default=str))
        stored = json.loads(result.read_text())
        return SharedRun(Path(stored["database"]), stored["stdout"], stored["stderr"])

    return run


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def legacy(shared_run: Callable[..., SharedRun]) -> SharedRun:
    """Two years of 150 employees by the legacy engine."""
    return shared_run("--years", "2025", "2026", "--optimization", "legacy", "--employees", "150", "--json")


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for the pages of the reports."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium to open the page with")
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened
