"""Which run comes when: written before the first run, so that an interrupted session goes on as it began.

Every block holds each cell once. The modes of one workload stand next to each other, in an order drawn for each
block, so that what a noisy neighbour does to one of them it does to the others too; the workloads are shuffled, so
that a machine that warms up or slows down is no effect of size.
"""

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any

from harness.errors import UsageError
from harness.scale.cells import Cell

WARM_UP = 0  # the block that is measured but not counted


@dataclass(frozen=True)
class PlannedRun:
    """One run of a cell. `position` counts through the whole plan."""

    position: int
    block: int
    cell: Cell

    @property
    def counts(self) -> bool:
        """Whether it is more than a warm-up."""
        return self.block != WARM_UP


@dataclass(frozen=True)
class Plan:
    """All runs of a session in their order, and what they depend on."""

    order_seed: int
    subject: dict[str, Any]  # whatever, if changed, would make the runs incomparable
    runs: tuple[PlannedRun, ...] = ()
    context: dict[str, Any] = field(default_factory=dict)  # of the first invocation: what the runs are told to be of
    settings: dict[str, Any] = field(default_factory=dict)  # how they are run and judged; must not change on the way

    @property
    def blocks(self) -> int:
        """The last block."""
        return max((run.block for run in self.runs), default=0)

    @property
    def cells(self) -> list[Cell]:
        """The cells, each once."""
        return sorted({run.cell for run in self.runs})

    @property
    def processors(self) -> int | None:
        """How many the runs may use; None if the plan does not say."""
        processors = self.context.get("machine", {}).get("processors")
        return int(processors) if processors else None

    @property
    def subject_digest(self) -> str:
        """A digest of what the runs depend on."""
        return hashlib.sha256(json.dumps(self.subject, sort_keys=True).encode()).hexdigest()

    def extended(self, blocks: int, cells: Sequence[Cell]) -> "Plan":
        """The plan with more blocks of some of its cells."""
        runs = list(self.runs)
        for block in range(self.blocks + 1, self.blocks + 1 + blocks):
            runs += _block(self.order_seed, block, cells, len(runs))
        return replace(self, runs=tuple(runs))

    def document(self) -> dict[str, Any]:
        """The plan as JSON."""
        runs = [[run.block, *asdict(run.cell).values()] for run in self.runs]
        kept = {"order_seed": self.order_seed, "subject": self.subject, "digest": self.subject_digest}
        return kept | {"settings": self.settings, "runs": runs, "context": self.context}


def make_plan(
    cells: Sequence[Cell], iterations: int, order_seed: int, subject: dict[str, Any], context: dict[str, Any]
) -> Plan:
    """A warm-up of the smallest cell of each mode, and as many blocks as iterations."""
    smallest = [min(group) for _, group in groupby(sorted(cells), key=lambda cell: cell.mode)]
    warm_up = tuple(PlannedRun(number, WARM_UP, cell) for number, cell in enumerate(smallest))
    return Plan(order_seed, subject, warm_up, context).extended(iterations, cells)


def read_plan(document: dict[str, Any]) -> Plan:
    """A plan as it was written.

    Raises:
        UsageError: it is not whole.
    """
    try:
        runs = tuple(
            PlannedRun(position, int(block), Cell(str(mode), *map(int, numbers)))
            for position, (block, mode, *numbers) in enumerate(document["runs"])
        )
        settings = dict(document.get("settings", {}))  # plans of earlier versions have none
        plan = Plan(int(document["order_seed"]), dict(document["subject"]), runs, dict(document["context"]), settings)
        if document["digest"] != plan.subject_digest:
            raise UsageError("the plan does not fit its own digest; it was changed by hand")
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"the plan is not readable: {error!r}") from None
    return plan


def _block(order_seed: int, block: int, cells: Iterable[Cell], position: int) -> list[PlannedRun]:
    draw = random.Random(f"{order_seed}/{block}")
    by_workload: dict[tuple[int, int], list[Cell]] = {}
    for cell in sorted(cells):
        by_workload.setdefault((cell.employees, cell.years), []).append(cell)
    workloads = list(by_workload.values())
    draw.shuffle(workloads)
    for together in workloads:
        draw.shuffle(together)
    ordered = [cell for together in workloads for cell in together]
    return [PlannedRun(position + number, block, cell) for number, cell in enumerate(ordered)]
