"""What a run leaves behind for people and programs: evidence.json, and a table."""

import os
import platform
import sys
from typing import Any

from rollback.tools.execute import OUTAGE
from rollback.tools.files import write_json
from rollback.tools.journal import DONE, FAILED, Entry
from rollback.tools.state import DRILL, Run

# 1.0: first version.
SCHEMA_VERSION = "1.0"
BUDGET_MILLISECONDS = 10 * 60 * 1000
PASS, FAIL, UNFINISHED = "PASS", "FAIL", "UNFINISHED"
_ENDED = {"drilled", "rolled-back", "restored"}


def gather(run: Run) -> dict[str, Any]:
    """Derive the evidence from plan and journal."""
    entries = run.journal.entries()
    ended = [entry for entry in entries if entry.event in {DONE, FAILED}]
    total = sum(entry.milliseconds for entry in ended)
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": _verdict(run, entries, total),
        "id": run.id,
        "kind": run.plan.kind,
        "condition": run.condition,
        "context": {
            "release_point": run.plan.release_point,
            "release_commit": run.plan.release_commit,
            "checkout": run.plan.root,
            "database": run.plan.database,
            "started_at": run.plan.started_at,
            "ended_at": entries[-1].at if entries else None,
            "employees": run.plan.employees,
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
            "argv": sys.argv,
        },
        "budget_ms": BUDGET_MILLISECONDS,
        "total_ms": total,
        "within_budget": total <= BUDGET_MILLISECONDS,
        "outage_ms": sum(entry.milliseconds for entry in ended if entry.step in OUTAGE),
        "results": {
            "steps": [
                {"step": entry.step, "status": entry.event, "ms": entry.milliseconds, "details": entry.details}
                for entry in ended
            ]
        },
    }


def publish(run: Run) -> dict[str, Any]:
    """Write evidence.json into the run's folder and return what stands in it."""
    evidence = gather(run)
    write_json(run.folder / "evidence.json", evidence)
    return evidence


def _verdict(run: Run, entries: list[Entry], total: int) -> str:
    if run.condition in _ENDED:
        over_budget = run.plan.kind == DRILL and total > BUDGET_MILLISECONDS
        return FAIL if over_budget else PASS
    return FAIL if entries and entries[-1].event == FAILED else UNFINISHED
