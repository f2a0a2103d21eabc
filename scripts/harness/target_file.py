"""Finding and reading a target's file, with errors that name file, key and what is valid."""

import hashlib
from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from harness.errors import TargetError
from harness.relation import Section
from harness.target import LoadedTarget, Target

S = TypeVar("S", bound=Section)

_MERGE = "tag:yaml.org,2002:merge"  # "<<: *other" may stand anywhere
_SHAPES = {"dict_type": "needs a mapping", "model_type": "needs a mapping of keys", "list_type": "needs a list"}
TARGETS = Path(__file__).resolve().parents[2] / "config" / "targets"


def load_target(name_or_path: str) -> LoadedTarget:
    """Read the target of that name in config/targets/, or the file at that path."""
    path = _find(name_or_path)
    target = read_section(path, Target, "--target")
    loaded = LoadedTarget(target=target, path=path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    if not loaded.working_directory.is_dir():
        raise TargetError(f"{path}: working_directory: {loaded.working_directory} is not a directory")
    return loaded


def read_section(path: Path, kind: type[S], option: str) -> S:
    """Read a YAML file strictly.

    Raises:
        TargetError: names the file, the key, and what is valid; `option` says where the path came from.
    """
    if not path.is_file():
        raise TargetError(f"{option}: there is no file {path}")
    try:
        document = yaml.load(path.read_bytes(), Loader=_StrictLoader)  # noqa: S506  a SafeLoader that is stricter still
    except (OSError, yaml.YAMLError) as error:
        raise TargetError(f"{path}: cannot be read: {error}") from None
    if not isinstance(document, dict):
        raise TargetError(f"{path}: is not a mapping of keys; valid keys: {', '.join(kind.model_fields)}")
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise TargetError("\n".join(_explain(path, error))) from None


def _find(name_or_path: str) -> Path:
    if name_or_path.endswith((".yaml", ".yml")) or "/" in name_or_path:
        return Path(name_or_path).resolve()
    path = TARGETS / f"{name_or_path}.yaml"
    if not path.is_file():
        available = ", ".join(sorted(file.stem for file in TARGETS.glob("*.yaml")))
        raise TargetError(f"--target: unknown target {name_or_path!r}; available: {available}, or a path to a file")
    return path


def _explain(path: Path, error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"] if part != "[key]")
        message = _SHAPES.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
        lines.append(f"{path}: {key + ': ' if key else ''}{message}")
    return lines


class _StrictLoader(yaml.SafeLoader):
    """YAML, but a key that stands twice is an error instead of a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value if key.tag != _MERGE]
        twice = [key for key in keys if keys.count(key) > 1]
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice[0]!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)
