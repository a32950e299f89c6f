"""Whom tasks tell (任务通知): the lead of a lamp that turned red, the district office of a strike-off, and back."""

from datetime import datetime

from django.urls import reverse

from lantian.apps.accounts.models import Person, Role
from lantian.apps.notices.selectors.people import holders_of_role, people_of
from lantian.apps.notices.services import tell
from lantian.apps.plans.models import StrikeOff, Task, TaskLamp, TaskParty
from lantian.kernel.errors import Text


def _page(task: Task) -> str:
    return reverse("plans:task", args=[task.pk])


def _of(task: Task) -> dict[str, Text | str]:
    return {"number": task.number, "task": Text(task.zh[:80], (task.en or task.zh)[:80])}


def _leads(task: Task, at: datetime) -> list[Person]:
    codes = task.parties.filter(role=TaskParty.Role.LEAD).values_list("organisation_id", flat=True)
    people = {one.pk: one for one in people_of(codes, at, task.area_id or "")}
    if task.responsible is not None:
        people[task.responsible.pk] = task.responsible
    return list(people.values())


def tell_asked(task: Task, row: StrikeOff) -> None:
    """Tell the district office that a lead asks to strike a task off; whoever asked is not told."""
    people = [one for one in holders_of_role(Role.DUTY, row.asked_at) if one.pk != row.asked_by_id]
    key = f"task:{task.pk}:strike-off:{row.pk}"
    tell(people, "task-strike-off", _of(task), link=_page(task), key=key, at=row.asked_at)


def tell_answer(task: Task, row: StrikeOff) -> None:
    """Tell the lead what the check of a strike-off came to."""
    if row.decided_at is None:
        return
    struck = row.state == StrikeOff.State.STRUCK
    outcome = Text("同意销号", "struck off") if struck else Text("退回", "returned")
    context = _of(task) | {"outcome": outcome, "reason": row.reason or "—"}
    key = f"task:{task.pk}:answer:{row.pk}"
    people = _leads(task, row.decided_at)
    tell(people, "task-strike-off-answer", context, link=_page(task), key=key, at=row.decided_at)


def tell_red(task: Task, lamp: TaskLamp) -> None:
    """Tell the lead and the district office of a lamp that turned red; once for each turn."""
    people = {one.pk: one for one in (*_leads(task, lamp.at), *holders_of_role(Role.DUTY, lamp.at))}
    context = _of(task) | {"reason": Text(lamp.reason_zh, lamp.reason_en)}
    key = f"task:{task.pk}:red:{lamp.day}"
    tell(list(people.values()), "task-red", context, link=_page(task), key=key, at=lamp.at)
