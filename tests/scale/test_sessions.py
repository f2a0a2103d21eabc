"""Taking the runs of a matrix: what is kept, what is told, and what becomes of everything that goes wrong."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from tests.scale.driving import SMALL, TARGET, Judge, Outcome, left_by_its_reader

CONFIG = ("--config", str(Path(__file__).with_name("scale.yaml")))


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """A judge of the fake simulator."""
    return Judge(tmp_path)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Judge, Outcome]:
    """Two modes at three sizes."""
    judge = Judge(tmp_path_factory.mktemp("measured"))
    sizes = ("--employees", "50", "500", "1000", "--years", "2", "--shards", "1", "2", "--iterations", "2")
    return judge, judge("--mode", "baseline", "optimized", *sizes, *CONFIG)


def test_every_cell_is_run_as_often_as_asked_and_modes_alternate(measured: tuple[Judge, Outcome]) -> None:
    judge, outcome = measured
    runs = [line.split() for line in judge.log.read_text().splitlines()]
    assert len(runs) == 2 + 2 * (3 + 6)  # a warm-up of each mode; two blocks of 3 slow and 6 fast cells
    assert {run[0] for run in runs if run[3] == "2"} == {"fast_sharded"}
    for block in (runs[2:11], runs[11:]):
        workloads = [(run[1], run[2]) for run in block]
        assert all(block.count(run) == 1 for run in block)
        assert len({tuple(workloads[at : at + 3]) for at in range(0, 9, 3)}) == 3  # the modes of a workload together
        assert all(len(set(workloads[at : at + 3])) == 1 for at in range(0, 9, 3))
    assert runs[2:11] != runs[11:]  # another order
    assert outcome.exit_code in (1, 3)  # the sizes are too few to pass


def test_the_files_say_what_was_measured_and_concluded(measured: tuple[Judge, Outcome]) -> None:
    _, outcome = measured
    document = outcome.results("optimized")
    assert (document["schema_version"], document["kind"], document["mode"]) == ("1.0", "scale_results", "optimized")
    assert document["session_verdict"] == {1: "fail", 3: "inconclusive"}[outcome.exit_code]
    samples = document["results"]["samples"]
    assert len(samples) == 1 + 2 * 6
    assert all(
        sample["measurement"]["memory"]["lower"] <= sample["measurement"]["memory"]["upper"] for sample in samples
    )
    assert {len(sample["answer"]) for sample in samples} == {1}
    cells = document["results"]["cells"]
    assert [cell["runs"] for cell in cells] == [2] * 6
    slowest = next(
        cell for cell in cells if cell["cell"] == {"mode": "optimized", "employees": 1000, "years": 2, "shards": 1}
    )
    assert slowest["wall_seconds"]["least"] >= 0.15  # (0.05 + 0.4) / 3 of sleep
    assert len(document["results"]["gains"]) == 3
    assert {part["name"] for part in document["results"]["parts"]} == {"linear", "squared", "fixed", "engine"}


def test_faster_and_equal(measured: tuple[Judge, Outcome]) -> None:
    _, outcome = measured
    judged = outcome.judged("optimized")
    assert judged["every run of a workload leaves the same result"]["verdict"] == "PASS"
    assert judged["wall time of baseline ÷ optimized"]["interval"]["low"] > 1
    assert judged["engine time of baseline ÷ optimized"]["result"] == "1.00 ×"  # the fake tells the same for both
    assert judged["peak memory of optimized at 1,000 employees"]["verdict"] == "PASS"
    assert outcome.results("baseline")["results"]["judged"]  # a file of its own
    assert "baseline does not shard: it ran with one shard only" in outcome.stdout


def test_nothing_of_the_results_is_kept_but_what_was_measured(measured: tuple[Judge, Outcome]) -> None:
    _, outcome = measured
    folders = [path for path in outcome.session.iterdir() if path.is_dir() and path.name[:4].isdigit()]
    assert len(folders) == 20
    assert {file.name for folder in folders for file in folder.iterdir()} == {"run.log", "run.json", "run.csv"}


@pytest.mark.parametrize(
    ("fault", "arguments", "label", "exit_code"),
    [
        ("crash", (), "EXIT 1", 2),
        ("hang", ("--timeout", "1"), "TIMEOUT", 1),
        ("hog", (), "MEMORY", 1),  # beyond the budget of 1 GB
        ("hog", ("--max-memory", "0.3"), "MEMORY", 2),  # within it: whether it would have kept it nobody knows
        ("flood", (), "OUTPUT", 1),
        ("lie", (), "WRONG ANSWER", 1),
        ("ghost", (), "NOT WITNESSED", 2),
    ],
)
def test_a_failed_cell_stays_visible(
    judge: Judge, fault: str, arguments: tuple[str, ...], label: str, exit_code: int
) -> None:
    outcome = judge("--mode", "baseline", "optimized", *SMALL, *arguments, *CONFIG, faults=f"fast:{fault}")
    assert outcome.exit_code == exit_code
    assert outcome.statuses("optimized") == [label]
    assert outcome.statuses("baseline") == ["OK"]
    assert label in outcome.stdout
    assert not _alive(judge)


def test_a_cell_that_failed_is_not_run_again(judge: Judge) -> None:
    judge("--mode", "optimized", *SMALL, "--iterations", "5", *CONFIG, faults="fast:crash")
    assert len(judge.log.read_text().splitlines()) == 2  # the warm-up, and once


@pytest.mark.parametrize(("fault", "label", "exit_code"), [("crash", "EXIT 1", 2), ("hang", "TIMEOUT", 1)])
def test_one_good_run_does_not_speak_for_those_that_failed(
    judge: Judge, fault: str, label: str, exit_code: int
) -> None:
    arguments = ("--mode", "optimized", *SMALL, "--iterations", "3", "--timeout", "2", *CONFIG)
    outcome = judge(*arguments, faults=f"fast:{fault}@3")  # the warm-up and the first run are good
    assert outcome.exit_code == exit_code
    line = outcome.judged("optimized")["every run ended well"]
    assert line["verdict"] == {1: "FAIL", 2: "NOT_JUDGED"}[exit_code]
    assert line["result"] == "not in 1 of 1 cell"
    assert line["detail"] == f"optimized 20 × 1 year × 1 shard: 1 of 2 runs failed ({label})"
    again = judge(*arguments, "--resume")  # what failed is tried once more, and counts no longer
    assert "every run ended well" not in again.judged("optimized")
    assert again.exit_code == 3  # of one size


def test_an_interrupted_session_goes_on_as_it_began(judge: Judge) -> None:
    matrix = ("--mode", "baseline", "optimized", "--employees", "20", "40", "--years", "1", "--shards", "1", *CONFIG)
    process = judge.start(*matrix)
    _wait_for_runs(judge, 6)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "of 14 runs are kept; go on with the same and --resume" in stdout
    assert "interrupted" in stderr
    assert not _alive(judge)
    (session,) = (path.parent for path in judge.output.glob("*/plan.json"))
    plan, done = (session / "plan.json").read_text(), (session / "runs.jsonl").read_text().splitlines()
    with (session / "runs.jsonl").open("a") as file:
        file.write('{"run": {"posi')  # what a crash leaves
    outcome = judge(*matrix, "--resume")
    assert outcome.exit_code == 1  # at these sizes start-up is everything, and no mode is twice as fast
    assert (session / "plan.json").read_text() == plan
    lines = (session / "runs.jsonl").read_text().splitlines()
    assert lines[: len(done)] == done
    assert [json.loads(line)["run"]["position"] for line in lines] == list(range(14))


def test_a_session_is_gone_on_with_only_if_it_is_the_same(judge: Judge) -> None:
    judge("--mode", "optimized", *SMALL, *CONFIG)
    other_seed = judge("--mode", "optimized", *SMALL, *CONFIG, "--seed", "1", "--resume")
    assert (other_seed.exit_code, len(other_seed.stderr.splitlines())) == (2, 1)
    assert "seed was 42 and is 1; begin a new session" in other_seed.stderr
    other_cells = judge("--mode", "optimized", *SMALL, "--years", "2", *CONFIG, "--resume")
    assert "has other cells" in other_cells.stderr
    damaged = judge.output.glob("*/runs.jsonl")
    for path in damaged:
        path.write_text("nonsense\n" + path.read_text())
    corrupt = judge("--mode", "optimized", *SMALL, *CONFIG, "--resume")
    assert corrupt.exit_code == 2
    assert "runs.jsonl, line 1: not readable" in corrupt.stderr


def test_two_sessions_do_not_measure_each_other(judge: Judge) -> None:
    first = judge.start("--mode", "baseline", *SMALL, "--employees", "1000", "--iterations", "9", *CONFIG)
    _wait_for_runs(judge, 1)
    judge.output.joinpath("index.html").write_text("of an earlier session")
    second = judge("--mode", "baseline", *SMALL, *CONFIG)
    assert second.exit_code == 2
    assert f"another measurement is running: process {first.pid} in {judge.output}" in second.stderr
    assert len(list(judge.output.glob("*/"))) == 1  # --resume goes on with the first
    assert judge.output.joinpath("index.html").exists()
    first.terminate()
    assert first.wait(timeout=30) == 130


def test_what_a_killed_session_left_running_is_ended(judge: Judge) -> None:
    process = judge.start("--mode", "optimized", *SMALL, *CONFIG, faults="fast:hang")
    _wait_for_runs(judge, 1)
    time.sleep(0.3)
    supervisors = [pid for pid in _alive(judge) if "supervisor" in _command(pid)]
    process.kill()
    for pid in supervisors:
        os.kill(pid, signal.SIGKILL)
    process.wait()
    assert not [pid for pid in _alive(judge) if "supervisor" in _command(pid)]
    outcome = judge("--mode", "optimized", *SMALL, *CONFIG)
    assert outcome.exit_code == 3
    assert not _alive(judge)


def test_a_session_whose_reader_leaves_goes_on_to_its_reports(judge: Judge) -> None:
    with left_by_its_reader() as pipe:
        process = judge.start("--mode", "optimized", *SMALL, *CONFIG, stdout=pipe)
        _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (3, "")
    assert len(judge.log.read_text().splitlines()) == 2
    assert (judge.output / "scale_results_optimized.json").exists()


def test_runs_are_added_until_the_question_is_decided(judge: Judge) -> None:
    arguments = ("--mode", "optimized", *SMALL, "--until-decided", "--max-pairs", "4")
    judge(*arguments, *CONFIG)  # one size never tells growth, so that it goes on to the end
    assert len(judge.log.read_text().splitlines()) == 1 + 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--mode", "turbo"), "--mode: unknown mode 'turbo'; available in fake: baseline, optimized, slow, fast"),
        (("--employees", "0"), "'0' is not a whole number from 1 upwards"),
        (("--employees", "-5"), "'-5' is not a whole number from 1 upwards"),
        (("--years", "x"), "'x' is not a whole number from 1 upwards"),
        (("--output", "/proc/nothing"), "cannot write to /proc/nothing"),
        (("--config", "nowhere.yaml"), "--config: there is no file nowhere.yaml"),
        (("--resume",), "--resume: there is no session in"),
        (("--max-memory", "0"), "--max-memory: 0 GB is no number from 0.001 upwards"),
        (("--max-memory", "inf"), "--max-memory: inf GB is no number from 0.001 upwards"),
        (("--max-memory", "nan"), "--max-memory: nan GB is no number from 0.001 upwards"),
        (("--max-memory", "1e300"), "--max-memory: 1e+300 GB is no number from 0.001 upwards"),
        (("--max-memory", "1e-12"), "--max-memory: 1e-12 GB is no number from 0.001 upwards"),
        (("--mode", "slow", "slow"), "--mode: name each mode once"),
        (("--iterations", "4", "--until-decided", "--max-pairs", "3"), "--iterations 4 is more than --max-pairs 3"),
    ],
)
def test_bad_input_is_refused_in_one_line(judge: Judge, arguments: tuple[str, ...], said: str) -> None:
    outcome = judge(*SMALL, *arguments)
    assert outcome.exit_code == 2
    assert said in outcome.stderr.splitlines()[-1]
    assert not judge.log.exists()  # nothing ran


def test_a_dimension_that_the_target_ignores_is_refused(judge: Judge) -> None:
    pension = TARGET.parents[1] / "foreign" / "pension.yaml"
    outcome = judge("--mode", "batch", "--employees", "10", "20", target=str(pension))
    assert outcome.exit_code == 2
    assert "--employees: has no effect, because no command of pension uses {employees}" in outcome.stderr


def _wait_for_runs(judge: Judge, number: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if judge.log.exists() and len(judge.log.read_text().splitlines()) >= number:
            return
        time.sleep(0.02)
    raise TimeoutError(f"{number} runs did not begin")


def _alive(judge: Judge) -> list[int]:
    """The processes that carry the judge's folder for temporary files in their environment."""
    mark = f"TMPDIR={judge.directory / 'tmp'}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (path / "environ").read_bytes().split(b"\0") and " Z " not in (path / "stat").read_text():
                found.append(int(path.name))
        except OSError:
            continue
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
