"""Running the simulator, today's or the release point's, as simulator.toml says."""

from dataclasses import dataclass
from pathlib import Path

from rollback.tools import processes
from rollback.tools.contents import Contents, look_into
from rollback.tools.errors import StepError, VerificationError
from rollback.tools.files import free_bytes, write_ahead_log
from rollback.tools.settings import Simulator, Verification
from rollback.tools.state import Run

LEGACY = "legacy"
_FULL = 1 << 20  # bytes; no simulation fits into less
# What two runs of one scenario agree on; of the last two only runs of one release do.
SCENARIO = ("seed", "start_year", "end_year", "employees", "census_fingerprint")


@dataclass(frozen=True)
class Scenario:
    """What a database was simulated from."""

    seed: int
    start_year: int
    end_year: int
    census: Path
    employees: int | None  # the first so many of the census; None: all

    def fill(self, template: list[str], python: str, database: Path) -> list[str]:
        """A command of simulator.toml."""
        values = {**vars(self), "python": python, "database": database}
        return [part.format_map(values) for part in template]


def simulate(run: Run, scenario: Scenario, python: str, code: Path, database: Path, log: str) -> None:
    """Simulate with the legacy writers of the code in a folder.

    Raises:
        StepError: the simulator fails.
    """
    template = run.simulator.run + (run.simulator.first_employees if scenario.employees else [])
    _call(run, scenario.fill(template, python, database), code, run.folder / log, flag=True)


def export_census(run: Run, python: str, employees: int, seed: int, census: Path) -> None:
    """Generate a census, for a database that does not hold the one it was simulated from."""
    values = {"python": python, "employees": employees, "seed": seed, "census": census}
    command = [part.format_map(values) for part in run.simulator.census]
    _call(run, command, run.root, run.folder / "census.log", flag=False)


def verify_code(
    run: Run, python: str, code: Path, database: Path, *, flag: bool, other_engine: bool = False
) -> Contents:
    """Make the short run whose result is recorded. Without `flag`, the checkout itself must choose the legacy writers.

    Raises:
        StepError: the simulator fails.
        VerificationError: it is not the legacy engine that wrote, or not the recorded result.
    """
    verification = run.release.verification
    values = {**vars(verification), "python": python, "database": database}
    template = run.simulator.verification + (run.simulator.other_engine if other_engine else [])
    database.parent.mkdir(exist_ok=True)
    _call(run, [part.format_map(values) for part in template], code, run.folder / "verification.log", flag=flag)
    contents = look_into(database, python, run.progress.tick, "--portable", "--only", *verification.relations)
    refuse_unless_legacy(contents)
    found = recorded(contents, verification)
    wrong = [name for name, fingerprint in verification.relations.items() if found.get(name) != fingerprint]
    if wrong:
        raise VerificationError(
            f"{', '.join(wrong)} of {verification.employees} employees: not the fingerprint"
            f" recorded for {run.release.name}"
        )
    return contents


def recorded(contents: Contents, verification: Verification) -> dict[str, list[str]]:
    """The fingerprints as release_points.toml has them."""
    return {name: contents.relations.get(f"main.{name}", [])[:3] for name in verification.relations}


def refuse_unless_legacy(contents: Contents) -> None:
    """Refuse a result that the legacy engine did not finish, or that is empty.

    Raises:
        VerificationError: saying what it is instead.
    """
    found = contents.recorded(("engine", "status"))
    if found != {"engine": LEGACY, "status": "complete"}:
        raise VerificationError(f"engine {found['engine']}, status {found['status']}; must be {LEGACY}, complete")
    if contents.rows == 0:
        raise VerificationError("the result has no rows")


def parity(run: Run, python: str, reference: Path, candidate: Path, code: Path) -> str:
    """Let the parity judge of the code in a folder compare two databases; returns its headline.

    Raises:
        VerificationError: they differ, or it cannot judge.
    """
    values = {"python": python, "reference": reference, "candidate": candidate, "out": run.folder / "parity"}
    log = run.folder / "parity.log"
    code_ = _run(run.simulator, [part.format_map(values) for part in run.simulator.parity], code, log, run, flag=False)
    headline = processes.last_line(log)
    if code_:
        raise VerificationError(f"{headline}; see {log}")
    return headline


def _call(run: Run, command: list[str], folder: Path, log: Path, *, flag: bool) -> None:
    if _run(run.simulator, command, folder, log, run, flag=flag):
        if free_bytes(log) < _FULL:  # then its last words did not fit either
            raise StepError(f"the simulator failed: No space left on device; see {log}")
        raise StepError(f"the simulator failed: {processes.last_line(log)}; see {log}")


def _run(simulator: Simulator, command: list[str], folder: Path, log: Path, run: Run, *, flag: bool) -> int:
    environment = processes.clean_environment() | ({simulator.legacy_flag: "true"} if flag else {})
    try:
        return processes.run(command, folder, log, run.progress.tick, environment)
    except OSError as error:
        raise StepError(f"{command[0]}: cannot be started ({error.strerror}); make setup") from error


def start_afresh(database: Path) -> None:
    """Make room for a result."""
    database.parent.mkdir(parents=True, exist_ok=True)
    for path in (database, write_ahead_log(database)):
        path.unlink(missing_ok=True)
