"""The life of one command: start, watch, end."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.supervisor.arguments import Settings
from harness.supervisor.cgroup import Group, make_group
from harness.supervisor.killing import PAUSE_SECONDS, end_all
from harness.supervisor.launching import LaunchError, launch
from harness.supervisor.reaping import Reaper
from harness.supervisor.system import System
from harness.supervisor.watch import Watch

GRACE_SECONDS = 1.0  # for helpers that end by themselves when the command has ended


@dataclass
class Ending:
    """How a command has ended, if it was started at all."""

    exit_code: int | None = None
    killed_by: str | None = None
    problem: str | None = None
    wall_seconds: float = 0.0
    stragglers: int = 0
    survivors: tuple[int, ...] = ()


def run(settings: Settings, system: System, watch: Watch, output: int | None) -> Ending:
    """Run the command to its end; nothing of it is left afterwards."""
    system.adopt_orphans()
    if interrupted := watch.interrupted():  # from now on the kernel tells
        return Ending(killed_by=interrupted)
    group = make_group(settings.max_memory) if settings.cgroup and settings.max_memory else None
    try:
        return _run_in(group, settings, system, watch, output)
    except LaunchError as error:
        return Ending(problem=str(error))
    finally:
        if group is not None:
            group.remove()


def _run_in(group: Group | None, settings: Settings, system: System, watch: Watch, output: int | None) -> Ending:
    begin = time.monotonic()
    reaper = Reaper(launch(settings.command, output, _preparation(system, group)))
    try:
        ending = _watch_to_the_end(system, watch, reaper, begin)
    finally:  # nothing may outlive this process, not even if it fails
        survivors = end_all(system, reaper.reap_all)
        watch.tree_file.close(survivors)
    ending.survivors, ending.exit_code = survivors, reaper.exit_code
    if group is not None and group.was_limited():
        ending.killed_by = ending.killed_by or "memory"
    return ending


def _watch_to_the_end(system: System, watch: Watch, reaper: Reaper, begin: float) -> Ending:
    killed_by = watch.follow(reaper, begin)
    wall_seconds = time.monotonic() - begin
    watch.finish()
    stragglers = 0 if killed_by else _count_stragglers(system, reaper)
    return Ending(killed_by=killed_by, wall_seconds=wall_seconds, stragglers=stragglers)


def _preparation(system: System, group: Group | None) -> Callable[[], None]:
    """What the child does before it becomes the command."""
    parent = os.getpid()

    def prepare() -> None:
        system.end_with(parent)
        if group is not None:
            group.enter()

    return prepare


def _count_stragglers(system: System, reaper: Reaper) -> int:
    """How many processes the command has left behind, apart from those that end within the time of grace."""
    until = time.monotonic() + GRACE_SECONDS
    while reaper.reap_all() or system.descendants():
        if time.monotonic() > until:
            return sum(system.is_running(pid) for pid in system.descendants())
        time.sleep(PAUSE_SECONDS)
    return 0
