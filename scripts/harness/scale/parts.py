"""How long the parts of a run took by its own account: dbt models, and stages of the engine."""

import json
from collections.abc import Mapping
from pathlib import Path

from harness.errors import DatabaseError
from harness.side import Side
from harness.target import Target
from harness.warehouse import Warehouse
from harness.workload import fill

Parts = Mapping[str, Mapping[str, float]]  # seconds by kind and name
MODEL, STAGE = "model", "stage"


def read_parts(warehouse: Warehouse, target: Target, side: Side) -> Parts:
    """What the target's `scale.times` finds in a result and beside it; nothing if it does not say where to look.

    Raises:
        DatabaseError: it is not there, or not as promised.
    """
    times = target.scale.times if target.scale else None
    if times is None:
        return {}
    found: dict[str, dict[str, float]] = {MODEL: {}, STAGE: {}}
    if times.sql:
        for row in warehouse.named_rows(times.sql, database=side.name, schema=target.result.relations_in):
            if row.keys() != {"kind", "name", "seconds"} or row["kind"] not in found:
                raise DatabaseError(
                    f"scale.times.sql: returned {row}, expected kind ({MODEL} or {STAGE}), name, seconds"
                )
            _add(found[row["kind"]], {str(row["name"]): float(row["seconds"])})
    for pattern in times.run_results:
        files = sorted(side.folder.glob(fill(pattern, dict(side.values))))
        if not files:
            raise DatabaseError(f"scale.times.run_results: {pattern!r} matches no file in {side.folder}")
        for file in files:
            _add(found[MODEL], _model_seconds(file))
    return {kind: dict(sorted(parts.items())) for kind, parts in found.items() if parts}


def _add(parts: dict[str, float], more: Mapping[str, float]) -> None:
    for name, seconds in more.items():
        parts[name] = parts.get(name, 0.0) + seconds


def _model_seconds(run_results: Path) -> dict[str, float]:
    """Seconds by model, from dbt's `run_results.json`."""
    try:
        results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
        return {str(entry["unique_id"]).rsplit(".", 1)[-1]: float(entry["execution_time"]) for entry in results}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatabaseError(f"{run_results}: not dbt's run_results.json: {error!r}") from None
