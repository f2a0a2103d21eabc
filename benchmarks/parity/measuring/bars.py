"""The bars: what the judge may cost, beside the floor and beside other tools measured in the same run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from measuring.contestants import Contestant
from measuring.measurements import JudgeFailedError, Measurements, NotMeasuredError
from measuring.scenarios import NOMINAL_ROWS

Quantity = Callable[[Measurements], float]
EXACT, FINGERPRINT, SCAN = Contestant.EXACT, Contestant.FINGERPRINT, Contestant.SCAN


class Status(StrEnum):
    """What became of a bar."""

    MET = "met"
    MISSED = "MISSED"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Bar:
    """One quantity and its limit."""

    scenario: str
    claim: str
    quantity: Quantity
    limit: float
    unit: str
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}"


@dataclass(frozen=True)
class Outcome:
    """A bar and the number that was measured."""

    bar: Bar
    status: Status
    measured: float | None
    detail: str = ""


def judge_bar(bar: Bar, measurements: Measurements, rows: int) -> Outcome:
    """Whether a bar is met; a missing number never meets one, and a failure of the judge misses it."""
    try:
        measured = bar.quantity(measurements)
    except NotMeasuredError as reason:
        return Outcome(bar, Status.NOT_RUN, None, str(reason))
    except JudgeFailedError as reason:
        return Outcome(bar, Status.MISSED, None, str(reason))
    if rows != NOMINAL_ROWS:
        return Outcome(bar, Status.NOT_RUN, measured, f"is meant for --rows {NOMINAL_ROWS}")
    met = measured >= bar.limit if bar.at_least else measured <= bar.limit
    return Outcome(bar, Status.MET if met else Status.MISSED, measured)


def bars_of(scenario: str) -> tuple[Bar, ...]:
    """The bars of one scenario."""
    return tuple(bar for bar in _all_bars() if bar.scenario == scenario)


def _all_bars() -> Iterator[Bar]:
    yield from _bars_of_same_order()
    yield from _bars_of_other_order()
    yield from _budgets("seeded", cpu=4, rss=1024)
    yield from _budgets("every-row", cpu=12, rss=1536)
    yield from _budgets("large-same-order", cpu=8)
    yield from _budgets("large-other-order", cpu=24)
    yield from _budgets("large-seeded", cpu=20)
    for order in ("same-order", "other-order"):
        yield _controls(order)
        yield _controls(f"large-{order}")
        yield _per_row(order, EXACT)
        yield _per_row(order, FINGERPRINT)
        yield _controls(f"huge-{order}")


def _bars_of_same_order() -> Iterator[Bar]:
    scenario = "same-order"
    yield Bar(scenario, "exact proof ÷ bare scan", _ratio(scenario, EXACT, SCAN), 2, "×")
    yield from _budgets(scenario, rss=600)
    for peer, factor in ((Contestant.EXCEPT_ALL, 8), (Contestant.DATACOMPY, 8), (Contestant.RELADIFF, 5)):
        yield Bar(scenario, f"{peer} ÷ exact proof", _ratio(scenario, peer, EXACT), factor, "×", at_least=True)


def _bars_of_other_order() -> Iterator[Bar]:
    scenario = "other-order"
    yield Bar(scenario, "exact proof ÷ bare scan", _ratio(scenario, EXACT, SCAN), 6, "×")
    yield Bar(scenario, "fingerprint ÷ bare scan", _ratio(scenario, FINGERPRINT, SCAN), 2, "×")
    yield from _budgets(scenario, rss=700)


def _budgets(scenario: str, cpu: float | None = None, rss: float | None = None) -> Iterator[Bar]:
    if cpu is not None:
        yield Bar(scenario, "CPU of the right verdict", lambda all_: all_.of(scenario).cpu_seconds, cpu, "s")
    if rss is not None:
        yield Bar(scenario, "peak memory", lambda all_: all_.of(scenario).peak_rss_mib, rss, "MiB")


def _ratio(scenario: str, above: Contestant, below: Contestant) -> Quantity:
    return lambda all_: all_.of(scenario, above).cpu_seconds / all_.of(scenario, below).cpu_seconds


def _controls(scenario: str) -> Bar:
    """The exact run may have needed no fingerprint; the run for it has the fingerprint of the same pair."""

    def quantity(measurements: Measurements) -> float:
        fingerprint = measurements.of(scenario, FINGERPRINT).phases.get("fingerprint")
        controls = measurements.of(scenario).phases.get("controls")
        if not fingerprint or controls is None:
            raise JudgeFailedError("the report does not say what the fingerprint and the negative controls cost")
        return controls / fingerprint

    return Bar(scenario, "negative controls ÷ fingerprint", quantity, 3, "×")


def _per_row(order: str, contestant: Contestant) -> Bar:
    """The cost per row at the huge size beside that of as many rows as the other scenarios have at most."""

    def quantity(measurements: Measurements) -> float:
        huge, parts = (measurements.of(f"{size}-{order}", contestant) for size in ("huge", "parts"))
        return (huge.cpu_seconds / huge.rows) / (parts.cpu_seconds / parts.rows)

    proof = "exact proof" if contestant is EXACT else "fingerprint"
    return Bar(f"huge-{order}", f"{proof} per row ÷ the same of a tenth", quantity, 1.2, "×")
