"""One employee in one year: docs/model.md sections 3, 4, 6 and 8 to 10, rule by rule."""

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from tests.reference.oracle_draws import Draw, Stream, half_up, uniform
from tests.reference.oracle_inputs import Cents, Employee, Row, Year

Event = tuple[Any, ...]


@dataclass
class EmployeeYear:
    """One employee in one year; `apply_rules` goes through the rules in the order of section 3."""

    year: Year
    person: Employee
    at_start: bool
    reason: str | None = None
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Section 3: age and tenure reached in the year, and the segment of the level held at the start."""
        number, tables = self.year.number, self.year.tables
        self.age = number - self.person.birth_date.year
        self.tenure = number - self.person.hire_date.year
        self.age_band = tables.age_bands[self.age]
        self.tenure_band = tables.tenure_bands[self.tenure]
        bands = (self.age_band["age_band"], self.tenure_band["tenure_band"])
        self.segment = tables.segments[number, *bands, self.person.level]
        self.first = 0 if self.at_start else self.year.day(self.person.hire_date)
        self.last = self.year.length - 1
        self.s0 = self.s1 = self.s2 = self.person.salary
        self.was_enrolled = self.person.is_enrolled
        self.enrollment_day: int | None = None
        self.opt_out_day: int | None = None
        self.ee = self.match = self.gain = 0

    def draw(self, stream: Stream) -> Draw:
        return self.year.draw(self.person.employee_id, stream)

    def leaves_by_hazard(self) -> bool:
        """Section 5.1."""
        return bool(self.draw(Stream.TERMINATION).hi < self.segment["termination_threshold"])

    def apply_rules(self) -> None:
        """Section 3, order of the year; terminations, head-count and hires are decided before."""
        if not self.at_start:
            self._record_hire()
        if self.reason:
            self._leave(self.reason)
        if self.at_start and self.s0 > 0:
            self._promote()
            self._raise()
        self._become_eligible()
        if not self.was_enrolled and self.person.eligibility_date is not None:
            self._enroll(self.person.eligibility_date)
        self._escalate()
        self._contribute()
        self._earn()

    def _event(self, sequence: int, kind: str, day: int, payload: Row, **numbers: int) -> None:
        """Section 1, columns of fct_yearly_events."""
        employee_id, number = self.person.employee_id, self.year.number
        self.events.append(
            (
                employee_id * 1_000_000 + number * 100 + sequence,
                number,
                employee_id,
                sequence,
                kind,
                self.year.date(day),
                json.dumps(payload, sort_keys=True, separators=(",", ":")),
                *(numbers.get(name) for name in ("amount", "salary", "level_id", "rate")),
            )
        )

    def _record_hire(self) -> None:
        """Section 7, last sentence."""
        payload = {"age": self.age, "level_id": self.person.level}
        self._event(1, "hire", self.first, payload, salary=self.s0, level_id=self.person.level)

    def _leave(self, reason: str) -> None:
        """Section 6."""
        length, rules = self.year.length, self.year.rules
        if reason == "new_hire":
            r = length - 1 - self.first
            self.last = self.first + min(r, 1 + uniform(self.draw(Stream.HIRE_DETAILS).lo, r))
        else:
            self.last = uniform(self.draw(Stream.TERMINATION).lo, length)
        if reason == "hazard":
            reason = "retirement" if self.age >= rules["retirement_age"] else "voluntary"
        self.person.termination_date = self.year.date(self.last)
        payload = {
            "age_band": self.age_band["age_band_name"],
            "reason": reason,
            "tenure_band": self.tenure_band["tenure_band_name"],
        }
        self._event(2, "termination", self.last, payload)

    def _promote(self) -> None:
        """Section 8, promotion."""
        rules, person, bits = self.year.rules, self.person, self.draw(Stream.PROMOTION)
        day, spread = rules["promotion_day"], rules["promotion_spread_bps"]
        if day > self.last or bits.hi >= self.segment["promotion_threshold"]:
            return
        lever = self.year.tables.levels[self.year.number, person.level]
        g = lever["promotion_raise_bps"] + uniform(bits.lo, 2 * spread + 1) - spread
        self.s1 = self.s2 = max(half_up(self.s0 * (10000 + g), 10000), lever["next_level_min_salary"])
        payload = {"from_level": person.level, "to_level": person.level + 1}
        person.level, person.salary = person.level + 1, self.s1
        numbers = {"amount": self.s1 - self.s0, "salary": self.s1, "level_id": person.level, "rate": g}
        self._event(3, "promotion", day, payload, **numbers)

    def _raise(self) -> None:
        """Section 8, raise."""
        rules, person, number = self.year.rules, self.person, self.year.number
        slot = uniform(self.draw(Stream.RATING).hi, 100)
        rating = self.year.tables.slots[number, slot]["rating"]
        merit, cola = self.year.tables.merit[number, person.level, rating], rules["cola_bps"]
        day = rules["merit_day"]
        if day > self.last or merit + cola <= 0:
            return
        self.s2 = person.salary = half_up(self.s1 * (10000 + merit + cola), 10000)
        payload = {"cola_bps": cola, "merit_bps": merit, "rating": rating}
        numbers = {"amount": self.s2 - self.s1, "salary": self.s2, "rate": merit + cola}
        self._event(4, "raise", day, payload, **numbers)

    def pay(self, a: int, b: int) -> Cents:
        """Section 9: pay for the days a … b inclusive."""
        promotion, merit, e = self.year.rules["promotion_day"], self.year.rules["merit_day"], b + 1
        d0 = max(0, min(e, promotion) - a)
        d1 = max(0, min(e, merit) - max(a, promotion))
        d2 = max(0, e - max(a, merit))
        return half_up(self.s0 * d0 + self.s1 * d1 + self.s2 * d2, self.year.length)

    def _become_eligible(self) -> None:
        """Section 10, eligibility."""
        rules, person = self.year.rules, self.person
        if person.eligibility_date is not None or self.age < rules["minimum_age"]:
            return
        day = max(0, self.year.day(person.hire_date + dt.timedelta(days=rules["wait_days"])))
        if day <= self.last:
            person.eligibility_date = self.year.date(day)
            payload = {"minimum_age": rules["minimum_age"], "wait_days": rules["wait_days"]}
            self._event(5, "eligibility", day, payload)

    def _enroll(self, eligible_from: dt.date) -> None:
        """Section 10, enrolment: voluntary, else automatic, and the opt-out from the latter."""
        rules, voluntary = self.year.rules, self.draw(Stream.VOLUNTARY_ENROLLMENT)
        day = max(0, self.year.day(eligible_from)) + uniform(voluntary.lo, rules["voluntary_window_days"])
        if voluntary.hi < self.segment["voluntary_threshold"] and day <= self.last:
            chosen = self.segment["voluntary_rate_bps"]
            wants_all = self.draw(Stream.DEFERRAL_CHOICE).hi < rules["whole_match_threshold"]
            rate = max(chosen, rules["match_ceiling_bps"]) if wants_all else chosen
            self._record_enrollment(day, rate, {"method": "voluntary", "whole_match": rate > chosen})
            return
        day = self.year.day(eligible_from) + rules["auto_delay_days"]
        hired_late_enough = self.person.hire_date >= rules["auto_hired_from"]
        if rules["auto_enrollment"] and hired_late_enough and 0 <= day <= self.last:
            self._record_enrollment(day, rules["auto_rate_bps"], {"method": "auto", "whole_match": False})
            self._opt_out(day)

    def _record_enrollment(self, day: int, rate: int, payload: Row) -> None:
        person = self.person
        self.enrollment_day, self.enrolled_rate = day, rate
        person.is_enrolled, person.enrollment_date, person.deferral_rate = True, self.year.date(day), rate
        self._event(6, "enrollment", day, payload, rate=rate)

    def _opt_out(self, enrolled_on: int) -> None:
        """Section 10, opt-out."""
        bits, person = self.draw(Stream.OPT_OUT), self.person
        k = min(self.year.rules["opt_out_window_days"], self.last - enrolled_on)
        if bits.hi < self.segment["opt_out_threshold"] and k >= 1:
            self.opt_out_day = enrolled_on + 1 + uniform(bits.lo, k)
            person.is_enrolled, person.enrollment_date, person.deferral_rate = False, None, 0
            self._event(7, "enrollment_change", self.opt_out_day, {"reason": "opt_out"}, rate=0)

    def _escalate(self) -> None:
        """Section 10, escalation."""
        rules, person = self.year.rules, self.person
        cap, wait = rules["escalation_cap_bps"], dt.timedelta(days=rules["escalation_minimum_days"])
        long_enough = person.enrollment_date is None or person.enrollment_date + wait <= self.year.start
        takes_part = self.draw(Stream.ESCALATION).hi < rules["escalation_threshold"]
        if self.was_enrolled and person.deferral_rate < cap and long_enough and takes_part:
            stepped = person.deferral_rate + rules["escalation_step_bps"]
            person.deferral_rate = min(stepped, cap)
            self._event(8, "deferral_escalation", 0, {"at_cap": stepped >= cap}, rate=person.deferral_rate)

    def _contribute(self) -> None:
        """Section 10, contributions."""
        if self.was_enrolled:
            start, rate = 0, self.person.deferral_rate
        elif self.enrollment_day is not None:
            start, rate = self.enrollment_day, self.enrolled_rate
        else:
            return
        end = self.last if self.opt_out_day is None else self.opt_out_day - 1
        rules = self.year.rules
        base = min(self.pay(start, end), rules["compensation_limit"])
        wanted, limit = half_up(base * rate, 10000), rules["elective_limit"] + self._catch_up()
        self.ee = min(wanted, limit)
        raw = self._raw_match(base)
        self.match = min(raw, max(0, rules["annual_additions_limit"] - min(self.ee, rules["elective_limit"])))
        if self.ee > 0:
            limited = "elective_deferral" if wanted > limit else "none"
            payload = {"limited_by": limited, "source": "employee"}
            self._event(9, "contribution", end, payload, amount=self.ee, rate=rate)
        if self.match > 0:
            limited = "annual_additions" if self.match < raw else "none"
            payload = {"limited_by": limited, "source": "employer_match"}
            self._event(10, "contribution", end, payload, amount=self.match)

    def _catch_up(self) -> Cents:
        rules = self.year.rules
        if rules["super_catch_up_from_age"] <= self.age <= rules["super_catch_up_to_age"]:
            return int(rules["super_catch_up_limit"])
        return int(rules["catch_up_limit"]) if self.age >= rules["catch_up_age"] else 0

    def _raw_match(self, base: Cents) -> Cents:
        """Section 10, the match before the limit on annual additions."""
        rules, total, below = self.year.rules, 0, 0
        if rules["match_last_day_rule"] and self.person.termination_date is not None:
            return 0
        for tier in (1, 2, 3):
            cap = half_up(base * rules[f"tier{tier}_up_to_bps"], 10000)
            total += max(0, min(self.ee, cap) - below) * rules[f"tier{tier}_match_bps"]
            below = cap
        return half_up(total, 10000)

    def _earn(self) -> None:
        """Section 10, investment return and balance."""
        person, bits, spread = (
            self.person,
            self.draw(Stream.INVESTMENT),
            self.year.rules["portfolio_spread_bps"],
        )
        invested = person.balance + (self.ee + self.match) // 2
        if person.termination_date is None and invested > 0:
            portfolio = self.segment["portfolio_bps"]
            g = portfolio + uniform(bits.lo, 2 * spread + 1) - spread
            self.gain = half_up(invested * (10000 + g), 10000) - invested
            payload = {"age_band": self.age_band["age_band_name"], "portfolio_bps": portfolio}
            self._event(11, "investment_return", self.year.length - 1, payload, amount=self.gain, rate=g)
        person.balance += self.ee + self.match + self.gain
