"""The model of docs/model.md in plain Python, employee by employee: slow, and written to be read beside it.

It shares nothing with the engines but the parameter tables, so its results are expectations in their own
right.
`simulate` takes the census and the tables and returns the three relations as rows in documented order.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from tests.reference.oracle_draws import Stream, half_up, uniform
from tests.reference.oracle_inputs import Employee, Row, Tables, Year
from tests.reference.oracle_year import EmployeeYear
from tests.reference.relations import HEADCOUNT, Relations


def simulate(census: Sequence[Row], tables: dict[str, list[Row]], years: Iterable[int], seed: int) -> Relations:
    """Run the model over `years`.

    A row of `census` has employee_id, birth_date, hire_date, termination_date, level_id, salary (cents),
    deferral_rate (bps), enrollment_date and account_balance (cents).
    """
    lookup, result = Tables(tables), Relations([], [], [])
    staff: list[Employee] | None = None
    next_id = max((row["employee_id"] for row in census), default=0) + 1
    for number in years:
        year = Year(number, seed, lookup)
        if staff is None:
            staff = [_from_census(row, year) for row in census if row["termination_date"] is None]
        people, plan = _plan_headcount(year, staff, next_id)
        for one in people:
            one.apply_rules()
        result.events.extend(
            sorted((event for one in people for event in one.events), key=lambda event: (event[3], event[2]))
        )
        result.snapshot.extend(sorted(_snapshot(one) for one in people))
        result.headcount.append(tuple(plan[column] for column in HEADCOUNT))
        staff = [one.person for one in people if one.person.termination_date is None]
        next_id += plan["hires"]
    return result


def _from_census(row: Row, first_year: Year) -> Employee:
    """Section 3, census."""
    rules, levels = first_year.rules, first_year.tables.levels
    level = row["level_id"]
    if level is None:
        reached = [
            number
            for (year, number), lever in levels.items()
            if year == first_year.number and lever["level_min_salary"] <= row["salary"]
        ]
        level = max(reached, default=1)
    waited = row["hire_date"] + dt.timedelta(days=rules["wait_days"])
    eligible = max(waited, dt.date(row["birth_date"].year + rules["minimum_age"], 1, 1))
    is_enrolled = row["deferral_rate"] > 0
    return Employee(
        employee_id=row["employee_id"],
        birth_date=row["birth_date"],
        hire_date=row["hire_date"],
        level=level,
        salary=row["salary"],
        balance=row["account_balance"],
        deferral_rate=row["deferral_rate"],
        is_enrolled=is_enrolled,
        enrollment_date=row["enrollment_date"] if is_enrolled else None,
        eligibility_date=eligible if eligible < first_year.start else None,
    )


def _plan_headcount(year: Year, staff: Sequence[Employee], next_id: int) -> tuple[list[EmployeeYear], Row]:
    """Section 5: who leaves, who is laid off, who is hired, and the row of fct_headcount_plan."""
    rules = year.rules
    people = [EmployeeYear(year, person, at_start=True) for person in staff]
    for one in people:
        one.reason = "hazard" if one.leaves_by_hazard() else None
    remaining = sorted((one for one in people if one.reason is None), key=lambda one: one.person.employee_id)
    target = half_up(len(people) * (10000 + rules["growth_bps"]), 10000)
    need, q = target - len(remaining), rules["new_hire_termination_bps"]
    hires = (need * 10000 + 9999 - q) // (10000 - q) if need > 0 else 0
    leave_again = hires - need if need > 0 else 0
    laid_off = remaining[len(remaining) + need :] if need < 0 else []
    for one in laid_off:
        one.reason = "layoff"
    for index in range(hires):
        one = EmployeeYear(year, _hire(year, next_id + index), at_start=False)
        one.reason = "new_hire" if index < leave_again else None
        people.append(one)
    leavers = sum(one.reason is not None for one in people)
    plan = {
        "simulation_year": year.number,
        "starting_headcount": len(staff),
        "experienced_terminations": len(staff) - len(remaining),
        "target_headcount": target,
        "layoffs": len(laid_off),
        "hires": hires,
        "new_hire_terminations": leave_again,
        "ending_headcount": len(people) - leavers,
        "first_hire_id": next_id if hires else None,
        "layoff_from_id": laid_off[0].person.employee_id if laid_off else None,
    }
    return people, plan


def _hire(year: Year, employee_id: int) -> Employee:
    """Section 7."""
    who = year.draw(employee_id, Stream.HIRE_PERSON)
    what = year.draw(employee_id, Stream.HIRE_POSITION)
    details = year.draw(employee_id, Stream.HIRE_DETAILS)
    slots, number = year.tables.slots, year.number
    age = slots[number, uniform(who.hi, 100)]["hire_age"]
    level = slots[number, uniform(what.hi, 100)]["hire_level"]
    lever = year.tables.levels[number, level]
    a, b = lever["hire_min_dollars"], lever["hire_max_dollars"]
    return Employee(
        employee_id=employee_id,
        birth_date=dt.date(number - age, 1, 1) + dt.timedelta(days=uniform(details.hi, 365)),
        hire_date=year.date(uniform(who.lo, year.length)),
        level=level,
        salary=(a + uniform(what.lo, b - a + 1)) * 100,
    )


def _snapshot(one: EmployeeYear) -> tuple[Any, ...]:
    """Section 1, columns of fct_workforce_snapshot."""
    person = one.person
    return (
        one.year.number,
        person.employee_id,
        person.birth_date,
        person.hire_date,
        person.termination_date,
        person.termination_date is None,
        one.age,
        one.tenure,
        person.level,
        person.salary,
        one.pay(one.first, one.last),
        person.eligibility_date,
        person.is_enrolled,
        person.enrollment_date,
        person.deferral_rate,
        one.ee,
        one.match,
        one.gain,
        person.balance,
    )
