"""One look after the other at a running command."""

import os
import time

from harness.supervisor.arguments import Settings
from harness.supervisor.interruption import Interruption
from harness.supervisor.memory import Bracket
from harness.supervisor.pace import Pace
from harness.supervisor.pss import PssSampler
from harness.supervisor.reaping import Reaper
from harness.supervisor.series import Row, Series
from harness.supervisor.system import System
from harness.supervisor.tree_file import TreeFile
from harness.supervisor.witnesses import RUN_QUEUE_SHARE, MachineMemory, RunQueue

LOOK_SHARE = 0.05  # of a processor: a tree of hundreds of processes is looked at less often


class Watch:
    """What has been seen so far."""

    def __init__(self, settings: Settings, system: System, interruption: Interruption, output: int | None) -> None:
        self.bracket = Bracket()
        self.series = Series()
        self.tree_file = TreeFile(settings.tree)
        self.run_queue = RunQueue()
        self.machine_memory = MachineMemory(system.available)
        self.samples = 0
        self.most_processes = 0
        self._settings = settings
        self._system = system
        self._interruption = interruption
        self._output = output
        self._looking = Pace()
        self._reading_run_queue = Pace()

    def interrupted(self) -> str | None:
        """Why the command must end, or not be started at all."""
        return self._interruption.reason(self._settings.parent)

    def follow(self, reaper: Reaper, begin: float) -> str | None:
        """Look again and again until the command has ended, or must end: then why."""
        sampler = PssSampler(self._system, self._settings.max_memory, lambda: reaper.wait(0))
        deadline = begin + (self._settings.timeout or float("inf"))
        due = time.monotonic()
        while not reaper.wait(min(due, deadline) - time.monotonic()):
            now = time.monotonic()
            reaper.reap_orphans()
            reason = "timeout" if now >= deadline else self.interrupted() or self._look(now, now - begin, sampler)
            if reason:
                return reason
            due = max(due + self._settings.interval, self._looking.allowed_at(LOOK_SHARE))
        return None

    def finish(self) -> None:
        """Take in what can only be told before the processes are ended and reaped."""
        self.run_queue.complete(self._system.run_queue(self._system.descendants()))

    def _look(self, now: float, seconds: float, sampler: PssSampler) -> str | None:
        with self._looking.spending():
            usages = self._system.processes(now)
            self.tree_file.update(usages.keys())
        pss = self.bracket.observe(seconds, usages, sampler.sample)
        resident = sum(usage.resident for usage in usages.values())
        self.series.add(Row(seconds, resident, pss, len(usages)))
        self.samples += 1
        self.most_processes = max(self.most_processes, len(usages))
        if self._reading_run_queue.allows(now, RUN_QUEUE_SHARE):
            with self._reading_run_queue.spending():
                self.run_queue.observe(self._system.run_queue(usages))
        return self._breach(resident)

    def _breach(self, resident: int) -> str | None:
        """The limit that the command has broken."""
        settings = self._settings
        if self.machine_memory.is_short():
            return "machine memory"
        certain = resident if self._system.method == "psutil" else self.bracket.now
        if settings.max_memory is not None and certain > settings.max_memory:
            return "memory"
        if settings.max_log is not None and self._output is not None:
            return "output" if os.fstat(self._output).st_size > settings.max_log else None
        return None
