"""How a judge runs a command, and how it reads what became of it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import RunError
from harness.supervisor.client import supervise
from harness.supervisor.measurement import Measurement, read_measurement
from tests.supervisor.driving import HOSTILE, MIB, ROOT, WORKLOADS, Driver, wait_until

Supervise = Callable[..., Measurement]


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record, to be read only."""
    driver = Driver(tmp_path_factory.mktemp("genuine"))
    driver.run("true")
    return driver.record


@pytest.fixture
def run(driver: Driver) -> Supervise:
    """`supervise` in the folder of the driver."""

    def call(*argv: str | Path, on_tick: Callable[[], None] = lambda: None, **options: Any) -> Measurement:  # noqa: ANN401  those of supervise
        settings: dict[str, Any] = {"cwd": driver.folder, "environment": driver.environment} | options
        return supervise(
            [str(part) for part in argv], log=driver.log, record=driver.record, on_tick=on_tick, **settings
        )

    return call


def test_a_command_is_measured(driver: Driver, run: Supervise) -> None:
    measurement = run(*WORKLOADS, "hold", "50", "0.2", series=driver.folder / "series.csv")
    assert (measurement.exit_code, measurement.killed_by, measurement.problem) == (0, None, None)
    assert measurement.argv[-3:] == ("hold", "50", "0.2")
    assert 50 < measurement.memory.lower / MIB <= measurement.memory.upper / MIB < 62
    assert measurement == read_measurement(driver.record)
    assert sorted(path.name for path in driver.folder.iterdir()) == ["record.json", "run.log", "series.csv"]


def test_limits_arrive(run: Supervise) -> None:
    assert run("sleep", "60", timeout=0.3).killed_by == "timeout"
    assert run(*WORKLOADS, "hold", "100", "60", max_memory=50 * MIB).killed_by == "memory"
    assert run("yes", max_log=1000).killed_by == "output"


def test_the_judge_is_called_while_it_waits(run: Supervise) -> None:
    ticks: list[None] = []
    run("sleep", "1.3", on_tick=lambda: ticks.append(None))
    assert 1 <= len(ticks) <= 5  # every half second, or less on a busy machine


def test_an_exception_of_the_judge_ends_the_hostile_tree(driver: Driver, run: Supervise) -> None:
    def interrupt() -> None:
        wait_until((driver.folder / "ready").exists)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(*HOSTILE, driver.folder / "ready", on_tick=interrupt)
    assert driver.living() == []
    assert read_measurement(driver.record).killed_by == "signal SIGTERM"


def test_a_killed_judge_takes_the_hostile_tree_with_it(driver: Driver) -> None:
    ready = driver.folder / "ready"
    program = (
        "import os, pathlib, sys\n"
        f"sys.path.insert(0, {str(ROOT / 'scripts')!r})\n"
        "from harness.supervisor.client import supervise\n"
        "here = pathlib.Path.cwd()\n"
        "supervise(sys.argv[1:], cwd=here, environment=os.environ, log=here / 'run.log', record=here / 'record.json',\n"
        "          on_tick=lambda: None)\n"
    )
    judge = subprocess.Popen(
        [sys.executable, "-c", program, *HOSTILE, ready], cwd=driver.folder, env=driver.environment
    )
    wait_until(ready.exists)
    judge.kill()
    judge.wait()
    wait_until(lambda: driver.living() == [])


def test_a_killed_supervisor_is_an_error_and_leaves_nothing(driver: Driver, run: Supervise) -> None:
    def kill() -> None:
        (supervisor,) = (pid for pid in driver.living() if b"--record" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(supervisor, signal.SIGKILL)

    with pytest.raises(RunError, match="the supervisor of 'sh' failed: it ended with exit code -9"):
        run("sh", "-c", "setsid sleep 60 & sleep 60", on_tick=kill)
    assert driver.living() == []


def test_a_command_that_cannot_be_started_is_a_problem(driver: Driver, run: Supervise) -> None:
    measurement = run("no-such-program")
    assert measurement.problem == f"cannot start 'no-such-program' in {driver.folder}: No such file or directory"
    assert measurement.exit_code is None


def test_a_folder_that_is_not_there_is_an_error(driver: Driver, run: Supervise) -> None:
    with pytest.raises(RunError, match=r"cannot start a supervisor in .*/nowhere: No such file or directory"):
        run("true", cwd=driver.folder / "nowhere")


def test_what_the_supervisor_refuses_is_an_error(driver: Driver, run: Supervise) -> None:
    with pytest.raises(RunError, match=r"the supervisor of 'true' failed: .*--series: cannot write .*/nowhere/s.csv"):
        run("true", series=driver.folder / "nowhere" / "s.csv")


def test_variables_that_set_up_python_are_for_the_command_only(driver: Driver, run: Supervise) -> None:
    (driver.folder / "json.py").write_text("raise RuntimeError('the wrong one')")
    measurement = run(
        sys.executable, "-c", "import json", environment=driver.environment | {"PYTHONPATH": str(driver.folder)}
    )
    assert measurement.exit_code == 1
    assert "the wrong one" in driver.log.read_text()


def test_a_measurement_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no measurement: cannot read .*/x.json: No such file or directory"):
        read_measurement(tmp_path / "x.json")


def changed(**values: object) -> Callable[[dict[str, Any]], object]:
    """The record with other values."""
    return lambda record: record | values


def without(name: str) -> Callable[[dict[str, Any]], object]:
    """The record, of which a part is missing."""
    return lambda record: {key: value for key, value in record.items() if key != name}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda record: [record], "it has no schema_version"),
        (without("schema_version"), "it has no schema_version"),
        (changed(schema_version="1"), "it has no schema_version"),
        (without("memory"), "memory is missing"),
        (changed(memory={"lower": 1}), "upper is missing"),
        (changed(memory=[]), r"\[\] stands where Memory belongs"),
        (changed(wall_seconds="1"), "wall_seconds cannot be '1'"),
        (changed(stragglers=True), "stragglers cannot be True"),
        (changed(stragglers=1.5), "stragglers cannot be 1.5"),
        (changed(argv="true"), "argv cannot be 'true'"),
        (changed(argv=[1]), r"argv cannot be \[1\]"),
        (lambda record: record | {"memory": record["memory"] | {"method": "guess"}}, "method cannot be 'guess'"),
    ],
)
def test_a_file_that_is_no_measurement_is_an_error(
    genuine: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], complaint: str
) -> None:
    read_measurement(genuine)
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(change(json.loads(genuine.read_text()))))
    with pytest.raises(RunError, match=f"changed.json is no measurement: {complaint}$"):
        read_measurement(path)


def test_a_measurement_that_is_cut_off_or_of_the_future_is_an_error(driver: Driver) -> None:
    record = driver.run("true")
    driver.record.write_text(json.dumps(record)[:-10])
    with pytest.raises(RunError, match=r"record.json is no measurement: not a whole JSON document$"):
        read_measurement(driver.record)
    driver.record.write_text(json.dumps(record | {"schema_version": 2}))
    with pytest.raises(RunError, match=r"record.json has schema_version 2; this program knows 1 and older$"):
        read_measurement(driver.record)


def test_fields_of_a_later_writer_are_ignored(driver: Driver) -> None:
    record = driver.run("true")
    before = read_measurement(driver.record)
    driver.record.write_text(json.dumps(record | {"new": 1, "io": record["io"] | {"new": 1}}))
    assert read_measurement(driver.record) == before
