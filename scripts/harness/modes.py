"""Choosing which modes of a target are compared."""

from harness.errors import TargetError
from harness.target import Contract, Target


def choose_modes(target: Target, reference: str | None, candidates: list[str] | None) -> tuple[str, list[str]]:
    """The reference and the candidates; what the command line leaves open, the target says."""
    trusted = known_mode(target, "--reference", reference or target.reference)
    if candidates is None:
        chosen = [mode for mode in target.candidates if mode != trusted]
    else:
        chosen = [known_mode(target, "--candidates", mode) for mode in candidates]
    if trusted in chosen:
        raise TargetError(f"--candidates: {trusted!r} is the reference; choose {_others(target, trusted)}")
    repeated = [mode for mode in chosen if chosen.count(mode) > 1]
    if repeated:
        raise TargetError(f"--candidates: {repeated[0]!r} stands twice; name each mode once")
    if not chosen:
        raise TargetError(
            f"--candidates: nothing is left to compare with {trusted!r}; choose {_others(target, trusted)}"
        )
    return trusted, chosen


def known_mode(target: Contract, option: str, mode: str) -> str:
    """A mode of the contract; anything else is refused."""
    if mode not in target.modes:
        raise TargetError(f"{option}: unknown mode {mode!r}; available in {target.name}: {', '.join(target.modes)}")
    return mode


def _others(target: Target, mode: str) -> str:
    return " or ".join(name for name in target.modes if name != mode)
