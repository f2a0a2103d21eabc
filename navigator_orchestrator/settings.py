"""What to simulate and how: flag over environment over `config/simulation_config.yaml`.

Only the switch back to the legacy writers stands above the flag: environment over `.env.rollback` over configuration.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from navigator_orchestrator.environment import (
    EMPLOYEE_LIMIT,
    LEGACY_FLAG,
    OPTIMIZATION,
    ROLLBACK_FILE,
    ROOT,
    legacy_flag,
)
from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.yaml_files import read_yaml

DEFAULT_CONFIG = ROOT / "config" / "simulation_config.yaml"
# What --optimization takes. A configuration names an engine; "optimized" is the mode "medium".
OPTIMIZATIONS = ("legacy", "medium", "high", "polars")
_ENGINE_MODES = {"optimized": "medium"}
MAX_SEED = 2**63 - 1
MAX_PARTS = 1024  # shards or threads; DuckDB starts as many threads as it is told
DEFAULT_HIGH_SHARDS = 4

Year = Annotated[int, Field(ge=1950, le=2150)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
Count = Annotated[int, Field(ge=1)]
Parts = Annotated[int, Field(ge=1, le=MAX_PARTS)]


class SimulationConfig(BaseModel):
    """`config/simulation_config.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    start_year: Year
    end_year: Year
    employees: Count
    random_seed: Seed
    census_seed: Seed
    shards: Parts | None
    threads: Parts
    database: str
    parameters: str
    use_optimized_events: bool = True
    event_generation_mode: Literal["legacy", "optimized", "polars"] = "optimized"
    feature_flag_legacy_events: bool = False

    @model_validator(mode="after")
    def _one_answer(self) -> "SimulationConfig":
        if self.use_optimized_events == (self.event_generation_mode == "legacy"):
            raise ValueError(
                f"use_optimized_events: {str(self.use_optimized_events).lower()} contradicts"
                f" event_generation_mode: {self.event_generation_mode}; use false with legacy,"
                " true with optimized or polars"
            )
        return self


@dataclass(frozen=True)
class Settings:
    """One run, fully decided."""

    optimization: str
    forced_legacy_by: str | None
    years: range
    employees: int | None
    seed: int
    census_seed: int
    census: Path | None
    shards: int | None
    threads: int
    database: Path
    parameters: Path


def load_settings(
    arguments: argparse.Namespace,
    environment: Mapping[str, str],
    rollback_file: Mapping[str, str] = MappingProxyType({}),
) -> Settings:
    """Decide a run from its arguments, environment, `.env.rollback` and configuration.

    Raises:
        NavigatorError: naming the flag, variable or key that is wrong and what is valid.
    """
    path = DEFAULT_CONFIG if arguments.config is None else Path(arguments.config)
    config = read_yaml(path, SimulationConfig)
    asked = _optimization(arguments.optimization, environment, config)
    forced_by = _forced_by(environment, rollback_file, config)
    optimization = "legacy" if forced_by else asked
    return Settings(
        optimization=optimization,
        forced_legacy_by=forced_by,
        years=_years(arguments.years, path, config),
        employees=_employees(arguments, environment, config),
        seed=config.random_seed if arguments.seed is None else arguments.seed,
        census_seed=config.census_seed,
        census=None if arguments.census is None else Path(arguments.census),
        shards=_shards(optimization, arguments.shards or config.shards),
        threads=arguments.threads or config.threads,
        database=(path.parent / config.database if arguments.database is None else Path(arguments.database)).resolve(),
        parameters=path.parent / config.parameters,
    )


def _optimization(flag: str | None, environment: Mapping[str, str], config: SimulationConfig) -> str:
    """The mode that was asked for."""
    asked = environment.get(OPTIMIZATION, config.event_generation_mode) if flag is None else flag
    if flag is None:
        asked = _ENGINE_MODES.get(asked, asked)
    if asked not in OPTIMIZATIONS:
        source = OPTIMIZATION if flag is None else "--optimization"
        raise NavigatorError(f"{source}: unknown mode {asked!r}; valid: {', '.join(OPTIMIZATIONS)}")
    return asked


def _forced_by(
    environment: Mapping[str, str], rollback_file: Mapping[str, str], config: SimulationConfig
) -> str | None:
    """What forces the legacy writers, if something does; the first that says true or false decides."""
    switches = (
        (legacy_flag(environment), f"{LEGACY_FLAG}=true"),
        (legacy_flag(rollback_file), f"{LEGACY_FLAG}=true in {ROLLBACK_FILE}"),
        (config.feature_flag_legacy_events, "feature_flag_legacy_events: true"),
    )
    forced, source = next((forced, source) for forced, source in switches if forced is not None)
    return source if forced else None


def _shards(optimization: str, asked: int | None) -> int | None:
    """Shards to use; None lets the engine choose by size. Two modes do not shard."""
    if optimization in {"legacy", "medium"}:
        return 1
    return DEFAULT_HIGH_SHARDS if optimization == "high" and asked is None else asked


def _years(flag: list[int] | None, path: Path, config: SimulationConfig) -> range:
    first, last = (flag[0], flag[-1]) if flag else (config.start_year, config.end_year)
    if flag and len(flag) > 2:
        raise NavigatorError(f"--years: give START or START END; found {len(flag)} values")
    if not 1950 <= first <= last <= 2150:
        source = "--years" if flag else f"{path}: start_year, end_year"
        raise NavigatorError(f"{source}: {first} {last} is not START END with 1950 <= START <= END <= 2150")
    return range(first, last + 1)


def _employees(arguments: argparse.Namespace, environment: Mapping[str, str], config: SimulationConfig) -> int | None:
    """Size of the census; None = all of a census file."""
    if arguments.employees is not None:
        return int(arguments.employees)
    if limit := environment.get(EMPLOYEE_LIMIT):
        if not limit.isdecimal() or int(limit) == 0:
            raise NavigatorError(f"{EMPLOYEE_LIMIT}={limit!r}: must be a whole number above 0")
        return int(limit)
    return None if arguments.census is not None else config.employees
