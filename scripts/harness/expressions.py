"""SQL text: names, literals, and what two values must share to be the same value."""

from collections.abc import Iterable, Sequence

# DuckDB takes different values of these types for equal: -0.0 and 0.0 inside a list, 30 days and 1 month,
# 12:00+00 and 13:00+01; and hash() an empty list or map, or a struct of NULLs, for NULL. Their text tells them apart.
_TEXT_TELLS = ("INTERVAL", "TIME WITH TIME ZONE", "VARIANT", "[]", "MAP(", "STRUCT(")
_FLOATS = ("FLOAT", "DOUBLE")


def quoted(*parts: str) -> str:
    """A name in SQL, with the names that it lies within."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """A text value in SQL."""
    return "'" + text.replace("'", "''") + "'"


def value(content: object) -> str:
    """A value that a query returned, as SQL that means the same; for keys, years and categories."""
    return "NULL" if content is None else literal(str(content))


def identity(column: str, type_: str, row: str = "") -> tuple[str, ...]:
    """The expressions that must be "not distinct" for two values of a column to be the same."""
    name = f"{row}.{quoted(column)}" if row else quoted(column)
    if type_ in _FLOATS:
        # 0.0 = -0.0 in SQL. The sign of a NaN is no information.
        return (name, f"CASE WHEN NOT isnan({name}) THEN signbit({name}) END")
    if any(word in type_ for word in (*_FLOATS, *_TEXT_TELLS)):
        return (name, f"CAST({name} AS VARCHAR)")
    return (name,)


def all_same(pairs: Iterable[tuple[str, str]]) -> str:
    """A condition: each pair of expressions is equal, NULL being equal to NULL."""
    return " AND ".join(f"{left} IS NOT DISTINCT FROM {right}" for left, right in pairs) or "true"


def any_different(left: Sequence[str], right: Sequence[str]) -> str:
    """A condition: at least one pair of expressions differs."""
    return " OR ".join(f"{a} IS DISTINCT FROM {b}" for a, b in zip(left, right, strict=True))


def listed(expressions: Iterable[str]) -> str:
    """Expressions as a list."""
    return ", ".join(expressions)
