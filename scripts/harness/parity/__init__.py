"""Judging parity: are two results exactly the same, and if not, where did they part."""
