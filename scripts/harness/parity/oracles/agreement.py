"""Whether the oracles of a target fit the rest of it; what is wrong is said before anything runs."""

from collections.abc import Iterator

from harness.errors import TargetError
from harness.oracle_settings import Knobs, OfModes, Oracles
from harness.parity.oracles.configuration import configuration_folder
from harness.parity.oracles.evidence import event_types
from harness.target import LoadedTarget

# What an oracle changes: a command that does not ask for it would be run unchanged, and equality would mean nothing.
VARIED = {
    "threads": "threads",
    "shards": "shards",
    "shuffled_census": "census",
    "horizon_prefix": "end_year",
    "seed_sensitivity": "seed",
    "knobs": "config",
}


def check_oracles(loaded: LoadedTarget) -> None:
    """Refuse oracles of modes, event types or parameters that do not exist.

    Raises:
        TargetError: naming the file, the key and what is valid.
    """
    oracles = loaded.target.oracles
    if oracles is None:
        return
    for name, mode in _named_modes(oracles):
        _require_known(loaded, f"{name}: mode", mode, loaded.target.modes)
        varied = VARIED.get(name)
        if varied and not loaded.target.modes[mode].asks_for(varied):
            raise TargetError(
                f"{loaded.path}: oracles.{name}: {mode!r} has no {{{varied}}}, so nothing would be varied"
            )
    for mode in oracles.shards.modes if oracles.shards else ():
        if not loaded.target.modes[mode].sharded:
            raise TargetError(f"{loaded.path}: oracles.shards: {mode!r} is not sharded, so nothing would be varied")
    for event_type in oracles.seed_sensitivity.not_seeded if oracles.seed_sensitivity else ():
        _require_known(loaded, "seed_sensitivity.not_seeded: event type", event_type, event_types(loaded.target))
    if oracles.knobs:
        _check_knobs(loaded, oracles, oracles.knobs)


def _check_knobs(loaded: LoadedTarget, oracles: Oracles, knobs: Knobs) -> None:
    expected = [*loaded.target.relations, *event_types(loaded.target)]
    for knob in knobs.parameters:
        if knob.expect is not None:
            _require_known(loaded, f"knobs.{knob.name}.expect:", knob.expect, expected)
        if oracles.configuration:
            configuration_folder(oracles.configuration, loaded.working_directory).check(knob)


def _named_modes(oracles: Oracles) -> Iterator[tuple[str, str]]:
    for name in Oracles.model_fields:
        section = getattr(oracles, name)
        if isinstance(section, OfModes):
            yield from ((name, mode) for mode in section.modes)
        elif hasattr(section, "mode"):
            yield name, section.mode


def _require_known(loaded: LoadedTarget, where: str, name: str, valid: object) -> None:
    names = list(valid) if isinstance(valid, dict | list) else []
    if name not in names:
        raise TargetError(f"{loaded.path}: oracles.{where} unknown: {name!r}; available: {', '.join(names) or 'none'}")
