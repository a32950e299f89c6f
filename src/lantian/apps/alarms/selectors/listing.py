"""The list of alarms: tabs, filters, order, pages; one question for the rows, one for the counts of the tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from lantian.apps.alarms.models import Alarm, AlarmQuerySet
from lantian.apps.alarms.selectors.words import Words
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day
from lantian.policy.records_alarm import AlarmRuleRecord

PAGE = 100

WAITING = Q(handling=Alarm.Handling.RAISED, outcome="") & ~Q(state=Alarm.State.CLOSED)
VIEWS: Mapping[str, tuple[Text, Q]] = {
    "": (Text("待处理", "To do"), WAITING),
    "active": (Text("持续中", "Lasting"), Q(handling=Alarm.Handling.RAISED, state=Alarm.State.ACTIVE)),
    "judged": (Text("已有结论", "Judged"), ~Q(outcome="")),
    "suppressed": (Text("维护抑制", "Suppressed"), Q(handling=Alarm.Handling.SUPPRESSED)),
    "regional": (Text("区域过程", "Regional"), Q(handling=Alarm.Handling.REGIONAL)),
    "observed": (Text("只观察", "Observed"), Q(handling=Alarm.Handling.OBSERVED)),
    "all": (Text("全部", "All"), Q()),
}
"""The tabs; what is suppressed, regional or only observed stays in sight."""

ORDERS = ("raised_at", "level", "rule", "point__name_zh", "area_code", "state", "last_at")
LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class AlarmQuery:
    """What the address asks: tab, filters, order (``-`` descending), page, and the selected alarm."""

    view: str = ""
    text: str = ""
    rule: str = ""
    kind: str = ""
    area: str = ""
    level: int | None = None
    since: date | None = None
    until: date | None = None
    sort: str = ""
    page: int = 1
    alarm: str = ""


@dataclass(frozen=True)
class Option:
    """A choice of a filter or a tab with its count."""

    value: str
    label: Text
    count: int = 0


@dataclass(frozen=True)
class Line:
    """An alarm in the list, in words."""

    alarm: Alarm
    rule: Text
    record: AlarmRuleRecord | None
    area: Text
    kind: Text
    factor: Text

    @property
    def place(self) -> Text:
        """Where it is: the point, or the vehicle, or the area of a regional notice."""
        if self.alarm.point:
            return Text(self.alarm.point.name_zh, self.alarm.point.name_en or self.alarm.point.name_zh)
        if self.alarm.device:
            name = self.alarm.device.plate or self.alarm.device.name_zh
            return Text(name, self.alarm.device.plate or self.alarm.device.name_en or name)
        return self.area

    @property
    def duration(self) -> timedelta:
        """How long the condition held."""
        return self.alarm.last_at - self.alarm.first_at


@dataclass(frozen=True)
class AlarmList:
    """The page."""

    query: AlarmQuery
    rows: tuple[Line, ...]
    total: int
    views: tuple[Option, ...]
    rules: tuple[Option, ...]
    kinds: tuple[Option, ...]
    areas: tuple[Option, ...]
    selected: Line | None
    synthetic: bool

    @property
    def pages(self) -> int:
        """The number of pages."""
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        """The sequence number before the page's first row."""
        return (self.query.page - 1) * PAGE

    @property
    def conditions(self) -> Text:
        """The conditions in force, in words."""
        chosen = [VIEWS[self.query.view][0]]
        for options, value in (
            (self.rules, self.query.rule),
            (self.kinds, self.query.kind),
            (self.areas, self.query.area),
        ):
            chosen += [option.label for option in options if value and option.value == value]
        if self.query.text:
            chosen.append(Text(f"“{self.query.text}”", f"“{self.query.text}”"))
        return Text("，".join(one.zh for one in chosen), ", ".join(one.en for one in chosen))


def matching(alarms: AlarmQuerySet, query: AlarmQuery) -> AlarmQuerySet:
    """Narrow the alarms that a person sees by everything but the tab."""
    wanted: dict[str, object] = {"rule": query.rule, "point__kind": query.kind, "level": query.level}
    found = alarms.filter(**{name: value for name, value in wanted.items() if value})
    if query.area:
        found = found.filter(area_code__startswith=query.area)
    if query.since:
        found = found.filter(raised_at__gte=beijing_day(query.since))
    if query.until:
        found = found.filter(raised_at__lt=beijing_day(query.until + timedelta(days=1)))
    for word in query.text.split():
        found = found.filter(
            Q(number__icontains=word)
            | Q(point__name_zh__icontains=word)
            | Q(point__name_en__icontains=word)
            | Q(point__id__icontains=word)
            | Q(device__plate__icontains=word)
            | Q(device__id__icontains=word)
        )
    return found


def ordered(alarms: AlarmQuerySet, query: AlarmQuery) -> AlarmQuerySet:
    """Narrow to the tab and put in order: what waits by level, all else the newest first."""
    found = alarms.filter(VIEWS[query.view][1]).select_related("point", "device")
    name = query.sort.removeprefix("-")
    if name in ORDERS:
        return found.order_by(query.sort, "-pk")
    return found.order_by("-level", "-raised_at", "-pk") if query.view == "" else found


def alarm_list(alarms: AlarmQuerySet, query: AlarmQuery, said: Words, now: datetime) -> AlarmList:
    """Return the page of the alarms that the reader may see."""
    narrowed = matching(alarms, query)
    counts = narrowed.aggregate(**{f"n{at}": Count("pk", filter=q or None) for at, (_, q) in enumerate(VIEWS.values())})
    total = counts[f"n{list(VIEWS).index(query.view)}"]
    page = ordered(narrowed, query)[(query.page - 1) * PAGE : query.page * PAGE]
    rows = tuple(line(alarm, said) for alarm in page)
    selected = next((one for one in rows if one.alarm.number == query.alarm), rows[0] if rows else None)
    return AlarmList(
        query=query,
        rows=rows,
        total=total,
        views=tuple(Option(name, label, counts[f"n{at}"]) for at, (name, (label, _)) in enumerate(VIEWS.items())),
        rules=_rules(said),
        kinds=tuple(Option(kind, label) for kind, label in said.kinds.items()),
        areas=_areas(said),
        selected=selected,
        synthetic=any(one.alarm.synthetic for one in rows),
    )


def line(alarm: Alarm, said: Words) -> Line:
    """Return an alarm in words."""
    record = said.rule_of(alarm)
    return Line(
        alarm=alarm,
        rule=Text(record.zh, record.en) if record else Text(alarm.rule, alarm.rule),
        record=record,
        area=said.area(alarm.area_code),
        kind=said.kind(alarm.point.kind if alarm.point else alarm.device.kind if alarm.device else ""),
        factor=said.factor(alarm.factor),
    )


def _rules(said: Words) -> tuple[Option, ...]:
    return tuple(Option(rule, Text(one[-1].zh, one[-1].en)) for rule, one in said.rules.items())


def _areas(said: Words) -> tuple[Option, ...]:
    own = [(code, name) for code, name in said.areas.items() if code.startswith(said.district)]
    return tuple(Option(code, name) for code, name in own if code != said.district)


HEADINGS: Sequence[tuple[str, Text, Text | None, str]] = (
    ("level", Text("级", "Level"), None, "c"),
    ("point__name_zh", Text("点位", "Place"), None, ""),
    ("rule", Text("规则", "Rule"), None, ""),
    ("", Text("峰值", "Peak"), None, "r"),
    ("", Text("限值", "Limit"), None, "r p2"),
    ("area_code", Text("街乡", "Street"), None, ""),
    ("raised_at", Text("报警", "Raised"), None, ""),
    ("", Text("持续", "Lasted"), None, ""),
    ("state", Text("状态", "State"), None, ""),
)
"""Columns: key by which the list sorts, label, unit, classes."""
