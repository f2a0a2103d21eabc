"""Which jobs a run of CI consists of, and whether what became of them lets a change be merged. Standard library only."""
