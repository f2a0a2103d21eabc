"""Event types by sequence, the position of the rule in the year (docs/model.md section 4)."""

EVENT_TYPES = {
    1: "hire",
    2: "termination",
    3: "promotion",
    4: "raise",
    5: "eligibility",
    6: "enrollment",
    7: "enrollment_change",
    8: "deferral_escalation",
    9: "contribution",
    10: "contribution",
    11: "investment_return",
}
