"""The ranking of a period as a page shows it (周排名): rows with ranks, changes and reasons, the map and its key."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.analysis.league import Change, League, Standing, change
from lantian.analysis.rank_bands import bands, drawn_rates, rank_intervals
from lantian.apps.assessment import rules
from lantian.apps.assessment.maps import KeyStep, key, svg
from lantian.apps.assessment.selectors.shapes import shapes_of
from lantian.apps.assessment.snapshots import Facts, Place, number_of, written
from lantian.apps.ui.components import Computation, Step
from lantian.kernel.errors import Text
from lantian.kernel.periods import Period
from lantian.policy.bulletins import percent, rank_change
from lantian.policy.records_bulletin import BulletinRecord, CheckCountRecord

FIGURES = ("checks", "rate")


def language() -> str:
    """Return the page's language."""
    return get_language() or "zh-hans"


@dataclass(frozen=True)
class Row:
    """A street in the table.

    note: why it stands where it stands, or outside. band: of its rate, from 1; those of one cannot be told apart.
    reach: the interval of its rank by rate. begins: whether it is the first of a band on the page.
    """

    place: Place
    standing: Standing
    before: Standing | None
    climb: Change
    note: str
    band: int | None = None
    reach: str = ""
    begins: bool = False

    @property
    def name(self) -> Text:
        """The street's name."""
        return Text(self.place.zh, self.place.en)

    @property
    def rate(self) -> str:
        """Its rate in percent."""
        return percent(self.standing.rate)

    @property
    def interval(self) -> str:
        """The interval of its rate in percent."""
        found = self.standing.interval
        return f"{found.low * 100:.0f}–{found.high * 100:.0f}" if found else ""


@dataclass(frozen=True)
class Week:
    """The page. snapshot: the number of the facts shown; stored: whether they are a stored snapshot's."""

    record: BulletinRecord
    facts: Facts
    now: League
    before: League
    rows: list[Row]
    figure: str
    map: str
    key: list[KeyStep]
    snapshot: str
    stored: bool

    @property
    def period(self) -> Period:
        """The period shown."""
        return self.facts.of

    @property
    def rate(self) -> str:
        """The district's rate in percent."""
        return percent(self.now.rate)

    @property
    def silent(self) -> int:
        """Streets without checks."""
        return sum(one.state == "silent" for one in self.now.standings)

    @property
    def few(self) -> int:
        """Streets whose rate is not ranked for few checks."""
        return sum(one.state == "few" for one in self.now.standings)

    @property
    def checks_change(self) -> Change:
        """How the number of checks moved."""
        return change(self.now.checks, self.before.checks) if self.before.checks else Change("none")

    @property
    def violations_change(self) -> Change:
        """How the number of violations moved."""
        return change(self.now.violations, self.before.violations) if self.before.checks else Change("none")


def week_of(record: BulletinRecord, facts: Facts, figure: str, query: str, *, stored: bool) -> Week:
    """Return the ranking of a period. query: kept in the map's links."""
    now, before = facts.league(), facts.league_before()
    places = {one.code: one for one in facts.places}
    ordered = now.by_rate() if figure == "rate" else now.by_checks()
    number = number_of(written(facts))
    rows = [row_of(places[one.place], one, facts, before) for one in ordered]
    shapes = shapes_of(facts, figure, language())
    links = {one.code: reverse("assessment:place", args=[facts.period, one.code]) + query for one in shapes}
    label = _("各街乡违法查处率") if figure == "rate" else _("各街乡检查量")
    return Week(
        record=record,
        facts=facts,
        now=now,
        before=before,
        rows=_with_bands(rows, facts, number, marked=figure == "rate"),
        figure=figure,
        map=svg(shapes, links, label, paper=False),
        key=key(shapes, percent=figure == "rate"),
        snapshot=number,
        stored=stored,
    )


DRAWS = 2000
"""Resampled rankings, from which the intervals of ranks follow; their seed is the snapshot's number."""


def _with_bands(rows: list[Row], facts: Facts, number: str, *, marked: bool) -> list[Row]:
    """Give streets whose rate is ranked the interval of that rank and a band; marked: show where one begins."""
    ranked = [one.standing for one in rows if one.standing.rate_rank is not None]
    if not ranked:
        return rows
    drawn = drawn_rates(
        [one.violations for one in ranked], [one.checks for one in ranked], draws=DRAWS, seed=int(number[:15], 16)
    )
    rates = [float(one.rate or 0) for one in ranked]
    found = rank_intervals(rates, drawn, level=facts.level_percent / 100, largest_first=True)
    known = {one.place: both for one, *both in zip(ranked, found, bands(found), strict=True)}
    return list(_marked(rows, known, marked))


def _marked(rows: list[Row], known: dict[str, Any], marked: bool) -> Iterator[Row]:
    last: int | None = None
    for row in rows:
        interval, band = known.get(row.place.code, (None, None))
        reach = f"{interval.low:.0f}–{interval.high:.0f}" if interval else ""
        yield replace(row, band=band, reach=reach, begins=marked and last is not None and band != last)
        last = band


def row_of(place: Place, standing: Standing, facts: Facts, before: League) -> Row:
    """Return a street's row."""
    past = before.of(place.code) if before.checks else None
    return Row(place, standing, past, rank_change(standing, before), _note(standing, facts))


def _note(one: Standing, facts: Facts) -> str:
    if one.state == "silent":
        return _("没有检查记录")
    return _("不足 %(least)d 次，查处率不排名") % {"least": facts.least} if one.state == "few" else ""


def sort_names(facts: Facts) -> dict[str, Text]:
    """Return how each sort of check is called."""
    found = (rules.pack().find(CheckCountRecord, name, facts.of.last) for name in facts.counts)
    return {one.id: Text(one.zh, one.en) for one in found if one}


def computation(row: Row, facts: Facts, snapshot: str) -> Computation:
    """Return how a street's figures came about, with the numbers in them."""
    one, sorts = row.standing, sort_names(facts)
    parts = [(sorts[sort].in_language(language()) if sort in sorts else sort, count) for sort, count in one.sorts]
    steps = [Step(name, str(count)) for name, count in parts]
    total = " + ".join(str(count) for _name, count in parts)
    whole = f"{total} = {one.checks}" if len(parts) > 1 else str(one.checks)
    steps.append(Step(_("检查量"), _("%(total)s 次") % {"total": whole}))
    steps.append(Step(_("检查量名次"), _ranked(one.checks, [each.checks for each in _all(facts)], one.checks_rank)))
    if one.rate is not None:
        steps.append(Step(_("查处率名次"), _rate_rank(one, facts)))
        steps.append(Step(_("%(level)d %% 区间") % {"level": facts.level_percent}, f"{row.interval} %"))
    formula = f"{one.violations} ÷ {one.checks} = {row.rate} %" if one.checks else _("没有检查，不计算查处率")
    return Computation(
        formula=formula,
        steps=steps,
        rounding=_("查处率保留一位小数，四舍六入五成双"),
        rows=_("本页所列检查"),
        snapshot=snapshot,
    )


def _all(facts: Facts) -> tuple[Standing, ...]:
    return facts.league().standings


def _ranked(value: int | Fraction, values: list[int], rank: int | None) -> str:
    if rank is None:
        return _("不参加排名")
    better = sum(one > value for one in values)
    return _("%(better)d 个街乡更多，第 %(rank)d") % {"better": better, "rank": rank}


def _rate_rank(one: Standing, facts: Facts) -> str:
    if one.rate_rank is None:
        return _("检查不足 %(least)d 次，不参加排名") % {"least": facts.least}
    rates = [each.rate for each in _all(facts) if each.state == "ranked" and each.rate is not None]
    better = sum(rate > (one.rate or 0) for rate in rates)
    return _("%(of)d 个街乡参加排名，%(better)d 个更高，第 %(rank)d") % {
        "of": len(rates), "better": better, "rank": one.rate_rank,
    }  # fmt: skip
