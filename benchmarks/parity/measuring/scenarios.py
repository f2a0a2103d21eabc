"""The pairs that are measured, and who is measured on each."""

from dataclasses import dataclass

from measuring.contestants import Contestant
from measuring.dataset import Dataset, Kind

NOMINAL_ROWS = 5_000_000  # what the bars in CPU seconds and MiB are for
LARGE = 4
HUGE = 40
JUDGES = (Contestant.EXACT, Contestant.FINGERPRINT)
PEERS = (Contestant.EXCEPT_ALL, Contestant.DATACOMPY, Contestant.RELADIFF)


@dataclass(frozen=True)
class Scenario:
    """`ordered` beside one other side."""

    name: str
    reference: Dataset
    candidate: Dataset
    contestants: tuple[Contestant, ...]
    beside: str | None = None  # the scenario that its cost per row is compared with

    @property
    def rows(self) -> int:
        """The rows of the reference."""
        return self.reference.rows


def all_scenarios(rows: int) -> tuple[Scenario, ...]:
    """Every scenario, in the order in which they run."""
    large, huge = LARGE * rows, HUGE * rows
    exact = (Contestant.EXACT,)
    return (
        _scenario("same-order", Kind.COPY, rows, (Contestant.SCAN, *JUDGES, *PEERS)),
        _scenario("other-order", Kind.SHUFFLED, rows, (Contestant.SCAN, *JUDGES)),
        _scenario("seeded", Kind.SEEDED, rows, exact),
        _scenario("every-row", Kind.NUDGED, rows, exact),
        _scenario("large-same-order", Kind.COPY, large, JUDGES),
        _scenario("large-other-order", Kind.SHUFFLED, large, JUDGES),
        _scenario("large-seeded", Kind.SEEDED, large, exact),
        _scenario("parts-same-order", Kind.COPY, large, JUDGES, parquet=True),
        _scenario("parts-other-order", Kind.SHUFFLED, large, JUDGES, parquet=True),
        _scenario("huge-same-order", Kind.COPY, huge, JUDGES, parquet=True, beside="parts-same-order"),
        _scenario("huge-other-order", Kind.SHUFFLED, huge, JUDGES, parquet=True, beside="parts-other-order"),
    )


def chosen(rows: int, names: list[str] | None, *, huge: bool) -> tuple[Scenario, ...]:
    """The scenarios with these names, or all but the Parquet ones, and what they are compared with."""
    scenarios = all_scenarios(rows)
    wanted = set(names or [scenario.name for scenario in scenarios if huge or not scenario.reference.parquet])
    wanted |= {scenario.beside for scenario in scenarios if scenario.name in wanted and scenario.beside}
    return tuple(scenario for scenario in scenarios if scenario.name in wanted)


def _scenario(
    name: str,
    kind: Kind,
    rows: int,
    contestants: tuple[Contestant, ...],
    *,
    parquet: bool = False,
    beside: str | None = None,
) -> Scenario:
    reference, candidate = (Dataset(side, rows, parquet) for side in (Kind.ORDERED, kind))
    return Scenario(name, reference, candidate, contestants, beside)
