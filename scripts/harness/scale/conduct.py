"""From a command line to a report: open or reopen a session, take its runs, and conclude."""

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from harness.context import ROOT, gather_context, uncommitted_changes
from harness.errors import UsageError
from harness.execute import Limits
from harness.scale.cells import Cell, Matrix, matrix_mode, matrix_of
from harness.scale.console import Console
from harness.scale.document import Report
from harness.scale.journal import Journal
from harness.scale.judging.analysis import Analysis, analyse
from harness.scale.lease import Lease, exclusive_lease
from harness.scale.measuring import Measurer
from harness.scale.plan import make_plan
from harness.scale.resuming import require_the_same, session_to_resume
from harness.scale.session import Session
from harness.scale.settings import Settings, read_settings
from harness.scale.statistics.limits import CONFIDENCE
from harness.scale.statistics.sequential import steps
from harness.scale.statistics.verdict import Verdict
from harness.target import LoadedTarget, Target
from harness.target_file import load_target
from harness.units import GIGABYTE
from harness.workspace import Workspace

TREE = "processes.json"


def conduct(arguments: argparse.Namespace) -> tuple[Workspace, Report]:
    """Take the runs of a session and judge them; whatever happens, the runs so far are on disk.

    Raises:
        HarnessError: the command line, the target or the output cannot be used.
    """
    settings = read_settings(arguments.config)
    loaded = load_target(arguments.target)
    matrix = matrix_of(
        arguments.mode, arguments.employees, arguments.years, arguments.shards, exact_sizes=arguments.exact_sizes
    )
    _check_target(loaded.target, arguments)
    cells = matrix.cells(loaded.target)
    with exclusive_lease() as lease:  # before the output is touched: it may be that of the session that is running
        conduct_ = _Conduct(arguments, settings, loaded, matrix, cells)
        return conduct_.workspace, conduct_.to_its_end(lease)


class _Conduct:
    """One invocation."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        settings: Settings,
        loaded: LoadedTarget,
        matrix: Matrix,
        cells: Sequence[Cell],
    ) -> None:
        self.arguments, self.settings, self.loaded, self.matrix = arguments, settings, loaded, matrix
        context = gather_context(sys.argv, loaded.working_directory)
        asked = make_plan(cells, arguments.iterations, self._order_seed(), self._subject(context), context)
        self.asked = replace(asked, settings=self._run_settings())
        earlier = session_to_resume(arguments.output, self.asked, arguments.redo_budget) if arguments.resume else None
        directory = earlier.journal.directory if earlier else None
        self.workspace = Workspace(arguments.output, reports_of(matrix.modes), directory)
        self.session = earlier or Session.new(self.asked, Journal(self.workspace.directory), arguments.redo_budget)

    def to_its_end(self, lease: Lease) -> Report:
        """All runs, and more of them while verdicts are open and that was asked for."""
        tree = self.workspace.directory / TREE
        ended = lease.begin(self.workspace.directory, tree)
        with self._console() as console:
            if self.arguments.resume:
                console.say(f"going on with {self.workspace.directory}")
            if ended:
                console.say(f"ended {ended} processes of a session that was killed")
            measurer = self._measurer(tree, console)
            self.session.run(measurer.measure, console)
            analysis = self._analyse(CONFIDENCE)
            if self.arguments.until_decided:
                analysis = self._until_decided(measurer, console, analysis)
        return self._report(analysis)

    def _until_decided(self, measurer: Measurer, console: Console, analysis: Analysis) -> Analysis:
        """Add the runs of one look after the other; each look spends its part of the error rate."""
        for look in steps(self.arguments.max_pairs):
            blocks = look.pairs - self.session.plan.blocks
            if blocks > 0:
                require_the_same(self.session, self.asked)
                self.session.extend(blocks, self.matrix.cells(self.loaded.target))
                self.session.run(measurer.measure, console)
            analysis = self._analyse(look.confidence)
            if blocks >= 0 and analysis.verdict is not Verdict.INCONCLUSIVE:
                break
        return analysis

    def _analyse(self, confidence: float) -> Analysis:
        session, target = self.session, self.loaded.target
        return analyse(session.plan, session.settled(), target, self.settings.budgets, confidence)

    def _report(self, analysis: Analysis) -> Report:
        session = self.session
        measured = [outcome.measurement for outcome in session.outcomes if outcome.measurement]
        return Report(
            analysis=analysis,
            outcomes=tuple(session.outcomes),
            session={
                "id": self.workspace.directory.name,
                "directory": str(self.workspace.directory),
                "started_at": min((each.started_at for each in measured), default=None),
                "ended_at": max((each.ended_at for each in measured), default=None),
                "order_seed": session.plan.order_seed,
                "blocks": session.plan.blocks,
                "redone": session.redone,
                "subject_digest": session.plan.subject_digest,
            },
            subject=session.plan.subject,
            matrix=asdict(self.matrix),
            budgets=self.settings.budgets.model_dump(),
            context=session.plan.context,
            unsharded=tuple(
                mode
                for mode in self.matrix.modes
                if self.matrix.shards != (1,) and not matrix_mode(self.loaded.target, mode).sharded
            ),
        )

    def _measurer(self, tree: Path, console: Console) -> Measurer:
        return Measurer(
            loaded=self.loaded,
            workspace=self.workspace,
            limits=Limits(self.arguments.timeout, self._max_memory(), keep_series=True),
            noise=self.settings.noise,
            start_year=self.arguments.start_year,
            seed=self.arguments.seed,
            threads=self.arguments.threads,
            tree=tree,
            keep_databases=self.arguments.keep_databases,
            progress=console.progress,
        )

    @contextmanager
    def _console(self) -> Iterator[Console]:
        """The terminal; whoever interrupts is told what is done and how to go on."""
        console = Console(self.session, self.settings.budgets.memory)
        try:
            yield console
        except KeyboardInterrupt:
            done = len({outcome.run.position for outcome in self.session.outcomes})
            console.say(f"{done} of {len(self.session.plan.runs)} runs are kept; go on with the same and --resume")
            raise
        finally:
            console.stop()

    def _subject(self, context: dict[str, Any]) -> dict[str, Any]:
        """What makes two runs comparable; a change of it makes another session."""
        return {
            "target": self.loaded.target.name,
            "target_sha256": self.loaded.sha256,
            "start_year": self.arguments.start_year,
            "seed": self.arguments.seed,
            "threads": self.arguments.threads,
            "tree": context["tree"],
            "judge": context["judge"]["tree"],
            "machine_fingerprint": context["machine_fingerprint"],
        }

    def _run_settings(self) -> dict[str, Any]:
        """What else must not change before the last run: how runs are ended and judged, and the code as it lies."""
        config = json.dumps(self.settings.model_dump(), sort_keys=True)
        return {
            "uncommitted": uncommitted_changes(self.loaded.working_directory),
            "judge_uncommitted": uncommitted_changes(ROOT),
            "config_sha256": hashlib.sha256(config.encode()).hexdigest()[:16],
            "timeout": self.arguments.timeout,
            "max_memory": self._max_memory(),
            "iterations": self.arguments.iterations,
            "order_seed": self.arguments.order_seed,
        }

    def _max_memory(self) -> int:
        """How many bytes a run may take."""
        asked = self.arguments.max_memory
        return round(asked * GIGABYTE) if asked else self.settings.budgets.memory.bytes

    def _order_seed(self) -> int:
        return (
            random.SystemRandom().randrange(2**32) if self.arguments.order_seed is None else self.arguments.order_seed
        )


def _check_target(target: Target, arguments: argparse.Namespace) -> None:
    """A dimension that no command depends on would be measured without being there."""
    for placeholder, values in (("employees", arguments.employees), ("end_year", set(arguments.years))):
        if len(values) > 1 and not target.asks_for(placeholder):
            option = "--years" if placeholder == "end_year" else "--employees"
            raise UsageError(f"{option}: has no effect, because no command of {target.name} uses {{{placeholder}}}")


def reports_of(modes: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the reports of a session."""
    names = ("scale_results_{}.json", "scale_report_{}.md", "scaling_characteristics_{}.png")
    return (*(name.format(mode) for mode in modes for name in names), "index.html")
