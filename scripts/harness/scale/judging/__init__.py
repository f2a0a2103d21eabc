"""From measured runs to verdicts: one module for each question."""
