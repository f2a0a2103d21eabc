"""Judging a target by its oracles."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.errors import DatabaseError, InternalError, RunError, UsageError
from harness.oracle_settings import Oracles
from harness.parity.checks import Waiver
from harness.parity.judge import Judge
from harness.parity.oracle_result import OracleResult
from harness.parity.oracles.agreement import check_oracles
from harness.parity.oracles.horizon import horizon_prefixes
from harness.parity.oracles.identities import identities
from harness.parity.oracles.invariance import repeats, shards, threads
from harness.parity.oracles.jobs import Plan, Runs
from harness.parity.oracles.knobs import knob_sensitivities
from harness.parity.oracles.oracle import ERROR, FAILED, NOT_EXERCISED, Bench, Oracle, Outcome
from harness.parity.oracles.seeds import seed_sensitivities
from harness.parity.oracles.shuffled_census import shuffled_censuses
from harness.runs import Runner


@dataclass(frozen=True)
class _Kind:
    """One kind of oracle: what it asks, and the oracles that the settings of a target make of it."""

    title: str
    make: Callable[[Plan, Any], Iterable[Oracle]]


KINDS = {
    "repeat": _Kind("the same run twice gives the same result", repeats),
    "threads": _Kind("the number of threads makes no difference", threads),
    "shards": _Kind("the number of shards makes no difference", shards),
    "shuffled_census": _Kind("the order of the rows of the census makes no difference", shuffled_censuses),
    "horizon_prefix": _Kind("the first years of a run are those of a shorter run", horizon_prefixes),
    "identities": _Kind("the rules that the target lists hold in every result", identities),
    "seed_sensitivity": _Kind("every event type that is drawn moves with the seed", seed_sensitivities),
    "knobs": _Kind("every parameter changes something", knob_sensitivities),
}


def judge_oracles(
    judge: Judge, runner: Runner, names: Sequence[str] = (), *, keep: bool = False
) -> tuple[OracleResult, ...]:
    """Judge the target by these oracles, or by all. `keep`: the results of the runs stay.

    Raises:
        UsageError: there is no such oracle.
        TargetError: an oracle does not fit the target.
        RunError: there is no census.
    """
    unknown = [name for name in names if name not in KINDS]
    if unknown:
        raise UsageError(f"--oracles: unknown oracle {unknown[0]!r}; choose {', '.join(KINDS)}")
    check_oracles(runner.loaded)
    chosen = [name for name in KINDS if not names or name in names]
    listed = runner.loaded.target.oracles or Oracles()
    supported = [name for name in chosen if getattr(listed, name) is not None]
    judged = _judge_listed(judge, runner, listed, supported, keep=keep) if supported else ()
    return (*judged, *(_unlisted(name) for name in chosen if name not in supported))


def _judge_listed(
    judge: Judge, runner: Runner, listed: Oracles, supported: Sequence[str], *, keep: bool
) -> Iterator[OracleResult]:
    # --allow excuses one precondition of one comparison; here there are many.
    waiver = Waiver(require_provenance=judge.settings.waiver.require_provenance)
    judge = replace(judge, settings=replace(judge.settings, waiver=waiver))
    census = runner.make_census()
    runner.count_employees(census, judge.warehouse)
    plan = Plan(runner, census)
    oracles = [oracle for name in supported for oracle in KINDS[name].make(plan, getattr(listed, name))]
    bench = Bench(judge, Runs(runner, judge, keep))
    for oracle in oracles:
        bench.runs.expect(oracle.name, oracle.jobs)
    for oracle in oracles:
        yield _judge_one(bench, oracle)


def _judge_one(bench: Bench, oracle: Oracle) -> OracleResult:
    begin = time.monotonic()
    bench.judge.progress.start(oracle.title)
    try:
        outcome = oracle.judge(bench)
    except (RunError, DatabaseError, InternalError) as error:
        outcome = Outcome(ERROR, str(error))
    if outcome.status in (FAILED, ERROR):
        bench.runs.hold(oracle.jobs)
    runs = bench.runs.made(oracle.jobs)
    bench.runs.release(oracle.name, oracle.jobs)
    return OracleResult(
        name=oracle.name,
        title=oracle.title,
        status=outcome.status,
        detail=outcome.detail,
        runs=runs,
        reason=outcome.reason,
        seconds=round(time.monotonic() - begin, 3),
    )


def _unlisted(name: str) -> OracleResult:
    return OracleResult(
        name=name,
        title=KINDS[name].title,
        status=NOT_EXERCISED,
        detail="",
        reason="not in the target",
    )
