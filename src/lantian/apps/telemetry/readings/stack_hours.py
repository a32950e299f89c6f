"""Hours and days of a stack outlet (排口小时值) for pages and print: measured, converted, rate, validity, exceedance.

What was measured comes from the lake as it is; everything else is computed here by ``airquality/cems_hours.py`` and
``cems_series.py`` from the pack's records and the point's own details, and says from what. So is the validity of an
hour: the lake judges by the rules of ambient air, a stack by those of ``cems_validity``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from operator import attrgetter
from typing import Any

from lantian.airquality.cems import Capture, CemsRules, GapRules
from lantian.airquality.cems_hours import (
    Judged,
    StackSetting,
    judge_hour,
)
from lantian.airquality.cems_series import (
    GAP,
    HourFigures,
    HourState,
    StackDay,
    Substitute,
    Tally,
    stack_day,
    substitutes,
)
from lantian.apps.telemetry.models import Device, MaintenanceWindow, Point
from lantian.apps.telemetry.models.links import hour_of
from lantian.apps.telemetry.readings.stack_settings import MASS_UNIT, UNITS, Kept, kept_of, oxygen_of, setting_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.lake import Lake
from lantian.policy.duty import duty_rules
from lantian.policy.pack import Pack
from lantian.policy.records_duty import CemsValidityRecord, ReferenceOxygenRecord
from lantian.policy.records_telemetry import ChannelTemplate, PointKind

HOUR = timedelta(hours=1)
HISTORY = timedelta(days=120)
"""How far back valid hours are looked for; 2,160 of them are 90 days."""
MICRO = 1_000_000
STOPPED_FLAGS = frozenset({"F"})


@dataclass(frozen=True)
class Instead:
    """What stands in for an hour's dry and converted concentration [mg/m³] and its emission rate [kg/h], or None."""

    dry: Substitute | None = None
    converted: Substitute | None = None
    rate: Substitute | None = None


@dataclass(frozen=True)
class StackHour:
    """One hour of one pollutant.

    reported: mean of the hour's valid values, whether or not they are enough; flags: data flags seen in an hour that is
    not valid, in order of letter. instead: what stands in for what is missing.
    """

    start: datetime
    state: HourState
    reported: Fraction | None
    judged: Judged
    instead: Instead
    flags: str


@dataclass(frozen=True)
class PollutantHours:
    """A pollutant over the days asked for. quarter: hours of the calendar quarter up to the end of these days."""

    factor: str
    name: Text
    decimals: int
    limit: Fraction | None
    hours: tuple[StackHour, ...]
    days: Mapping[date, StackDay]
    tally: Tally
    quarter: Tally
    capture: Capture

    @property
    def exceeded(self) -> tuple[StackHour, ...]:
        """The hours above the limit."""
        return tuple(hour for hour in self.hours if hour.judged.over)


@dataclass(frozen=True)
class StackReport:
    """What an outlet emitted, and from what it was computed."""

    point: str
    first: date
    last: date
    setting: StackSetting
    oxygen: ReferenceOxygenRecord | None
    rules: CemsValidityRecord
    pollutants: tuple[PollutantHours, ...]
    rows_used: int
    snapshot: str


@dataclass(frozen=True)
class StackQuestion:
    """Days to show (Beijing, inclusive), the moment of asking, and what was known when (None: all)."""

    first: date
    last: date
    now: datetime
    as_of: datetime | None = None


def stack_hours(point: Point, question: StackQuestion, *, lake: Lake, pack: Pack) -> StackReport:
    """Return the hours and days of an outlet's pollutants; raises StackDetailsError on details it cannot read."""
    kind = pack.find(PointKind, point.kind)
    oxygen = oxygen_of(point, pack, question.last)
    setting = setting_of(point, oxygen)
    templates = {template.factor or template.code: template for template in kind.channels} if kind else {}
    pollutants = [code for code in templates if templates[code].unit == MASS_UNIT]
    pollutants += [code for code in setting.limits if code not in pollutants]
    duty = duty_rules(pack)
    rules = _Rules(duty.cems(), duty.gaps())
    stack = _Stack(_Outlet(point, lake, setting, tuple(pollutants)), question, rules.cems)
    return StackReport(
        point=point.pk,
        first=question.first,
        last=question.last,
        setting=setting,
        oxygen=oxygen,
        rules=pack.get(CemsValidityRecord, "cems", question.last),
        pollutants=tuple(_pollutant(stack, code, templates.get(code), rules) for code in pollutants),
        rows_used=len(stack.rows),
        snapshot=lake.snapshot(question.as_of).id,
    )


# -- what the lake holds -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    value: Fraction | None
    valid: bool


@dataclass(frozen=True)
class _Outlet:
    """A point with the lake that holds its hours, and the factors of its pollutants."""

    point: Point
    lake: Lake
    setting: StackSetting
    pollutants: tuple[str, ...]


class _Stack:
    """The outlet's hours in the lake: those shown, those of the quarter, and earlier ones for substitutes."""

    def __init__(self, outlet: _Outlet, question: StackQuestion, rules: CemsRules) -> None:
        self.point, self.lake, self.setting = outlet.point, outlet.lake, outlet.setting
        self.pollutants, self.question, self.rules = outlet.pollutants, question, rules
        self.start = beijing_day(question.first)
        self.end = max(self.start, min(beijing_day(question.last + timedelta(days=1)), hour_of(question.now)))
        last = question.last
        self.quarter = beijing_day(date(last.year, 3 * ((last.month - 1) // 3) + 1, 1))
        self.first = min(self.start, self.quarter)

    @cached_property
    def rows(self) -> Mapping[tuple[str, datetime], _Row]:
        """Hourly means by factor and start, in the units of the formulas."""
        table = self.lake.hourly(
            start=self.first - HISTORY, end=self.end, points=[self.point.pk], factors=[*self.pollutants, *UNITS],
            as_of=self.question.as_of,
        )  # fmt: skip
        kept, names = kept_of(self.point, self.pollutants), ("factor", "start", "value", "count", "valid")
        rows = zip(*(table.column(name).to_pylist() for name in names), strict=True)
        return {(factor, start): self._row(kept.get(factor, Kept()), row) for factor, start, *row in rows}

    def _row(self, kept: Kept, stored: Sequence[Any]) -> _Row:
        """Read an hour; one that the device averaged itself is one value, which the lake took for valid."""
        value, count, valid = stored
        own = count == 1 and valid
        found = None if value is None else Fraction(round(value * MICRO), MICRO) * kept.scale
        return _Row(found, own or self.rules.hour_is_valid(count * kept.minutes))

    @cached_property
    def flags(self) -> Mapping[tuple[str, datetime], frozenset[str]]:
        """Data flags of the hours without a valid mean, since the quarter began."""
        invalid = [start for (code, start), row in self.rows.items() if self._asks(code, start) and not row.valid]
        if not invalid:
            return {}
        table = self.lake.readings(
            start=min(invalid), end=max(invalid) + HOUR, points=[self.point.pk], factors=list(self.pollutants),
            as_of=self.question.as_of,
        )  # fmt: skip
        found: dict[tuple[str, datetime], set[str]] = defaultdict(set)
        columns = (table.column(name).to_pylist() for name in ("factor", "start", "flag"))
        for factor, start, flag in zip(*columns, strict=True):
            found[factor, hour_of(start)].add(flag or "")
        return {key: frozenset(flags) for key, flags in found.items()}

    def _asks(self, code: str, start: datetime) -> bool:
        return code in self.pollutants and start >= self.first

    @cached_property
    def stops(self) -> Sequence[tuple[datetime, datetime]]:
        """Declared stops of the plant."""
        windows = MaintenanceWindow.objects.filter(device__point=self.point, kind=MaintenanceWindow.Kind.STOP)
        return list(windows.touching(self.first, self.end).values_list("start", "end"))

    def state(self, factor: str, hour: datetime) -> HourState:
        """Return what came of an hour: the plant stood still where all flags say so, or where a stop was declared."""
        row = self.rows.get((factor, hour))
        if row and row.valid:
            return HourState.VALID
        declared = any(start <= hour and hour + HOUR <= end for start, end in self.stops)
        if declared or self.flags.get((factor, hour)) == STOPPED_FLAGS:
            return HourState.STOPPED
        return HourState.INVALID if row else HourState.MISSING

    def judged(self, factor: str, hour: datetime) -> Judged:
        """Judge an hour from its valid means."""
        found = ((code, self.rows.get((code, hour))) for code in (factor, *UNITS))
        means = {code: row.value for code, row in found if row and row.valid and row.value is not None}
        return judge_hour(factor, means, self.setting)

    @cached_property
    def due_from(self) -> datetime:
        """The first hour of the quarter that was due: of a new outlet, from its registration or its first data."""
        registered = Device.objects.filter(point=self.point).order_by("registered_at").first()
        data = [start for (code, start) in self.rows if code in self.pollutants and start >= self.quarter]
        begun = [*data, *([hour_of(registered.registered_at)] if registered else [])]
        return max(self.quarter, min(begun, default=self.end))

    def hours(self, start: datetime) -> list[datetime]:
        """Return the hours from an instant to the end of what is shown."""
        return [start + number * HOUR for number in range(int((self.end - start) / HOUR))]


# -- one pollutant ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rules:
    cems: CemsRules
    gaps: GapRules


def _pollutant(stack: _Stack, factor: str, template: ChannelTemplate | None, rules: _Rules) -> PollutantHours:
    shown = stack.hours(stack.start)
    states = [stack.state(factor, hour) for hour in shown]
    judged = [stack.judged(factor, hour) for hour in shown]
    quarter = Tally.of(stack.state(factor, hour) for hour in stack.hours(stack.due_from))
    instead = _instead(stack, factor, _Shown(states, judged), quarter.capture_percent, rules.gaps)
    hours = tuple(
        StackHour(hour, states[i], _reported(stack, factor, hour), judged[i], instead[i], _flags(stack, factor, hour))
        for i, hour in enumerate(shown)
    )
    return PollutantHours(
        factor=factor,
        name=Text(template.zh, template.en) if template else Text(factor, factor),
        decimals=template.decimals if template else 1,
        limit=stack.setting.limits.get(factor),
        hours=hours,
        days=_days(hours, rules.cems),
        tally=Tally.of(states),
        quarter=quarter,
        capture=quarter.capture(rules.cems),
    )


def _reported(stack: _Stack, factor: str, hour: datetime) -> Fraction | None:
    row = stack.rows.get((factor, hour))
    return row.value if row else None


def _flags(stack: _Stack, factor: str, hour: datetime) -> str:
    return "".join(sorted(stack.flags.get((factor, hour), ())))


@dataclass(frozen=True)
class _Shown:
    states: Sequence[HourState]
    judged: Sequence[Judged]


def _instead(stack: _Stack, factor: str, shown: _Shown, percent: Fraction | None, rules: GapRules) -> list[Instead]:
    """Return what stands in for what is missing; earlier hours are judged only where a gap needs them."""
    size = len(shown.states)
    if not GAP.intersection(shown.states) or percent is None:
        return [Instead()] * size
    back = max((rules.hours_back(percent, gap) or 0 for gap in (1, size)), default=0)
    past = ((start, row) for (code, start), row in stack.rows.items() if code == factor and start < stack.start)
    earlier = sorted(start for start, row in past if row.valid)
    before = [stack.judged(factor, hour) for hour in earlier[-back:]] if back else []
    states, judged = [*(HourState.VALID for _ in before), *shown.states], [*before, *shown.judged]
    found = (substitutes(states, [of(one) for one in judged], percent, rules)[len(before) :] for of in _SUBSTITUTED)
    return [Instead(*each) for each in zip(*found, strict=True)]


_SUBSTITUTED: tuple[Callable[[Judged], Fraction | None], ...] = (
    attrgetter("dry"), attrgetter("converted"), attrgetter("rate"),
)  # fmt: skip
"""What is substituted, in the order of :class:`Instead`."""


def _days(hours: Iterable[StackHour], rules: CemsRules) -> Mapping[date, StackDay]:
    by_day: dict[date, list[HourFigures]] = defaultdict(list)
    for hour in hours:
        figures = HourFigures(hour.state, hour.judged.converted, hour.judged.rate, hour.instead.rate)
        by_day[day_of(hour.start)].append(figures)
    return {day: stack_day(figures, rules) for day, figures in by_day.items()}
