"""The two results that are compared, and whether they can be: same workload, same machine, not one and the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError
from harness.reports.texts import clipped, visible
from harness.scale.result_file import ResultFile, modes_in, read_results

NAMES = ("baseline", "optimized")  # of the two folders on the command line, and of the modes if nothing else is said
_WIDTH = 40  # of a name in running text
_COMMIT = 7


class IncomparableError(HarnessError):
    """Two results of which no ratio means anything."""


@dataclass(frozen=True)
class Sides:
    """The result that is trusted, and the one that is judged by it."""

    baseline: ResultFile
    contender: ResultFile

    @property
    def both(self) -> tuple[ResultFile, ResultFile]:
        """One after the other."""
        return self.baseline, self.contender

    @property
    def same_mode(self) -> bool:
        """Whether two states of the code are compared, and not two modes of it."""
        return self.baseline.mode == self.contender.mode

    @property
    def same_session(self) -> bool:
        """Whether both were measured in one session, where runs stand in blocks and share their noise."""
        ours, theirs = (_session_key(side) for side in self.both)
        return ours == theirs

    @property
    def same_code(self) -> bool:
        """A/A: nothing that could be slower has changed. Unknown is not the same, and neither is uncommitted."""
        return self.same_mode and not self._other_code and not self.doubt

    @property
    def doubt(self) -> str:
        """Why nobody can tell whether it is the same code; nothing if that is known, or two modes are compared."""
        contexts = [side.context for side in self.both]
        if not self.same_mode or self._other_code:
            return ""
        if any(context.tree is None or context.dirty is None for context in contexts):
            return "git does not tell the state of the folder that the simulator ran in"
        return "there were uncommitted changes" if any(context.dirty for context in contexts) else ""

    @property
    def _other_code(self) -> bool:
        """Whether something that is known of both is different: a commit, locked versions, how the target is run."""
        ours, theirs = self.both
        trees = {side.context.tree for side in self.both} - {None}
        locked = ours.context.lock_sha256 != theirs.context.lock_sha256
        return len(trees) > 1 or locked or ours.subject.target_sha256 != theirs.subject.target_sha256

    @property
    def names(self) -> tuple[str, str]:
        """What tells them apart: the mode, else the commit, else their order."""
        modes = [side.mode for side in self.both]
        commits = [(side.context.commit or "no commit")[:_COMMIT] for side in self.both]
        ours, theirs = next((pair for pair in (modes, commits) if pair[0] != pair[1]), ("first", "second"))
        return clipped(visible(ours), _WIDTH), clipped(visible(theirs), _WIDTH)

    @property
    def summary(self) -> str:
        """What is compared with what."""
        ours, theirs = self.names
        mode = f"{clipped(visible(self.contender.mode), _WIDTH)}, " if self.same_mode else ""
        return f"{mode}{theirs} against {ours}"

    @property
    def machine_differences(self) -> tuple[str, ...]:
        """What is different about the machines; none if they are the same."""
        ours, theirs = (side.context for side in self.both)
        if ours.machine_fingerprint == theirs.machine_fingerprint:
            return ()
        names = sorted(ours.machine.keys() | theirs.machine.keys())
        pairs = ((name, ours.machine.get(name), theirs.machine.get(name)) for name in names)
        found = tuple(visible(f"{name} {a} and {b}") for name, a, b in pairs if a != b)
        return found or (visible(f"fingerprint {ours.machine_fingerprint} and {theirs.machine_fingerprint}"),)

    @property
    def soft_differences(self) -> tuple[str, ...]:
        """What may make a difference and is none of workload or machine."""
        return tuple(_soft_differences(self))


def read_sides(
    folders: tuple[Path, Path], modes: tuple[str | None, str | None] = (None, None), *, cross_machine: bool = False
) -> Sides:
    """Read both results and refuse what cannot be compared.

    Raises:
        ResultFileError: a folder or a file cannot be used.
        IncomparableError: the results are of different workloads or machines, or are the same result.
    """
    ours, theirs = modes
    if modes == (None, None) and _same_folder(*folders) and set(NAMES) <= set(modes_in(folders[0])):
        ours, theirs = NAMES
    sides = Sides(read_results(folders[0], ours), read_results(folders[1], theirs))
    if sides.same_session and sides.same_mode:
        where = f"{sides.baseline.path} and {sides.contender.path}"
        raise IncomparableError(f"{where} are one result: mode {sides.baseline.mode!r} of one session")
    _check_workload(sides)
    differences = sides.machine_differences
    if differences and not cross_machine:
        told = f"measured on different machines: {clipped('; '.join(differences), 300)}"
        raise IncomparableError(f"{told}; measure both on one, or see them without a verdict by --allow-cross-machine")
    return sides


def check_independent(first: Sides, second: Sides) -> None:
    """Refuse a confirmation that repeats the first comparison, or that is one of something else.

    Raises:
        IncomparableError: says what is shared, or what is different.
    """
    shared = {_session_key(side) for side in first.both} & {_session_key(side) for side in second.both}
    if shared:
        told = visible(", ".join(sorted(identity for identity, *_ in shared)))
        raise IncomparableError(f"no independent confirmation: both comparisons use session {told}; measure again")
    for ours, theirs in zip(first.both, second.both, strict=True):
        pairs = zip(_code(ours), _code(theirs), strict=True)
        changed = [name for (name, one), (_, other) in pairs if one != other]
        if changed:
            raise IncomparableError(f"{theirs.path} confirms nothing of {ours.path}: another {', '.join(changed)}")


def _session_key(side: ResultFile) -> tuple[str, ...]:
    """Two machines may give two sessions one name, but not with all that the runs depend on."""
    return side.session.id, side.session.subject_digest, side.context.machine_fingerprint


def _code(side: ResultFile) -> tuple[tuple[str, str | int | None], ...]:
    context, subject = side.context, side.subject
    return (
        ("mode", side.mode),
        ("tree", context.tree),
        ("lock file", context.lock_sha256),
        ("machine", context.machine_fingerprint),
        ("target", subject.target),
        ("description of the target", subject.target_sha256),
        ("start_year", subject.start_year),
        ("seed", subject.seed),
        ("threads", subject.threads),
    )


def _check_workload(sides: Sides) -> None:
    ours, theirs = (side.subject for side in sides.both)
    names = ("target", "start_year", "seed", "threads")
    pairs = ((name, getattr(ours, name), getattr(theirs, name)) for name in names)
    changed = [visible(f"{name} {a} and {b}") for name, a, b in pairs if a != b]
    if changed:
        raise IncomparableError(f"different workloads: {clipped('; '.join(changed), 300)}; measure both with the same")


def _soft_differences(sides: Sides) -> Iterator[str]:
    ours, theirs = (side.context for side in sides.both)
    if ours.python != theirs.python:
        yield f"Python {ours.python} and {theirs.python}"
    for name in sorted(ours.libraries.keys() | theirs.libraries.keys()):
        versions = [context.libraries.get(name) or "absent" for context in (ours, theirs)]
        if versions[0] != versions[1]:
            yield visible(f"{name} {versions[0]} and {versions[1]}")
    if ours.lock_sha256 != theirs.lock_sha256:
        yield "other versions in requirements.lock"
    if sides.baseline.subject.target_sha256 != sides.contender.subject.target_sha256:
        yield "another description of the target"


def _same_folder(ours: Path, theirs: Path) -> bool:
    return ours.resolve() == theirs.resolve()
