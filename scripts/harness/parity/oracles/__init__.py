"""Oracles: what one mode must agree on with itself, whatever the right result is."""
