"""Judging the tiny simulator by its oracles, in this process."""

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from harness.execute import Limits
from harness.parity.judge import Judge
from harness.parity.oracle_result import OracleResult
from harness.parity.oracles.judging import judge_oracles
from harness.parity.settings import Settings
from harness.progress import Progress
from harness.runs import Runner
from harness.target_file import load_target
from harness.warehouse import Warehouse
from harness.workload import Workload
from harness.workspace import Workspace

HERE = Path(__file__).resolve().parent
TARGET = HERE / "oracles_target.yaml"
WORKLOAD = Workload(employees=40, start_year=2025, end_year=2026, seed=42, shards=4, threads=2)

Change = tuple[str, str]


def changed_target(directory: Path, *changes: Change) -> Path:
    """A copy of the target in which some text is another."""
    text = TARGET.read_text(encoding="utf-8").replace("working_directory: .", f"working_directory: {HERE}")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = directory / "target.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def judge(
    directory: Path,
    *names: str,
    fault: str = "",
    changes: Sequence[Change] = (),
    workload: Workload = WORKLOAD,
    keep: bool = False,
) -> dict[str, OracleResult]:
    """What oracles say of the simulator with a fault, by name; the runs lie in the directory."""
    loaded = load_target(str(changed_target(directory, *changes)))
    workspace = Workspace(directory / "out", ())
    progress = Progress("test")
    with (
        patch.dict(os.environ, {"ORACLES_FAULT": fault}),
        closing(Warehouse(workspace.directory / "spill", "1GB")) as warehouse,
    ):
        runner = Runner(loaded, workload, workspace, Limits(60), progress)
        judging = Judge(loaded.target, warehouse, progress, Settings(), workload.years)
        results = {result.name: result for result in judge_oracles(judging, runner, names, keep=keep)}
    for result in results.values():
        print(result)  # pytest shows it when the test fails
    return results


def only(directory: Path, name: str, fault: str = "", *changes: Change) -> OracleResult:
    """What the one oracle of a kind that the target lists once says."""
    (result,) = judge(directory, name, fault=fault, changes=changes).values()
    return result


def runs_left(directory: Path) -> dict[str, list[str]]:
    """The files that each run left."""
    (workspace,) = (directory / "out").glob("*Z-*")
    return {path.name: sorted(file.name for file in path.iterdir()) for path in workspace.iterdir() if path.is_dir()}
