"""Which jobs a run of CI consists of, and whether what became of them allows a merge. Standard library only."""
