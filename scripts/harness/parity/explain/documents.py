"""How two JSON documents differ: at which paths, or in their spelling only."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

SHOWN_PATHS = 3
SAME = "same JSON, other text (key order or white space)"


class Spelled(str):
    """A number as it is written: 1, 1.0 and 1e0 are not the same text of a result."""

    __slots__ = ()


class Repeated(tuple[Any, ...]):
    """The values of a key that stands more than once in one object."""

    __slots__ = ()


def parsed(text: object) -> Any:  # noqa: ANN401  JSON has no narrower type
    """A document whose numbers keep their spelling and whose repeated keys are not lost.

    Raises:
        ValueError: the text is no JSON.
    """
    if not isinstance(text, str):
        raise ValueError("only text can be JSON")  # noqa: TRY004  one error for all that is none
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_int=Spelled, parse_float=Spelled, parse_constant=Spelled
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def document_patterns(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[str, int]]:
    """The paths that differ, each with the number of pairs in which it does; most frequent first."""
    rows: Counter[str] = Counter()
    same = 0
    for old, new in pairs:
        paths = sorted(set(differing_paths(old, new)))
        rows.update(paths)
        same += not paths
    found = [(f"JSON path {path}", number) for path, number in rows.most_common(SHOWN_PATHS)]
    return [*found, (SAME, same)] if same else found


def differing_paths(old: Any, new: Any, path: str = "$") -> Iterator[str]:  # noqa: ANN401  see parsed
    """Where two documents differ; elements of arrays are not told apart."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            inside = f"{path}.{key}" if key.isidentifier() else f"{path}[{json.dumps(key, ensure_ascii=False)}]"
            if key not in old or key not in new:
                yield inside
            else:
                yield from differing_paths(old[key], new[key], inside)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for mine, other in zip(old, new, strict=True):
            yield from differing_paths(mine, other, f"{path}[*]")
    elif type(old) is not type(new) or old != new:
        yield path


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, list[Any]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return {key: found[0] if len(found) == 1 else Repeated(found) for key, found in values.items()}
