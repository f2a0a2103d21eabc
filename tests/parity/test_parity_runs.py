"""How the judge treats the runs that it starts, and what it leaves on disk."""

import os
import pty
import signal
import time
from contextlib import suppress
from pathlib import Path

from tests.parity.judging import Judge, Outcome


def test_a_crashed_reference_shows_its_last_words(judge: Judge) -> None:
    outcome = judge("reference:crash")
    assert outcome.verdicts == (2, "could_not_judge", "ERROR")
    assert "reference: failed with exit code 3" in outcome.report["problem"]
    assert "  | Traceback: the engine fell over" in outcome.stderr
    assert str(outcome.directory / "reference" / "run.log") in outcome.stderr
    assert outcome.pairs == []


def test_a_crashed_candidate_does_not_keep_others_from_being_judged(judge: Judge) -> None:
    outcome = judge("candidate:crash", "--candidates", "candidate", "other")
    assert outcome.verdicts == (2, "could_not_judge", "ERROR")
    assert [pair["finding"] for pair in outcome.pairs] == ["ERROR", "EQUAL exact"]


def test_a_proved_difference_stands_whatever_else_failed(judge: Judge) -> None:
    outcome = judge("candidate:crash,other:cent", "--candidates", "candidate", "other")
    assert outcome.verdicts == (1, "fail", "DIFFERENT")
    assert [pair["finding"] for pair in outcome.pairs] == ["ERROR", "DIFFERENT"]


def test_a_run_that_takes_too_long_is_ended_with_its_children(judge: Judge) -> None:
    outcome = judge("hang", "--timeout", "5")
    assert outcome.verdicts == (2, "could_not_judge", "ERROR")
    assert "candidate: ended after the --timeout of 5 s" in outcome.pair["problem"]
    assert not any(_alive(process) for process in _processes(outcome.directory))


def test_a_result_whose_run_leaves_a_process_behind_may_be_unfinished(judge: Judge) -> None:
    outcome = judge("leaves a daemon")
    assert outcome.verdicts == (2, "could_not_judge", "NO_EVIDENCE")
    assert "1 of the processes of the run had to be ended after it" in outcome.failed_checks["candidate: closed"]
    assert not any(_alive(process) for process in _processes(outcome.directory, 1))
    assert judge("leaves a daemon", "--allow", "closed").exit_code == 0


def test_an_interrupted_judge_leaves_no_process_and_no_half_result(judge: Judge) -> None:
    process = judge.start("hang")
    deadline = time.monotonic() + 60
    while not (pids := list(judge.output.glob("*/candidate/pids"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    hanging = _processes(pids[0].parents[1])
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    outcome = judge.outcome(process.returncode, stdout, stderr)
    assert outcome.verdicts == (130, "interrupted", "INTERRUPTED")
    assert "parity: interrupted" in stderr
    assert not any(_alive(pid) for pid in hanging)
    left = sorted(str(path.relative_to(outcome.directory)) for path in outcome.directory.rglob("*.*"))
    assert left == [
        "candidate/run.log",
        "census/run.log",
        "parity_report.html",
        "parity_report.json",
        "parity_report.md",
        "parity_report.xml",
        "reference/run.log",
    ]


def test_databases_are_kept_only_when_there_is_something_to_look_into(
    judge: Judge, equal: Outcome, cent: Outcome
) -> None:
    assert list(equal.directory.rglob("*.duckdb")) == []
    kept = sorted(path.name for path in cent.directory.rglob("*.duckdb"))
    assert kept == ["candidate.duckdb", "reference.duckdb"]
    asked_for = sorted(path.name for path in judge("", "--keep-databases").directory.rglob("*.duckdb"))
    assert asked_for == ["candidate.duckdb", "reference.duckdb"]


def test_the_report_says_how_it_came_about(equal: Outcome) -> None:
    report = equal.report
    assert report["schema_version"] == "2.0"
    assert report["context"]["target"]["name"] == "fake"
    assert report["context"]["argv"][1:3] == ["--target", report["context"]["target"]["file"]]
    assert set(report["context"]["machine"]) >= {"processor", "processors", "memory_bytes"}
    assert report["results"]["workload"] == {
        "employees": 3,
        "start_year": 2025,
        "end_year": 2026,
    }
    assert report["results"]["employees"] == 3
    modes = [side["mode"] for side in report["results"]["sides"]]
    assert modes == ["reference", "candidate"]
    assert report["results"]["sides"][1]["provenance"]["engine"] == "candidate"


def test_what_is_not_compared_stands_in_the_report(equal: Outcome) -> None:
    assert equal.relation("fct_workforce_snapshot")["volatile"] == {"written_at": "it is the time of writing"}
    assert "column written_at is not compared, because it is the time of writing" in equal.markdown
    assert "not compared, because it is checked as provenance: run_record" in equal.markdown


def test_a_terminal_sees_progress_and_a_table(judge: Judge) -> None:
    screen, terminal = pty.openpty()
    process = judge.start("", stdout=terminal, stderr=terminal)
    os.close(terminal)
    shown = _read_all(screen)
    assert process.wait(timeout=60) == 0
    assert "parity: reference: running … 0 s" in shown
    assert "│ candidate │ fct_workforce_snapshot │ 6    │" in shown
    assert "PARITY EQUAL (exact): reference = candidate" in shown


def _read_all(screen: int) -> str:
    parts = []
    with suppress(OSError):  # what reading ends with once the other side is closed
        while part := os.read(screen, 65536):
            parts.append(part)
    os.close(screen)
    return b"".join(parts).decode()


def _processes(directory: Path, number: int = 2) -> list[int]:
    pids = [int(pid) for pid in (directory / "candidate" / "pids").read_text(encoding="utf-8").split()]
    assert len(pids) == number
    return pids


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
