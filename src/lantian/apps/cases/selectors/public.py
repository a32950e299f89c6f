"""What everybody may see (公示): sanctions in force at a level that the pack makes public."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from lantian.apps.cases.models import Sanction
from lantian.apps.cases.rules import rules
from lantian.apps.cases.selectors.sanctions import SanctionLine, of_case
from lantian.policy.records_case import CaseLadderRecord

MOST = 500


def public_sanctions(today: date, text: str = "") -> Sequence[SanctionLine]:
    """Return the public sanctions that hold on a day, the newest first; those lifted or over are gone."""
    found = Sanction.objects.in_force(today).filter(_public()).select_related("case").order_by("-first", "-pk")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(unit__icontains=text))
    return of_case(list(found[:MOST]), today)


def _public() -> Q:
    condition = Q(pk__in=[])
    for ladder in rules().pack.all(CaseLadderRecord):
        shown = [level.consequence for level in ladder.levels if level.public]
        condition |= Q(ladder=ladder.id, consequence__in=shown)
    return condition
