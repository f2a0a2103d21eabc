"""Two results beside each other: whether they can be compared, and what follows if they can."""
