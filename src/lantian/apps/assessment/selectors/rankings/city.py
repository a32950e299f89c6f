"""The city's published lists of its worst streets (全市倒数名次), ranks only, with our own named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from lantian.apps.accounts.models import Area
from lantian.apps.assessment.models import CityRank
from lantian.apps.assessment.ranking_rules import last_places
from lantian.kernel.errors import Text
from lantian.kernel.periods import Period
from lantian.policy.records_plan import Quantity


@dataclass(frozen=True)
class CityLine:
    """A place in a list. tied: how many share the rank; own: our name of it where it is ours.

    among_worst: whether it is one of the last places that the city names.
    """

    rank: CityRank
    tied: int
    own: Text | None
    among_worst: bool


@dataclass(frozen=True)
class CityList:
    """A period's list, the worst first. captured: the rows in the file, of those published.

    worst: how many the city names by the plan, None where it says nothing.
    """

    first: date
    last: date
    captured: str
    source: str
    lines: tuple[CityLine, ...]
    synthetic: bool
    worst: Quantity | None

    @property
    def ours(self) -> tuple[CityLine, ...]:
        """Our own streets in it."""
        return tuple(one for one in self.lines if one.own is not None)


def city_lists(known_at: datetime, names: Mapping[str, Text] | None = None) -> list[CityList]:
    """Return the lists that had been imported by an instant, the newest first; of one period the last import.

    names: of our own streets by code, where they have been read.
    """
    rows = CityRank.objects.filter(batch__at__lte=known_at).select_related("batch")
    if not settings.DEMO:
        rows = rows.filter(batch__synthetic=False)
    last: dict[tuple[date, date], list[CityRank]] = {}
    for row in rows.order_by("batch__at", "rank", "pk"):
        kept = last.get((row.first, row.last), [])
        last[row.first, row.last] = [*(one for one in kept if one.batch_id == row.batch_id), row]
    areas = _names() if names is None else names
    found = []
    for (first, end), ranks in sorted(last.items(), reverse=True):
        counts = [one.rank for one in ranks]
        worst = last_places(end)
        most = worst.value if worst and worst.value is not None else 0
        lines = tuple(CityLine(one, counts.count(one.rank), _own(one, areas), one.rank <= most) for one in ranks)
        head = ranks[0]
        captured = head.captured.replace(" of ", " / ")
        found.append(CityList(first, end, captured, head.source, lines, head.batch.synthetic, worst))
    return found


def _names() -> Mapping[str, Text]:
    return {one.code: Text(one.name_zh, one.name_en or one.name_zh) for one in Area.objects.of_kind("street")}


def of_period(lists: Sequence[CityList], period: Period) -> list[CityList]:
    """Return the lists whose days lie in a period, the newest first; where there is none, the newest before its end."""
    inside = [one for one in lists if period.first <= one.first and one.last <= period.last]
    return inside or [one for one in lists if one.last <= period.last][:1]


def _own(one: CityRank, areas: Mapping[str, Text]) -> Text | None:
    """Return our name of a street, that of the list where the register lacks it, None of others."""
    return areas.get(one.area_code, Text(one.street, one.street)) if one.area_code else None
