"""A ranking as a page shows it (排名页): rows with bands and intervals drawn, the map with its key, orders given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.analysis.league import Change
from lantian.apps.assessment import rules
from lantian.apps.assessment.maps import KeyStep, Shape, breaks, class_of, step_of, svg
from lantian.apps.assessment.models import RankingOrder
from lantian.apps.assessment.ranking_words import COUNTS
from lantian.apps.assessment.rankings import Count, RankedPlace, RankingTable
from lantian.apps.assessment.selectors.weekly import language
from lantian.apps.cases.models import Case
from lantian.apps.telemetry.district import district_of
from lantian.kernel.errors import Text
from lantian.kernel.rounding import half_even
from lantian.policy.records_ledger import Kind

AXIS = 100
"""Width of the drawn axis of ranks, in parts."""

SHOWN: Mapping[str, Sequence[str]] = {
    "pm25": ("days", "excluded"),
    "coarse": ("days", "excluded"),
    "tsp": ("days", "excluded"),
    "road-dust": ("results", "over"),
    "in-time": ("due", "in_time", "verify_in_time"),
    "bare-land": ("plots", "area_m2", "treated_m2"),
    "clusters": ("measure", "progress", "marked"),
}
"""The counts that the table of a subject shows, in their order."""


@dataclass(frozen=True)
class Row:
    """A place in the table. low, size, at: its interval and rank on the drawn axis, None where it has none.

    begins: how many places its band has, on the band's first row; 0 elsewhere. cells: the counts shown.
    order: the case by which it was ordered to rectify. by, year_by: how far it moved, as printed.
    """

    place: RankedPlace
    cells: tuple[Count, ...]
    at: float | None = None
    low: float = 0
    size: float = 0
    begins: int = 0
    order: Case | None = None
    by: str = ""
    year_by: str = ""

    @property
    def reach(self) -> str:
        """The interval of its rank in words."""
        if self.place.low is None or self.place.high is None:
            return ""
        return f"{self.place.low:.0f}–{self.place.high:.0f}"


@dataclass(frozen=True)
class RankingPage:
    """The page of a ranking."""

    table: RankingTable
    rows: tuple[Row, ...]
    heads: tuple[Text, ...]
    map: str
    key: tuple[KeyStep, ...]

    @property
    def over(self) -> int:
        """Places with results above the limit of their grade."""
        return sum(int(row.place.counts.get("over", 0)) > 0 for row in self.rows)

    @property
    def last(self) -> int:
        """Places among the last share."""
        return sum(row.place.last for row in self.rows)


def ranking_page(table: RankingTable, query: str) -> RankingPage:
    """Return the page of a table. query: keeps the moment in the map's links."""
    names = SHOWN[table.subject]
    cases = {
        one.place: one.case
        for one in RankingOrder.objects.filter(record=table.record, period=table.period).select_related("case")
    }
    rows = [_row(one, table, names, cases) for one in table.places]
    shapes = _shapes(table)
    links = {
        one.code: reverse("assessment:ranking-place", args=[table.record, table.period, one.code]) + query
        for one in shapes
    }
    label = _("各街乡%(what)s") % {"what": table.name.in_language(language())}
    return RankingPage(
        table=table,
        rows=tuple(_with_bands(rows)),
        heads=tuple(COUNTS[name] for name in names),
        map=svg(shapes, links, label, paper=False),
        key=tuple(_key(shapes)),
    )


def _row(one: RankedPlace, table: RankingTable, names: Sequence[str], cases: Mapping[str, Case]) -> Row:
    cells = tuple(_cell(name, one.counts.get(name, "")) for name in names)
    row = Row(
        one, cells, order=cases.get(one.code), by=moved(one.change, table), year_by=moved(one.year_change, table)
    )  # fmt: skip
    if one.rank is None or one.low is None or one.high is None:
        return row
    step = AXIS / max(len(table.ranked), 1)
    middle = one.rank + (one.tied - 1) / 2
    return replace(
        row, at=round((middle - 0.5) * step, 2), low=round((one.low - 1) * step, 2),
        size=round((one.high - one.low + 1) * step, 2),
    )  # fmt: skip


def moved(change: Change, table: RankingTable) -> str:
    """Return how far a value moved, with as many decimals as it is printed with."""
    return format(half_even(change.by, table.decimals), "f")


def _cell(name: str, value: Count) -> Count:
    if name == "measure" and value:
        return _choice("measure", str(value))
    if name == "marked":
        return "✓" if value else ""
    return value


def _choice(attribute: str, value: str) -> str:
    """Return a choice of the clusters' ledger in words."""
    from_kind = rules.pack().find(Kind, "cluster")
    found = from_kind.attribute(attribute) if from_kind else None
    choice = next((one for one in found.choices if one.id == value), None) if found else None
    return Text(choice.zh, choice.en).in_language(language()) if choice else value


def _with_bands(rows: Sequence[Row]) -> list[Row]:
    """Say on the first row of each band how many follow."""
    sizes: dict[int, int] = {}
    for row in rows:
        if row.place.band is not None:
            sizes[row.place.band] = sizes.get(row.place.band, 0) + 1
    seen: set[int] = set()
    found = []
    for row in rows:
        band = row.place.band
        first = band is not None and band not in seen
        seen |= {band} if band is not None else set()
        found.append(replace(row, begins=sizes[band] if first and band is not None else 0))
    return found


def _shapes(table: RankingTable) -> list[Shape]:
    if table.of != "street":
        return []
    district = district_of(rules.pack())
    drawn = {one.code: one for one in district.streets}
    return [
        Shape(
            one.code,
            drawn[one.code].short.in_language(language()),
            district.shapes[one.code],
            drawn[one.code].longitude,
            drawn[one.code].latitude,
            Fraction(one.value) if one.state == "ranked" and one.value is not None else None,
            one.value if one.state == "ranked" and one.value is not None else "—",
        )
        for one in table.places
        if one.code in drawn
    ]


def _key(shapes: Sequence[Shape]) -> list[KeyStep]:
    """Return the classes of the map with their lowest and highest printed value."""
    limits = breaks([one.value for one in shapes])
    found = []
    for number in range(len(limits) + 1):
        inside = sorted(
            (one.value, one.text) for one in shapes if one.value is not None and class_of(one.value, limits) == number
        )
        if inside:
            low, high = inside[0][1], inside[-1][1]
            step = step_of(number, len(limits) + 1) or 0
            found.append(KeyStep(step + 1, low if low == high else f"{low}–{high}"))
    return found


def ends(table: RankingTable, shown: int) -> tuple[tuple[RankedPlace, ...], tuple[RankedPlace, ...]]:
    """Return the first and the last places of a ranking, so many at each end; nobody stands at both."""
    ranked = table.ranked
    return ranked[:shown], ranked[max(shown, len(ranked) - shown) :]
