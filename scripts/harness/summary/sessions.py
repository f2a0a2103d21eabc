"""What nox reports of its sessions, and GitHub of its jobs."""

from dataclasses import dataclass
from datetime import datetime

from harness.reports.tables import NOTHING, Table
from harness.summary.document import DocumentError, Node
from harness.summary.section import Section, Verdict
from harness.words import counted

_RESULTS = ("success", "failed", "aborted", "skipped")
_CONCLUSIONS = {
    "success": Verdict.PASS,
    "failure": Verdict.FAIL,
    "timed_out": Verdict.FAIL,
    "cancelled": Verdict.INTERRUPTED,
    "skipped": Verdict.SKIPPED,
}


@dataclass(frozen=True)
class Job:
    """A job of a run of CI."""

    name: str
    verdict: Verdict
    time: str


def read_sessions(document: Node) -> Section:
    """The sessions of one call of nox, with the time that each took."""
    ran = [
        (each["name"].text(), each["result"].one_of(*_RESULTS), each["duration"].number())
        for each in document["sessions"].each()
    ]
    failed = [name for name, result, _ in ran if result != "success"]
    total = sum(seconds for *_, seconds in ran)
    rows = [(name, result, _time(seconds)) for name, result, seconds in ran]
    if len(rows) > 1:
        rows.append(("all", "failed" if failed else "success", _time(total)))
    end = f"failed: {', '.join(failed)}" if failed else "all succeeded"
    return Section(
        verdict=Verdict.FAIL if failed or not ran else Verdict.PASS,
        headline=f"{counted(len(ran), 'session')} in {_time(total)}: {end}",
        tables=(Table(("session", "result", "time"), tuple(rows)),),
    )


def read_jobs(document: Node) -> list[Job]:
    """What GitHub says of each job of a run; no pull request can forge that."""
    return [Job(each["name"].text(), _conclusion(each), _duration(each)) for each in document["jobs"].each()]


def _conclusion(job: Node) -> Verdict:
    conclusion = job.maybe("conclusion")
    return _CONCLUSIONS.get(conclusion.text() if conclusion else "", Verdict.COULD_NOT_JUDGE)


def _duration(job: Node) -> str:
    started, ended = job.maybe("started_at"), job.maybe("completed_at")
    if not started or not ended or _conclusion(job) is Verdict.SKIPPED:
        return NOTHING
    try:
        took = datetime.fromisoformat(ended.text()) - datetime.fromisoformat(started.text())
    except (ValueError, TypeError):
        raise DocumentError(f"{job.where}: started_at or completed_at is no time") from None
    return _time(took.total_seconds())


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s"
