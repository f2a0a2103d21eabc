"""How far two sessions of one machine lie apart though nothing changed: measured by A/A comparisons, kept in a file."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from harness.errors import WorkspaceError
from harness.plain import plain
from harness.scale.comparing.sides import Sides
from harness.scale.costs import Measure
from harness.scale.result_file import Recorded, ResultFileError, check_version, first_problem, read_json
from harness.scale.statistics.limits import CONFIDENCE
from harness.scale.statistics.noise import t_quantile
from harness.scale.statistics.verdict import Interval
from harness.words import counted
from harness.workspace import as_json, write_whole

# 1.0  the first: machines {fingerprint: {machine, comparisons [{sessions, log_ratios {measure: number}}]}}
SCHEMA_VERSION = "1.0"
KIND = "noise_floor"
# One comparison may agree by luck, and a confirmation would trust the same luck: unchanged code on a busy machine was
# called slower in 0.7 % of simulated pairs of comparisons, and from two on in at most 0.4 %.
FEWEST_COMPARISONS = 2
MOST_COMPARISONS = 50  # of a machine; the oldest give way, because machines change

# Log sd of the part of the noise that all runs of a session share, times √2 for two sessions: 0.245 for the wall time
# and 0.027 for the CPU time of 30 runs on a busy virtual machine of two processors. Wide, because a machine that has
# never been compared with itself may be such a one.
DEFAULTS: Mapping[Measure, float] = {Measure.WALL: 0.35, Measure.CPU: 0.04}


class _Comparison(Recorded):
    sessions: list[str]
    log_ratios: dict[str, float]


class _Machine(Recorded):
    machine: dict[str, object]
    comparisons: list[_Comparison]


class _Document(Recorded):
    machines: dict[str, _Machine]


@dataclass(frozen=True)
class NoiseFloor:
    """The log sd by measure, and where it comes from."""

    sds: Mapping[Measure, float]
    comparisons: int  # A/A comparisons behind it; 0: the default

    @property
    def is_measured(self) -> bool:
        """Whether it is that of the machine, and not the default."""
        return self.comparisons >= FEWEST_COMPARISONS

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        if self.is_measured:
            return f"measured here by {counted(self.comparisons, 'A/A comparison')}"
        known = f"{self.comparisons} of {FEWEST_COMPARISONS} A/A comparisons"
        return f"at least the default for a busy virtual machine, because {known} of this one are known"


DEFAULT_FLOOR = NoiseFloor(DEFAULTS, 0)


def read_noise_floor(path: Path, machine_fingerprint: str) -> NoiseFloor:
    """The noise floor of a machine: what the file holds of it, or the default.

    The estimate from n comparisons is known as badly as n says. It is therefore multiplied by the ratio of Student's t
    with n degrees of freedom to the normal quantile, so that an interval that takes it as known still covers.

    Raises:
        ResultFileError: there is a file, and it cannot be used.
    """
    machine = _read(path).get(machine_fingerprint)
    if machine is None or not machine.comparisons:
        return DEFAULT_FLOOR
    sds = dict(DEFAULTS)
    for measure in DEFAULTS:
        found = [made.log_ratios[measure] for made in machine.comparisons if measure in made.log_ratios]
        if len(found) >= FEWEST_COMPARISONS:
            sds[measure] = _log_sd(found)
        elif found:
            sds[measure] = max(DEFAULTS[measure], abs(found[0]))
    return NoiseFloor(sds, len(machine.comparisons))


def record_noise(path: Path, sides: Sides, ratios: Mapping[Measure, Interval]) -> bool:
    """Keep what an A/A comparison measured; False if the two sessions were compared before.

    Raises:
        ResultFileError: there is a file, and it cannot be used.
        WorkspaceError: it cannot be written.
    """
    machines = _read(path)
    context = sides.contender.context
    machine = machines.get(context.machine_fingerprint, _Machine(machine=context.machine, comparisons=[]))
    sessions = sorted(side.session.id for side in sides.both)
    if any(made.sessions == sessions for made in machine.comparisons):
        return False
    made = _Comparison(
        sessions=sessions,
        log_ratios={str(measure): math.log(ratios[measure].estimate) for measure in DEFAULTS if measure in ratios},
    )
    kept = [*machine.comparisons, made][-MOST_COMPARISONS:]
    machines[context.machine_fingerprint] = _Machine(machine=context.machine, comparisons=kept)
    _write(path, machines)
    return True


def _log_sd(log_ratios: Sequence[float]) -> float:
    """Around 0, which is the truth of an A/A comparison."""
    number = len(log_ratios)
    root_mean_square = math.sqrt(sum(value**2 for value in log_ratios) / number)
    return root_mean_square * t_quantile(CONFIDENCE, number) / t_quantile(CONFIDENCE, math.inf)


def _read(path: Path) -> dict[str, _Machine]:
    if not path.exists():
        return {}
    content = read_json(path, "noise floor")
    check_version(content, int(SCHEMA_VERSION.partition(".")[0]), str(path))
    try:
        return dict(_Document.model_validate(content).machines)
    except ValidationError as error:
        raise ResultFileError(f"{path} is no noise floor: {first_problem(error)}") from None


def _write(path: Path, machines: Mapping[str, _Machine]) -> None:
    document = {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "machines": {fingerprint: machine.model_dump() for fingerprint, machine in machines.items()},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, as_json(plain(document)))
    except OSError as error:
        raise WorkspaceError(f"--noise-floor: cannot write {path}: {error.strerror}") from None
