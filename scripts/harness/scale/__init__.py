"""The scale judge: measures a matrix of runs, and decides from the measurements whether the budgets hold."""
