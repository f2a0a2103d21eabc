"""Refuse inputs whose worst case leaves the range of 64-bit integers or of the age bands: an engine must never wrap."""

import polars as pl

from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.parameter_schema import MAX_AGE

_LARGEST = 2**63 - 1
_BPS = 10_000


def check_ages(census: pl.DataFrame, tables: dict[str, pl.DataFrame], years: range) -> None:
    """Nobody may grow older than the bands reach: there would be no hazard, and no engine may drop anybody silently.

    Raises:
        NavigatorError: naming the last year that is valid.
    """
    last_year = years.stop - 1
    oldest_birth = min(
        _smallest(census["birth_date"].dt.year()), years.start - _largest(tables["percentile_slots"]["hire_age"])
    )
    if last_year - oldest_birth > MAX_AGE:
        raise NavigatorError(
            f"--years: somebody born in {oldest_birth} would be over {MAX_AGE} in {last_year};"
            f" end in {oldest_birth + MAX_AGE} or earlier, or correct the census or hire_age_share"
        )


def check_money(census: pl.DataFrame, tables: dict[str, pl.DataFrame], years: range) -> None:
    """Follow the largest salary and balance that the parameters allow through the years.

    Raises:
        NavigatorError: naming the year in which an intermediate result could pass 2^63 - 1.
    """
    levers = tables["comp_levers"]
    salary = max(_largest(census["salary"]), 100 * _largest(levers["hire_max_dollars"]))
    balance = _largest(census["account_balance"])
    for year in years:
        of_year = {name: frame.filter(simulation_year=year) for name, frame in tables.items() if "_bands" not in name}
        rules = of_year["yearly_rules"].row(0, named=True)
        promotion = _largest(of_year["comp_levers"]["promotion_raise_bps"]) + rules["promotion_spread_bps"]
        merit = _largest(of_year["merit_matrix"]["merit_bps"]) + rules["cola_bps"]
        gain = max(0, _largest(of_year["segment_parameters"]["portfolio_bps"]) + rules["portfolio_spread_bps"])
        salary = max(_grown(salary, promotion), _largest(of_year["comp_levers"]["next_level_min_salary"]))
        salary = _grown(salary, merit)
        booked = rules["elective_limit"] + rules["catch_up_limit"] + rules["super_catch_up_limit"]
        balance = _grown(balance + booked + rules["annual_additions_limit"], gain)
        # Salaries are multiplied by days and by raises, balances by returns, before they are divided.
        if salary * (_BPS + max(promotion, merit)) > _LARGEST or balance * (_BPS + gain) > _LARGEST:
            raise NavigatorError(
                f"parameters: raises or returns are so high that an amount of {year} may not fit into 64 bits;"
                " lower merit_rate, rating_factor, promotion_raise, cola_rate or the returns, or end earlier"
            )


def _grown(amount: int, bps: int) -> int:
    return amount * (_BPS + bps) // _BPS + 1


def _largest(values: pl.Series) -> int:
    found = values.max()
    return found if isinstance(found, int) else 0


def _smallest(values: pl.Series) -> int:
    found = values.min()
    return found if isinstance(found, int) else 0
