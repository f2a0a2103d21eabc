"""Units of memory: decimal ones, as budgets are written."""

MEGABYTE, GIGABYTE = 1_000_000, 1_000_000_000
