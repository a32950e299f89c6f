"""Publicity and education (宣传教育): the month's activities, and what a year held against its plan. Article 27."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Count, FloatField, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from lantian.apps.accounts.models import Area
from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.models.sources import Source, SourceQuerySet
from lantian.apps.ledger.pages.look import address
from lantian.apps.plans.selectors.months import Item
from lantian.kernel.errors import Text
from lantian.policy.records_ledger import Attribute, Kind

KIND = "publicity-event"
PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
MISSED = Text("过期未登记", "not recorded")
STREET = "street"


def publicity_kind() -> Kind:
    """Return the ledger of activities."""
    return kind_of(KIND)


@dataclass(frozen=True)
class Tally:
    """Activities counted. ahead: planned for today or later; missed: their day has passed and nobody recorded them.

    people, volunteers: of those held.
    """

    held: int = 0
    ahead: int = 0
    missed: int = 0
    cancelled: int = 0
    people: int = 0
    volunteers: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def planned(self) -> int:
        """All that were not cancelled."""
        return self.held + self.ahead + self.missed

    @property
    def percent(self) -> int | None:
        """Share held of those whose day has come, rounded half up [%]; None where none has."""
        due = self.held + self.missed
        return None if not due else (200 * self.held + due) // (2 * due)


@dataclass(frozen=True)
class Line:
    """A department or a street with its activities; ``query`` opens them in the ledger."""

    key: str
    name: Text
    tally: Tally
    query: str


@dataclass(frozen=True)
class YearRecord:
    """What a year held, by department and by street. without: streets without any activity."""

    year: int
    whole: Tally
    departments: Sequence[Line]
    streets: Sequence[Line]
    without: Sequence[Text]


def between(sources: SourceQuerySet, first: date, last: date) -> SourceQuerySet:
    """Return the activities whose day lies from ``first`` to ``last``."""
    own = sources.of_kind(KIND).current()
    return own.filter(attributes__held_on__gte=first.isoformat(), attributes__held_on__lte=last.isoformat())


def activities(sources: SourceQuerySet, first: date, last: date, today: date) -> list[Item]:
    """Return the activities of a window as items of the calendar, in one question."""
    names = _named(_choices())
    found = between(sources, first, last).select_related("area").order_by("code")
    return [_item(one, names, today) for one in found]


def _item(source: Source, names: Mapping[str, Text], today: date) -> Item:
    day = date.fromisoformat(source.attributes["held_on"])
    missed = source.state == PLANNED and day < today
    organiser = str(source.attributes.get("organiser", ""))
    who = names.get(organiser, Text(organiser, organiser))
    area = source.area
    where = Text(area.name_zh, area.name_en or area.name_zh) if area else Text("", "")
    state = publicity_kind().state(source.state)
    return Item(
        day=day,
        sort="publicity",
        label=Text(source.name, source.name),
        url=address(source),
        lamp="r" if missed else "",
        said=MISSED if missed or state is None else Text(state.zh, state.en),
        note=Text(" · ".join(filter(None, (who.zh, where.zh))), " · ".join(filter(None, (who.en, where.en)))),
        hour=str(source.attributes.get("hour", "")),
    )


def year_record(sources: SourceQuerySet, year: int, today: date, streets: Iterable[Area]) -> YearRecord:
    """Count a year's activities by department and by street, in one question over the ledger."""
    rows = _counted(sources, year, today)
    by_department: dict[str, Tally] = {}
    by_street: dict[str, Tally] = {}
    for row in rows:
        tally = _tally(row)
        _add(by_department, str(row["_organiser"] or ""), tally)
        _add(by_street, str(row["area"] or ""), tally)
    known = {area.code: Text(area.name_zh, area.name_en or area.name_zh) for area in streets}
    return YearRecord(
        year,
        sum(by_department.values(), Tally()),
        [Line(one, name, by_department[one], f"a.organiser={one}")
         for one, name in _named(_choices()).items() if one in by_department],
        [Line(code, name, by_street[code], f"area={code}") for code, name in known.items() if code in by_street],
        [name for code, name in known.items() if code not in by_street],
    )  # fmt: skip


def _add(found: dict[str, Tally], key: str, tally: Tally) -> None:
    found[key] = found.get(key, Tally()) + tally


def _counted(sources: SourceQuerySet, year: int, today: date) -> list[dict[str, Any]]:
    held, planned = Q(state=HELD), Q(state=PLANNED)
    passed = Q(attributes__held_on__lt=today.isoformat())
    asked = (
        between(sources, date(year, 1, 1), date(year, 12, 31))
        .order_by()
        .annotate(_organiser=KT("attributes__organiser"))
        .values("_organiser", "area")
        .annotate(
            held=Count("pk", filter=held),
            missed=Count("pk", filter=planned & passed),
            ahead=Count("pk", filter=planned & ~passed),
            cancelled=Count("pk", filter=Q(state=CANCELLED)),
            people=Sum(Cast(KT("attributes__people"), FloatField()), filter=held, default=0.0),
            volunteers=Sum(Cast(KT("attributes__volunteers"), FloatField()), filter=held, default=0.0),
        )
    )
    return [dict(row) for row in asked]


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(*(int(row[one.name]) for one in fields(Tally)))


def _choices() -> Attribute:
    found = publicity_kind().attribute("organiser")
    assert found is not None, "the pack's ledger of activities names its organiser"
    return found


def _named(attribute: Attribute) -> dict[str, Text]:
    return {one.id: Text(one.zh, one.en) for one in attribute.choices}
