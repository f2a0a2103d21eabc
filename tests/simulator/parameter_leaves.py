"""Every single value in config/parameters, and how to change it into another valid one.

A leaf is each value by date or year, by band, by level or by tier, each boundary between bands, each name of a band,
each age at hire, and each date from which a value replaces an earlier one. No leaves are the lowest `min` (0) and the
highest `max` (121) of the bands and the first date of a parameter, because no other value is valid there, and the
numbers of levels and ratings, which are names.
"""

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.parameter_schema import Parameters
from tests.reference.loading import changed_contents, checked_parameters

Contents = dict[str, dict[str, Any]]
Path = tuple[Any, ...]
Variants = Callable[[Contents], Iterator[None]]  # changes the contents, one way after the other
Candidates = Callable[[Any], list[Any]]

LAST_YEAR = 2034
# Other values by unit, the first that is accepted is taken. Limits go down: some are never reached from below.
_OTHERS: dict[str, Candidates] = {
    "bps": lambda v: [v * 8, v * 3, v + 80_000, v + 5_000, v + 2_000, v + 100, v - 100],
    "USD": lambda v: [v // 2, v + 1_000],
    "days": lambda v: [v // 2, v + 10],
    "years": lambda v: [v + 5, v - 5],
    "boolean": lambda v: [not v],
    "date": lambda v: [v.replace(year=v.year + 5)],
    "month-day": lambda v: [day for day in ("03-01", "06-01") if day != v],
}


@dataclass(frozen=True)
class Leaf:
    """One value: where it stands, and the years `first` to `last` in which it holds."""

    name: str
    first: int
    last: int
    variants: Variants

    def changed(self) -> Parameters:
        """The parameters with another valid value here.

        Raises:
            AssertionError: no variant is accepted.
        """
        contents = changed_contents({})
        for _ in self.variants(contents):
            try:
                return checked_parameters(copy.deepcopy(contents))
            except (ValidationError, NavigatorError):
                continue
        raise AssertionError(f"{self.name}: no other value is accepted")


def leaves(file: str, parameter: str) -> list[Leaf]:
    """The leaves of one parameter."""
    entry = changed_contents({})[file][parameter]
    if "bands" in entry:
        return [*_boundaries(parameter, len(entry["bands"])), *_band_names(parameter, entry["bands"])]
    found: list[Leaf] = []
    keys = list(entry["values"])
    for place, key in enumerate(keys):
        first, last = key, key
        if isinstance(key, dt.date):
            first = _first_year(key)
            last = LAST_YEAR if place + 1 == len(keys) else _first_year(keys[place + 1]) - 1
            if place:
                found.append(_effective_date(file, parameter, key))
        found += [
            Leaf(".".join(map(str, (file, parameter, *path))), first, last, variants)
            for path, variants in _of_value(file, parameter, entry["unit"], (key,), entry["values"][key])
        ]
    return found


def _first_year(date: dt.date) -> int:
    """The first year on whose 1 January a value of this date holds."""
    return date.year + ((date.month, date.day) != (1, 1))


def _of_value(file: str, parameter: str, unit: str, path: Path, value: Any) -> Iterator[tuple[Path, Variants]]:  # noqa: ANN401
    """The leaves below one value by date or year."""
    if unit == "percent":
        for key in value:
            yield (*path, key), _moved_share(file, parameter, path, key)
            if parameter == "hire_age_share":
                yield (*path, key, "age"), _other_age(file, parameter, path, key)
    elif isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _of_value(file, parameter, unit, (*path, key), value[key])
    else:
        yield path, _other_value(file, parameter, path, _OTHERS[unit](value))


def _other_value(file: str, parameter: str, path: Path, values: list[Any]) -> Variants:
    def variants(contents: Contents) -> Iterator[None]:
        *parents, last = path
        place = _at(contents, file, parameter, parents)
        before = place[last]
        for value in values:
            if value != before:
                place[last] = value
                yield

    return variants


def _moved_share(file: str, parameter: str, path: Path, key: int) -> Variants:
    """Half of the share goes to the next one, because shares add up to 100; a share of 0 takes half of it."""

    def variants(contents: Contents) -> Iterator[None]:
        shares = _at(contents, file, parameter, path)
        keys = list(shares)
        neighbour = keys[(keys.index(key) + 1) % len(keys)]
        giver, taker = (key, neighbour) if shares[key] else (neighbour, key)
        moved = (shares[giver] + 1) // 2
        shares[giver] -= moved
        shares[taker] += moved
        yield

    return variants


def _other_age(file: str, parameter: str, path: Path, key: int) -> Variants:
    def variants(contents: Contents) -> Iterator[None]:
        shares = _at(contents, file, parameter, path)
        shares[key + 1] = shares.pop(key)
        yield

    return variants


def _at(contents: Contents, file: str, parameter: str, path: list[Any] | Path) -> Any:  # noqa: ANN401
    place: Any = contents[file][parameter]["values"]
    for key in path:
        place = place[key]
    return place


def _effective_date(file: str, parameter: str, date: dt.date) -> Leaf:
    """The value holds one year earlier."""

    def variants(contents: Contents) -> Iterator[None]:
        values = contents[file][parameter]["values"]
        values[date.replace(year=date.year - 1)] = values.pop(date)
        yield

    year = _first_year(date) - 1
    return Leaf(f"{file}.{parameter}.{date}.date", year, year, variants)


def _boundaries(parameter: str, count: int) -> Iterator[Leaf]:
    def moved(place: int) -> Variants:
        def variants(contents: Contents) -> Iterator[None]:
            bands = contents["bands"][parameter]["bands"]
            bands[place - 1]["max"] += 1
            bands[place]["min"] += 1
            yield

        return variants

    for place in range(1, count):
        yield Leaf(f"bands.{parameter}.{place}.min", 2025, LAST_YEAR, moved(place))


def _band_names(parameter: str, bands: list[dict[str, Any]]) -> Iterator[Leaf]:
    """Another name, in every parameter that has values by band."""

    def renamed(old: str) -> Variants:
        def variants(contents: Contents) -> Iterator[None]:
            new = f"{old} renamed"
            for band in contents["bands"][parameter]["bands"]:
                band["name"] = new if band["name"] == old else band["name"]
            entries = [entry for file in contents.values() for entry in file.values()]
            values = [value for entry in entries for value in entry.get("values", {}).values()]
            for value in values:
                if isinstance(value, dict) and old in value:
                    value[new] = value.pop(old)
            yield

        return variants

    for band in bands:
        yield Leaf(f"bands.{parameter}.{band['name']}.name", 2025, LAST_YEAR, renamed(band["name"]))
