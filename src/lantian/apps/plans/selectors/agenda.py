"""What falls on days (日程): deadlines, milestones and recurring duties of tasks, for calendar, wall and articles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import get_args

from django.urls import reverse

from lantian.apps.plans.selectors.months import Item
from lantian.apps.plans.selectors.rules import cited
from lantian.apps.plans.selectors.standing import Standing
from lantian.kernel.errors import Text
from lantian.kernel.periods import Span
from lantian.policy.pack import Pack
from lantian.policy.records_plan import Organisation
from lantian.workflow.lamps import missing_end
from lantian.workflow.rhythm import occasions
from lantian.workflow.schedule import MilestoneState, state_of

LAMPS: Mapping[str, str] = {"green": "g", "yellow": "y", "red": "r", "grey": "o"}
COLOURS: Mapping[str, Text] = {
    "red": Text("逾期", "overdue"),
    "yellow": Text("临期", "near"),
    "green": Text("正常", "on schedule"),
    "grey": Text("无数据", "no data"),
    "struck": Text("已销号", "struck off"),
}
"""What lamps are called, what needs somebody most first; a task that is struck off has a ring."""
MILESTONES: Mapping[MilestoneState, Text] = {
    "done": Text("已办", "done"),
    "done-late": Text("迟办", "done late"),
    "late": Text("节点逾期", "late"),
    "open": Text("未到", "to come"),
}
SPANS = get_args(Span)


@dataclass(frozen=True)
class Asked:
    """What a reader narrows a calendar to; an empty field asks nothing. article 0 is every article."""

    department: str = ""
    article: int = 0

    def holds(self, one: Standing) -> bool:
        """Tell whether a task is asked for: by who leads or joins it, and by its article."""
        parties = (*one.leads, *one.joints)
        return self.article in (0, one.task.own_article) and (not self.department or self.department in parties)


def names_of(pack: Pack) -> dict[str, Text]:
    """Return the names of the plan's organisations."""
    return {one.id: Text(one.zh, one.en) for one in pack.all(Organisation)}


def lamp_of(one: Standing) -> tuple[str, Text]:
    """Return the letter and the word of a task's lamp."""
    state = "struck" if one.struck_on is not None else one.lamp.colour
    return LAMPS.get(state, "o"), one.lamp.word


def rank_of(one: Standing) -> int:
    """Return how much a task needs somebody: 0 for red, then yellow, green, grey and struck off."""
    return list(COLOURS).index("struck" if one.struck_on is not None else one.lamp.colour)


def title_of(one: Standing) -> Text:
    """Return what a task is called."""
    return Text(one.task.zh, one.task.en or one.task.zh)


def address_of(one: Standing) -> str:
    """Return where a task's page is."""
    return reverse("plans:task", args=[one.task.pk])


def note_of(one: Standing, names: Mapping[str, Text]) -> Text:
    """Say by which article and who leads."""
    cite = cited(one.task.article, one.task.document)
    lead = names.get(one.leads[0], Text(one.leads[0], one.leads[0])) if one.leads else Text("", "")
    return Text(f"{cite.zh} {lead.zh}".strip(), f"{cite.en} {lead.en}".strip())


def agenda(
    tasks: Sequence[Standing],
    window: tuple[date, date],
    day: date,
    names: Mapping[str, Text],
) -> list[Item]:
    """Return what falls into a window of days; struck tasks keep their deadline, but ask for nothing recurring."""
    found: list[Item] = []
    for one in tasks:
        found += _deadline(one, window, names)
        found += _milestones(one, window, day, names)
        found += _duties(one, window, day, names)
    return sorted(found, key=lambda item: item.day)


def _deadline(one: Standing, window: tuple[date, date], names: Mapping[str, Text]) -> list[Item]:
    if one.due is None or not window[0] <= one.due <= window[1]:
        return []
    lamp, said = lamp_of(one)
    note = note_of(one, names)
    return [Item(one.due, "deadline", title_of(one), address_of(one), lamp, said, note, rank=rank_of(one))]


def _milestones(one: Standing, window: tuple[date, date], day: date, names: Mapping[str, Text]) -> list[Item]:
    """The milestones of a task; the last one that is its deadline itself is left to the deadline."""
    found = []
    for step in one.steps:
        if not window[0] <= step.due <= window[1] or step.due == one.due:
            continue
        state = state_of(step.due, step.done_on, day)
        name, task = Text(step.zh, step.en or step.zh), title_of(one)
        found.append(
            Item(
                day=step.due,
                sort="milestone",
                label=Text(f"{name.zh}：{task.zh}", f"{name.en}: {task.en}"),
                url=address_of(one),
                lamp="r" if state == "late" and one.struck_on is None else "",
                said=MILESTONES[state],
                note=note_of(one, names),
                rank=rank_of(one),
            )
        )
    return found


def _duties(one: Standing, window: tuple[date, date], day: date, names: Mapping[str, Text]) -> list[Item]:
    """The days on which a recurring duty falls due; its lamp speaks of the first period without a report.

    A daily duty falls on every day and is told of elsewhere.
    """
    rhythm = one.task.rhythm
    if rhythm not in SPANS or one.struck_on is not None:
        return []
    first, last = max(window[0], one.task.start), min(window[1], one.due or window[1])
    missing = missing_end(rhythm, [value.day for value in one.values], day)
    found = []
    for period in occasions(rhythm, first, last):  # type: ignore[arg-type]  # one of the spans
        turned = period.last == missing and one.lamp.colour in ("yellow", "red")
        lamp, said = lamp_of(one) if turned else ("", Text("", ""))
        found.append(Item(period.last, "duty", title_of(one), address_of(one), lamp, said, note_of(one, names)))
    return found


def daily(tasks: Iterable[Standing]) -> list[Standing]:
    """Return the duties of every day."""
    return [one for one in tasks if one.task.rhythm == "day" and one.struck_on is None]


@dataclass(frozen=True)
class Next:
    """A deadline or milestone that is still to come; days: until it."""

    item: Item
    days: int


def upcoming(items: Iterable[Item], day: date) -> list[Next]:
    """Return the deadlines and milestones that are still open, the next first; on a day what needs somebody most."""
    wanted = [one for one in items if one.day >= day and one.sort in ("deadline", "milestone") and not _over(one)]
    return [Next(one, (one.day - day).days) for one in sorted(wanted, key=lambda one: (one.day, one.sort, one.rank))]


def _over(item: Item) -> bool:
    return item.rank == len(COLOURS) - 1 or item.said in (MILESTONES["done"], MILESTONES["done-late"])


@dataclass(frozen=True)
class NextDay:
    """What falls due together: all deadlines, or all milestones, of a day. shown: as many as there is room for."""

    days: int
    day: date
    name: Text
    count: int
    shown: Sequence[Item]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


def next_days(coming: Iterable[Next], groups: int, lines: int) -> list[NextDay]:
    """Return the next days on which something falls due, with about so many lines in all."""
    together = [list(found) for _, found in groupby(coming, key=lambda one: (one.item.day, one.item.sort))][:groups]
    each = max(2, lines // max(1, len(together)))
    return [
        NextDay(found[0].days, found[0].item.day, found[0].item.name, len(found), [one.item for one in found[:each]])
        for found in together
    ]
