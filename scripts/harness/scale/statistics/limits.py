"""The defaults of every limit and error rate, in one place; each is an argument where it is used."""

CONFIDENCE = 0.90  # of two-sided intervals: 5 % on each side

# Growth.
EXPONENT_LIMIT = 1.15  # n log n behaves like n^1.10 from 1,000 to 50,000; this lies between it and n^1.20
LACK_OF_FIT_ALPHA = 0.01  # below it the shape is no power law
EXCESS_CONFIDENCE = 0.97  # 3 or 4 sizes hardly tell n^1.2 from its limit, and a wrong PASS must stay below 2 %
EXCESS_FIXED_SHARE = 0.5  # of the cost at the smallest size, when a limit exponent is translated into an excess
IMMATERIAL_EXCESS = 1.10  # where the cost hardly grows: the excess that does not matter, whatever the exponent
PROJECTION_REACH = 2.0  # times the largest size; nothing is said of sizes beyond

BRACKET = 0.99  # a bracket holds the truth for certain; an interval needs a confidence below 1

# Comparisons.
REGRESSION_LIMIT = 1.10  # contender / baseline
SPEED_UP_LIMIT = 2.0  # baseline / contender
FAMILY_ALPHA = 0.05  # chance that any unchanged cell of a comparison is flagged
POWER = 0.80
MOST_PAIRS = 200  # more pairs than these nobody will run
LOOKS = (3, 5, 10)  # after how many pairs a verdict is tried

# History.
HISTORY_EXCESS = 0.10
HISTORY_ROBUST_SDS = 3.0
HISTORY_WINDOW = 10  # results; with fewer before it nothing is judged
LASTING_RUNS = 3
