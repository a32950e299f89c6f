"""The facts of a period as they were known at an instant (事实): checks made, by what the pack counts."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime

from django.conf import settings

from lantian.analysis.league import Check
from lantian.apps.accounts.models import Area
from lantian.apps.accounts.models.places import AreaQuerySet
from lantian.apps.assessment import rules
from lantian.apps.assessment.snapshots import Facts, Place
from lantian.apps.cases.models import CaseStep
from lantian.apps.inspections.models import Inspection
from lantian.kernel.periods import Period
from lantian.policy.records_bulletin import BulletinRecord, CheckCountRecord

STREET_DIGITS = 9


def facts_of(
    record: BulletinRecord, period: Period, known_at: datetime, streets: tuple[Place, ...] | None = None
) -> Facts:
    """Return what a bulletin's figures rest on, nothing of it recorded after ``known_at``.

    streets: those at the end of the period, where they were read before.
    """
    known = known_at.replace(microsecond=0)
    counts = rules.counted(record, period.last)
    found = _checks(counts, period.previous.start, period.end, known)
    checks = tuple(one for one in found if one.at >= period.start)
    before = tuple(one for one in found if one.at < period.start)
    return Facts(
        record=record.id,
        pack=rules.pack().id,
        period=str(period),
        known_at=known,
        places=places(period) if streets is None else streets,
        least=record.least,
        silent=record.silent,
        level_percent=record.level_percent,
        counts=tuple(one.id for one in counts),
        checks=checks,
        before=before,
        synthetic=settings.DEMO and _made_up([*checks, *before]),
    )


def places(period: Period) -> tuple[Place, ...]:
    """Return the streets of the district that stand at the end of a period, in their official order."""
    return tuple(map(place_of, streets_ever().standing(period.last).defer("geometry")))


def streets_ever() -> AreaQuerySet:
    """Return the streets of the district, those that have ended too, in their official order."""
    district = rules.pack().header.jurisdiction.removeprefix("cn-")
    return Area.objects.of_kind("street").filter(code__startswith=district).order_by("order", "code")


def heirs_among(streets: Iterable[Area], standing: Collection[str]) -> Mapping[str, str]:
    """Return which street answers for each that ever was: itself while it stands, or whichever took it over, or ""."""
    taken_over = {one.code: one.successor_id or "" for one in streets}
    return {code: _heir(code, taken_over, standing) for code in taken_over}


def _heir(code: str, taken_over: Mapping[str, str], standing: Collection[str]) -> str:
    """Follow a street to the one that stands; no further than there are streets, should they go round."""
    for _ in taken_over:
        if code in standing:
            return code
        code = taken_over.get(code, "")
    return ""


def place_of(street: Area) -> Place:
    """Return a street as a snapshot keeps it."""
    return Place(street.code, street.name_zh, street.name_en or street.name_zh)


def _checks(counts: tuple[CheckCountRecord, ...], start: datetime, end: datetime, known: datetime) -> list[Check]:
    return [check for record in counts for check in READERS[record.kind](record, start, end, known)]


def _made_up(checks: list[Check]) -> bool:
    """Tell whether some checks are of a demonstration; elsewhere such are not read at all."""
    steps, inspections = (keys_of(checks, kind) for kind in ("step", "inspection"))
    return (
        CaseStep.objects.filter(pk__in=steps, case__synthetic=True).exists()
        or Inspection.objects.filter(pk__in=inspections, synthetic=True).exists()
    )


def keys_of(checks: Iterable[Check], kind: str) -> list[int]:
    """Return the keys of the checks that are of a kind of record."""
    return [int(one.id.partition(":")[2]) for one in checks if one.id.startswith(f"{kind}:")]


def _steps(record: CheckCountRecord, start: datetime, end: datetime, known: datetime) -> Iterator[Check]:
    """Steps of cases taken from start to before end; the history is append-only: its instants are those of record."""
    rows = CaseStep.objects.filter(kind="taken", step__in=record.steps, at__gte=start, at__lt=end, at__lte=known)
    if record.types:
        rows = rows.filter(case__type__in=record.types)
    if record.results:
        rows = rows.filter(outcome__in=record.results)
    if not settings.DEMO:
        rows = rows.filter(case__synthetic=False)
    named = rows.exclude(case__origin__in=record.leave_out).order_by("pk")
    for pk, area, at, outcome in named.values_list("pk", "case__area_code", "at", "outcome"):
        yield Check(f"step:{pk}", area[:STREET_DIGITS], at, record.id, outcome in record.violations)


def _inspections(record: CheckCountRecord, start: datetime, end: datetime, known: datetime) -> Iterator[Check]:
    """Inspections that began from start to before end, as far as they had been recorded."""
    rows = Inspection.objects.filter(began_at__gte=start, began_at__lt=end, recorded_at__lte=known)
    if record.types:
        rows = rows.filter(checklist__in=record.types)
    if record.results:
        rows = rows.filter(result__in=record.results)
    if not settings.DEMO:
        rows = rows.filter(synthetic=False)
    named = rows.exclude(origin__in=record.leave_out).order_by("pk")
    for pk, area, at, result in named.values_list("pk", "area_code", "began_at", "result"):
        yield Check(f"inspection:{pk}", area[:STREET_DIGITS], at, record.id, result in record.violations)


Reader = Callable[[CheckCountRecord, datetime, datetime, datetime], Iterator[Check]]
READERS: Mapping[str, Reader] = {"case-step": _steps, "inspection": _inspections}
"""How each kind of check is read."""
