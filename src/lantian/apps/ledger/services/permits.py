"""Discharge permits (排污许可): coverage against the catalogue, execution reports due and late, totals."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from lantian.apps.audit.services import record
from lantian.apps.ledger.models import Credential, PermitReport, Source
from lantian.apps.ledger.rulebook import rules_on
from lantian.apps.ledger.services.credentials import Act, CredentialError
from lantian.kernel.calendar import add_months
from lantian.kernel.errors import Text
from lantian.policy.records_credential import ReportFrequency

PERMIT = "discharge-permit"
MANAGED = ("key", "simple")
"""Classes of the national catalogue that need a permit; registered ones only register."""
POLLUTANTS = ("so2_t", "nox_t", "pm_t", "voc_t")


@dataclass(frozen=True)
class Measured:
    """What monitors measured of a pollutant in a year: tonnes, None without any hour; how it was computed.

    hours: with an emission rate, of all outlets; due: hours in which the outlets were to be measured.
    """

    tonnes: float | None
    hours: int
    due: int
    how: Text

    @property
    def share(self) -> float | None:
        """Completeness: hours with a rate of the hours due."""
        return self.hours / self.due if self.due else None


MeasuredYear = Mapping[str, Measured]
"""By pollutant; one that no monitor measures is absent."""

measured: list[Callable[[Collection[int], int, datetime], Mapping[int, MeasuredYear]]] = []
"""Hook: what was measured of enterprises (by key) in a year up to a moment; joined where emission is computed."""


@dataclass(frozen=True)
class Coverage:
    """How many of the enterprises that the catalogue manages hold a permit in force."""

    managed: int
    held: int
    missing: Sequence[Source]

    @property
    def share(self) -> float | None:
        """Held of managed; None where nothing is managed."""
        return self.held / self.managed if self.managed else None


def coverage(person: Any, on: date) -> Coverage:
    """Count coverage (全覆盖) over the enterprises that a person may see, closed ones left out."""
    firms = Source.objects.visible_to(person).of_kind("enterprise").current().exclude(state="closed")
    managed = firms.filter(attributes__permit_managed__in=MANAGED).select_related("area")
    holders = Credential.objects.of_kind(PERMIT).in_force(on).values("source")
    missing = list(managed.exclude(pk__in=holders).order_by("code")[:500])
    total = managed.count()
    return Coverage(total, managed.filter(pk__in=holders).count(), missing)


@dataclass(frozen=True)
class Due:
    """An execution report that a permit owes: its period, the last day to hand it in, and the one handed in."""

    permit: Credential
    frequency: ReportFrequency
    first: date
    last: date
    due: date
    report: PermitReport | None

    def standing(self, on: date) -> str:
        """``done``, ``done-late``, ``late`` (overdue), ``due`` (period over), or ``coming``."""
        if self.report is not None:
            return "done-late" if self.report.handed_in > self.due else "done"
        if on > self.due:
            return "late"
        return "due" if on > self.last else "coming"

    @property
    def days_late(self) -> int:
        """Days between the last day and the report's; nought in time."""
        return max(0, (self.report.handed_in - self.due).days) if self.report else 0


def frequencies_of(permit: Credential, on: date) -> list[ReportFrequency]:
    """Return how often a permit's reports are due: as it says itself, else by the class of its holder."""
    known = rules_on(ReportFrequency, on)
    said = {part.strip() for part in str(permit.data.get("reports", "")).replace("，", ",").split(",")}
    named = [one for one in known if one.id in said or one.zh in said]
    managed = permit.source.attributes.get("permit_managed", "")
    return named or [one for one in known if managed in one.classes]


def periods(frequency: ReportFrequency, start: date, until: date) -> Iterator[tuple[date, date]]:
    """Yield the whole periods of a frequency that begin on or after a day and lie before another.

    >>> quarter = ReportFrequency(id="q", zh="q", en="q", article=18, months=3, due_days=15)
    >>> [str(first) for first, _ in periods(quarter, date(2019, 2, 1), date(2019, 12, 31))]
    ['2019-04-01', '2019-07-01', '2019-10-01']
    """
    first = date(start.year, 1, 1)
    while first <= until:
        following = add_months(first, frequency.months)
        if first >= start:
            yield first, following - timedelta(days=1)
        first = following


def reports_due(permit: Credential, on: date, back_to: date | None = None) -> list[Due]:
    """Return a permit's reports, due and handed in, newest period first; the running period is ``coming``.

    A permit owes reports from the first whole period that begins in its validity.
    """
    start = permit.issued_on or permit.valid_from
    if start is None:
        return []
    handed = {(one.frequency, one.first): one for one in permit.reports.all()}
    found = [
        Due(
            permit, frequency, first, last, last + timedelta(days=frequency.due_days), handed.get((frequency.id, first))
        )
        for frequency in frequencies_of(permit, on)
        for first, last in periods(frequency, max(start, back_to or start), min(on, permit.valid_to or on))
    ]
    return sorted(found, key=lambda due: (due.last, due.frequency.id), reverse=True)


@transaction.atomic
def hand_in(permit: Credential, due: Due, handed_in: date, emitted: Mapping[str, float], act: Act) -> PermitReport:
    """Record an execution report (提交执行报告). Raises CredentialError before the period ends, or for a second one."""
    if handed_in <= due.last:
        raise CredentialError(Text(f"报告期至 {due.last}，尚未结束。", f"The period lasts until {due.last}."))
    if due.report is not None:
        raise CredentialError(Text("该报告期已有报告。", "There is a report of this period already."))
    made = PermitReport.objects.create(
        permit=permit,
        frequency=due.frequency.id,
        first=due.first,
        last=due.last,
        handed_in=handed_in,
        emitted=dict(emitted),
        at=act.at,
        by=act.by,
    )
    detail = {"number": permit.number, "frequency": due.frequency.id, "first": str(due.first)}
    record("permit.reported", subject=permit, actor=act.by, at=act.at, detail=detail)
    return made


@dataclass(frozen=True)
class Total:
    """A pollutant's yearly tonnes: allowed by the permit, reported by the firm, measured; None is unknown."""

    name: str
    allowed: float | None
    reported: float | None
    measured: Measured | None

    @property
    def over(self) -> bool:
        """Whether what was measured or what was reported is above what is allowed; equal to it is not."""
        known = (self.reported, self.measured.tonnes if self.measured else None)
        return any(self.allowed is not None and one is not None and one > self.allowed for one in known)


def measured_of(permits: Iterable[Credential], year: int, now: datetime) -> Mapping[int, MeasuredYear]:
    """Return what was measured in a year of the enterprises that hold permits, by enterprise."""
    sources = {permit.source_id for permit in permits}
    return measured[-1](sources, year, now) if measured and sources else {}


def totals(permit: Credential, year: int, found: MeasuredYear | None = None) -> list[Total]:
    """Hold a permit's totals against emission (总量): the yearly report, else the sum of a year's other reports."""
    reported, said = _reported(permit, year), found or {}
    return [Total(name, _number(permit.data.get(name)), reported.get(name), said.get(name)) for name in POLLUTANTS]


def _reported(permit: Credential, year: int) -> Mapping[str, float]:
    """The yearly report counts; without it, reports of one shorter frequency add up."""
    reports = [one for one in permit.reports.all() if one.first.year == year]
    by_frequency: dict[str, list[PermitReport]] = {}
    for one in reports:
        by_frequency.setdefault(one.frequency, []).append(one)
    chosen = by_frequency.get("year") or max(by_frequency.values(), key=len, default=[])
    names = {name for one in chosen for name in one.emitted}
    return {name: sum(float(one.emitted.get(name, 0)) for one in chosen) for name in names}


def _number(value: Any) -> float | None:
    try:
        return float(str(value).replace("t", "").strip())
    except ValueError:
        return None
