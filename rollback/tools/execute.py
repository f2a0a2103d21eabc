"""`execute`: rehearse, then switch. And its way back, `restore`. Both go on where a killed run has stopped."""

from functools import partial

from rollback.tools import change, rehearsal, restoring
from rollback.tools.state import ABANDONED, LAST, RESTORE, RESTORED, SWITCH, Run
from rollback.tools.steps import Step, run_steps

REHEARSAL: tuple[Step, ...] = (
    ("preflight", rehearsal.preflight),
    ("snapshot", rehearsal.snapshot),
    ("backup", rehearsal.take_backup),
    ("release", rehearsal.check_out_release),
    ("environment", rehearsal.prepare_environment),
    ("verify_backup", rehearsal.verify_backup),
    ("rehearse", rehearsal.rehearse),
    ("check_rehearsal", rehearsal.check_rehearsal),
    ("stage", rehearsal.stage),
)
OUTAGE = (SWITCH, "promote", "flag")  # from the first to the last nobody can write
RESTORING: tuple[Step, ...] = (
    (RESTORE, restoring.begin),
    ("restore.keep", restoring.keep),
    ("restore.database", restoring.database),
    ("restore.code", restoring.code),
    ("restore.ignored", restoring.ignored),
    (RESTORED, restoring.prove),
)
STEPS = (*(name for name, _ in REHEARSAL), *OUTAGE, LAST)
WAY_BACK = tuple(name for name, _ in RESTORING)


def roll_back(run: Run) -> None:
    """Every step that is not done yet, to the end."""
    run_steps(run, REHEARSAL)
    change_over(run)


def change_over(run: Run) -> None:
    """The switch: what was rehearsed becomes real."""
    if not run.journal.done(OUTAGE[-1]):
        with change.writers_held_off(run) as guard:
            change.refresh_snapshot(run)
            promote = partial(change.promote, guard=guard)
            actions = (change.switch, promote, change.set_flag)
            run_steps(run, tuple(zip(OUTAGE, actions, strict=True)))
    run_steps(run, [(LAST, change.verify)])


def go_back(run: Run) -> None:
    """Undo what was begun, and prove it."""
    restoring.refuse(run)
    run_steps(run, RESTORING)


def abandon(run: Run) -> None:
    """Give up a rollback that has changed nothing."""
    restoring.database(run)
    run.journal.append(ABANDONED, "done")
