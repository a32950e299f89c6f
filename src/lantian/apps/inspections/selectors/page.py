"""The page of one inspection, and what a ledger's entry shows of its inspections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lantian.apps.accounts.rights import may
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.models import Case
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection, InspectionItem, InspectionPhoto, PlanEntry
from lantian.apps.inspections.selectors.board import name_of
from lantian.apps.inspections.selectors.burden import meters
from lantian.apps.ledger.hooks import Linked, LinkedLine
from lantian.apps.ledger.models import Source
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_inspection import ChecklistItem, ChecklistRecord

LAST = 5
"""Inspections that an entry's page shows."""


@dataclass(frozen=True)
class ItemLine:
    """An item with its answer, its photos, and where it is written."""

    item: ChecklistItem
    row: InspectionItem | None
    photos: Sequence[InspectionPhoto]
    citation: Text

    @property
    def label(self) -> Text:
        return Text(self.item.zh, self.item.en)

    @property
    def value(self) -> Text:
        """The number with its unit, or the choice in words."""
        given = self.row.value if self.row else ""
        chosen = next((one for one in self.item.choices if one.id == given), None)
        if chosen is not None:
            return Text(chosen.zh, chosen.en)
        said = f"{given} {self.item.unit}" if given and self.item.unit else given
        return Text(said, said)

    @property
    def limit(self) -> str:
        """The bounds of a number."""
        low, high, unit = self.item.low, self.item.high, self.item.unit
        if high is not None:
            return f"≤ {high} {unit}"
        return f"≥ {low} {unit}" if low is not None else ""


@dataclass(frozen=True)
class InspectionPage:
    """An inspection as its page shows it."""

    inspection: Inspection
    checklist: ChecklistRecord
    lines: Sequence[ItemLine]
    whole: Sequence[InspectionPhoto]
    area: Text

    @property
    def label(self) -> Text:
        return Text(self.checklist.zh, self.checklist.en)

    @property
    def cases(self) -> list[Any]:
        """The cases that it opened, each once."""
        return list({line.row.case.pk: line.row.case for line in self.lines if line.row and line.row.case}.values())


def inspection_page(inspection: Inspection) -> InspectionPage:
    """Return the page of an inspection, by the checklist as it held on its day."""
    checklist = rules.checklist(inspection.checklist, day_of(inspection.began_at))
    given = {row.item: row for row in inspection.items.select_related("case")}
    photos = list(inspection.photos.all())
    return InspectionPage(
        inspection,
        checklist,
        [
            ItemLine(
                item, given.get(item.id), [one for one in photos if one.item == item.id], checklist.citation_of(item)
            )
            for item in checklist.items
        ],
        [one for one in photos if not one.item],
        words().area(inspection.area_code[:9]),
    )


def linked_inspections(person: Any, source: Source) -> Sequence[Linked]:
    """Return what an entry's page shows: its last inspections, what is due, and how often somebody came."""
    if not may(person, "inspections:one"):
        return []
    made = Inspection.objects.visible_to(person).filter(source=source)[:LAST]
    due = PlanEntry.objects.visible_to(person).open().filter(source=source).select_related("organisation")[:LAST]
    return [
        Linked(_("检查记录"), [_made(one) for one in made]),
        Linked(_("待检"), [LinkedLine(_said(name_of(one.checklist, one.due)), f"{one.due}") for one in due]),
        Linked(_("入户负担"), _burden(person, source)),
    ]


def _said(text: Text) -> str:
    return text.in_language(get_language() or "zh-hans")


def _made(one: Inspection) -> LinkedLine:
    when = localtime(one.began_at)
    name = _said(name_of(one.checklist, day_of(one.began_at)))
    return LinkedLine(name, f"{when:%Y-%m-%d} {one.get_result_display()}", reverse("inspections:one", args=[one.pk]))


def _burden(person: Any, source: Source) -> list[LinkedLine]:
    meter = meters([source], localtime().date())[0]
    counted = meter.burden
    if not counted.visits and counted.most is None:
        return []
    words_of = ngettext("%(visits)s 次 / 上限 %(most)s", "%(visits)s 次 / 上限 %(most)s", counted.visits) % {
        "visits": counted.visits,
        "most": "—" if counted.most is None else counted.most,
    }
    period = ngettext("近 %(days)s 天入户", "近 %(days)s 天入户", meter.days) % {"days": meter.days}
    url = reverse("inspections:burden") if may(person, "inspections:burden") else ""
    return [LinkedLine(period, words_of, url)]


def inspections_of_case(case: Case) -> list[tuple[str, str]]:
    """Return the inspections whose failing items opened a case or joined it: words and address of each."""
    found = Inspection.objects.filter(items__case=case).distinct().order_by("began_at", "pk")
    return [
        (_("%(day)s 检查") % {"day": f"{localtime(one.began_at):%m-%d}"}, reverse("inspections:one", args=[one.pk]))
        for one in found
    ]
