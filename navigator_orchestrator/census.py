"""Generate a realistic census, in which each employee depends on the seed, the id and the year only.

The random numbers are those of docs/model.md section 2 with census streams 101 to 107 and the year of the
census date. Everything is integer arithmetic on Int64 columns: money in cents, rates in bps, dates in days.
"""

import datetime as dt
from typing import NamedTuple

import polars as pl

from navigator_orchestrator.census_check import SCHEMA
from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.random_numbers import MASK, G, K, mix64, seed_hash

SLICE = 1 << 19  # employees generated at a time, which bounds the memory of the intermediate columns

_LEVEL, _PAY, _AGE, _TENURE, _PLAN, _SAVING, _LEAVING = range(101, 108)  # streams
_ONE = 1 << 32
_EPOCH = dt.date(1970, 1, 1)
_YEAR_DAYS = 365

# Percent of employees at each level, lowest first. The pay ranges start where the next level's minimum is.
_LEVEL_SHARE = (42, 28, 18, 9, 3)
_PAY_FROM = (44_000, 70_000, 98_000, 138_000, 215_000)
_PAY_BELOW = (70_000, 98_000, 138_000, 215_000, 420_000)
# The youngest percents of the age table that do not reach the level.
_TOO_YOUNG = (0, 6, 18, 34, 48)
# Every fifth percentile, in days. Ages of 22 to 67 years; over all levels the quartiles become 32, 39 and 49,
# near those of the BLS Current Population Survey.
_AGE_DAYS = (
    *(8_040, 8_600, 9_130, 9_680, 10_230, 10_770, 11_320, 11_870, 12_420, 12_960, 13_510),
    *(14_240, 14_970, 15_700, 16_620, 17_530, 18_440, 19_540, 20_640, 21_910, 24_830),
)
# Tenure: geometric with a mean of 7 years, the last twentieth cut at 42 years. Held within the working age,
# its median becomes 4.0 (BLS Employee Tenure Summary: 3.9).
_TENURE_DAYS = (
    *(0, 131, 269, 415, 570, 735, 911, 1_101, 1_305, 1_527, 1_771),
    *(2_040, 2_341, 2_682, 3_076, 3_542, 4_112, 4_847, 5_883, 7_654, 15_330),
)
_WORKING_AGE_DAYS = 6_575  # 18 years

_PARTICIPATION = 76  # percent of those with the wait behind them
_RATE_SHARE = {100: 2, 200: 5, 300: 15, 400: 11, 500: 14, 600: 22, 800: 10, 1000: 12, 1200: 4, 1500: 5}
_WAIT_DAYS = 30
_ENROLLED_WITHIN_DAYS = 700
_LEAVERS_PER_10000 = 100
_YEARLY_CONTRIBUTION_CAP = 2_350_000  # cents


class _Draw(NamedTuple):
    """Two independent uniforms 0 … 2^32 - 1 per employee, Int64."""

    hi: pl.Series
    lo: pl.Series


class _Draws:
    """The draws of a run of employees."""

    def __init__(self, ids: pl.Series, seed: int, year: int) -> None:
        self.seed_hash = seed_hash(seed)
        self.year = year
        self.person = _mix(_mix(ids.cast(pl.UInt64) ^ _word(self.seed_hash)))

    def of(self, stream: int) -> _Draw:
        """The draw of each employee from `stream`."""
        constant = mix64(mix64(self.seed_hash + (self.year * 4096 + stream) * G & MASK))
        draw = _mix(self.person ^ _word(constant))
        return _Draw((draw // _word(_ONE)).cast(pl.Int64), (draw % _word(_ONE)).cast(pl.Int64))


def generate(employees: int, seed: int, as_of: dt.date) -> pl.DataFrame:
    """Employees 1 … `employees` on `as_of`, in canonical form (census_check.SCHEMA), sorted by id.

    About 1 % have already left; the others are employed on `as_of`.
    """
    if employees < 1:
        raise NavigatorError(f"a census of {employees} employees is empty; give at least 1")
    starts = range(1, employees + 1, SLICE)
    parts = (_slice(start, min(start + SLICE, employees + 1), seed, as_of) for start in starts)
    return pl.concat(parts, rechunk=False)


def _slice(first: int, end: int, seed: int, as_of: dt.date) -> pl.DataFrame:
    """Employees `first` … `end` - 1."""
    ids = pl.int_range(first, end, eager=True)
    draws = _Draws(ids, seed, as_of.year)
    today = (as_of - _EPOCH).days

    level, salary = _job(draws.of(_LEVEL).hi, draws.of(_PAY))
    age = _age(draws.of(_AGE).hi, level)
    tenure = _percentile(_TENURE_DAYS, draws.of(_TENURE).hi) % (age - _WORKING_AGE_DAYS + 1)
    leaving = draws.of(_LEAVING)
    left = _uniform(leaving.hi, 10_000) < _LEAVERS_PER_10000
    since_left = _uniform(leaving.lo, (tenure + 1).clip(upper_bound=_YEAR_DAYS)) * left.cast(pl.Int64)
    rate, enrolled_after, balance = _plan(draws, tenure - since_left, salary)

    frame = pl.DataFrame(
        {
            "employee_id": ids,
            "birth_date": today - age,
            "hire_date": today - tenure,
            "termination_date": today - since_left,
            "level_id": level,
            "salary": salary,
            "deferral_rate": rate,
            "enrollment_date": today - tenure + enrolled_after,
            "account_balance": balance,
            "left": left,
        }
    )
    return frame.with_columns(
        pl.when("left").then("termination_date"), pl.when(pl.col("deferral_rate") > 0).then("enrollment_date")
    ).select(
        pl.col(name).cast(pl.Int32).cast(kind) if kind == pl.Date else pl.col(name).cast(kind)
        for name, kind in SCHEMA.items()
    )


def _job(level_draw: pl.Series, pay_draw: _Draw) -> tuple[pl.Series, pl.Series]:
    """Level 1 … 5, and pay in cents: whole dollars of its range, the smaller of two draws, so mostly low."""
    slots = [level for level, share in enumerate(_LEVEL_SHARE, start=1) for _ in range(share)]
    level = _lookup(slots, _uniform(level_draw, 100))
    lowest, below = _lookup(_PAY_FROM, level - 1), _lookup(_PAY_BELOW, level - 1)
    smaller = pl.select(pl.min_horizontal(pay_draw.hi, pay_draw.lo)).to_series()
    return level, (lowest + _uniform(smaller, below - lowest)) * 100


def _age(draw: pl.Series, level: pl.Series) -> pl.Series:
    """Age in days; the youngest percents are left out at the higher levels."""
    too_young = _lookup(_TOO_YOUNG, level - 1)
    return _percentile(_AGE_DAYS, draw * (100 - too_young) // 100 + too_young * _ONE // 100)


def _plan(draws: _Draws, service: pl.Series, salary: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Deferral rate (bps), days from hire to enrolment, and balance (cents), for `service` days employed.

    Those not taking part have rate 0 and balance 0; their days to enrolment mean nothing. The balance is what
    was contributed since enrolment, within the IRS limit, times 0.7 to 1.5 for match, earlier pay and breaks,
    plus 3 % for each year.
    """
    choice, saving = draws.of(_PLAN), draws.of(_SAVING)
    slots = [rate for rate, share in _RATE_SHARE.items() for _ in range(share)]
    takes_part = (_uniform(choice.hi, 100) < _PARTICIPATION) & (service >= _WAIT_DAYS)
    rate = _lookup(slots, _uniform(choice.lo, 100)) * takes_part.cast(pl.Int64)
    window = (service - _WAIT_DAYS + 1).clip(1, _ENROLLED_WITHIN_DAYS)
    enrolled_after = _WAIT_DAYS + _uniform(saving.hi, window)
    days = service - enrolled_after
    yearly = (salary * rate // 10_000).clip(upper_bound=_YEARLY_CONTRIBUTION_CAP)
    paid_in = yearly * days // _YEAR_DAYS
    growth = 100 + days * 3 // _YEAR_DAYS
    balance = paid_in * (70 + _uniform(saving.lo, 81)) // 100 * growth // 100
    return rate, enrolled_after, balance


def _percentile(table: tuple[int, ...], draw: pl.Series) -> pl.Series:
    """The table's value at the draw, linear between its 21 percentiles 0, 5 … 100."""
    position = draw * (len(table) - 1)
    step, part = position // _ONE, position % _ONE
    below, above = _lookup(table, step), _lookup(table, step + 1)
    return below + (above - below) * part // _ONE


def _lookup(table: tuple[int, ...] | list[int], index: pl.Series) -> pl.Series:
    return pl.Series(table, dtype=pl.Int64).gather(index)


def _uniform(draw: pl.Series, count: int | pl.Series) -> pl.Series:
    """0 … count - 1."""
    return draw * count // _ONE


def _word(value: int) -> pl.Series:
    return pl.Series([value], dtype=pl.UInt64)


def _mix(x: pl.Series) -> pl.Series:
    """`mix` of the model for each 64-bit word of the column."""
    for _ in range(2):
        x = (x ^ (x // _word(_ONE))) * _word(K)
    return x ^ (x // _word(_ONE))
