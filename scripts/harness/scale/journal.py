"""What a session has done so far, on disk before the next run begins."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import UsageError, WorkspaceError
from harness.scale.outcome import Outcome, outcome_of
from harness.scale.plan import Plan, read_plan
from harness.workspace import as_json, write_whole

PLAN, RUNS = "plan.json", "runs.jsonl"


class Journal:
    """The plan of a session, and one line for each run that took place."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lines = directory / RUNS

    def write_plan(self, plan: Plan) -> None:
        """Keep the plan; what it held before must be its beginning."""
        try:
            write_whole(self.directory / PLAN, as_json(plan.document()))
        except OSError as error:
            raise WorkspaceError(f"cannot write {self.directory / PLAN}: {error.strerror}") from None

    def read_plan(self) -> Plan:
        """The plan.

        Raises:
            UsageError: there is none, or it is damaged.
        """
        path = self.directory / PLAN
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise UsageError(f"--resume: there is no {path}") from None
        except (OSError, ValueError) as error:
            raise UsageError(f"--resume: {path} cannot be read: {error}") from None
        try:
            return read_plan(document)
        except UsageError as error:
            raise UsageError(f"--resume: {path}: {error}") from None

    def append(self, outcome: Outcome) -> None:
        """Write one line, and wait until the disk has it."""
        line = json.dumps(outcome.document(), ensure_ascii=False, allow_nan=False)
        try:
            with self._lines.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise WorkspaceError(f"cannot write {self._lines}: {error.strerror}") from None

    def read(self, plan: Plan) -> list[Outcome]:
        """The runs so far.

        A last line without its end is what a crash left of a run that does not count; it is cut off.

        Raises:
            UsageError: a line before that is damaged, or of another plan.
        """
        if not self._lines.exists():
            return []
        content = self._lines.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            with self._lines.open("r+b") as file:
                file.truncate(len(whole))
        return [self._outcome(number, line, plan) for number, line in enumerate(whole.splitlines(), start=1)]

    def _outcome(self, number: int, line: bytes, plan: Plan) -> Outcome:
        try:
            document: Mapping[str, Any] = json.loads(line)
            told = document["run"]
            run = plan.runs[told["position"]]
            belongs = (run.block, run.cell.mode) == (told["block"], told["mode"])
            outcome = outcome_of(document, run)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise UsageError(f"--resume: {self._lines}, line {number}: not readable: {error!r}") from None
        if not belongs:
            raise UsageError(f"--resume: {self._lines}, line {number}: of another plan than {self.directory / PLAN}")
        return outcome
