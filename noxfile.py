"""The project's tasks: `nox --list` shows them, `nox -s NAME -- ARGS` runs one. CI runs the same sessions."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import nox

nox.options.default_venv_backend = "none"  # all sessions share .venv, which `make setup` fills from the lock

ROOT = Path(__file__).resolve().parent
BIN = ROOT / ".venv" / "bin"
PULL_REQUEST = ("lint", "tests", "parity", "determinism", "parity_mutants", "rollback_drill")
# Nothing of an active foreign environment, or of a make that called us, may reach a session.
_FOREIGN = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "MAKEFLAGS", "MAKELEVEL")
CLEAN = dict.fromkeys(_FOREIGN)


@nox.session(default=False)
def ci(session: nox.Session) -> None:
    """Run every session of a pull request, whatever fails, and show how long each took."""
    _set_up(session)
    with TemporaryDirectory() as folder:
        report = ("--report", f"{folder}/nox_report.json")
        try:
            _python(session, "-m", "nox", "--non-interactive", *report, "--sessions", *PULL_REQUEST)
        finally:
            _python(session, "scripts/render_summary.py", f"sessions={folder}")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, flags, shell scripts, SQL, YAML, workflows, documents, architecture; arguments go to ruff."""
    _set_up(session)
    files = _files(session)
    _python(session, "-m", "ruff", "check", *session.posargs)
    _python(session, "-m", "ruff", "format", "--check")
    _python(session, "-m", "mypy")
    _python(session, "scripts/check_flags.py")
    shell_scripts = [name for name in files if _is_shell(ROOT / name)]
    _run(session, BIN / "shellcheck", "--external-sources", *shell_scripts)
    _run(session, BIN / "shfmt", "--diff", *shell_scripts)
    sql_files = [name for name in files if name.endswith(".sql")]
    _python(session, "-m", "sqlfluff", "lint", "--disable-progress-bar", "--processes", "2", *sql_files)
    yaml_files = [name for name in files if name.endswith((".yml", ".yaml"))]
    _python(session, "-m", "yamllint", "--strict", *yaml_files)
    _run(session, BIN / "actionlint", "-shellcheck", BIN / "shellcheck")
    _run(session, BIN / "zizmor", "--offline", "--quiet", "--strict-collection", ".github")
    _python(session, "-m", "pytest", "--quiet", "--numprocesses", "0", "tests/architecture")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the test suite."""
    _set_up(session)
    _python(session, "-m", "pytest", *session.posargs)


@nox.session
def parity(session: nox.Session) -> None:
    """Prove the three engines equal on 1,000 employees and two years."""
    _set_up(session)
    scenario = ("--employees", "1000", "--start-year", "2025", "--end-year", "2026", "--seed", "42")
    _python(session, "scripts/parity_testing_framework.py", *scenario, *session.posargs)


@nox.session
def determinism(session: nox.Session) -> None:
    """Judge what each mode must agree on with itself: repeats, shards, shuffled census, seeds, parameters."""
    _set_up(session)
    scenario = ("--employees", "1000", "--start-year", "2025", "--end-year", "2026", "--output", "determinism_results")
    _python(session, "scripts/parity_testing_framework.py", *scenario, "--oracles", *session.posargs)


@nox.session
def parity_mutants(session: nox.Session) -> None:
    """Plant every known kind of divergence, one at a time, and show that the parity judge catches and names it."""
    _set_up(session)
    _python(session, "-m", "pytest", "tests/mutants", "tests/ci", "-m", "mutants", *session.posargs)


@nox.session
def parity_bench(session: nox.Session) -> None:
    """Measure the parity judge beside a bare scan and beside other tools, in one run."""
    _set_up(session)
    _python(session, "benchmarks/parity/bench.py", *session.posargs)


@nox.session
def scale(session: nox.Session) -> None:
    """Measure a matrix of simulations: growth, memory and speed; arguments go to the judge (`-- --employees 500`)."""
    _set_up(session)
    _python(session, "scripts/scale_testing_framework.py", *session.posargs)


@nox.session
def scale_mutants(session: nox.Session) -> None:
    """Plant a dbt model that grows too fast, and show that the scale judge names it."""
    _set_up(session)
    _python(session, "-m", "pytest", "tests/scale", "-m", "mutants", *session.posargs)


@nox.session
def compare(session: nox.Session) -> None:
    """Compare two folders of scale results: `-- --baseline DIR --optimized DIR`."""
    _set_up(session)
    _python(session, "scripts/compare_scale_results.py", *session.posargs)


@nox.session
def rollback_drill(session: nox.Session) -> None:
    """Rehearse the rollback to the release point, and the way back, on copies; arguments go to the script."""
    _set_up(session)
    results = ROOT / "rollback_drill_results"
    results.mkdir(exist_ok=True)
    database = results / "simulation.duckdb"
    scenario = ("--years", "2025", "2026", "--employees", "1000", "--seed", "42", "--database", str(database))
    _python(session, "-m", "navigator_orchestrator", "run", *scenario)
    before = set(_evidence(session))
    try:
        _run(session, ROOT / "rollback" / "rollback_plan.sh", "drill", "--database", database, *session.posargs)
    finally:
        for path in sorted(set(_evidence(session)) - before):
            shutil.copy(path, results)


@nox.session
def rollback_faults(session: nox.Session) -> None:
    """Kill the rollback at every step, fill the disk, let writers come and go: what is too long for the suite."""
    _set_up(session)
    _python(session, "-m", "pytest", "tests/rollback", "-m", "slow", *session.posargs)


@nox.session
def code_mutants(session: nox.Session) -> None:
    """Mutate the code of the comparison and count the mutants that its tests kill."""
    _set_up(session)
    _python(session, "benchmarks/mutation/run.py", *session.posargs)


@nox.session
def verdict_power(session: nox.Session) -> None:
    """Show by simulation how often the verdicts of the scale judge are wrong, and that its intervals cover."""
    _set_up(session)
    _python(session, "benchmarks/verdict_power/power.py", *session.posargs)


def _set_up(session: nox.Session) -> None:
    """Bring .venv up to the lock; does nothing when it is."""
    _run(session, "make", "--silent", "setup", log=False)


def _python(session: nox.Session, *args: str) -> None:
    _run(session, BIN / "python", *args)


def _run(session: nox.Session, *args: str | Path, log: bool = True) -> None:
    session.run(*map(str, args), env=CLEAN, external=True, log=log)


def _files(session: nox.Session) -> list[str]:
    """Return what git tracks or would add, as paths from the root."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listing = session.run(*command, external=True, silent=True, log=False)
    return [name for name in str(listing).split("\0") if (ROOT / name).is_file()]


def _evidence(session: nox.Session) -> list[Path]:
    """Return what rollbacks and drills have left in git's common folder."""
    command = ("git", "rev-parse", "--path-format=absolute", "--git-common-dir")
    folder = session.run(*command, external=True, silent=True, log=False)
    return list(Path(str(folder).strip()).glob("rollback/runs/*/evidence.json"))


def _is_shell(path: Path) -> bool:
    with path.open("rb") as file:
        first_line = file.readline(80)
    return path.suffix == ".sh" or (first_line.startswith(b"#!") and b"sh" in first_line.split(b"/")[-1])
