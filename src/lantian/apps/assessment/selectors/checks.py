"""The checks behind a number (检查明细): each leads back to the case's step or the inspection that it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.analysis.league import Check
from lantian.apps.assessment.selectors.facts import keys_of
from lantian.apps.assessment.selectors.weekly import sort_names
from lantian.apps.assessment.snapshots import Facts
from lantian.apps.cases.models import Case, CaseStep
from lantian.apps.cases.rules import type_of
from lantian.apps.inspections.models import Inspection
from lantian.kernel.errors import Text


@dataclass(frozen=True)
class CheckLine:
    """A check on the page. url: "" where the reader may not open it; what: blank then, too."""

    check: Check
    sort: Text
    what: str
    result: Text
    url: str


def lines_of(checks: Iterable[Check], facts: Facts, person: Any) -> list[CheckLine]:
    """Return checks, the last first, as far as they still can be told; what a reader may not see has no name."""
    ordered = sorted(checks, key=lambda one: (one.at, one.id), reverse=True)
    sorts = sort_names(facts)
    known = _steps(ordered, person) | _inspections(ordered, person)
    nothing = ("", Text("—", "—"), "")
    return [
        CheckLine(one, sorts.get(one.sort, Text(one.sort, one.sort)), *known.get(one.id, nothing)) for one in ordered
    ]


Known = dict[str, tuple[str, Text, str]]


def _steps(checks: list[Check], person: Any) -> Known:
    rows = CaseStep.objects.filter(pk__in=keys_of(checks, "step")).select_related("case")
    seen = set(Case.objects.visible_to(person).filter(history__in=rows).values_list("pk", flat=True))
    return {f"step:{row.pk}": _step(row, row.case_id in seen) for row in rows}


def _step(row: CaseStep, seen: bool) -> tuple[str, Text, str]:
    outcome = type_of(row.case).outcome(row.step, row.outcome)
    result = Text(outcome.zh, outcome.en)
    if not seen:
        return "", result, ""
    return f"{row.case.number} {row.case.title}", result, reverse("cases:one", args=[row.case.slug])


RESULTS = {"passed": Text("合格", "passed"), "failed": Text("不合格", "failed")}


def _inspections(checks: list[Check], person: Any) -> Known:
    rows = Inspection.objects.filter(pk__in=keys_of(checks, "inspection")).select_related("source")
    seen = set(Inspection.objects.visible_to(person).filter(pk__in=rows).values_list("pk", flat=True))
    return {f"inspection:{row.pk}": _inspection(row, row.pk in seen) for row in rows}


def _inspection(row: Inspection, seen: bool) -> tuple[str, Text, str]:
    result = RESULTS.get(row.result, Text(row.result, row.result))
    if not seen:
        return "", result, ""
    return str(row.source or row.place or _("检查")), result, reverse("inspections:one", args=[row.pk])
