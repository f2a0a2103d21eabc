"""Parquet files with encodings fit for each column, each written to a temporary name and renamed.

Encoding is most of the engine's time. Measured on these columns (issue 2): splitting numbers into byte streams and
LZ4 costs a third less time than zstd for a fifth more space; ids, which ascend, are best as deltas; texts come as
small dictionaries.
"""

import os
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

# Columns that can be NULL; the others are written as required, which saves the encoding of what is not there.
_NULLABLE = {
    *("amount", "salary", "level_id", "rate"),
    *("termination_date", "eligibility_date", "enrollment_date"),
    *("first_hire_id", "layoff_from_id"),
}
_IDS = {"event_id", "employee_id"}

# Arrow's own allocator keeps what it freed; next to that of polars this costs time and memory.
pa.set_memory_pool(pa.system_memory_pool())


def write(path: Path, frame: pl.DataFrame) -> None:
    """Write a relation's frame; texts are of type Enum."""
    table = frame.to_arrow()
    fields = [field.with_nullable(field.name in _NULLABLE) for field in table.schema]
    texts = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Enum)]
    numbers = [name for name, dtype in frame.schema.items() if not isinstance(dtype, pl.Enum | pl.Boolean)]
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    pq.write_table(
        pa.Table.from_arrays(table.columns, schema=pa.schema(fields)),
        temporary,
        compression="lz4",
        use_dictionary=texts or False,
        column_encoding={name: "DELTA_BINARY_PACKED" if name in _IDS else "BYTE_STREAM_SPLIT" for name in numbers},
        write_statistics=[name for name in numbers if name in _IDS] or False,
        store_schema=False,
    )
    temporary.replace(path)
