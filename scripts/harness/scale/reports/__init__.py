"""The reports of the scale judge."""
