"""Read YAML files into checked models; every error names the file, the key and what is valid."""

import datetime as dt
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from navigator_orchestrator.errors import NavigatorError

Model = TypeVar("Model", bound=BaseModel)


class _UniqueKeyLoader(yaml.CSafeLoader):
    """PyYAML keeps the last of two equal keys silently; this loader refuses them, and says where a date is none."""


def _unique_mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable) or key in mapping:
            what = "stands twice; keep one" if isinstance(key, Hashable) else "is not a single value"
            raise yaml.constructor.ConstructorError(
                None, None, f"key '{_source(key_node)}' {what}", key_node.start_mark
            )
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


def _date(loader: _UniqueKeyLoader, node: yaml.ScalarNode) -> object:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        raise yaml.constructor.ConstructorError(
            None, None, f"{node.value} is not a day of the calendar", node.start_mark
        ) from None


def _source(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else "…"


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)
_UniqueKeyLoader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Return the file's content as `model`.

    Raises:
        NavigatorError: the file is missing, is not YAML or does not fit the model.
    """
    try:
        with path.open(encoding="utf-8") as file:
            content = yaml.load(file, Loader=_UniqueKeyLoader)  # noqa: S506 (a SafeLoader)
    except OSError as error:
        raise NavigatorError(f"{path}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise NavigatorError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise NavigatorError(f"{path}: expected keys {', '.join(model.model_fields)}; found no mapping")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise NavigatorError(f"{path}: {_describe(error, model)}") from None


def _describe(error: ValidationError, model: type[BaseModel]) -> str:
    """One line for one problem, a misspelt key before the key that is missing for it, and how many more there are."""
    problems = sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    first = problems[0]
    where = ".".join(_shown(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        text = f"unknown key '{where}'; valid keys: {', '.join(_valid_keys(model, first['loc'][:-1]))}"
    elif first["type"] == "missing":
        text = f"missing key '{where}'"
    else:
        message = first["msg"].removeprefix("Value error, ")
        found = first["input"]
        shown = "" if isinstance(found, dict | list | BaseModel) else f" (found {found!r})"
        text = f"{where}: {message}{shown}" if where else f"{message}{shown}"
    more = len(problems) - 1
    return text + (f" (and {more} more)" if more else "")


def _shown(part: int | str) -> str:
    """One step of a location; pydantic gives a key that is a date as its repr."""
    return re.sub(r"^datetime\.date\((\d+), (\d+), (\d+)\)$", lambda m: str(dt.date(*map(int, m.groups()))), str(part))


def _valid_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Keys of the model at `location`; in between lie models, and lists and dictionaries of them."""
    annotation: Any = model
    for part in location:
        if hasattr(annotation, "model_fields"):
            annotation = annotation.model_fields[str(part)].annotation
        else:
            annotation = get_args(annotation)[-1]
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
    return list(annotation.model_fields)
