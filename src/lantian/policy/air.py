"""The air standards of a pack, bound to the pure calculations (政策包与计算的结合).

``air_rules(load_pack("cn"))`` answers every question by the day of the *observation*: which index edition, which
limits, which validity, which evaluation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Protocol, TypeVar

from lantian.airquality.composite import CompositeRules
from lantian.airquality.evaluation import EvaluationRules, LimitSet
from lantian.airquality.index import Category, Edition, Scale
from lantian.airquality.reference_state import ReferenceState
from lantian.airquality.sanddust import SandDustRules
from lantian.airquality.target import ProjectionRules, TargetRules
from lantian.airquality.trend import TrendRules
from lantian.airquality.validity import ValidityRules, YearMinimum
from lantian.kernel.calendar import LegalCalendar
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.factors import Factor
from lantian.policy.records import Record
from lantian.policy.records_air import (
    CategoryRecord,
    ChangeTestRecord,
    CompositeRecord,
    EvaluationRecord,
    HolidayYearRecord,
    IndexEditionRecord,
    Limit,
    ProjectionRecord,
    ReferenceStateRecord,
    SandDustRecord,
    ScaleRecord,
    SensitiveGroupRecord,
    TrendTestRecord,
    ValidityRecord,
)

R = TypeVar("R", bound=Record)
_OZONE_DAY = "8h"
_DAY = "24h"


class Records(Protocol):
    """What is needed of a pack."""

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """Return the records of a kind."""
        ...


class AirRulesError(LantianError):
    """A pack without the record that a calculation asks for."""


def air_rules(pack: Records) -> "AirRules":
    """Bind a pack's air standards."""
    return AirRules(pack)


@dataclass(frozen=True, eq=False)
class AirRules:
    """The standards of one pack, looked up by the day of the observation."""

    pack: Records

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        """Every edition of the index, oldest first."""
        records = sorted(self.pack.all(IndexEditionRecord), key=lambda record: record.valid_from or date.min)
        return tuple(self._edition(record) for record in records)

    def edition(self, which: str | date) -> Edition:
        """Return the index edition of a name (``2012``, ``2026``) or of a Beijing day."""
        for edition in self.editions:
            if which == edition.name or (isinstance(which, date) and _holds(edition, which)):
                return edition
        raise _absent(IndexEditionRecord, str(which), [edition.name for edition in self.editions])

    def limits(self, day: date, grade: int = 2) -> LimitSet:
        """Return the annual and daily limits of a grade on a day."""
        return self._limit_set(self._on(Limit, day), grade)

    def limit(self, factor: Factor, period: str, day: date) -> Limit:
        """Return the limit of a factor and averaging period (``year``, ``season``, ``24h``, ``8h``, ``1h``)."""
        found = [record for record in self._on(Limit, day) if record.factor is factor and record.period == period]
        if not found:
            known = [f"{record.factor} {record.period}" for record in self._on(Limit, day)]
            raise _absent(Limit, f"{factor} {period} @ {day}", known)
        return found[0]

    @cached_property
    def limit_phases(self) -> tuple[tuple[date | None, date | None, str], ...]:
        """The phases of the limits: first day, last day, name; oldest first."""
        phases = {(record.valid_from, record.valid_to, record.phase) for record in self.pack.all(Limit)}
        return tuple(sorted(phases, key=lambda phase: phase[0] or date.min))

    def validity(self, day: date, grade: int = 2) -> ValidityRules:
        """Return the validity rules on a day."""
        records = self._on(ValidityRecord, day)
        window, maximum = _only(records, "window"), _only(records, "day_maximum")
        return ValidityRules(
            edition=self._first(EvaluationRecord, day).name,
            hour_minutes=_only(records, "hour").minimum,
            day_hours={
                factor: record.minimum for record in records if record.mean == "day" for factor in record.factors
            },
            window_hours=window.window_hours or 0,
            window_minimum=window.minimum,
            window_first_end=maximum.first_end or 0,
            day_windows=maximum.minimum,
            exceeding=self.limit(Factor.O3, _OZONE_DAY, day).of_grade(grade),
            month=_minimum(_only(records, "month")),
            year=_minima(records, "year"),
            season=_minima(records, "season"),
        )

    def evaluation(self, day: date, grade: int = 2) -> EvaluationRules:
        """Return the evaluation rules in force on a day (for a period: on its last day), with all phases of limits."""
        record = self._first(EvaluationRecord, day)
        phases = [self.limits(first or (last or day), grade) for first, last, _ in self.limit_phases]
        return EvaluationRules(
            edition=record.name,
            percentiles={factor: Fraction(share) for factor, share in record.percentiles.items()},
            means=frozenset(record.means),
            decimals=record.decimals,
            published_decimals=record.published_decimals,
            judged_decimals=record.decimals if record.judge_rounded else None,
            multiple_decimals=record.multiple_decimals,
            rate_decimals=record.rate_decimals,
            station_share=Fraction(record.station_share),
            few_stations=record.few_stations,
            few_station_share=Fraction(record.few_station_share),
            limits=tuple(phases),
            validity=self.validity(day, grade),
        )

    def reference_state(self, day: date) -> ReferenceState:
        """Return the reference state of concentrations on a day."""
        record = self._first(ReferenceStateRecord, day)
        ambient = record.particles == "ambient"
        return ReferenceState(Fraction(record.gas_kelvin), Fraction(record.gas_pascal), particles_ambient=ambient)

    def composite(self, name: str) -> CompositeRules:
        """Return a variant of the composite index: ``ranking``, ``annex-c``, ``weighted``."""
        record = self._named(CompositeRecord, name)
        return CompositeRules(
            record.id,
            record.terms,
            record.limits,
            record.day_limits,
            record.weights,
            record.decimals,
            record.single_decimals,
            record.rounding,
        )

    def trend(self, name: str = "spearman") -> TrendRules:
        """Return the critical values of the trend test."""
        record = self._named(TrendTestRecord, name)
        return TrendRules(record.level, record.smallest, record.decimals, dict(record.critical))

    def change(self) -> ChangeTestRecord:
        """Return how change rates are stated and ranked."""
        return self._named(ChangeTestRecord, "change-ranking")

    def sand_dust(self) -> SandDustRules:
        """Return the rule that proposes sand-dust hours."""
        record = self._named(SandDustRecord, "sand-dust")
        return SandDustRules(
            record.pm10_above,
            record.hours_before,
            Fraction(record.times_before),
            Fraction(record.ratio_share),
            Fraction(record.end_times),
            record.longest_hours,
            record.excluded,
        )

    def projection(self) -> ProjectionRules:
        """Return the settings of the target card."""
        record = self._named(ProjectionRecord, "target-card")
        return ProjectionRules(
            factor=record.factor,
            block_days=record.block_days,
            season_days=record.season_days,
            draws=record.draws,
            coverage=record.coverage,
            season_share=Fraction(record.season_share),
            follow_level=record.follow_level,
        )

    def target(self, day: date) -> TargetRules:
        """Return what a target position is computed by on a day."""
        return TargetRules(self.evaluation(day), self.projection())

    @cached_property
    def calendar(self) -> LegalCalendar:
        """The legal calendar of the years whose notice the pack holds."""
        records = self.pack.all(HolidayYearRecord)
        return LegalCalendar.of(
            (day for record in records for day in record.days_off()),
            (day for record in records for day in record.workdays),
            (record.year for record in records),
        )

    def _edition(self, record: IndexEditionRecord) -> Edition:
        day = record.valid_from or record.valid_to or date.max
        scales = {scale.item: _scale(scale) for scale in self._on(ScaleRecord, day)}
        for item, column in record.same_column.items():
            scales[item] = _alias(scales[column], item)
        return Edition(
            name=record.name,
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            scales=scales,
            daily_items=_by_factor(record.daily_items, scales),
            hourly_items=_by_factor(record.hourly_items, scales),
            categories=tuple(sorted(map(_category, self._on(CategoryRecord, day)), key=lambda level: level.level)),
            primary_above=record.primary_above,
            lists_exceeding=record.lists_exceeding,
            exceeding_above=record.exceeding_above,
            publish_above=record.publish_above,
            sensitive={
                group.factor: Text(group.zh, group.en)
                for group in self.pack.all(SensitiveGroupRecord)
                if group.holds_on(day)
            },
        )

    def _limit_set(self, records: Sequence[Limit], grade: int) -> LimitSet:
        daily = {record.factor: record.of_grade(grade) for record in records if record.period == _DAY}
        ozone = {record.factor: record.of_grade(grade) for record in records if record.period == _OZONE_DAY}
        return LimitSet(
            phase=records[0].phase,
            grade=grade,
            valid_from=records[0].valid_from,
            valid_to=records[0].valid_to,
            year={record.factor: record.of_grade(grade) for record in records if record.period == "year"},
            day=daily | ozone,
        )

    def _on(self, kind: type[R], day: date) -> list[R]:
        found = [record for record in self.pack.all(kind) if record.holds_on(day)]
        if not found:
            raise _absent(kind, str(day), [])
        return found

    def _first(self, kind: type[R], day: date) -> R:
        return self._on(kind, day)[0]

    def _named(self, kind: type[R], name: str) -> R:
        records = self.pack.all(kind)
        for record in records:
            if record.id == name:
                return record
        raise _absent(kind, name, [record.id for record in records])


def _holds(edition: Edition, day: date) -> bool:
    return (edition.valid_from or date.min) <= day <= (edition.valid_to or date.max)


def _absent(kind: type[Record], name: str, known: Sequence[str]) -> AirRulesError:
    listed = ", ".join(known) or "—"
    return AirRulesError(
        Text(
            f"政策包里没有 [[{kind.table}]] 记录“{name}”，已有：{listed}。",
            f"The policy pack has no [[{kind.table}]] record for {name!r}; it has: {listed}.",
        )
    )


def _only(records: Sequence[ValidityRecord], mean: str) -> ValidityRecord:
    for record in records:
        if record.mean == mean:
            return record
    raise _absent(ValidityRecord, mean, [record.mean for record in records])


def _minimum(record: ValidityRecord) -> YearMinimum:
    return YearMinimum(record.minimum, record.month_days or 0, record.february_days or 0)


def _minima(records: Sequence[ValidityRecord], mean: str) -> dict[Factor, YearMinimum]:
    return {factor: _minimum(record) for record in records if record.mean == mean for factor in record.factors}


def _scale(record: ScaleRecord) -> Scale:
    return Scale(
        record.item,
        record.factor,
        record.averaging,
        record.breakpoints,
        record.decimals,
        record.over,
        record.instead,
    )


def _alias(scale: Scale, item: str) -> Scale:
    return Scale(item, scale.factor, "1h", scale.breakpoints, scale.decimals, scale.over, scale.instead)


def _by_factor(items: Sequence[str], scales: dict[str, Scale]) -> dict[Factor, tuple[str, ...]]:
    found: dict[Factor, tuple[str, ...]] = {}
    for item in items:
        factor = scales[item].factor
        found[factor] = (*found.get(factor, ()), item)
    return found


def _category(record: CategoryRecord) -> Category:
    return Category(
        record.level,
        record.low,
        record.high,
        Text(record.zh, record.en),
        Text(record.colour_zh, record.colour_en),
        record.rgb,
        record.cmyk,
        Text(record.advice_zh, record.advice_en),
    )
