"""What an action plan (行动计划) consists of: articles, tasks, quantities, targets, organisations, areas, points.

All numbers of a plan are quantities with the figures as printed, so that a reader can find them in the official text;
everything else is said in our own words.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.policy.records import BadValueError, Model, Record, record_type

Comparator = Literal["<", "<=", "=", ">=", ">", "~"]
DeadlineKind = Literal["by", "from", "every", "within", "on"]
Unit = Literal[
    "µg/m³", "%", "km", "m", "t", "t/a", "h", "day", "week", "month", "year", "count", "stage", "rank", "item"
]

UNITS: Mapping[str, Text] = {
    "µg/m³": Text("微克/立方米", "µg/m³"),
    "%": Text("%", "%"),
    "km": Text("公里", "km"),
    "m": Text("米", "m"),
    "t": Text("吨", "t"),
    "t/a": Text("吨/年", "t a year"),
    "h": Text("小时", "hours"),
    "day": Text("天", "days"),
    "week": Text("周", "weeks"),
    "month": Text("个月", "months"),
    "year": Text("年", "years"),
    "count": Text("次", "times"),
    "stage": Text("阶段", "emission stage"),
    "rank": Text("位", "places"),
    "item": Text("项", "items"),
}
"""Units of a quantity, as a reader sees them."""

_EVERY = ("day", "week", "month", "quarter", "year")
_DURATION = r"P(?:\d+[DWMY]|T\d+H)"


@record_type("chapter")
class Chapter(Record):
    """A chapter of the plan (章, printed as 二、…); ``article`` is its first article."""

    article: int
    number: int = Field(ge=1)


@record_type("article")
class Article(Record):
    """An article of the plan (条, printed as （三）); ``zh``/``en`` is its title, the summaries are our own words."""

    references: ClassVar[Mapping[str, str]] = {"chapter": "chapter"}

    article: int = Field(ge=1)
    chapter: str
    summary_zh: str = Field(min_length=1)
    summary_en: str = Field(min_length=1)


class Deadline(Model):
    """When a task is due (期限): ``printed`` is how the plan writes it.

    by, from, on: a day. every: day, week, month, quarter or year. within: an ISO 8601 duration such as PT24H or P7D.
    """

    kind: DeadlineKind
    value: date | str
    printed: str = Field(min_length=1)

    @model_validator(mode="after")
    def _value_suits_kind(self) -> Self:
        if problem := _deadline_problem(self.kind, self.value):
            raise BadValueError(problem.zh, problem.en)
        return self


def _deadline_problem(kind: DeadlineKind, value: date | str) -> Text | None:
    if kind in ("by", "from", "on"):
        if isinstance(value, date):
            return None
        return Text(
            f"kind = {kind!r} 须配日期，如 2019-12-31，现为 {value!r}",
            f"kind {kind!r} needs a date such as 2019-12-31, found {value!r}",
        )
    if kind == "every":
        if value in _EVERY:
            return None
        units = ", ".join(_EVERY)
        return Text(
            f"kind = 'every' 须配 {units} 之一，现为 {value!r}", f"kind 'every' needs one of {units}, found {value!r}"
        )
    if isinstance(value, str) and re.fullmatch(_DURATION, value):
        return None
    return Text(
        f"kind = 'within' 须配时长，如 PT24H、P7D、P6M，现为 {value!r}",
        f"kind 'within' needs a duration such as PT24H, P7D or P6M, found {value!r}",
    )


@record_type("task")
class Task(Record):
    """What an article obliges somebody to do (任务); ``zh``/``en`` say it in our own words.

    lead, joint: organisations (牵头单位, 配合单位); quantities: the numbers by which it is measured.
    lead_named: false where the plan names nobody and lead is who answers by the plan's general rule.
    """

    references: ClassVar[Mapping[str, str]] = {
        "lead": "organisation",
        "joint": "organisation",
        "quantities": "quantity",
    }

    article: int
    lead: tuple[str, ...] = Field(min_length=1)
    joint: tuple[str, ...] = ()
    lead_named: bool = True
    deadlines: tuple[Deadline, ...] = ()
    quantities: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _nobody_twice(self) -> Self:
        parties = self.lead + self.joint
        twice = sorted({party for party in parties if parties.count(party) > 1})
        if twice:
            raise BadValueError(f"单位重复：{', '.join(twice)}", f"names a department twice: {', '.join(twice)}")
        return self


@record_type("quantity")
class Quantity(Record):
    """A number or a day of the plan (量化要求): ``zh``/``en`` name the object that it measures.

    value, unit, comparator: 52 µg/m³ with ~ reads "about 52"; or else day with <= (by) or >= (from).
    level: what a graded number belongs to, as an alert level. printed: the figures as the plan writes them.
    """

    article: int
    value: Decimal | None = None
    unit: Unit | None = None
    day: date | None = None
    comparator: Comparator
    level: str | None = None
    printed: str = Field(min_length=1)

    @model_validator(mode="after")
    def _either_number_or_day(self) -> Self:
        number = self.value is not None and self.unit is not None
        if number == (self.day is not None):
            raise BadValueError("须恰好写 value 和 unit，或 day", "needs either value with unit, or day")
        return self


@record_type("target")
class Target(Record):
    """What the plan wants to reach (目标): a value, or a decrease against a base year, in a year.

    statistic: annual_mean of a concentration, annual emission, or share_of_days that are heavily polluted.
    point_group: the points whose mean is the area's; factor: PM2.5, NOx, VOCs, all.
    """

    references: ClassVar[Mapping[str, str]] = {"area": "area", "point_group": "point_group", "quantity": "quantity"}

    article: int
    factor: str
    area: str
    statistic: Literal["annual_mean", "emission", "share_of_days"]
    year: int = Field(ge=2000, le=2100)
    comparator: Comparator
    value: Decimal | None = None
    unit: Unit | None = None
    base_year: int | None = None
    point_group: str | None = None
    quantity: str | None = None

    @model_validator(mode="after")
    def _has_a_measure(self) -> Self:
        if (self.value is None) != (self.unit is None):
            raise BadValueError("value 与 unit 须同时写", "value and unit belong together")
        if self.value is None and self.base_year is None:
            raise BadValueError("须写 value 和 unit，或 base_year", "needs value with unit, or base_year")
        return self


@record_type("hotline")
class Hotline(Record):
    """A telephone number for complaints and reports (举报热线)."""

    article: int
    number: str = Field(pattern=r"^\d{3,12}$")


OrganisationKind = Literal[
    "government", "headquarters", "party", "bureau", "enforcement", "street_office", "mass_organisation", "community",
    "enterprise", "operator", "society", "collective",
]  # fmt: skip


@record_type("organisation")
class Organisation(Record):
    """A department, office or team that the plan addresses (单位); aliases are its names in the text.

    kind collective stands for all organisations of the kind ``members``, as 各街乡 for the street offices.
    area: the area over which a street office answers. official_zh, official_en: the name that its papers bear (全称),
    where it differs from the name in the plan.
    """

    references: ClassVar[Mapping[str, str]] = {"parent": "organisation", "area": "area"}

    kind: OrganisationKind
    parent: str | None = None
    area: str | None = None
    aliases: tuple[str, ...] = ()
    official_zh: str = Field(default="", max_length=120)
    official_en: str = Field(default="", max_length=160)
    members: OrganisationKind | None = None

    @model_validator(mode="after")
    def _a_collective_has_members(self) -> Self:
        if (self.kind == "collective") != (self.members is not None):
            raise BadValueError(
                'members 只用于 kind = "collective"，且必须写', 'members belongs to kind = "collective", and only to it'
            )
        return self


Position = tuple[float, float]
"""Longitude and latitude in degrees, WGS-84."""


@record_type("area")
class Area(Record):
    """A district, street or township (区域, 街乡); ``id`` is its division code, ``short`` its name on a map.

    reference_point: a place inside it [°E, °N, WGS-84]; approximate where the place was set by hand.
    further: more places that belong to it and shape its schematic cell.
    """

    references: ClassVar[Mapping[str, str]] = {"parent": "area"}

    kind: Literal["city", "district", "street", "township"]
    parent: str | None = None
    short: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    reference_point: Position
    further: tuple[Position, ...] = ()
    approximate: bool = False


@record_type("point")
class AirPoint(Record):
    """A station of the air monitoring network (监测点位).

    aliases: every name under which data files know it. evaluated: counts in the evaluation of its district.
    longitude, latitude: degrees, WGS-84, rounded. area: division code of its district.
    """

    references: ClassVar[Mapping[str, str]] = {"area": "area"}

    kind: Literal["urban", "suburban", "background", "traffic", "embassy"]
    area: str
    aliases: tuple[str, ...] = Field(min_length=1)
    longitude: float = Field(ge=73, le=136)
    latitude: float = Field(ge=3, le=54)
    evaluated: bool


@record_type("point_group")
class PointGroup(Record):
    """Points whose mean stands for an area (点位组), as 城区环境评价点 for a district."""

    references: ClassVar[Mapping[str, str]] = {"area": "area", "points": "point"}

    area: str
    points: tuple[str, ...] = Field(min_length=1)


@record_type("outline")
class Outline(Record):
    """A part of a district's outline, drawn by hand (示意轮廓): one closed ring of positions, first not repeated.

    owner: the area to which an island belongs as a whole.
    """

    references: ClassVar[Mapping[str, str]] = {"area": "area", "owner": "area"}

    area: str
    owner: str | None = None
    ring: tuple[Position, ...] = Field(min_length=3)


@record_type("road")
class Road(Record):
    """A road for orientation on the schematic map (示意道路)."""

    references: ClassVar[Mapping[str, str]] = {"area": "area"}

    area: str
    kind: Literal["ring", "expressway", "avenue"]
    line: tuple[Position, ...] = Field(min_length=2)


@record_type("map")
class MapView(Record):
    """How the map of an area opens (地图): bounds are west, south, east, north in degrees, WGS-84."""

    references: ClassVar[Mapping[str, str]] = {"area": "area"}

    area: str
    bounds: tuple[float, float, float, float]
    max_zoom: float = Field(gt=0, le=24)
