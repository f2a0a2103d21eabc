"""The statistics of the scale judge: pure functions on numbers, which read and write nothing.

Times and sizes are multiplicative: noise is a standard deviation of natural logarithms (0.05 is about 5 %), and the
typical value of repeated runs is their geometric mean. An interval is two-sided; its default confidence of 90 % leaves
5 % on each side, which is the error rate of the one-sided verdict that is read from it.
What `nox -s verdict_power` shows by simulation is quoted in the docstrings.
"""
