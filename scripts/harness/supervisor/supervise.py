"""Measuring one command, from its start to the record."""

import os
import resource
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import ExitCode
from harness.supervisor.arguments import NOT_STARTED, Settings, parse_settings, refuse
from harness.supervisor.interruption import Interruption
from harness.supervisor.killing import end_leftovers
from harness.supervisor.linux import Linux
from harness.supervisor.measurement import SCHEMA_VERSION, Measurement, Observer
from harness.supervisor.running import run
from harness.supervisor.system import System
from harness.supervisor.watch import Watch
from harness.supervisor.witnesses import judge_noise, read_counters
from harness.workspace import as_json, write_whole


def main(argv: list[str]) -> int:
    """Do what the command line asks for."""
    interruption = Interruption()
    settings = parse_settings(argv)
    system = _find_system(settings.method)
    output = _open_log(settings.log)
    if settings.tree is not None:
        end_leftovers(settings.tree)
    for older in (settings.record, settings.series):  # must not be taken for what this run writes
        if older is not None:
            older.unlink(missing_ok=True)
    watch = Watch(settings, system, interruption, output)
    measurement = measure(settings, system, watch, output)
    try:
        if settings.series is not None:
            watch.series.write(settings.series)
        write_whole(settings.record, as_json({"schema_version": SCHEMA_VERSION} | asdict(measurement)))
    except OSError as error:
        refuse(f"cannot write {error.filename or settings.record}: {error.strerror}")
    return NOT_STARTED if measurement.problem else ExitCode.PASS


def measure(settings: Settings, system: System, watch: Watch, output: int | None) -> Measurement:
    """Run the command and say what it took."""
    before, started_at, own_begin = read_counters(), datetime.now(UTC), time.process_time()
    ending = run(settings, system, watch, output)
    own_seconds, ended_at, after = time.process_time() - own_begin, datetime.now(UTC), read_counters()
    reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_seconds = reaped.ru_utime + reaped.ru_stime
    wall = ending.wall_seconds
    return Measurement(
        argv=tuple(settings.command),
        exit_code=ending.exit_code,
        killed_by=ending.killed_by,
        problem=ending.problem,
        started_at=started_at.isoformat(timespec="milliseconds"),
        ended_at=ended_at.isoformat(timespec="milliseconds"),
        wall_seconds=round(wall, 6),
        cpu_seconds=round(cpu_seconds, 6),
        cpu_user_seconds=round(reaped.ru_utime, 6),
        cpu_system_seconds=round(reaped.ru_stime, 6),
        memory=watch.bracket.close(system),
        io=system.transferred(),
        noise=judge_noise(
            before, after, cpu_seconds + own_seconds, watch.run_queue.share(wall), watch.machine_memory.least
        ),
        observer=Observer(
            samples=watch.samples,
            interval_seconds=settings.interval,
            cpu_seconds=round(own_seconds, 6),
            core_share=round(own_seconds / wall, 6) if wall else 0.0,
            peak_bytes=system.own_peak(),
            most_processes=watch.most_processes,
        ),
        stragglers=ending.stragglers,
        survivors=ending.survivors,
    )


def _find_system(method: str) -> System:
    if method == "proc" or (method == "auto" and Path("/proc/self/status").exists()):
        return Linux()
    try:
        from harness.supervisor.portable import Portable
    except ImportError:
        refuse("there is no /proc here, and no psutil either: install it")
    return Portable()


def _open_log(path: Path | None) -> int | None:
    if path is None:
        return None
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o666)
    except OSError as error:
        refuse(f"--log: cannot write {path}: {error.strerror}")
