"""Random numbers of docs/model.md section 2, for a whole column of employees at a time.

Polars evaluates a sub-expression as often as it is written, so mixing goes in stages, each one a column. It has no
shift operators: `x >> 32` is `x // 2**32`.

Two identities save work. With `f(x) = x ^ x >> 32`, `f(f(x)) = x`, so the last step of one `mix` cancels the first of
the next; and `f(a ^ b) = f(a) ^ f(b)`, so `f` is applied once to each employee's hash (the column `key`) and once to
each stream's constant instead of to every draw.
"""

from collections.abc import Sequence

import polars as pl

from navigator_orchestrator.random_numbers import K, Stream, stream_constant


def _u64(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


_K, _TWO_32, _LOW = _u64(K), _u64(1 << 32), _u64((1 << 32) - 1)


def _step(column: str) -> pl.Expr:
    return (pl.col(column) ^ pl.col(column) // _TWO_32) * _K


def with_key(frame: pl.LazyFrame, hashed_seed: int) -> pl.LazyFrame:
    """`frame` with the column `key` (UInt64): `f(h(e))` of its `employee_id` (Int64)."""
    frame = frame.with_columns(key=pl.col("employee_id").reinterpret(signed=False) ^ _u64(hashed_seed))
    for stage in (_step("key"), _step("key"), pl.col("key") * _K, _step("key")):
        frame = frame.with_columns(key=stage)
    return frame


def with_draws(frame: pl.LazyFrame, hashed_seed: int, year: int, halves: Sequence[str]) -> pl.LazyFrame:
    """`frame`, which has a column `key`, with one Int64 column for each of `halves`.

    A half is `hi_<stream number>` or `lo_<stream number>`: 32 random bits of the employee in `year`.
    """
    first, second = [], []
    for stream in sorted({Stream(int(half[3:])) for half in halves}):
        constant = stream_constant(hashed_seed, year, stream)
        first.append(((pl.col("key") ^ _u64(constant ^ constant >> 32)) * _K).alias(f"_{stream}"))
        second.append(_step(f"_{stream}").alias(f"_{stream}"))
    mixed = frame.with_columns(first).with_columns(second)
    return mixed.with_columns(_half(name) for name in halves).drop({f"_{half[3:]}" for half in halves})


def _half(name: str) -> pl.Expr:
    mixed = pl.col("_" + name[3:])
    value = mixed // _TWO_32 if name.startswith("hi") else (mixed & _LOW) ^ (mixed // _TWO_32)
    return value.reinterpret(signed=True).alias(name)


def uniform(lo: pl.Expr, n: pl.Expr | int) -> pl.Expr:
    """Uniform in 0 … n−1 from one half of a draw; also the percentile slot with `n = 100`."""
    return lo * n // (1 << 32)
