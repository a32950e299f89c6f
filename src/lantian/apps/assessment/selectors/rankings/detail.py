"""What a place's value was made from (来历): days and points, roads, steps of cases, plots or scores, line by line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantian.apps.assessment.ranking_words import counts_said, unit_words
from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.selectors.rankings.air import AirReader
from lantian.apps.assessment.selectors.rankings.cases import CaseReader
from lantian.apps.assessment.selectors.rankings.drawn import Drawn, days_drawn
from lantian.apps.assessment.selectors.rankings.ground import Ground
from lantian.apps.assessment.selectors.rankings.ledgers import (
    BareLandReader,
    ClusterReader,
    Entry,
    treated_m2,
)
from lantian.apps.assessment.selectors.rankings.road_dust import RoadDustReader, is_over, limits_of
from lantian.apps.assessment.selectors.weekly import language
from lantian.apps.cases.models import Case
from lantian.apps.cases.rules import type_of
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.services.devices import pack
from lantian.apps.ui.components import Computation, Step
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.kernel.rounding import half_even
from lantian.policy.records_ranking import RankingRecord
from lantian.policy.records_telemetry import PointKind


@dataclass(frozen=True)
class Cell:
    """A cell: its text, whether a number, and the address that it leads to."""

    text: str
    number: bool = False
    url: str = ""
    mark: bool = False


@dataclass(frozen=True)
class Lines:
    """A table of what a value was made from."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The heads, and whether what stands under them are numbers."""
        first = self.rows[0] if self.rows else ()
        return [(head, cell.number) for head, cell in zip(self.heads, first, strict=True)]


@dataclass(frozen=True)
class Detail:
    """All that stands behind a place's value, and its days drawn."""

    tables: Sequence[Lines]
    days: Drawn | None = None


def detail_of(record: RankingRecord, ground: Ground, place: RankedPlace, person: Any) -> Detail:
    """Return what a place's value was made from, on the ground of its table; what a reader may not see has no name."""
    return DETAILS[record.subject](record, ground, place, person)


def _number(value: object) -> Cell:
    return Cell(str(value), number=True)


def _air(record: RankingRecord, ground: Ground, place: RankedPlace, person: Any) -> Detail:
    reader = AirReader(record, ground)
    days = reader.days(ground.period.first, ground.period.last)
    column = next(at for at, one in enumerate(reader.places) if one.code == place.code)
    points = reader.points_in(place.code)
    rows: list[list[Cell]] = []
    drawn: list[tuple[date, float | None, bool, str]] = []
    for number, value in enumerate(days.values[:, column].tolist()):
        day = ground.period.first + timedelta(days=number)
        there, dust = value == value, bool(days.dust[number, column])
        said = str(half_even(str(round(value, 6)), max(record.decimals, 1))) if there else "—"
        note = _("沙尘，剔除") if dust else "" if there else _("没有有效日值")
        if faults := int(days.faults[number, column]):
            note = ngettext("%(n)d 个点位 PM10 低于 PM2.5，不计", "%(n)d 个点位 PM10 低于 PM2.5，不计", faults) % {
                "n": faults
            }
        rows.append([Cell(day.isoformat()), _number(said), _number(int(days.points[number, column])), Cell(note)])
        drawn.append((day, value if there else None, dust, f"{day} {said}"))
    unit = unit_words(record.unit).in_language(language())
    heads = [_("日期"), f"{_('日值')} {unit}", _("有效点位"), _("说明")]
    listed = [
        [Cell(one.name, url=reverse("telemetry:point", args=[one.pk])), Cell(one.pk), Cell(_kind(one.kind))]
        for one in points
    ]
    return Detail(
        (
            Lines(_("点位"), [_("名称"), _("编号"), _("类别")], listed),
            Lines(_("逐日"), heads, rows),
        ),
        days_drawn(drawn, place.value),
    )


def _kind(kind: str) -> str:
    """Return what the pack calls a kind of point; one that it no longer has keeps its id."""
    found = pack().find(PointKind, kind)
    return Text(found.zh, found.en).in_language(language()) if found else kind


def _road_dust(record: RankingRecord, ground: Ground, place: RankedPlace, person: Any) -> Detail:
    rows = RoadDustReader(record, ground).found(ground.period.first, ground.period.last).get(place.code, [])
    limits = limits_of(record)
    grades = {one.grade: one for one in record.limits}
    said = [
        [
            Cell(row.month),
            Cell(row.road or row.street),
            Cell(_grade(grades, row.grade)),
            Cell(row.body),
            Cell(format(row.value, "f"), number=True, mark=is_over(row, limits)),
            _number(limits.get(row.grade, "—")),
            Cell(_("超限") if is_over(row, limits) else ""),
        ]
        for row in sorted(rows, key=lambda one: (one.month, -one.value))
    ]
    heads = [
        _("月份"),
        _("道路"),
        _("等级"),
        _("责任单位"),
        f"{_('积尘负荷')} g/m²",
        f"{_('等级限值')} g/m²",
        _("说明"),
    ]
    return Detail((Lines(_("道路结果"), heads, said),))


def _grade(grades: Mapping[str, Any], grade: str) -> str:
    found = grades.get(grade)
    return "—" if found is None else str(found.en if language().startswith("en") else found.zh)


def _cases(record: RankingRecord, ground: Ground, place: RankedPlace, person: Any) -> Detail:
    steps = [
        one
        for one in CaseReader(record, ground).due(ground.period.first, ground.period.last)
        if one.place == place.code
    ]
    cases = Case.objects.visible_to(person).in_bulk({one.case for one in steps})
    rows = []
    for one in sorted(steps, key=lambda step: (step.in_time, step.due_at)):
        case = cases.get(one.case)
        step = type_of(case).step(one.step) if case else None
        named = f"{case.number} {case.title}" if case else _("不在您的范围内")
        rows.append(
            [
                Cell(named, url=reverse("cases:one", args=[case.slug]) if case else ""),
                Cell((step.en if language().startswith("en") else step.zh) if step else one.step),
                Cell(_instant(one.due_at)),
                Cell(_instant(one.done_at) if one.done_at else _("未办")),
                Cell("" if one.in_time else _("逾期"), mark=not one.in_time),
            ]
        )
    return Detail((Lines(_("到期环节"), [_("案件"), _("环节"), _("止于"), _("办毕"), _("说明")], rows),))


def _instant(moment: datetime) -> str:
    from_beijing = moment.astimezone(BEIJING)
    return f"{from_beijing:%Y-%m-%d %H:%M}"


def _bare_land(record: RankingRecord, ground: Ground, place: RankedPlace, person: Any) -> Detail:
    reader = BareLandReader(record, ground)
    found = reader.found(place.code, ground.period.last)
    seen = _seen(found, person)
    rows = [
        [
            _entry(one, seen, "bare-land"),
            _number(round(one.number("area_m2") or 0)),
            _number(round(treated_m2(one, ground.period.last))),
            Cell(str(one.attributes.get("treated_on") or "—")),
        ]
        for one in found
    ]
    heads = [_("地块"), f"{_('面积')} m²", f"{_('已治理')} m²", _("治理完成")]
    return Detail((Lines(_("裸地台账"), heads, rows),))


def _clusters(record: RankingRecord, ground: Ground, place: RankedPlace, person: Any) -> Detail:
    reader = ClusterReader(record, ground)
    found = [one for one in (*reader.entries, *reader.unscored) if one.code == place.code]
    seen = _seen(found, person)
    rows = [
        [
            _entry(one, seen, "cluster"),
            *(_number(_filled(one.attributes.get(name))) for name in ("score_year", "score", "progress")),
        ]
        for one in found
    ]
    heads = [_("聚集区"), _("考评年度"), _("得分"), f"{_('进度')} %"]
    return Detail((Lines(_("聚集区台账"), heads, rows),))


def _filled(value: object) -> str:
    """Return what is filled in; a zero is."""
    return "—" if value in (None, "") else str(value)


def _seen(entries: Sequence[Entry], person: Any) -> set[int]:
    keys = [one.key for one in entries]
    return set(Source.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))


def _entry(one: Entry, seen: set[int], kind: str) -> Cell:
    if one.key not in seen:
        return Cell(_("不在您的范围内"))
    return Cell(f"{one.code} {one.name}", url=reverse("ledger:source", args=[kind, one.code]))


Make = Callable[[RankingRecord, Ground, RankedPlace, Any], Detail]
DETAILS: Mapping[str, Make] = {
    "pm25": _air,
    "coarse": _air,
    "tsp": _air,
    "road-dust": _road_dust,
    "in-time": _cases,
    "bare-land": _bare_land,
    "clusters": _clusters,
}
"""What shows each subject."""


def computation(record: RankingRecord, table: RankingTable, place: RankedPlace) -> Computation:
    """Return how a place's value and rank came about, with the numbers in it."""
    tongue = language()
    unit = unit_words(record.unit).in_language(tongue)
    steps = [Step(label.in_language(tongue), count) for label, count in counts_said(place.counts)]
    if place.rank is not None and place.state == "ranked":
        steps.append(
            Step(_("名次"), _("第 %(rank)d，共 %(of)d 个参加排名") % {"rank": place.rank, "of": len(table.ranked)})
        )
    if place.low is not None and place.high is not None:
        interval = f"{place.low:.0f}–{place.high:.0f}"
        steps.append(Step(_("名次 %(level)d %% 区间") % {"level": table.level_percent}, interval))
    if place.cumulative is not None:
        steps.append(Step(_("年内累计"), f"{place.cumulative} {unit}"))
    formula = _formula(record, place, unit) if place.value is not None else place.note.in_language(tongue)
    return Computation(
        formula=formula,
        steps=steps,
        rounding=ngettext(
            "GB/T 8170，%(n)d 位小数，按修约后的数值排名", "GB/T 8170，%(n)d 位小数，按修约后的数值排名", table.decimals
        )
        % {"n": table.decimals},
        rows=_("本页所列"),
    )


PARTS: Mapping[str, tuple[str, str]] = {"in-time": ("in_time", "due"), "bare-land": ("treated_m2", "area_m2")}
"""The counts of which a share is made, by subject."""

NUMBERS: Mapping[str, str] = {"pm25": "days", "coarse": "days", "tsp": "days", "road-dust": "results"}
"""How many values a mean is made of, by subject."""


def _formula(record: RankingRecord, place: RankedPlace, unit: str) -> str:
    """Return how the value follows from the counts."""
    if record.subject in PARTS:
        part, whole = (place.counts.get(name, 0) for name in PARTS[record.subject])
        return f"{part} ÷ {whole} × 100 = {place.value} {unit}"
    number = int(place.counts.get(NUMBERS.get(record.subject, ""), 0))
    if not number or place.exact is None:
        return f"{place.value} {unit}"
    total = half_even(str(round(place.exact * number, 6)), record.decimals + 1)
    return f"{total} ÷ {number} = {place.value} {unit}"
