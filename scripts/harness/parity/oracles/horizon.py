"""The first years of a long run must be those of a short one: what comes later must not reach back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from harness.expressions import quoted, value
from harness.oracle_settings import Horizons
from harness.parity.judge import Judge
from harness.parity.oracles.equality import judge_equality
from harness.parity.oracles.jobs import Job, Plan
from harness.parity.oracles.oracle import ERROR, FAILED, NOT_EXERCISED, PASSED, Bench, Outcome, sentences
from harness.parity.oracles.shuffled_census import without_same_inputs
from harness.side import Side
from harness.target import Contract
from harness.words import counted


@dataclass(frozen=True)
class HorizonPrefix:
    """A run, and shorter ones that start in the same year."""

    mode: str
    base: Job
    shorter: tuple[Job, ...]

    @property
    def name(self) -> str:
        """The name in the target, and the mode."""
        return f"horizon_prefix.{self.mode}"

    @property
    def title(self) -> str:
        """What must hold."""
        return f"the first years of a run of {self.mode} are those of a shorter run"

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All runs."""
        return (self.base, *self.shorter)

    def judge(self, bench: Bench) -> Outcome:
        """Compare each shorter run with as many years of the longer one."""
        contract = bench.judge.contract
        dated = [name for name, relation in contract.relations.items() if relation.year and _asked(bench.judge, name)]
        if not dated:
            return Outcome(NOT_EXERCISED, "", "no relation has a year, by which the first years could be told")
        if not self.shorter:
            years = len(self.base.workload.years)
            return Outcome(NOT_EXERCISED, "", f"the run has {years} years; none of the listed horizons is shorter")
        outcomes = [self._judge_one(bench, dated, job) for job in self.shorter]
        worst = min(outcomes, key=lambda outcome: (FAILED, ERROR, PASSED).index(outcome.status))
        undated = [name for name in contract.relations if name not in dated]
        reason = f"without a year and not compared: {', '.join(undated)}" if undated else ""
        return Outcome(
            worst.status,
            "; ".join(outcome.detail for outcome in outcomes if outcome.status == worst.status),
            sentences(reason, worst.reason),
        )

    def _judge_one(self, bench: Bench, dated: list[str], job: Job) -> Outcome:
        judge = _judge_of_years(bench.judge, dated, job.workload.years)
        last, years = job.workload.end_year, [len(run.workload.years) for run in (self.base, job)]
        with _first_years(judge, bench.runs.side(self.base), last) as reference:
            cut = f"{self.mode}, {counted(years[0], 'year')} cut at {last}"
            words = {reference.name: cut, job.name: f"{self.mode}, {counted(years[1], 'year')}"}
            return judge_equality(judge, bench.runs, reference, (job,), words)


def horizon_prefixes(plan: Plan, settings: Horizons) -> Iterator[HorizonPrefix]:
    """The oracle of each mode."""
    start, longest = plan.workload.start_year, len(plan.workload.years)
    lengths = [length for length in dict.fromkeys(settings.years or range(1, longest)) if length < longest]
    for mode in settings.modes:
        shorter = tuple(plan.job(mode, f"years_{length}", end_year=start + length - 1) for length in lengths)
        yield HorizonPrefix(mode, plan.job(mode), shorter)


def _asked(judge: Judge, name: str) -> bool:
    return not judge.settings.only or name in judge.settings.only


def _judge_of_years(judge: Judge, dated: list[str], years: range) -> Judge:
    """A judge of fewer years, in which not every event type need occur."""
    judge = without_same_inputs(judge)
    relations = {
        name: relation.model_copy(update={"event_types": None}) for name, relation in judge.contract.relations.items()
    }
    contract = judge.contract.model_copy(update={"relations": relations})
    return replace(judge, contract=contract, years=years, settings=replace(judge.settings, only=tuple(dated)))


@contextmanager
def _first_years(judge: Judge, longer: Side, last_year: int) -> Iterator[Side]:
    """The result up to a year, as a result of its own: views, for it is as large as the result."""
    judge.attach(longer)
    name, schema, warehouse = f"{longer.name}_to_{last_year}", judge.contract.result.relations_in, judge.warehouse
    warehouse.rows(f"ATTACH ':memory:' AS {quoted(name)}")
    warehouse.rows(f"CREATE SCHEMA IF NOT EXISTS {quoted(name, schema)}")
    for relation, source in warehouse.relations(longer.name, schema).items():
        where = _until(judge.contract, relation, last_year)
        inside, table = relation.split(".", 1) if "." in relation else (schema, relation)
        warehouse.rows(f"CREATE SCHEMA IF NOT EXISTS {quoted(name, inside)}")
        warehouse.rows(f"CREATE VIEW {quoted(name, inside, table)} AS SELECT * FROM {source} WHERE {where}")
    judge.attached[name] = str(longer.place)
    try:
        yield replace(longer, name=name)
    finally:
        del judge.attached[name]
        warehouse.rows(f"DETACH {quoted(name)}")


def _until(contract: Contract, relation: str, last_year: int) -> str:
    declared = contract.relations.get(relation)
    year = declared and declared.year
    # A row without a year stays: the shorter run must have it as well.
    return f"NOT coalesce({quoted(year)} > {value(last_year)}, false)" if year else "true"
