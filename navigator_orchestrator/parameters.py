"""Load `config/parameters/*.yaml` and check what no single value can show: bands, levels, order, horizon."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.parameter_schema import Parameters
from navigator_orchestrator.yaml_files import read_yaml

# These are keyed by age in years or by rating, not by band or level.
_OWN_KEYS = {"hire_age_share", "rating_share", "rating_factor"}


def load_parameters(folder: Path) -> Parameters:
    """Read and check every file of `folder`.

    Raises:
        NavigatorError: naming file, key and what is valid.
    """
    annotations = ((f"{name}.yaml", field.annotation) for name, field in Parameters.model_fields.items())
    expected = {name: model for name, model in annotations if isinstance(model, type)}
    if not folder.is_dir():
        raise NavigatorError(f"{folder}: no such folder; it must hold {', '.join(expected)}")
    unknown = sorted(path.name for path in folder.iterdir() if path.name not in expected)
    if unknown:
        raise NavigatorError(f"{folder / unknown[0]}: unknown file; valid: {', '.join(expected)}")
    parts: dict[str, Any] = {}
    for name, model in expected.items():
        parts[name.removesuffix(".yaml")] = read_yaml(folder / name, model)
    parameters = Parameters(**parts)
    check_consistency(folder, parameters)
    return parameters


def check_horizon(folder: Path, parameters: Parameters, years: range) -> None:
    """Every parameter must have a value in every year that is simulated.

    Raises:
        NavigatorError: naming file, key, the year without a value and the valid ones.
    """
    for file, part in parameters.parameter_files():
        for key in type(part).model_fields:
            parameter = getattr(part, key)
            for year in years if hasattr(parameter, "of") else ():
                try:
                    parameter.of(year)
                except LookupError as error:
                    raise NavigatorError(f"{folder}/{file}.yaml: {key}.values: {error}") from None


def check_consistency(folder: Path, parameters: Parameters) -> None:
    """Check what relates several values.

    Raises:
        NavigatorError: naming file, key and what is valid.
    """
    levels = parameters.levels()
    if levels != list(range(1, len(levels) + 1)):
        raise NavigatorError(f"{folder}/hiring.yaml: hire_level_share: levels must be 1, 2, …; found {levels}")
    for file, part in parameters.parameter_files():
        for key in type(part).model_fields:
            for date, value in getattr(getattr(part, key), "values", {}).items():
                if isinstance(value, dict) and key not in _OWN_KEYS:
                    _check_keys(f"{folder}/{file}.yaml: {key}.values.{date}", key, value, parameters)
    _check_order(folder, parameters)


def _check_keys(where: str, key: str, value: dict[Any, Any], parameters: Parameters) -> None:
    """A value by band or by level must name exactly the bands or levels that exist."""
    levels = parameters.levels()
    partial = {
        "promotion_level_factor": levels[:-1],
        "promotion_raise": levels[:-1],
        "level_minimum_salary": levels[1:],
    }
    valid: list[Any] = partial.get(key, levels)
    if isinstance(next(iter(value), 0), str):
        valid = parameters.tenure_names() if "tenure" in key else parameters.age_names()
    if sorted(value, key=str) != sorted(valid, key=str):
        raise NavigatorError(f"{where}: keys must be {', '.join(map(str, valid))}; found {', '.join(map(str, value))}")


def _check_order(folder: Path, parameters: Parameters) -> None:
    """Check what only makes sense in one order, at every date where something changes."""
    for year in _years_of_change(parameters):
        for broken, where, valid in _order_rules(parameters, year):
            if broken:
                raise NavigatorError(f"{folder}/{where} on {year}-01-01: {valid}")


def _order_rules(parameters: Parameters, year: int) -> Iterator[tuple[bool, str, str]]:
    """(whether it is broken, file and key, what is valid)."""
    pay, hiring, plan = parameters.compensation, parameters.hiring, parameters.retirement_plan
    promoted, raised = pay.promotion_date.of(year), pay.merit_date.of(year)
    yield promoted > raised, "compensation.yaml: merit_date", f"must not lie before promotion_date {promoted}"
    ratings = pay.rating_share.of(year).keys()
    named = ", ".join(map(str, ratings))
    yield pay.rating_factor.of(year).keys() != ratings, "compensation.yaml: rating_factor", f"keys must be {named}"
    smallest = min(pay.promotion_raise.of(year).values(), default=10_000)
    too_wide = pay.promotion_raise_spread.of(year) > smallest
    yield too_wide, "compensation.yaml: promotion_raise_spread", f"must not be above a promotion_raise, {smallest}"
    minimums = [pay.level_minimum_salary.of(year)[level] for level in parameters.levels()[1:]]
    unordered = minimums != sorted(set(minimums))
    yield unordered, "compensation.yaml: level_minimum_salary", f"must ascend with the level; found {minimums}"
    for level, lowest in hiring.hire_salary_from.of(year).items():
        inverted = hiring.hire_salary_to.of(year)[level] < lowest
        yield inverted, "hiring.yaml: hire_salary_to", f"level {level} must be at least hire_salary_from {lowest}"
    steps = plan.voluntary_deferral_level_step.of(year) * len(minimums)
    too_high = max(plan.voluntary_deferral_rate.of(year).values()) + steps > 10_000
    yield too_high, "retirement_plan.yaml: voluntary_deferral_rate", "must not be above 10000 at the highest level"


def _years_of_change(parameters: Parameters) -> list[int]:
    """First year in which everything dated has a value, and each later year in which something changes."""
    dated = [
        parameter.values
        for _, part in parameters.parameter_files()
        for parameter in part.__dict__.values()
        if hasattr(parameter, "of") and not isinstance(next(iter(parameter.values)), int)
    ]
    first = max(min(values) for values in dated)
    changes = (date for values in dated for date in values if date > first)
    return sorted({_first_january(date) for date in (first, *changes)})


def _first_january(date: dt.date) -> int:
    """The year on whose 1 January a value effective from `date` is first looked up."""
    return date.year + ((date.month, date.day) != (1, 1))
