"""Demonstration tasks (演示任务): the plan's tasks in work, moved to today's years, with progress, splits and money.

Everything follows from a seed, is made once and is marked synthetic. The plan ran from 2018 to 2020; a demonstration
moves each deadline by whole years and says so on the task's page.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction
from PIL import Image

from lantian.apps.accounts.models import Area, Person, Role
from lantian.apps.audit.services import record
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.plans.models import Milestone, StrikeOff, Task, TaskChange, TaskEntry
from lantian.apps.plans.rules import rules
from lantian.apps.plans.services.measuring import measure_all, note_lamps
from lantian.apps.plans.services.splitting import PartOf, for_streets, split
from lantian.apps.plans.services.task_demo_money import fill_money
from lantian.apps.plans.services.tasks import take_into_work
from lantian.apps.plans.services.working import keep_file
from lantian.kernel.calendar import add_months
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.kernel.rounding import half_even
from lantian.workflow.progress import even_weights
from lantian.workflow.schedule import Laid, expected, reverse_schedule

SEED = 20181221
PLAN_YEAR = 2019
"""The plan's year that a demonstration takes for the current one."""
MOVED = "演示：计划期限按演示年份顺延"
TO_STREETS = ("13.3", "24.6")
"""Tasks that are split to all streets; the first one's ledger is counted street by street."""
TO_BUREAUS = {
    "11.4": ("housing", "transport", "water", "landscape", "urban-management"),
    "6.1": ("environment", "housing"),
}
WORKS, PAPERS = ("改造", "建设", "装", "联网", "设施", "淘汰"), ("制订", "方案", "制度", "规范", "标准", "目录", "预案")
SHARES = (("done", 0.10), ("ahead", 0.22), ("good", 0.38), ("behind", 0.14), ("late", 0.08), ("silent", 0.08))
FINISHED = Decimal(100)
NAMELESS = Text("", "")


@transaction.atomic
def fill_tasks(*, at: datetime) -> int:
    """Fill a demonstration with tasks in work; return how many, 0 where there are some already."""
    if Task.objects.exists():
        return 0
    day = day_of(at)
    made = take_into_work(by=None, at=beijing_day(day - timedelta(days=330), 9))
    maker = _Maker(at, day)
    maker.move(made)
    maker.schedule(made)
    maker.split()
    Task.objects.update(synthetic=True)
    measure_all(at)
    maker.report()
    maker.strike()
    maker.ask()
    fill_money(at=at)
    note_lamps(at)
    count = Task.objects.count()
    record("task.demo-filled", subject=None, actor=None, at=at, detail={"tasks": count, "seed": SEED})
    return count


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Delete the tasks of a demonstration, parts before their wholes, when real data take its place."""
    while leaves := list(Task.objects.filter(synthetic=True, parts__isnull=True).values_list("pk", flat=True)):
        Task.objects.filter(pk__in=leaves).delete()


class _Maker:
    """Makes what happened to tasks from one stream of random numbers."""

    def __init__(self, at: datetime, day: date) -> None:
        self.at, self.day = at, day
        self.months = 12 * (day.year - PLAN_YEAR)
        self.random = np.random.default_rng(SEED)
        self.office = Person.objects.filter(demo=True, posts__role=Role.DUTY).first()
        self.course: dict[int, str] = {}

    def move(self, tasks: Iterable[Task]) -> None:
        """Move starts and deadlines by whole years; each task says so."""
        rows = list(tasks)
        for task in rows:
            task.start = add_months(task.start, self.months)
            task.due = add_months(task.due, self.months) if task.due is not None else None
            task.first_due = task.due
            task.reference = f"{task.reference} · {MOVED} {self.months // 12} 年"
        Task.objects.bulk_update(rows, ["start", "due", "first_due", "reference"])

    def schedule(self, tasks: Iterable[Task]) -> None:
        """Lay each task's milestones back from its deadline; most of those that are over are done."""
        plan, rows = rules(), []
        for task in tasks:
            if task.due is None:
                continue
            laid = reverse_schedule(plan.steps(_template(task)), task.start, task.due)
            late = self.random.random() < 0.12
            rows += [self._milestone(task, order, one, late=late) for order, one in enumerate(laid, 1)]
        Milestone.objects.bulk_create(rows)

    def _milestone(self, task: Task, order: int, one: Laid, *, late: bool) -> Milestone:
        row = Milestone(
            task=task, order=order, zh=one.name.zh, en=one.name.en, begins=one.begins, due=one.due, share=one.progress
        )
        open_ = one.due >= self.day or (late and one.due >= self.day - timedelta(days=25))
        if not open_:
            row.done_on = one.due - timedelta(days=int(self.random.integers(0, 12)))
            row.note, row.at = "已完成（演示）", beijing_day(row.done_on, 16)
        return row

    def split(self) -> None:
        """Split some tasks to all streets, others to bureaus."""
        streets = list(Area.objects.of_kind("street").order_by("order", "code"))
        for number in TO_STREETS:
            task = Task.objects.filter(number=number).first()
            if task is not None and streets:
                split(task, for_streets(streets), by=None, at=self.at - timedelta(days=300))
        for number, codes in TO_BUREAUS.items():
            task = Task.objects.filter(number=number).first()
            if task is not None:
                shares = even_weights(len(codes))
                parts = [PartOf(code, share) for code, share in zip(codes, shares, strict=True)]
                split(task, parts, by=None, at=self.at - timedelta(days=300))

    def report(self) -> None:
        """Enter values month by month: by a course of each task, or up to what was measured today."""
        rows: list[TaskEntry] = []
        for task in Task.objects.filter(parts__isnull=True).prefetch_related("entries", "milestones"):
            if task.rhythm:
                rows += self._recurring(task)
            elif measured := list(task.entries.all()):
                rows += self._towards(task, measured[-1])
            elif task.due is not None:
                rows += self._along(task)
        TaskEntry.objects.bulk_create(rows)

    def _course(self, task: Task) -> str:
        names, weights = zip(*SHARES, strict=True)
        chosen = str(self.random.choice(names, p=weights))
        over = task.due is not None and task.due < self.day
        self.course[task.pk] = chosen if not over else ("done" if chosen != "late" else "late")
        return self.course[task.pk]

    def _months(self, task: Task) -> list[date]:
        """The ends of the months from the task's start, up to today, a year and a half back at most."""
        first = max(task.start, add_months(self.day, -18))
        ends, month = [], date(first.year, first.month, 1)
        while add_months(month, 1) - timedelta(days=1) <= self.day:
            ends.append(add_months(month, 1) - timedelta(days=1))
            month = add_months(month, 1)
        return [*[end for end in ends if end >= task.start][::2], self.day - timedelta(days=3)]

    def _along(self, task: Task) -> list[TaskEntry]:
        """Values along the schedule: a little ahead, behind, far behind, or done."""
        course = self._course(task)
        if course == "silent" or task.due is None:
            return []
        laid = [Laid(NAMELESS, one.begins, one.due, one.share) for one in task.milestones.all()]
        off = {"done": 30.0, "ahead": 6.0, "good": -2.0, "behind": -16.0, "late": -32.0}[course]
        days = [one for one in self._months(task) if one >= task.start]
        rows, best = [], Decimal(0)
        for place, day in enumerate(days):
            due = float(expected(laid, task.start, day)) if laid else 50.0
            share = min(1.0, max(0.0, (due + off + float(self.random.normal(0, 1.5))) / 100))
            last = place == len(days) - 1
            share = 1.0 if last and course == "done" else min(share, 0.97)
            best = max(best, half_even(Decimal(str(round(share, 4))) * 100, 1))
            rows.append(self._entry(task, _value(task, best), day))
        return rows

    def _towards(self, task: Task, now: TaskEntry) -> list[TaskEntry]:
        """Earlier values that lead to what was measured today, with what was counted."""
        base = task.base if task.base is not None else Decimal(0)
        start = base if base else now.value * Decimal("0.6")
        days = [one for one in self._months(task) if one < now.day][-8:]
        rows = []
        for place, day in enumerate(days):
            share = Decimal(place) / Decimal(max(1, len(days)))
            value = half_even(start + (now.value - start) * share, 1)
            row = self._entry(task, value, day)
            row.way = now.way
            if now.how.get("numerator") and now.value:
                counted = float(now.how["numerator"]) * float(value / now.value)
                row.how = {"numerator": round(counted), "denominator": now.how["denominator"]}
                row.how |= _scaled(now.how, float(value / now.value))
            rows.append(row)
        return rows

    def _recurring(self, task: Task) -> list[TaskEntry]:
        """A report in each of the last periods; in some duties the last one is missing."""
        step = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[task.rhythm]
        count = {"day": 30, "week": 16, "month": 10, "quarter": 4, "year": 2}[task.rhythm]
        if self.random.random() < 0.15:
            return []
        last = 0 if self.random.random() < 0.7 else 1
        days = [self.day - timedelta(days=step * back) for back in range(count, last - 1, -1)]
        return [self._entry(task, FINISHED, day, "已通报（演示）") for day in days]

    def _entry(self, task: Task, value: Decimal, day: date, note: str = "") -> TaskEntry:
        said = note or ("" if task.indicator else "月度进展（演示）")
        return TaskEntry(task=task, value=value, day=day, note=said, at=beijing_day(day, 15))

    def strike(self) -> None:
        """Strike most tasks off that are done and over; some wait for their check, one was returned."""
        done = [pk for pk, course in self.course.items() if course == "done"]
        tasks = list(Task.objects.filter(pk__in=done, parent__isnull=True).order_by("article", "pk"))
        for place, task in enumerate(tasks):
            file = Sent("验收照片.png", _picture(place))
            row = StrikeOff.objects.create(
                task=task, statement="任务已完成，佐证材料齐全（演示）", asked_at=self.at - timedelta(days=9)
            )
            keep_file(task, file, by=None, at=row.asked_at, strike_off=row)
            if place % 4 == 3:
                task.state = Task.State.ASKED
                continue
            returned = place % 9 == 5
            row.state = StrikeOff.State.RETURNED if returned else StrikeOff.State.STRUCK
            row.reason = "材料缺少现场照片，请补齐（演示）" if returned else "同意（演示）"
            row.decided_at, row.decided_by = self.at - timedelta(days=6), self.office
            row.save()
            task.state = Task.State.OPEN if returned else Task.State.STRUCK
        Task.objects.bulk_update(tasks, ["state"])

    def ask(self) -> None:
        """Changes that wait for approval, and extensions that were approved."""
        good = [pk for pk, course in self.course.items() if course == "good"]
        for task in Task.objects.filter(pk__in=good, parent__isnull=True, due__gte=self.day).order_by("pk")[:3]:
            due = task.due or self.day
            TaskChange.objects.create(
                task=task, field=TaskChange.Field.DUE, old=due.isoformat(), new=add_months(due, 2).isoformat(),
                reason="上级标准调整，顺延两个月（演示）", state=TaskChange.State.APPROVED, answer="同意（演示）",
                asked_at=self.at - timedelta(days=60), decided_at=self.at - timedelta(days=55), decided_by=self.office,
            )  # fmt: skip
            Task.objects.filter(pk=task.pk).update(due=add_months(due, 2))
        behind = [pk for pk, course in self.course.items() if course == "late"]
        for task in Task.objects.filter(pk__in=behind, parent__isnull=True, due__gte=self.day).order_by("pk")[:2]:
            due = task.due or self.day
            TaskChange.objects.create(
                task=task, field=TaskChange.Field.DUE, old=due.isoformat(), new=add_months(due, 3).isoformat(),
                reason="设备采购周期延长，申请延期三个月（演示）", asked_at=self.at - timedelta(days=2),
            )  # fmt: skip


def _scaled(how: Mapping[str, Any], ratio: float) -> dict[str, Any]:
    """What was counted one by one, as it may have been before."""
    kept = {name: [[key, round(part * ratio), whole] for key, part, whole in how[name]]
            for name in ("entries", "choices") if name in how}  # fmt: skip
    return {**kept, "by": how["by"]} if "by" in how else dict(kept)


def _template(task: Task) -> str:
    if any(word in task.zh for word in PAPERS):
        return "document"
    return "works" if any(word in task.zh for word in WORKS) else "general"


def _value(task: Task, percent: Decimal) -> Decimal:
    """The value of a task's indicator at a progress."""
    base, target = task.base if task.base is not None else Decimal(0), task.target or FINISHED
    reached = target - Decimal("0.02") if percent == FINISHED and task.comparator == "<" else target
    return half_even(base + (reached - base) * percent / 100, 2)


def _picture(place: int) -> bytes:
    """A grey picture with a band of its own: nobody takes it for a real one."""
    shade = 90 + place * 7 % 120
    image = Image.new("RGB", (320, 200), (shade, shade, shade))
    image.paste((shade - 40, shade - 40, shade - 40), (0, 120, 320, 200))
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
