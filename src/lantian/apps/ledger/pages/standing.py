"""How entries stand in their duties (应有情况): of a whole page at once, one question for each duty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lantian.apps.ledger import duties
from lantian.apps.ledger.conditions import holds
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.sources import is_working
from lantian.policy.records_ledger import Duty, Kind

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


WORST = ("late", "soon", "missing", "has")


def standing(kind: Kind, sources: Sequence[Source], on: date) -> Mapping[int, list[Owed]]:
    """Return the duties of every entry given, by its key; an entry that no longer counts owes nothing."""
    found: dict[int, list[Owed]] = {source.pk: [] for source in sources}
    for duty in kind.duties:
        owing = [one.pk for one in sources if _owes(one, kind, duty, on)]
        if owing:
            have = set(Source.objects.filter(pk__in=owing).filter(duties.having(duty, on)).values_list("pk", flat=True))
            for key in owing:
                found[key].append(Owed(duty, "has" if key in have else _lacking(duty, on)))
    return found


def _owes(source: Source, kind: Kind, duty: Duty, on: date) -> bool:
    if not is_working(source, kind) or (duty.from_day is not None and on < duty.from_day):
        return False
    return bool(holds(duty.when, source, kind, on).holds)


def _lacking(duty: Duty, on: date) -> str:
    if duty.by is None:
        return "missing"
    if on > duty.by:
        return "late"
    return "soon" if duty.by - on <= SOON else "missing"


def worst(owed: Sequence[Owed]) -> Owed | None:
    """Return the duty that stands worst, None when there are none."""
    return min(owed, key=lambda one: WORST.index(one.status), default=None)
