"""Which earlier session an invocation goes on with, and whether it still asks for the same of the same code."""

from collections.abc import Iterator
from pathlib import Path

from harness.errors import UsageError
from harness.scale.journal import PLAN, Journal
from harness.scale.plan import Plan
from harness.scale.session import Session, interrupted, remaining

ASKED_FOR = ("target", "start_year", "seed", "threads")  # what of a plan's subject the command line says
# What may change between the last run and a report that is only made anew: it measures nothing.
REPORTED_WITH = ("tree", "judge", "uncommitted", "judge_uncommitted", "machine_fingerprint")


def session_to_resume(output: Path, asked: Plan, redo_budget: int | None) -> Session:
    """Of the sessions that were asked for the same: the newest that was interrupted, or the newest that is done.

    What is newest is told by names that a clock gave, which may have stepped back: a match goes before a name.

    Raises:
        UsageError: there is none, or it was measured with something else.
    """
    found, objections = [], []
    for path in sorted(output.glob(f"*/{PLAN}"), reverse=True):
        try:
            session = Session.resumed(Journal(path.parent.resolve()), redo_budget)
            _require_same_question(session, asked)
            found.append(session)
        except UsageError as error:
            objections.append(error)
    if not found:
        none = UsageError(f"--resume: there is no session in {output}; begin one without --resume")
        raise objections[0] if objections else none
    open_ones = [session for session in found if interrupted(session) and not any(_changes(session, asked, left=True))]
    session = (open_ones or found)[0]
    require_the_same(session, asked, left=any(remaining(session)))
    return session


def require_the_same(session: Session, asked: Plan, *, left: bool = True) -> None:
    """Runs that are left must be taken as the others were, by the same code.

    Raises:
        UsageError: names what changed.
    """
    for change in _changes(session, asked, left=left):
        raise UsageError(f"--resume: {_plan_of(session)}: {change}; begin a new session")


def _require_same_question(session: Session, asked: Plan) -> None:
    kept = session.plan
    if kept.cells != asked.cells:
        told = "has other cells; repeat --mode, --employees, --years and --shards"
        raise UsageError(f"--resume: {_plan_of(session)} {told}")
    for key in ASKED_FOR:
        if asked.subject[key] != kept.subject.get(key):
            told = f"{key} was {kept.subject.get(key)!r} and is {asked.subject[key]!r}"
            raise UsageError(f"--resume: {_plan_of(session)}: {told}; begin a new session")


def _changes(session: Session, asked: Plan, *, left: bool) -> Iterator[str]:
    """What is not as it was. A plan of an earlier version does not hold everything; that matters if runs are left."""
    kept = session.plan.subject | session.plan.settings
    for key, value in (asked.subject | asked.settings).items():
        if not left and (key in REPORTED_WITH or key not in kept):
            continue
        if key not in kept or kept[key] != value:
            yield f"{key} was {repr(kept[key]) if key in kept else 'not recorded'} and is {value!r}"


def _plan_of(session: Session) -> Path:
    return session.journal.directory / PLAN
