"""What must hold in the tables of every run (docs/model.md, section 1), each as a function that returns what breaks it.

A connection has the run's relations and the canonical census as table `census`.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import duckdb

Connection = duckdb.DuckDBPyConnection
Identity = Callable[[Connection], list[str]]
Row = dict[str, Any]

MOST = 5

# Each query returns the rows that break the identity.
_SQL = {
    "head-count equation": """
        from (select *, lag(ending_headcount) over (order by simulation_year) as before from fct_headcount_plan)
        where ending_headcount <> target_headcount or starting_headcount <> before or ending_headcount <>
            starting_headcount - experienced_terminations - layoffs + hires - new_hire_terminations
    """,
    "head-count of the snapshot": """
        with counted as (
            select simulation_year, count(*) as people, count_if(is_active) as active
            from fct_workforce_snapshot group by simulation_year
        )
        from fct_headcount_plan left join counted using (simulation_year)
        where (people, active) is distinct from (starting_headcount + hires, ending_headcount)
    """,
    "head-count of the events": """
        with counted as (
            select simulation_year,
                count_if(event_type = 'hire') as hired,
                count_if(event_payload like '%"reason":"new_hire"%') as new_hires,
                count_if(event_payload like '%"reason":"layoff"%') as laid_off,
                count_if(regexp_matches(event_payload, '"reason":"(voluntary|retirement)"')) as left_us
            from fct_yearly_events group by simulation_year
        )
        from fct_headcount_plan left join counted using (simulation_year)
        where (hired, new_hires, laid_off, left_us)
            is distinct from (hires, new_hire_terminations, layoffs, experienced_terminations)
    """,
    "events fall into employment": """
        from fct_yearly_events as event
        left join fct_workforce_snapshot as person using (simulation_year, employee_id)
        where person.employee_id is null or year(event_date) <> simulation_year or event_date < hire_date
            or event_date > coalesce(termination_date, make_date(simulation_year, 12, 31))
    """,
    "balance is that of the census and what was booked": """
        with booked as (
            select employee_id, simulation_year, sum(amount) as amount
            from fct_yearly_events where event_type in ('contribution', 'investment_return') group by all
        ), found as (
            select *, sum(coalesce(amount, 0)) over (partition by employee_id order by simulation_year) as all_booked
            from fct_workforce_snapshot left join booked using (employee_id, simulation_year)
        )
        from found left join census using (employee_id)
        where found.account_balance <> coalesce(census.account_balance, 0) + all_booked or found.account_balance < 0
    """,
    "nobody terminates twice": """
        select employee_id, count(*) as times from fct_yearly_events
        where event_type = 'termination' group by employee_id having times > 1
    """,
    "nobody comes back": """
        from (
            select *, lag(is_active) over (partition by employee_id order by simulation_year) as before
            from fct_workforce_snapshot
        )
        where not before
    """,
    "event_id is unique": "select event_id, count(*) as n from fct_yearly_events group by event_id having n > 1",
    "event_id is made of the key": """
        from fct_yearly_events
        where event_id <> employee_id * 1000000 + simulation_year * 100 + event_sequence
            or event_sequence not between 1 and 11
    """,
    "the view is the snapshot": """
        (from employee_state_by_year except all from fct_workforce_snapshot)
        union all (from fct_workforce_snapshot except all from employee_state_by_year)
    """,
}

PAYLOAD_KEYS = {
    1: {"age", "level_id"},
    2: {"age_band", "reason", "tenure_band"},
    3: {"from_level", "to_level"},
    4: {"cola_bps", "merit_bps", "rating"},
    5: {"minimum_age", "wait_days"},
    6: {"method", "whole_match"},
    7: {"reason"},
    8: {"at_cap"},
    9: {"limited_by", "source"},
    10: {"limited_by", "source"},
    11: {"age_band", "portfolio_bps"},
}


def _by_query(query: str) -> Identity:
    def broken(connection: Connection) -> list[str]:
        return [str(row) for row in connection.execute(query).fetchmany(MOST)]

    return broken


def wrong_payloads(connection: Connection) -> list[str]:
    """Payloads that are not JSON with the keys of their event type, sorted, and without spaces."""
    distinct = connection.sql("select distinct event_sequence, event_payload from fct_yearly_events order by all")
    return [f"{rule}: {payload}" for rule, payload in distinct.fetchall() if not _is_canonical(rule, payload)][:MOST]


def _is_canonical(rule: int, payload: str) -> bool:
    try:
        content = json.loads(payload)
    except ValueError:
        return False
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return bool(canonical == payload and content.keys() == PAYLOAD_KEYS[rule])


# --- the snapshot is the events replayed --------------------------------------------------------------------


@dataclass
class _Person:
    """What events change, with the names of the snapshot's columns."""

    hire_date: dt.date
    current_level: int
    current_salary: int
    eligibility_date: dt.date | None = None
    is_enrolled: bool = False
    enrollment_date: dt.date | None = None
    deferral_rate: int = 0
    account_balance: int = 0
    termination_date: dt.date | None = None
    is_active: bool = True
    paid_compensation: int = 0
    employee_contribution: int = 0
    employer_match: int = 0
    investment_return: int = 0
    amounts_are_right: bool = True  # of promotions and raises: what the salary grew by

    def replay(self, event: Row) -> None:
        """Change what the event says."""
        date, rate, amount, salary = event["event_date"], event["rate"], event["amount"], event["salary"]
        changes: dict[int, dict[str, Any]] = {
            2: {"termination_date": date, "is_active": False},
            3: {"current_salary": salary, "current_level": event["level_id"]},
            4: {"current_salary": salary},
            5: {"eligibility_date": date},
            6: {"is_enrolled": True, "enrollment_date": date, "deferral_rate": rate},
            7: {"is_enrolled": False, "enrollment_date": None, "deferral_rate": rate},
            8: {"deferral_rate": rate},
            9: {"employee_contribution": amount},
            10: {"employer_match": amount},
            11: {"investment_return": amount},
        }
        if event["event_sequence"] in (3, 4):
            self.amounts_are_right &= amount == salary - self.current_salary
        self.account_balance += amount if event["event_sequence"] >= 9 else 0
        for name, value in changes.get(event["event_sequence"], {}).items():
            setattr(self, name, value)


def replay_differences(connection: Connection, rules: dict[str, Any]) -> list[str]:
    """Rows of the snapshot that are not the census and the events replayed in order of (year, sequence).

    `rules`: the first year's `simulation_year`, `minimum_age` and `wait_days`, and `minimum_salary` by level. The birth
    date of a hire is in no event; its age is.
    """
    people = {
        row["employee_id"]: _from_census(row, rules)
        for row in _rows(connection, "from census where termination_date is null")
    }
    by_person: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for event in _rows(connection, "from fct_yearly_events order by simulation_year, event_sequence, employee_id"):
        by_person[event["simulation_year"], event["employee_id"]].append(event)
    differing = []
    for row in _rows(connection, "from fct_workforce_snapshot order by simulation_year, employee_id"):
        year, number = row["simulation_year"], row["employee_id"]
        events = by_person.pop((year, number), [])
        if number not in people and events and events[0]["event_sequence"] == 1:
            people[number] = _hired(events[0])
        if number not in people:
            differing.append(f"{year}, {number}: neither in the census nor hired")
            continue
        expected = _replayed(people[number], year, events)
        expected |= {"age": year - row["birth_date"].year, "tenure": year - row["hire_date"].year}
        found = row | {"amounts_are_right": True}
        differing += [
            f"{year}, {number}: {name} is {found[name]}, replayed {value}"
            for name, value in expected.items()
            if found[name] != value
        ]
    return differing + [f"{key}: events without a row" for key in by_person]


def _hired(event: Row) -> _Person:
    return _Person(event["event_date"], event["level_id"], event["salary"])


def _from_census(row: Row, rules: dict[str, Any]) -> _Person:
    """Section 3."""
    level = row["level_id"]
    if level is None:
        level = max((number for number, least in rules["minimum_salary"].items() if least <= row["salary"]), default=1)
    waited = row["hire_date"] + dt.timedelta(days=rules["wait_days"])
    eligible = max(waited, dt.date(row["birth_date"].year + rules["minimum_age"], 1, 1))
    enrolled = row["deferral_rate"] > 0
    return _Person(
        row["hire_date"],
        level,
        row["salary"],
        eligibility_date=eligible if eligible < dt.date(rules["simulation_year"], 1, 1) else None,
        is_enrolled=enrolled,
        enrollment_date=row["enrollment_date"] if enrolled else None,
        deferral_rate=row["deferral_rate"],
        account_balance=row["account_balance"],
    )


def _replayed(person: _Person, year: int, events: list[Row]) -> Row:
    """The snapshot's columns at the end of the year."""
    person.employee_contribution = person.employer_match = person.investment_return = 0
    start, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    salaries = [(max(start, person.hire_date), person.current_salary)]
    for event in events:
        person.replay(event)
        if event["event_sequence"] in (3, 4):
            salaries.append((event["event_date"], person.current_salary))
    gone = end if person.termination_date is None else person.termination_date + dt.timedelta(days=1)
    paid = sum(salary * (until - date).days for (date, salary), (until, _) in pairwise([*salaries, (gone, 0)]))
    length = (end - start).days
    person.paid_compensation = (paid + length // 2) // length
    return asdict(person)


def _rows(connection: Connection, query: str) -> list[Row]:
    relation = connection.sql(query)
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


IDENTITIES: dict[str, Identity] = {name: _by_query(query) for name, query in _SQL.items()} | {
    "payloads": wrong_payloads
}
