"""One run of the bench: makes the pairs, runs every contestant on them, keeps what was measured."""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from measuring.contestants import HERE, Contestant, Pair, command
from measuring.dataset import Dataset
from measuring.expectations import expected_exit_code, wrong_findings
from measuring.measurements import Measurement, Measurements, phases_of
from measuring.process import Sample, last_line, run
from measuring.scenarios import Scenario

TIMEOUT_SECONDS = 1800.0


class GenerationError(Exception):
    """A side could not be made."""


@dataclass
class Session:
    """Where everything lies, and the other tools if there are any."""

    folder: Path
    repeat: int
    peers: Path | None
    no_peers: str  # why there are none
    say: Callable[[str], None]
    measurements: Measurements = field(default_factory=Measurements)

    @cached_property
    def data(self) -> Path:
        """The folder of the pairs; another one whenever what makes them changes."""
        sources = (HERE / "generate.py", *(HERE / "measuring" / f"{name}.py" for name in ("dataset", "rows", "seeded")))
        content = b"".join(source.read_bytes() for source in sources)
        return self.folder / "data" / hashlib.sha256(content).hexdigest()[:12]

    def run_scenario(self, scenario: Scenario) -> None:
        """Measure every contestant; in turns, so that what disturbs the machine disturbs all of them."""
        for side in (scenario.reference, scenario.candidate):
            self._make(side)
        sampled: dict[Contestant, list[_Attempt]] = {contestant: [] for contestant in scenario.contestants}
        for turn in range(self.repeat):
            for contestant, attempts in sampled.items():
                if not any(attempt.problem for attempt in attempts):
                    attempts.append(self._attempt(scenario, contestant, turn))
        for contestant, attempts in sampled.items():
            self.measurements.add(_measurement(scenario, contestant, attempts))

    def _make(self, side: Dataset) -> None:
        """Make a side unless an earlier run has; an unfinished one has another name."""
        place = side.place(self.data)
        if place.exists():
            return
        self.data.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f"unfinished_{place.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.unlink(missing_ok=True)
        self.say(f"generating {side.rows:,} rows: {place.name}")
        argv = [sys.executable, str(HERE / "generate.py"), side.kind, str(unfinished), "--rows", str(side.rows)]
        log = self.data / f"{place.name}.log"
        exit_code = run(argv, log, 2 * TIMEOUT_SECONDS).exit_code
        if exit_code != 0:
            raise GenerationError(f"{place.name} cannot be made: exit code {exit_code}: {last_line(log)}")
        unfinished.rename(place)

    def _attempt(self, scenario: Scenario, contestant: Contestant, turn: int) -> "_Attempt":
        if contestant.needs_peers and self.peers is None:
            return _Attempt(None, None, self.no_peers)
        name = f"{scenario.name}_{contestant.slug}_{turn}"
        output = self.folder / "judged" / name
        pair = Pair(scenario.reference.place(self.data), scenario.candidate.place(self.data), output)
        log = self.folder / "logs" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        sample = run(command(contestant, pair, self.peers), log, TIMEOUT_SECONDS)
        attempt = _judged(scenario, contestant, sample, log, output)
        self.say(f"{scenario.name}: {contestant}: {attempt.problem or f'{sample.cpu_seconds:.2f} CPU s'}")
        return attempt


@dataclass(frozen=True)
class _Attempt:
    sample: Sample | None
    report: dict[str, Any] | None
    problem: str | None


def _judged(scenario: Scenario, contestant: Contestant, sample: Sample, log: Path, output: Path) -> _Attempt:
    """The answer as well as the cost: an answer that is wrong makes the cost void."""
    expected = expected_exit_code(scenario.candidate.kind)
    if sample.exit_code is None:
        return _Attempt(sample, None, f"stopped after {TIMEOUT_SECONDS:.0f} s")
    if sample.exit_code != expected:
        return _Attempt(sample, None, f"exit code {sample.exit_code} instead of {expected}: {last_line(log)}")
    if not contestant.is_judge:
        return _Attempt(sample, None, None)
    report: dict[str, Any] = json.loads((output / "parity_report.json").read_text())
    try:
        problem = wrong_findings(report, contestant, scenario.candidate.kind, scenario.rows)
    except (LookupError, TypeError) as error:
        problem = f"the report cannot be read: {error!r}"
    return _Attempt(sample, report, problem)


def _measurement(scenario: Scenario, contestant: Contestant, attempts: list[_Attempt]) -> Measurement:
    samples = tuple(attempt.sample for attempt in attempts if attempt.sample)
    problem = next((attempt.problem for attempt in attempts if attempt.problem), None)
    cheapest = min(
        (attempt for attempt in attempts if attempt.sample and attempt.report),
        key=lambda attempt: attempt.sample.cpu_seconds if attempt.sample else 0.0,
        default=None,
    )
    phases = phases_of(cheapest.report) if cheapest and cheapest.report and not problem else {}
    return Measurement(scenario.name, contestant, scenario.rows, samples, phases, problem)
