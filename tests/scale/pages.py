"""Sessions for the tests of the page."""

from dataclasses import replace
from random import Random

from harness.scale.cells import Cell, matrix_of
from harness.scale.document import Report
from harness.scale.judging.analysis import analyse
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import PlannedRun, make_plan
from harness.scale.settings import read_settings
from tests.scale.synthetic import NAVIGATOR, Synthetic

HOSTILE = "</script><b onclick=alert(1)>&\"'{{ 7 * 7 }}\u202e\x07"
BOTH = ("baseline", "optimized")
FAULTS = {Cell("baseline", 50_000, 5, 1): Status.TIMEOUT, Cell("optimized", 5_000, 1, 1): Status.EXIT}


def parts(cell: Cell) -> dict[str, dict[str, float]]:
    """One model that grows as it may, and one that does not."""
    return {"model": {"int_steady": 0.2 + 1e-4 * cell.employees, "int_wild": 0.2 + 1e-8 * cell.employees**2}}


def good() -> Report:
    return Synthetic(parts=parts).report()


def faulty() -> Report:
    return Synthetic(faults=FAULTS, disturbed=frozenset({5, 6})).report()


def all_failed() -> Report:
    faults = {cell: Status.TIMEOUT for run in good().outcomes for cell in (run.run.cell,)}
    return Synthetic(faults=faults).report()


def one_size() -> Report:
    return Synthetic().report(matrix_of(BOTH, [1_000], [1], [1], exact_sizes=False))


def hostile() -> Report:
    """Every text that somebody else may choose is an attack."""
    base = Synthetic().report(branch=HOSTILE, argv=["scale", HOSTILE])
    planted = [Cell(HOSTILE, size, 1, 1) for size in (1_000, 2_000, 4_000)] + [Cell("fine", 1_000, 1, 2)]
    plan = make_plan(planted, 2, 1, {HOSTILE: HOSTILE}, base.context)
    draw = Random(1)
    outcomes = [_attack(Synthetic().outcome(run, draw), run) for run in plan.runs]
    return replace(
        base,
        analysis=analyse(plan, outcomes, NAVIGATOR, read_settings(None).budgets),
        outcomes=tuple(outcomes),
        subject=plan.subject,
        matrix={**base.matrix, "modes": [HOSTILE, "fine"]},
    )


def _attack(outcome: Outcome, run: PlannedRun) -> Outcome:
    parts = {"model": {HOSTILE: 1.0}, "stage": {HOSTILE: 1.0}}
    attacked = replace(outcome, detail=HOSTILE, log=HOSTILE, parts=parts, contaminated=(HOSTILE,))
    return replace(attacked, status=Status.EXIT) if run.cell.employees == 4_000 else attacked


MADE = {f.__name__: f for f in (good, faulty, all_failed, one_size, hostile)}
