"""Hypothesis strategies: any small census on any date, and any parameters that are accepted."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from random import Random
from typing import Any

import polars as pl
from hypothesis import strategies as st

from navigator_orchestrator.census_check import LARGEST_ID, SCHEMA, YOUNGEST_AT_HIRE
from navigator_orchestrator.parameter_schema import MAX_AGE
from navigator_orchestrator.parameter_tables import parameter_tables
from tests.reference.loading import changed_parameters

FIRST_YEAR, LAST_YEAR = 2025, 2034  # listed by the yearly parameters
LEVELS = range(1, 6)
AGE_BANDS = ("<25", "25-34", "35-44", "45-54", "55-64", "65+")
TENURE_BANDS = ("<2", "2-4", "5-9", "10-19", "20+")

Drawn = st.SearchStrategy[Any]

# --- census -------------------------------------------------------------------------------------------------

# Ages that some rule or band asks for. Pay in cents: none, the least, around the minimum salaries, at the compensation
# limit.
_AGES = (14, 18, 20, 21, 25, 35, 49, 50, 55, 59, 60, 63, 64, 65, 99)
_SALARIES = (0, 1, 123, 6_999_999, 7_000_000, 9_799_999, 13_800_000, 21_500_000, 35_000_000)
_DEFERRAL_RATES = (0, 0, 0, 0, 1, 300, 950, 1_000, 1_500, 10_000)


@st.composite
def censuses(draw: st.DrawFn, as_of: dt.date) -> pl.DataFrame:
    """Canonical rows of 5 to 60 people, sorted by id; at least the first is still employed.

    Hypothesis draws the size and one seed: a draw for each value would take longer than the engines.
    """
    size, luck = draw(st.integers(5, 60)), Random(draw(st.integers(0, 2**32)))
    highest = luck.choice([size, 500, LARGEST_ID])
    ids = sorted(luck.sample(range(1, highest + 1), size))
    rows = [{"employee_id": number} | _employee(luck, as_of) for number in ids]
    rows[0]["termination_date"] = None
    return pl.DataFrame(rows, schema=SCHEMA)


def _employee(luck: Random, as_of: dt.date) -> dict[str, Any]:
    year = as_of.year - luck.choice([luck.choice(_AGES), luck.randint(16, 99)])
    month, day = luck.choice([(1, 1), (12, 31), (2, 28), (7, 15)])
    hire = _date(luck, dt.date(year + YOUNGEST_AT_HIRE, month, day), as_of)
    usual, any_pay = luck.randint(3_000_000, 30_000_000), luck.randint(0, 400_000_000)
    return {
        "birth_date": dt.date(year, month, day),
        "hire_date": hire,
        "termination_date": _date(luck, hire, as_of) if luck.random() < 0.1 else None,
        "level_id": luck.choice([None, *LEVELS]),
        "salary": luck.choice([luck.choice(_SALARIES), usual, usual, any_pay]),
        "deferral_rate": luck.choice([luck.choice(_DEFERRAL_RATES), luck.randint(0, 3_000)]),
        "enrollment_date": luck.choice([None, _date(luck, hire, as_of)]),
        "account_balance": luck.choice([0, 1, luck.randint(0, 50_000_000), 100_000_000_000]),
    }


def _date(luck: Random, first: dt.date, last: dt.date) -> dt.date:
    """A date between two others: the last, a recent one, a 29 February, or any."""
    kind = luck.randrange(6)
    if kind == 0:
        return last
    recent = last - dt.timedelta(days=luck.randint(0, 500))
    found = recent if kind <= 2 else first + dt.timedelta(days=luck.randint(0, (last - first).days))
    if kind == 3:
        found = dt.date(found.year // 4 * 4, 2, 29)
    return min(max(first, found), last)


# --- parameters ---------------------------------------------------------------------------------------------

_PROBABILITY = st.sampled_from([0, 10_000]) | st.integers(0, 10_000)
_RATE = st.sampled_from([0, 1, 10_000]) | st.integers(0, 2_500)
_FACTOR = st.sampled_from([0, 10_000, 1_000_000]) | st.integers(0, 30_000)
_WINDOW = st.sampled_from([1, 2, 365, 366]) | st.integers(1, 366)
_DAYS = st.sampled_from([0, 1, 366]) | st.integers(0, 366)
_AGE = st.sampled_from([0, 18, 21, 50, 60, 63, 65, 120]) | st.integers(0, 120)
_LIMIT = st.sampled_from([0, 1, 23_500]) | st.integers(0, 80_000)
_RETURN = st.sampled_from([-9_000, 0, 30_000]) | st.integers(-3_000, 3_000)
_MONTH_DAY = st.sampled_from([(1, 1), (2, 28), (3, 1), (7, 15), (12, 31)]) | st.dates(
    dt.date(2025, 1, 1), dt.date(2025, 12, 31)
).map(lambda date: (date.month, date.day))


def _by(keys: Iterable[str] | Iterable[int], values: Drawn) -> Drawn:
    return st.fixed_dictionaries(dict.fromkeys(keys, values))


@st.composite
def _shares(draw: st.DrawFn, keys: Drawn) -> dict[int, int]:
    """Whole percents that add up to 100, over keys that differ."""
    chosen = sorted(draw(st.sets(keys, min_size=1, max_size=6)))
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=len(chosen) - 1, max_size=len(chosen) - 1)))
    return {key: high - low for key, low, high in zip(chosen, [0, *cuts], [*cuts, 100], strict=True)}


@st.composite
def _all_shares(draw: st.DrawFn) -> dict[int, int]:
    return dict.fromkeys(LEVELS, 0) | draw(_shares(st.sampled_from(LEVELS)))


@st.composite
def _match_tiers(draw: st.DrawFn) -> list[dict[str, int]]:
    bounds = draw(st.sets(st.integers(1, 1_500) | st.just(10_000), min_size=1, max_size=3))
    return [{"up_to": bound, "match": draw(_PROBABILITY)} for bound in sorted(bounds)]


@st.composite
def _calendar(draw: st.DrawFn) -> dict[str, str]:
    days = sorted([draw(_MONTH_DAY), draw(_MONTH_DAY)])
    names = ("compensation.promotion_date", "compensation.merit_date")
    return {name: f"{month:02}-{day:02}" for name, (month, day) in zip(names, days, strict=True)}


@st.composite
def _promotion_raises(draw: st.DrawFn) -> dict[str, Any]:
    raises = draw(_by(LEVELS[:-1], _RATE))
    spread = draw(st.integers(0, min(raises.values())))
    return {"compensation.promotion_raise": raises, "compensation.promotion_raise_spread": spread}


@st.composite
def _hire_salaries(draw: st.DrawFn) -> dict[str, Any]:
    pairs = {level: sorted(draw(st.tuples(*[st.integers(0, 400_000)] * 2))) for level in LEVELS}
    names = ("hiring.hire_salary_from", "hiring.hire_salary_to")
    return {name: {level: pair[end] for level, pair in pairs.items()} for end, name in enumerate(names)}


@st.composite
def _ratings(draw: st.DrawFn) -> dict[str, Any]:
    shares = draw(_shares(st.integers(0, 9)))
    factors = _by(shares, st.sampled_from([0, 10_000]) | st.integers(0, 30_000))
    return {"compensation.rating_share": shares, "compensation.rating_factor": draw(factors)}


@st.composite
def _deferral_choice(draw: st.DrawFn) -> dict[str, Any]:
    step = draw(st.integers(0, 500))
    rates = _by(AGE_BANDS, st.integers(0, 2_000) | st.just(10_000 - step * 4))
    return {
        "retirement_plan.voluntary_deferral_rate": draw(rates),
        "retirement_plan.voluntary_deferral_level_step": step,
    }


def _alone(name: str, values: Drawn) -> Drawn:
    return st.fixed_dictionaries({name: values})


# What holds from a date on. Values that must fit each other are drawn together.
_DATED: list[Drawn] = [
    _alone("workforce.growth_rate", st.sampled_from([-10_000, 0, 5_000]) | st.integers(-6_000, 5_000)),
    _alone("workforce.new_hire_termination_rate", st.sampled_from([0, 9_000]) | st.integers(0, 9_000)),
    _alone("workforce.retirement_age", _AGE),
    _alone("workforce.termination_base_rate", _PROBABILITY),
    _alone("workforce.termination_age_factor", _by(AGE_BANDS, _FACTOR)),
    _alone("workforce.termination_tenure_factor", _by(TENURE_BANDS, _FACTOR)),
    _alone("workforce.termination_level_factor", _by(LEVELS, _FACTOR)),
    _alone("hiring.hire_age_share", _shares(st.integers(0, 100))),
    _alone("hiring.hire_level_share", _all_shares()),
    _hire_salaries(),
    _alone(
        "compensation.level_minimum_salary",
        st.lists(st.integers(0, 300_000), min_size=4, max_size=4, unique=True).map(
            lambda found: dict(zip(LEVELS[1:], sorted(found), strict=True))
        ),
    ),
    _calendar(),
    _alone("compensation.promotion_base_rate", _PROBABILITY),
    _alone("compensation.promotion_age_factor", _by(AGE_BANDS, _FACTOR)),
    _alone("compensation.promotion_tenure_factor", _by(TENURE_BANDS, _FACTOR)),
    _alone("compensation.promotion_level_factor", _by(LEVELS[:-1], _FACTOR)),
    _promotion_raises(),
    _alone("compensation.merit_rate", _by(LEVELS, _RATE)),
    _alone("compensation.cola_rate", _RATE),
    _ratings(),
    _alone("retirement_plan.minimum_age", _AGE),
    _alone("retirement_plan.waiting_period", st.sampled_from([0, 1, 366, 1_096]) | st.integers(0, 1_096)),
    _alone("retirement_plan.auto_enrollment", st.booleans()),
    _alone("retirement_plan.auto_enrollment_hired_from", st.dates(dt.date(2000, 1, 1), dt.date(2036, 1, 1))),
    _alone("retirement_plan.auto_enrollment_delay", _DAYS),
    _alone("retirement_plan.auto_enrollment_rate", _RATE),
    _alone("retirement_plan.opt_out_rate", _by(AGE_BANDS, _PROBABILITY)),
    _alone("retirement_plan.opt_out_level_factor", _by(LEVELS, _FACTOR)),
    _alone("retirement_plan.opt_out_window", _WINDOW),
    _alone("retirement_plan.voluntary_rate", _by(AGE_BANDS, _PROBABILITY)),
    _alone("retirement_plan.voluntary_level_factor", _by(LEVELS, _FACTOR)),
    _alone("retirement_plan.voluntary_window", _WINDOW),
    _deferral_choice(),
    _alone("retirement_plan.whole_match_rate", _PROBABILITY),
    _alone("retirement_plan.escalation_rate", _PROBABILITY),
    _alone("retirement_plan.escalation_step", _RATE),
    _alone("retirement_plan.escalation_cap", _RATE),
    _alone("retirement_plan.escalation_minimum_days", st.integers(0, 3_660)),
    _alone("retirement_plan.match_tiers", _match_tiers()),
    _alone("retirement_plan.match_last_day_rule", st.booleans()),
    *[_alone(f"irs_limits.{name}_age", _AGE) for name in ("catch_up", "super_catch_up_from", "super_catch_up_to")],
    _alone("investment.equity_share", _by(AGE_BANDS, _PROBABILITY)),
    _alone("investment.return_spread", st.sampled_from([0, 900]) | st.integers(0, 900)),
]
_YEARLY: dict[str, Drawn] = {
    "irs_limits.elective_deferral_limit": _LIMIT,
    "irs_limits.catch_up_limit": _LIMIT,
    "irs_limits.super_catch_up_limit": _LIMIT,
    "irs_limits.compensation_limit": _LIMIT | st.integers(0, 400_000),
    "irs_limits.annual_additions_limit": _LIMIT,
    "investment.equity_return": _RETURN,
    "investment.bond_return": _RETURN,
}


@st.composite
def _bands(draw: st.DrawFn, names: tuple[str, ...]) -> list[dict[str, Any]]:
    cuts = draw(st.sets(st.integers(1, 80), min_size=len(names) - 1, max_size=len(names) - 1))
    edges = [0, *sorted(cuts), MAX_AGE + 1]
    return [{"name": name, "min": low, "max": high} for name, (low, high) in zip(names, pairwise(edges), strict=True)]


@st.composite
def _changes(draw: st.DrawFn, years: range) -> dict[str, Any]:
    """New values by parameter; some change again on a later date."""
    found: dict[str, Any] = {}
    changed = draw(
        st.lists(st.integers(0, len(_DATED) - 1), min_size=draw(st.integers(0, 16)), max_size=24, unique=True)
    )
    for index in sorted(changed):
        dates = [dt.date(FIRST_YEAR, 1, 1)]
        if len(years) > 1 and draw(st.booleans()):
            dates.append(draw(st.dates(dt.date(years[0], 1, 2), dt.date(years[-1], 1, 1))))
        for date in dates:
            for name, value in draw(_DATED[index]).items():
                found.setdefault(name, {})[date] = value
    for name in sorted(draw(st.sets(st.sampled_from(sorted(_YEARLY)), max_size=4))):
        found[name] = dict.fromkeys(range(FIRST_YEAR, LAST_YEAR + 1), 0)
        found[name] |= {year: draw(_YEARLY[name]) for year in years}
    for name, names in (("bands.age_bands", AGE_BANDS), ("bands.tenure_bands", TENURE_BANDS)):
        if draw(st.integers(0, 3)) == 3:
            found[name] = draw(_bands(names))
    return found


# --- a run --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scenario:
    """What the model's results depend on."""

    years: range
    seed: int
    changes: dict[str, Any]
    census: pl.DataFrame = field(repr=False)
    people: list[dict[str, Any]]

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The parameter tables."""
        return parameter_tables(changed_parameters(self.changes), self.years)


@st.composite
def scenarios(draw: st.DrawFn, most_years: int, fewest_years: int = 1) -> Scenario:
    """A census, the years from the day after it, parameters and a seed."""
    length = draw(st.integers(fewest_years, most_years))
    first = draw(st.integers(FIRST_YEAR, LAST_YEAR + 1 - length))
    years = range(first, first + length)
    census = draw(censuses(dt.date(first - 1, 12, 31)))
    return Scenario(years, draw(st.integers(0, 2**63 - 1)), draw(_changes(years)), census, census.to_dicts())
