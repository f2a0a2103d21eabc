"""Shape of the model's parameters: one class per file of `config/parameters/`, values by date or by year."""

import datetime as dt
import re
from itertools import pairwise
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

T = TypeVar("T")
Unit = Literal["bps", "USD", "days", "years", "percent", "boolean", "date", "month-day"]
MAX_AGE = 120


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _month_day(text: str) -> str:
    # 29 February does not exist in every year.
    if not re.fullmatch(r"\d\d-\d\d", text):
        raise ValueError("must be MM-DD")
    try:
        dt.date(2025, int(text[:2]), int(text[3:]))
    except ValueError as error:
        raise ValueError("must be a day of every year as MM-DD") from error
    return text


def _adds_to_hundred(shares: dict[int, int]) -> dict[int, int]:
    if sum(shares.values()) != 100:
        raise ValueError(f"shares must add up to 100; they add up to {sum(shares.values())}")
    return shares


Probability = Annotated[int, Field(ge=0, le=10_000)]
Rate = Annotated[int, Field(ge=0, le=10_000)]
Factor = Annotated[int, Field(ge=0, le=1_000_000)]
Days = Annotated[int, Field(ge=0, le=366)]
Window = Annotated[int, Field(ge=1, le=366)]
Age = Annotated[int, Field(ge=0, le=MAX_AGE)]
Dollars = Annotated[int, Field(ge=0, le=40_000_000)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
HireAge = Annotated[int, Field(ge=0, le=100)]
HireAges = Annotated[dict[HireAge, Annotated[int, Field(ge=0)]], AfterValidator(_adds_to_hundred)]
Shares = Annotated[dict[int, Annotated[int, Field(ge=0)]], AfterValidator(_adds_to_hundred)]


class Band(_Strict):
    """Covers `min <= value < max`."""

    name: Annotated[str, Field(pattern=r"^[0-9A-Za-z<>+ .-]+$")]
    min: int
    max: int


class Bands(_Strict):
    """Bands that cover 0 to 120 without gap or overlap."""

    description: str
    unit: Unit
    reference: str
    bands: list[Band]

    @model_validator(mode="after")
    def _contiguous(self) -> "Bands":
        names = [band.name for band in self.bands]
        if len(set(names)) != len(names):
            raise ValueError(f"band names must differ; found {names}")
        for left, right in pairwise(self.bands):
            if left.max != right.min:
                what = "overlap" if left.max > right.min else "leave a gap"
                raise ValueError(
                    f"bands '{left.name}' and '{right.name}' {what}: '{right.name}' must begin at {left.max}"
                )
        if any(band.min >= band.max for band in self.bands):
            raise ValueError("each band needs min < max")
        if not self.bands or self.bands[0].min != 0 or self.bands[-1].max != MAX_AGE + 1:
            raise ValueError(f"the bands must cover 0 to {MAX_AGE}: first min 0, last max {MAX_AGE + 1}")
        return self


class _Parameter(_Strict, Generic[T]):
    description: str
    unit: Unit
    reference: str


class Effective(_Parameter[T], Generic[T]):
    """A value holds from its date until the next one."""

    values: Annotated[dict[dt.date, T], Field(min_length=1)]

    def of(self, year: int) -> T:
        """The value on 1 January of `year`."""
        dates = [date for date in self.values if date <= dt.date(year, 1, 1)]
        if not dates:
            raise LookupError(f"no value on {year}-01-01; the first one is effective {min(self.values)}")
        return self.values[max(dates)]


class Yearly(_Parameter[T], Generic[T]):
    """Every year has a value of its own."""

    values: Annotated[dict[int, T], Field(min_length=1)]

    def of(self, year: int) -> T:
        """The value of `year`."""
        if year not in self.values:
            raise LookupError(f"no value for {year}; years listed: {', '.join(map(str, sorted(self.values)))}")
        return self.values[year]


class BandFile(_Strict):
    """`bands.yaml`."""

    age_bands: Bands
    tenure_bands: Bands


class Workforce(_Strict):
    """`workforce.yaml`."""

    growth_rate: Effective[Annotated[int, Field(ge=-10_000, le=10_000)]]
    new_hire_termination_rate: Effective[Annotated[int, Field(ge=0, le=9_000)]]
    retirement_age: Effective[Age]
    termination_base_rate: Effective[Probability]
    termination_age_factor: Effective[dict[str, Factor]]
    termination_tenure_factor: Effective[dict[str, Factor]]
    termination_level_factor: Effective[dict[int, Factor]]


class Hiring(_Strict):
    """`hiring.yaml`."""

    hire_age_share: Effective[HireAges]
    hire_level_share: Effective[Shares]
    hire_salary_from: Effective[dict[int, Dollars]]
    hire_salary_to: Effective[dict[int, Dollars]]


class Compensation(_Strict):
    """`compensation.yaml`."""

    level_minimum_salary: Effective[dict[int, Dollars]]
    promotion_date: Effective[MonthDay]
    promotion_base_rate: Effective[Probability]
    promotion_age_factor: Effective[dict[str, Factor]]
    promotion_tenure_factor: Effective[dict[str, Factor]]
    promotion_level_factor: Effective[dict[int, Factor]]
    promotion_raise: Effective[dict[int, Rate]]
    promotion_raise_spread: Effective[Rate]
    merit_date: Effective[MonthDay]
    merit_rate: Effective[dict[int, Rate]]
    cola_rate: Effective[Rate]
    rating_share: Effective[Shares]
    rating_factor: Effective[dict[int, Factor]]


class MatchTier(_Strict):
    """Contributions up to the share `up_to` of pay are matched at `match`."""

    up_to: Rate
    match: Rate


def _ascending(tiers: list[MatchTier]) -> list[MatchTier]:
    bounds = [tier.up_to for tier in tiers]
    if bounds != sorted(set(bounds)) or bounds[0] == 0:
        raise ValueError(f"tiers must ascend in 'up_to' from above 0; found {bounds}")
    return tiers


MatchTiers = Annotated[list[MatchTier], Field(min_length=1, max_length=3), AfterValidator(_ascending)]


class RetirementPlan(_Strict):
    """`retirement_plan.yaml`."""

    minimum_age: Effective[Age]
    waiting_period: Effective[Annotated[int, Field(ge=0, le=1_096)]]
    auto_enrollment: Effective[bool]
    auto_enrollment_hired_from: Effective[dt.date]
    auto_enrollment_delay: Effective[Days]
    auto_enrollment_rate: Effective[Rate]
    opt_out_rate: Effective[dict[str, Probability]]
    opt_out_level_factor: Effective[dict[int, Factor]]
    opt_out_window: Effective[Window]
    voluntary_rate: Effective[dict[str, Probability]]
    voluntary_level_factor: Effective[dict[int, Factor]]
    voluntary_window: Effective[Window]
    voluntary_deferral_rate: Effective[dict[str, Rate]]
    voluntary_deferral_level_step: Effective[Rate]
    whole_match_rate: Effective[Probability]
    escalation_rate: Effective[Probability]
    escalation_step: Effective[Rate]
    escalation_cap: Effective[Rate]
    escalation_minimum_days: Effective[Annotated[int, Field(ge=0, le=3_660)]]
    match_tiers: Effective[MatchTiers]
    match_last_day_rule: Effective[bool]


class IrsLimits(_Strict):
    """`irs_limits.yaml`."""

    elective_deferral_limit: Yearly[Dollars]
    catch_up_limit: Yearly[Dollars]
    super_catch_up_limit: Yearly[Dollars]
    compensation_limit: Yearly[Dollars]
    annual_additions_limit: Yearly[Dollars]
    catch_up_age: Effective[Age]
    super_catch_up_from_age: Effective[Age]
    super_catch_up_to_age: Effective[Age]


Return = Annotated[int, Field(ge=-9_000, le=30_000)]


class Investment(_Strict):
    """`investment.yaml`."""

    equity_return: Yearly[Return]
    bond_return: Yearly[Return]
    equity_share: Effective[dict[str, Rate]]
    return_spread: Effective[Annotated[int, Field(ge=0, le=900)]]


class Parameters(_Strict):
    """All parameters; one field per file of `config/parameters/`."""

    bands: BandFile
    workforce: Workforce
    hiring: Hiring
    compensation: Compensation
    retirement_plan: RetirementPlan
    irs_limits: IrsLimits
    investment: Investment

    def age_names(self) -> list[str]:
        """Names of the age bands."""
        return [band.name for band in self.bands.age_bands.bands]

    def tenure_names(self) -> list[str]:
        """Names of the tenure bands."""
        return [band.name for band in self.bands.tenure_bands.bands]

    def levels(self) -> list[int]:
        """Levels are those of the hire shares of the first effective date: 1 … n."""
        shares = self.hiring.hire_level_share.values
        return sorted(shares[min(shares)])

    def parameter_files(self) -> list[tuple[str, _Strict]]:
        """Each file's name without suffix, and its content."""
        return [(name, getattr(self, name)) for name in type(self).model_fields]
