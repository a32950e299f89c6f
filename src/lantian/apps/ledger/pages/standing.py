"""How entries stand in their duties (应有情况): of a whole page at once, one question for each duty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lantian.apps.ledger import duties
from lantian.apps.ledger.conditions import known
from lantian.apps.ledger.kinds import facts_of
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.sources import is_working
from lantian.policy.records_ledger import Duty, Kind
from lantian.policy.rules import Case, judge

SOON = timedelta(days=60)
"""A duty whose day is this near and that is not fulfilled is near its limit."""


@dataclass(frozen=True)
class Owed:
    """One duty of one entry and how it stands: has, missing, soon or late."""

    duty: Duty
    status: str

    @property
    def lamp(self) -> str:
        """The lamp's letter."""
        return {"has": "g", "missing": "y", "soon": "y", "late": "r"}[self.status]

    @property
    def word(self) -> str:
        """The lamp's word."""
        return str(WORDS[self.status])


WORDS: Mapping[str, Promise] = {
    "has": gettext_lazy("齐备"),
    "missing": gettext_lazy("未有"),
    "soon": gettext_lazy("临期"),
    "late": gettext_lazy("逾期未有"),
}
WORST = ("late", "soon", "missing", "has")


def standing(kind: Kind, sources: Sequence[Source], on: date) -> Mapping[int, list[Owed]]:
    """Return the duties of every entry given, by its key; an entry that no longer counts owes nothing."""
    found: dict[int, list[Owed]] = {source.pk: [] for source in sources}
    facts = facts_of(kind)
    cases = [(one.pk, Case(known(one, kind), facts, on)) for one in sources if is_working(one, kind)]
    for duty in kind.duties:
        owing = [key for key, case in cases if _owes(case, duty)]
        if owing:
            have = set(Source.objects.filter(pk__in=owing).filter(duties.having(duty, on)).values_list("pk", flat=True))
            for key in owing:
                found[key].append(Owed(duty, "has" if key in have else _lacking(duty, on)))
    return found


def _owes(case: Case, duty: Duty) -> bool:
    if duty.from_day is not None and case.day < duty.from_day:
        return False
    return duty.when is None or bool(judge(duty.when, case).holds)


def _lacking(duty: Duty, on: date) -> str:
    if duty.by is None:
        return "missing"
    if on > duty.by:
        return "late"
    return "soon" if duty.by - on <= SOON else "missing"


def worst(owed: Sequence[Owed]) -> Owed | None:
    """Return the duty that stands worst, None when there are none."""
    return min(owed, key=lambda one: WORST.index(one.status), default=None)
