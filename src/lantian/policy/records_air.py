"""Records of the air standards (空气标准): index scales, limits, validity, evaluation, composite index, trend."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.factors import Factor
from lantian.policy.records import BadValueError, Record, record_type

Digits = dict[Factor, int]
Amounts = dict[Factor, Decimal]
Share = Decimal


@record_type("scale")
class ScaleRecord(Record):
    """One column of the index table: an item's breakpoints and what happens above the last (HJ 633 table 1)."""

    continuous: ClassVar[tuple[str, ...]] = ("item",)

    item: str = Field(pattern=r"^[A-Z0-9]+_(1H|8H|24H)$")
    factor: Factor
    averaging: Literal["1h", "8h", "24h"]
    unit: Literal["µg/m³", "mg/m³"]
    decimals: int = Field(ge=0, le=3)
    breakpoints: tuple[tuple[Decimal, int], ...] = Field(min_length=2)
    over: Literal["top", "none", "fixed"]
    instead: str | None = None

    @model_validator(mode="after")
    def _breakpoints_rise(self) -> Self:
        if any(left[0] >= right[0] or left[1] >= right[1] for left, right in pairwise(self.breakpoints)):
            raise BadValueError("分段点两列都须递增", "breakpoints must rise in both columns")
        return self


@record_type("index_edition")
class IndexEditionRecord(Record):
    """One edition of the index: the items of its reports and what it names and publishes."""

    continuous: ClassVar[tuple[str, ...]] = ("table",)

    name: str
    daily_items: tuple[str, ...]
    hourly_items: tuple[str, ...]
    same_column: dict[str, str] = {}
    primary_above: int
    lists_exceeding: bool
    exceeding_above: int
    publish_above: int | None = None


@record_type("category")
class CategoryRecord(Record):
    """A level of the index: range, colour, advice."""

    level: int
    low: int
    high: int
    colour_zh: str
    colour_en: str
    rgb: tuple[int, int, int]
    cmyk: tuple[int, int, int, int]
    advice_zh: str
    advice_en: str


@record_type("sensitive_group")
class SensitiveGroupRecord(Record):
    """Who is sensitive to a factor when its sub-index lies above 100; the labels name them."""

    factor: Factor


@record_type("limit")
class Limit(Record):
    """An ambient concentration limit (浓度限值) for both grades in one phase of GB 3095."""

    continuous: ClassVar[tuple[str, ...]] = ("factor", "period")

    factor: Factor
    period: Literal["year", "season", "month", "24h", "8h", "1h"]
    unit: Literal["µg/m³", "mg/m³"]
    grade1: Decimal
    grade2: Decimal
    phase: str

    def of_grade(self, grade: int) -> Decimal:
        """Return the limit of grade 1 or 2."""
        return self.grade1 if grade == 1 else self.grade2


@record_type("reference_state")
class ReferenceStateRecord(Record):
    """Temperature and pressure to which concentrations are stated (参比状态)."""

    continuous: ClassVar[tuple[str, ...]] = ("table",)

    gas_kelvin: Decimal
    gas_pascal: Decimal
    particles: Literal["gas", "ambient"]


@record_type("validity")
class ValidityRecord(Record):
    """The values that one kind of mean needs (GB 3095-2012 table 4)."""

    mean: Literal["hour", "window", "day", "day_maximum", "month", "year", "season"]
    factors: tuple[Factor, ...] = ()
    minimum: int
    window_hours: int | None = None
    first_end: int | None = None
    month_days: int | None = None
    february_days: int | None = None


@record_type("evaluation")
class EvaluationRecord(Record):
    """How an edition of HJ 663 states and judges a period.

    judge_rounded: whether a concentration is compared with its limit after rounding to ``decimals``.
    """

    continuous: ClassVar[tuple[str, ...]] = ("table",)

    name: str
    percentiles: Amounts
    means: tuple[Factor, ...]
    decimals: Digits
    published_decimals: Digits
    judge_rounded: bool
    multiple_decimals: int
    rate_decimals: int
    station_share: Share
    few_stations: int
    few_station_share: Share


@record_type("composite")
class CompositeRecord(Record):
    """A variant of the composite index (综合指数).

    terms: what enters for each factor: ``mean``, ``percentile`` or ``larger`` (annex C, both against their limits).
    rounding: ``sum`` adds exact single indices and rounds once, ``single`` rounds each to ``single_decimals`` first.
    """

    terms: dict[Factor, Literal["mean", "percentile", "larger"]]
    limits: Amounts
    day_limits: Amounts = {}
    weights: Amounts
    decimals: int
    single_decimals: int
    rounding: Literal["sum", "single"]


@record_type("trend_test")
class TrendTestRecord(Record):
    """Critical values Wp of the rank correlation by number of years (HJ 663 annex B)."""

    level: Decimal
    smallest: int
    decimals: int
    critical: tuple[tuple[int, Decimal], ...]


@record_type("change_test")
class ChangeTestRecord(Record):
    """How change rates of the composite index are stated and ranked (2017 scheme)."""

    decimals: int
    grade2_left_out_of_worsening: bool


@record_type("projection")
class ProjectionRecord(Record):
    """Settings of the target card: how the rest of a year is projected."""

    factor: Factor
    block_days: int
    season_days: int
    draws: int
    coverage: Decimal
    season_share: Share
    follow_level: bool


@record_type("sand_dust")
class SandDustRecord(Record):
    """The rule that proposes sand-dust hours (沙尘) for a person to decide.

    An episode starts with an hour whose PM10 lies above ``pm10_above`` and reaches ``times_before`` the mean of the
    ``hours_before`` hours before it while PM2.5/PM10 is at most ``ratio_share`` of theirs; it ends before the first
    hour whose PM10 is at most ``end_times`` that mean. excluded: the factors whose values a decision takes out.
    """

    pm10_above: Decimal
    hours_before: int
    times_before: Decimal
    ratio_share: Decimal
    end_times: Decimal
    longest_hours: int
    excluded: tuple[Factor, ...]


@record_type("holiday_year")
class HolidayYearRecord(Record):
    """A year's holidays and working weekends by the State Council's notice (放假安排).

    off: first and last day of each stretch of days off; workdays: weekend days worked for them.
    """

    year: int
    off: tuple[tuple[date, date], ...]
    workdays: tuple[date, ...]

    @model_validator(mode="after")
    def _days_lie_in_order(self) -> Self:
        if any(last < first for first, last in self.off):
            raise BadValueError("放假时段的末日早于首日", "a stretch of days off ends before it begins")
        return self

    def days_off(self) -> Iterator[date]:
        """Yield every day off."""
        for first, last in self.off:
            yield from (first + timedelta(days=offset) for offset in range((last - first).days + 1))
