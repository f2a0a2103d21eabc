"""Any result as JSON can hold it."""

import math
from dataclasses import fields, is_dataclass
from typing import Any


def plain(content: object) -> Any:  # noqa: ANN401  JSON has no narrower type
    """The content as JSON can hold it; numbers that JSON lacks, dates and decimals become text."""
    if is_dataclass(content) and not isinstance(content, type):
        return {item.name: plain(getattr(content, item.name)) for item in fields(content)} | _properties(content)
    if isinstance(content, dict):
        return {str(key): plain(item) for key, item in content.items()}
    if isinstance(content, list | tuple):
        return [plain(item) for item in content]
    return _plain_value(content)


def _properties(content: object) -> dict[str, Any]:
    """The name of a check, which is made of its parts and is what a reader looks for."""
    named = isinstance(getattr(type(content), "name", None), property)
    return {"name": getattr(content, "name")} if named else {}  # noqa: B009  not every content has one


def _plain_value(content: object) -> str | int | float | bool | None:
    if isinstance(content, float) and math.isfinite(content):
        return content
    if isinstance(content, bytes):
        return content.hex()
    return content if content is None or isinstance(content, bool | int) else str(content)
