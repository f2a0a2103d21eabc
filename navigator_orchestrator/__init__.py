"""Deterministic multi-year simulator of a workforce and its retirement plan (docs/model.md)."""

__version__ = "1.2.0"
