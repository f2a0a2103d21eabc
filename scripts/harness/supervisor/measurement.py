"""What one command took, as a supervisor has written it down.

History of the schema:
1: the first
"""

import json
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from harness.errors import RunError

SCHEMA_VERSION = 1

Part = TypeVar("Part")


@dataclass(frozen=True)
class Memory:
    """The peak memory of the process tree, in bytes: it lies between lower and upper."""

    lower: int  # at least peak_pss and largest_process; memory.py says what else is certain
    upper: int
    peak_pss: int | None  # of all processes at one moment, each page counted once
    peak_rss_sum: int  # the same, but shared pages counted once for each process
    largest_process: int
    at_seconds: float  # when the sum of the RSS was highest
    pss_samples: int
    method: Literal["proc", "psutil"]


@dataclass(frozen=True)
class Io:
    """Bytes moved by the process tree: to and from disks, and by system calls."""

    read_bytes: int | None
    write_bytes: int | None
    read_characters: int | None
    write_characters: int | None


@dataclass(frozen=True)
class Noise:
    """How far others have disturbed the command; shares go from 0 to 1."""

    run_queue_share: float | None  # see witnesses.py for how several threads are counted
    foreign_cpu_share: float | None  # of all processors
    steal_share: float | None  # of all processors
    psi_cpu: float | None  # of the time, some process of the machine stood waiting for a processor
    psi_memory: float | None
    psi_io: float | None
    swap_out_pages: int | None
    least_available_bytes: int | None


@dataclass(frozen=True)
class Observer:
    """What the observation itself took."""

    samples: int
    interval_seconds: float
    cpu_seconds: float
    core_share: float
    peak_bytes: int
    most_processes: int


@dataclass(frozen=True)
class Measurement:
    """A command that has ended, or could not be started."""

    argv: tuple[str, ...]
    exit_code: int | None  # negative: the number of the signal that ended it
    killed_by: str | None  # "timeout", "memory", "output", "machine memory" or "signal NAME"
    problem: str | None  # why it could not be started
    started_at: str
    ended_at: str
    wall_seconds: float
    cpu_seconds: float
    cpu_user_seconds: float
    cpu_system_seconds: float
    memory: Memory
    io: Io
    noise: Noise
    observer: Observer
    stragglers: int  # processes that were still there when the command had ended
    survivors: tuple[int, ...]  # processes that could not be killed


def read_measurement(path: Path) -> Measurement:
    """Read what a supervisor has written."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"no measurement: cannot read {path}: {error.strerror}") from None
    except ValueError:
        raise RunError(f"{path} is no measurement: not a whole JSON document") from None
    version = content.get("schema_version") if isinstance(content, dict) else None
    if not isinstance(version, int):
        raise RunError(f"{path} is no measurement: it has no schema_version")
    if version > SCHEMA_VERSION:
        raise RunError(f"{path} has schema_version {version}; this program knows {SCHEMA_VERSION} and older")
    try:
        return measurement_of(content)
    except ValueError as error:
        raise RunError(f"{path} is no measurement: {error}") from None


def measurement_of(content: object) -> Measurement:
    """A measurement from what JSON holds of it; raises ValueError if something is missing or of another type."""
    return _build(Measurement, content)


def _build(kind: type[Part], content: object) -> Part:
    """The dataclass from a dictionary; fields that it does not know are of a later writer, and ignored."""
    if not isinstance(content, dict):
        raise ValueError(f"{content!r} stands where {kind.__name__} belongs")  # noqa: TRY004  one kind for the caller
    hints = get_type_hints(kind)
    values = {}
    for name in (item.name for item in fields(kind)):  # type: ignore[arg-type]  # only called with dataclasses
        if name not in content:
            raise ValueError(f"{name} is missing")
        values[name] = _convert(name, hints[name], content[name])
    return kind(**values)


def _convert(name: str, hint: Any, value: Any) -> Any:  # noqa: ANN401  what JSON holds, as the field wants it
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value)
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        if isinstance(value, list) and all(_fits(each, item) for each in value):
            return tuple(value)
    elif _fits(value, hint):
        return value
    raise ValueError(f"{name} cannot be {value!r}")


def _fits(value: object, hint: Any) -> bool:  # noqa: ANN401  a type hint
    if isinstance(hint, UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) if hint is float else isinstance(value, hint)
