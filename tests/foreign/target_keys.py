"""The keys of a target's file, as the models that read it define them."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from harness.oracle_settings import Oracles
from harness.relation import Section
from harness.target import Target

NAMES = {"modes": "MODE", "relations": "RELATION", "tolerances": "COLUMN"}  # whose keys the user chooses


def target_keys() -> dict[str, str]:
    """Each key with its default. A section stands for its keys; one that may stand in several places, in the first."""
    keys = dict(_keys(Target, "", {Oracles}))
    return {key: default for key, default in keys.items() if key != "oracles"}


def oracle_keys() -> dict[str, set[str]]:
    """The oracles with all keys in them, however deep."""
    return {name: set(_inner(field)) for name, field in Oracles.model_fields.items()}


def _inner(field: FieldInfo) -> Iterator[str]:
    for section in _sections(field.annotation):
        for name, inner in section.model_fields.items():
            yield name
            yield from _inner(inner)


def _keys(model: type[Section], prefix: str, seen: set[type[Section]]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        new = [section for section in _sections(field.annotation) if section not in seen]
        seen.update(new)
        for section in new:
            yield from _keys(section, f"{prefix}{name}.{_between(name, field)}", seen)
        if not new:
            yield prefix + name, _default(field)


def _sections(annotation: Any) -> list[type[Section]]:  # noqa: ANN401  annotations have no common type
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    return [section for part in get_args(annotation) for section in _sections(part)]


def _between(name: str, field: FieldInfo) -> str:
    """What stands between the key of a mapping, or of a list, and the keys of its entries."""
    if get_origin(field.annotation) is list:
        return "N."
    return f"{NAMES[name]}." if name in NAMES else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if isinstance(default, Section):
        default = ", ".join(f"{name}: {part}" for name, part in default.model_dump(exclude_defaults=True).items())
    return "none" if default in (None, "", [], {}) else str(default).lower()
