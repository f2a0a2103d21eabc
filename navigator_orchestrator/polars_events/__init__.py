"""The polars engine: head-count plan, then employee shards that are simulated on their own, into Parquet."""
