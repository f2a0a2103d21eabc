"""What the results do not depend on, and what holds in all of them."""

import datetime as dt
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml

from navigator_orchestrator import census as people
from navigator_orchestrator.census_file import read_census, write_census
from navigator_orchestrator.parameter_tables import parameter_tables
from tests.engines import run_engine
from tests.reference.differences import stored_differences
from tests.reference.loading import HERE, changed_parameters, read_relations
from tests.reference.relations import Relations
from tests.simulator.identities import IDENTITIES, Connection, replay_differences

AS_OF, YEARS, SEED = dt.date(2024, 12, 31), range(2025, 2029), 42
SCENARIOS = yaml.safe_load((HERE / "scenarios.yaml").read_text())
TABLES = parameter_tables(changed_parameters({}), YEARS)
CENSUS = people.generate(1_500, 7, AS_OF)


def run(mode: str, folder: Path, years: range = YEARS, shards: int | None = None, threads: int = 1) -> Relations:
    return read_relations(run_engine(mode, CENSUS, TABLES, years, SEED, folder / "run", shards=shards, threads=threads))


def first_years(found: Relations, count: int) -> Relations:
    years = YEARS[:count]
    events = [row for row in found.events if row[1] in years]
    return Relations(events, *([row for row in rows if row[0] in years] for rows in (found.snapshot, found.headcount)))


def check_same(expected: Relations, found: Relations) -> None:
    complaints = stored_differences("this run", expected, found)
    assert not complaints, "\n" + "\n".join(complaints)


@pytest.fixture(scope="module")
def four_years(tmp_path_factory: pytest.TempPathFactory) -> Relations:
    """The polars engine, four years, one shard, one thread."""
    return run("polars", tmp_path_factory.mktemp("four-years"))


# --- what the results do not depend on ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "shards", "threads", "years"),
    [
        ("polars", 4, 1, 4),
        ("polars", 8, 1, 4),
        ("polars", 4, 2, 4),
        ("polars", 1, 1, 2),
        ("medium", None, 1, 4),
        ("high", 4, 1, 2),
        ("high", 8, 1, 2),
        ("high", 4, 2, 2),
    ],
)
def test_shards_threads_and_horizon_change_nothing(
    mode: str, shards: int | None, threads: int, years: int, four_years: Relations, tmp_path: Path
) -> None:
    """Each run equals the first years of the four by polars; so the shorter ones also equal the longer ones."""
    check_same(first_years(four_years, years), run(mode, tmp_path, YEARS[:years], shards, threads))


def test_what_ran_before_in_the_process_changes_nothing(four_years: Relations, tmp_path: Path) -> None:
    expected = first_years(four_years, 1)
    for number, mode in enumerate(["high", "legacy", "polars", "high"]):
        check_same(expected, run(mode, tmp_path / str(number), YEARS[:1]))


def test_the_order_of_the_census_rows_changes_nothing(four_years: Relations, tmp_path: Path) -> None:
    file = tmp_path / "census.csv"
    write_census(CENSUS, file)
    header, *lines = file.read_text().splitlines()
    random.Random(1).shuffle(lines)
    file.write_text("\n".join([header, *lines, ""]))
    shuffled = read_census(file, AS_OF, [1, 2, 3, 4, 5])
    assert lines[0] != CENSUS.head(1).write_csv(include_header=False).strip()
    check_same(four_years, read_relations(run_engine("polars", shuffled, TABLES, YEARS, SEED, tmp_path / "run")))


# --- what holds in every run --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def database_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Path]:
    """Three years under a scenario, as tables: the edge census and so many generated people."""
    edge = read_census(HERE / "edge_census.csv", AS_OF, [1, 2, 3, 4, 5])
    generated = people.generate(2_000, 3, AS_OF).with_columns(pl.col("employee_id") + 2_000_000)

    @cache
    def make(scenario: str, size: int) -> Path:
        folder = tmp_path_factory.mktemp(scenario)
        everybody = pl.concat([edge, generated.head(size)])
        tables = parameter_tables(changed_parameters(SCENARIOS[scenario]), YEARS[:3])
        made = run_engine("polars", everybody, tables, YEARS[:3], SEED, folder / "run")
        with duckdb.connect(str(folder / "tables.duckdb")) as connection:
            connection.execute(f"attach '{made}' as made (read_only)")
            for name in ("fct_yearly_events", "fct_workforce_snapshot", "fct_headcount_plan", "employee_state_by_year"):
                connection.execute(f"create table {name} as from made.{name}")
            for name, frame in {"census": everybody, **tables}.items():
                connection.register("frame", frame.to_arrow())
                connection.execute(f"create table {name} as from frame")
        return folder / "tables.duckdb"

    return make


def replay(connection: Connection) -> list[str]:
    first = connection.sql("select simulation_year, minimum_age, wait_days from yearly_rules order by all limit 1")
    rules = dict(zip(first.columns, first.fetchall()[0], strict=True))
    levels = connection.sql(f"select level_id, level_min_salary from comp_levers where simulation_year = {YEARS.start}")
    return replay_differences(connection, rules | {"minimum_salary": dict(levels.fetchall())})


CHECKS = IDENTITIES | {"the snapshot is the events replayed": replay}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", CHECKS)
def test_it_holds(name: str, scenario: str, database_of: Callable[[str, int], Path]) -> None:
    with duckdb.connect(str(database_of(scenario, 2_000))) as connection:
        broken = CHECKS[name](connection)
    assert not broken, "\n".join([name, *broken[:10]])


# --- each check can fail ------------------------------------------------------------------------------------

_ROW = "where (simulation_year, employee_id) = ({0}, (select min(employee_id) from fct_workforce_snapshot where {1}))"
_STAYS = _ROW.format(2026, "simulation_year = 2027 and is_enrolled and enrollment_date is not null")
_LEFT = _ROW.format(2025, "simulation_year = 2025 and not is_active")
_EVENT = "update fct_yearly_events set {} where event_id = (from fct_yearly_events select min(event_id) where {})"
_NUMBERS = ["age", "tenure", "current_level", "current_salary", "paid_compensation", "deferral_rate", "account_balance"]
_NUMBERS += ["employee_contribution", "employer_match", "investment_return"]
FAULTS = [
    ("head-count equation", "update fct_headcount_plan set ending_headcount = ending_headcount + 1"),
    (
        "head-count equation",
        "update fct_headcount_plan set starting_headcount = 7, hires = hires + starting_headcount - 7",
    ),
    ("head-count of the snapshot", f"delete from fct_workforce_snapshot {_STAYS}"),
    ("head-count of the snapshot", f"update fct_workforce_snapshot set is_active = false {_STAYS}"),
    ("head-count of the events", _EVENT.format("event_type = 'rehire'", "event_type = 'hire'")),
    ("events fall into employment", _EVENT.format("event_date = event_date - 1", "event_sequence = 1")),
    (
        "events fall into employment",
        f"update fct_workforce_snapshot set termination_date = termination_date - 1 {_LEFT}",
    ),
    ("events fall into employment", f"delete from fct_workforce_snapshot {_LEFT}"),
    ("balance is that of the census and what was booked", _EVENT.format("amount = amount + 1", "event_sequence = 11")),
    ("balance is that of the census and what was booked", "update census set account_balance = account_balance + 1"),
    (
        "nobody terminates twice",
        "insert into fct_yearly_events from fct_yearly_events where event_sequence = 2 limit 1",
    ),
    ("nobody comes back", f"update fct_workforce_snapshot set is_active = false {_STAYS}"),
    ("event_id is unique", "insert into fct_yearly_events from fct_yearly_events limit 1"),
    ("event_id is made of the key", _EVENT.format("event_id = event_id + 1", "true")),
    ("the view is the snapshot", f"update employee_state_by_year set age = age + 1 {_STAYS}"),
    ("payloads", _EVENT.format("""event_payload = '{"a":1}'""", "true")),
    ("payloads", _EVENT.format("""event_payload = replace(event_payload, ',', ', ')""", "event_sequence = 4")),
    (
        "payloads",
        _EVENT.format("""event_payload = '{"source":"employee","limited_by":"none"}'""", "event_sequence = 9"),
    ),
    ("payloads", _EVENT.format("event_payload = ''", "true")),
    *[
        ("the snapshot is the events replayed", f"update fct_workforce_snapshot set {column} = {value} {_STAYS}")
        for column, value in {
            **{column: f"{column} + 1" for column in _NUMBERS},
            **dict.fromkeys(["hire_date", "eligibility_date", "enrollment_date", "termination_date"], "'1970-01-01'"),
            **{column: f"not {column}" for column in ("is_enrolled", "is_active")},
        }.items()
    ],
    *[
        ("the snapshot is the events replayed", f"delete from fct_yearly_events where event_sequence = {rule}")
        for rule in range(1, 12)
    ],
]


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[f"{name} {number}" for number, (name, _) in enumerate(FAULTS)])
def test_a_planted_fault_turns_the_check_red(name: str, fault: str, database_of: Callable[[str, int], Path]) -> None:
    with duckdb.connect(str(database_of("stress", 0))) as connection:
        connection.execute("begin")
        ((changed,),) = connection.execute(fault).fetchall()
        assert changed, "the fault changes nothing"
        assert CHECKS[name](connection)
        connection.execute("rollback")
