"""Sand-dust decisions (沙尘认定): what the rule proposes in a year, what was decided, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lantian.airquality.sanddust import SandDustRules
from lantian.apps.telemetry.air import Air
from lantian.apps.telemetry.models import Point, SandDustDecision
from lantian.apps.telemetry.pages.points import point_words
from lantian.apps.telemetry.pages.stations import Option
from lantian.apps.telemetry.readings.dust import Candidate, Drawing, area_hours, candidates, drawing
from lantian.apps.telemetry.readings.window import Window
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.labels import CONFIDENCES
from lantian.policy.records_air import SandDustRecord

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class DustQuery:
    """What the address asks; None and blank are the page's own choice. pick: start of a candidate (Beijing)."""

    year: int | None = None
    area: str = ""
    pick: str = ""


@dataclass(frozen=True)
class CandidateLine:
    """A candidate on the clock: start of its first hour and end of its last (UTC); state: of the decision upon it."""

    candidate: Candidate
    starts: datetime
    ends: datetime
    peak_at: datetime
    decision: SandDustDecision | None

    @property
    def key(self) -> str:
        """The candidate's start as an address and a field write it (Beijing)."""
        return f"{self.starts.astimezone(BEIJING):%Y-%m-%dT%H:%M}"

    @property
    def until(self) -> str:
        """The candidate's end as a field writes it (Beijing)."""
        return f"{self.ends.astimezone(BEIJING):%Y-%m-%dT%H:%M}"


@dataclass(frozen=True)
class Label:
    """A word on the time axis [px]."""

    x: float
    day: date


@dataclass(frozen=True)
class DecisionLine:
    """A recorded decision: the end of its last hour, and the points it covers by name (empty: all of the area)."""

    decision: SandDustDecision
    ends: datetime
    area: Text
    points: tuple[str, ...]


@dataclass(frozen=True)
class DustPage:
    """The page of one area in one year."""

    year: int
    years: tuple[int, ...]
    area: str
    area_name: Text
    areas: tuple[Option, ...]
    points: tuple[Point, ...]
    lines: tuple[CandidateLine, ...]
    picked: CandidateLine | None
    drawn: Drawing | None
    labels: tuple[Label, ...]
    decisions: tuple[DecisionLine, ...]
    rules: SandDustRules
    record: SandDustRecord
    confidence: Text
    snapshot: str
    synthetic: bool

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The items that a decision may take out."""
        return self.rules.excluded


def dust_page(
    air: Air, points: Sequence[Point], decisions: Sequence[SandDustDecision], query: DustQuery
) -> DustPage | None:
    """Return the page, or None where no evaluated point has data."""
    covered = air.coverage()
    known = [point for point in points if point.evaluated and point.pk in covered]
    if not known:
        return None
    years = tuple(range(air.day.year, day_of(min(covered[point.pk].first for point in known)).year - 1, -1))
    year = query.year if query.year in years else air.day.year
    codes = sorted({point.area_code[:6] for point in known})
    own = air.pack.header.jurisdiction.removeprefix("cn-")
    area = query.area if query.area in codes else (own if own in codes else codes[0])
    chosen = tuple(point for point in known if point.area_code[:6] == area)
    words = point_words(air.pack)
    record = air.pack.all(SandDustRecord)[0]
    rules = air.rules.sand_dust()
    window, found = _candidates(air, chosen, year, rules)
    recorded = [one for one in decisions if not one.area_code or one.area_code[:6] == area]
    lines = tuple(_line(window, one, recorded) for one in found)
    picked = next((line for line in lines if line.key == query.pick), lines[-1] if lines else None)
    drawn = _drawn(window, picked, rules)
    return DustPage(
        year=year,
        years=years,
        area=area,
        area_name=words.area(area),
        areas=tuple(Option(code, words.area(code)) for code in codes),
        points=chosen,
        lines=lines[::-1],
        picked=picked,
        drawn=drawn,
        labels=tuple(Label(tick.x, _start(window, tick.position).date()) for tick in drawn.ticks) if drawn else (),
        decisions=tuple(_decision(one, known, words.area(one.area_code)) for one in decisions),
        rules=rules,
        record=record,
        confidence=CONFIDENCES[record.confidence],
        snapshot=air.snapshot,
        synthetic=any(point.synthetic for point in chosen),
    )


def _candidates(
    air: Air, points: Sequence[Point], year: int, rules: SandDustRules
) -> tuple[Window, tuple[Candidate, ...]]:
    """Return the hours of a year with the day before it, and the rule's candidates up to the moment."""
    first, last = date(year, 1, 1) - timedelta(days=1), min(date(year, 12, 31), air.day)
    window = Window(air.hours(tuple(point.pk for point in points), first, last), air.as_of.instant)
    series = area_hours(window.hours, max(window.place + 1, 0))
    return window, candidates(series, rules, since=24)


def _start(window: Window, position: int) -> datetime:
    return (window.end_of(position) - HOUR).astimezone(BEIJING)


def _line(window: Window, found: Candidate, decisions: Sequence[SandDustDecision]) -> CandidateLine:
    starts, ends = _start(window, found.first), window.end_of(found.last)
    touching = [one for one in decisions if one.first_hour < ends and one.last_hour >= starts]
    official = [one for one in touching if one.status == SandDustDecision.Status.OFFICIAL]
    return CandidateLine(
        found, starts, ends, _start(window, found.evidence.peak_at), next(iter(official or touching), None)
    )


def _drawn(window: Window, picked: CandidateLine | None, rules: SandDustRules) -> Drawing | None:
    if picked is None:
        return None
    return drawing(area_hours(window.hours, window.place + 1), picked.candidate, rules)


def _decision(one: SandDustDecision, points: Sequence[Point], area: Text) -> DecisionLine:
    names = {point.pk: point.name for point in points}
    return DecisionLine(one, one.last_hour + HOUR, area, tuple(names.get(pk, pk) for pk in one.points))
