"""The head-count plan (docs/model.md section 5): one pass over all years that computes only who stays.

Who stays depends on termination and promotion draws (the level is part of the hazard's segment), never on money. So a
slice of employees is a few bytes each, and after this pass shards need nothing from one another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import polars as pl

from navigator_orchestrator.polars_events.draws import with_draws, with_key
from navigator_orchestrator.polars_events.employment import with_segment
from navigator_orchestrator.polars_events.hires import Cohort, hire
from navigator_orchestrator.polars_events.initial_state import initial_level, simulated
from navigator_orchestrator.polars_events.rules import BPS, Rules

SLICE = 1 << 17
_SMALL = pl.Schema({"birth_year": pl.Int16, "hire_year": pl.Int16, "level_id": pl.Int16})


@dataclass(frozen=True)
class PlanYear:
    """A row of `fct_headcount_plan`: heads and ids."""

    simulation_year: int
    starting_headcount: int
    experienced_terminations: int
    target_headcount: int
    layoffs: int
    hires: int
    new_hire_terminations: int
    ending_headcount: int
    first_hire_id: int | None
    layoff_from_id: int | None

    def cohort(self, from_id: int, to_id: int) -> Cohort | None:
        """Those of the year's hires with `from_id <= id < to_id`."""
        if self.first_hire_id is None:
            return None
        first, last = max(from_id, self.first_hire_id), min(to_id, self.first_hire_id + self.hires) - 1
        leaving_up_to = self.first_hire_id + self.new_hire_terminations - 1
        return Cohort(first, last, leaving_up_to) if first <= last else None


@dataclass(frozen=True)
class Origin:
    """`size` census rows or hires with neighbouring ids, who work `employee_years` in all: the weights of shards."""

    size: int
    employee_years: int


@dataclass(frozen=True)
class Plan:
    """Head-count of every year; `origins` in order of ids: the census, then each year's hires."""

    years: list[PlanYear]
    origins: list[Origin]
    first_hire_id: int


@dataclass
class _Slice:
    """Those still at work of one origin: `employee_id`, `birth_year`, `hire_year`, `level_id`, `paid`."""

    frame: pl.DataFrame
    size: int
    employee_years: int = 0


def headcount_plan(census: pl.DataFrame, first_hire_id: int, rules: Mapping[int, Rules], hashed_seed: int) -> Plan:
    """The plan for the years of `rules`.

    Args:
        census: the canonical frame, sorted by `employee_id`.
        first_hire_id: highest id of the whole census + 1.
        rules: by year, ascending.
        hashed_seed: from `seed_hash`.
    """
    slices = _census_slices(census, next(iter(rules.values())))
    years: list[PlanYear] = []
    next_id = first_hire_id
    for year_rules in rules.values():
        starting = _headcount(slices)
        for part in slices:
            part.employee_years += part.frame.height
            part.frame = _remaining(part.frame, year_rules, hashed_seed)
        year = _plan_year(slices, starting, next_id, year_rules)
        years.append(year)
        if year.layoffs:
            _lay_off(slices, year.layoffs)
        slices += _hired_slices(year, year_rules, hashed_seed)
        next_id += year.hires
    return Plan(years, [Origin(part.size, part.employee_years) for part in slices], first_hire_id)


def plan_frame(years: Sequence[PlanYear]) -> pl.DataFrame:
    """`fct_headcount_plan`."""
    types = {field.name: pl.Int64 if field.name.endswith("_id") else pl.Int32 for field in fields(PlanYear)}
    return pl.DataFrame([astuple(year) for year in years], schema=types, orient="row")


def _plan_year(slices: list[_Slice], starting: int, next_id: int, rules: Rules) -> PlanYear:
    year = rules.year
    remaining = _headcount(slices)
    target = (starting * (BPS + year.growth_bps) + BPS // 2) // BPS
    need = target - remaining
    staying = BPS - year.new_hire_termination_bps
    hires = (need * BPS + staying - 1) // staying if need > 0 else 0
    layoffs = max(-need, 0)
    return PlanYear(
        simulation_year=year.simulation_year,
        starting_headcount=starting,
        experienced_terminations=starting - remaining,
        target_headcount=target,
        layoffs=layoffs,
        hires=hires,
        new_hire_terminations=hires - max(need, 0),
        ending_headcount=target,
        first_hire_id=next_id if hires else None,
        layoff_from_id=_id_from_the_end(slices, layoffs) if layoffs else None,
    )


def _headcount(slices: list[_Slice]) -> int:
    return sum(part.frame.height for part in slices)


def _census_slices(census: pl.DataFrame, rules: Rules) -> list[_Slice]:
    slices = []
    for part in census.iter_slices(SLICE):
        frame = (
            simulated(part)
            .select(
                "employee_id",
                pl.col("birth_date").dt.year().alias("birth_year"),
                pl.col("hire_date").dt.year().alias("hire_year"),
                initial_level(rules).alias("level_id"),
                (pl.col("salary") > 0).alias("paid"),
            )
            .cast(_SMALL)
        )
        slices.append(_Slice(frame, part.height))
    return slices


def _remaining(frame: pl.DataFrame, rules: Rules, hashed_seed: int) -> pl.DataFrame:
    """Those not drawn to leave, with their level after promotion. `hi_1`: leaves; `hi_2`: is promoted."""
    keyed = with_segment(with_key(frame.lazy(), hashed_seed), rules)
    drawn = with_draws(keyed, hashed_seed, rules.year.simulation_year, ["hi_1", "hi_2"])
    stays = pl.col("hi_1") >= rules.by_segment("termination_threshold")
    promoted = pl.col("paid") & (pl.col("hi_2") < rules.by_segment("promotion_threshold"))
    level = (pl.col("level_id") + promoted.cast(pl.Int16)).alias("level_id")
    decided = drawn.select("employee_id", "birth_year", "hire_year", level, "paid", stays=stays)
    return decided.filter("stays").drop("stays").collect()


def _id_from_the_end(slices: list[_Slice], count: int) -> int:
    """The `count`-th highest id."""
    for part in reversed(slices):
        if count <= part.frame.height:
            return int(part.frame["employee_id"][-count])
        count -= part.frame.height
    raise AssertionError("fewer employees remain than are laid off")


def _lay_off(slices: list[_Slice], count: int) -> None:
    for part in reversed(slices):
        here = min(count, part.frame.height)
        part.frame = part.frame.head(part.frame.height - here)
        count -= here


def _hired_slices(year: PlanYear, rules: Rules, hashed_seed: int) -> list[_Slice]:
    """The year's hires; those who leave again stay in the weights only."""
    slices = []
    first = year.first_hire_id or 0
    for start in range(first, first + year.hires, SLICE):
        cohort = year.cohort(start, start + SLICE)
        assert cohort is not None  # noqa: S101 (the range is that of the hires)
        staying = hire(cohort, rules, hashed_seed).filter(~pl.col("left"))
        frame = staying.select("employee_id", "birth_year", "hire_year", "level_id", paid=pl.col("salary") > 0)
        size = cohort.last_id - cohort.first_id + 1
        slices.append(_Slice(frame.cast(_SMALL).collect(), size, employee_years=size))
    return slices
