"""Leave, deputies and the duty roster (请假、代理、值班)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Deputy, Leave, Organisation, Person, Post, Shift
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text


class DutyRefused(LantianError):
    """A leave, deputy or shift that cannot be."""


@dataclass(frozen=True)
class Turn:
    """A turn of duty to be put on the roster."""

    person: Person
    start: datetime
    end: datetime
    leader: bool = False


@transaction.atomic
def take_leave(person: Person, *, start: date, end: date, reason: str, by: Any, at: datetime) -> Leave:
    """Note that a person is away on these days; raises DutyRefused."""
    if end < start:
        raise DutyRefused(Text("结束日早于开始日。", "The leave would end before it begins."))
    if Leave.objects.filter(person=person, start__lte=end, end__gte=start).exists():
        raise DutyRefused(Text("这些日子已登记请假。", "A leave is noted for some of these days."))
    leave = Leave.objects.create(person=person, start=start, end=end, reason=reason)
    record("leave.noted", subject=person, actor=by, at=at, detail={"start": f"{start}", "end": f"{end}"})
    return leave


@transaction.atomic
def withdraw_leave(leave: Leave, *, by: Any, at: datetime) -> None:
    """Take a leave back."""
    detail = {"start": f"{leave.start}", "end": f"{leave.end}"}
    record("leave.withdrawn", subject=leave.person, actor=by, at=at, detail=detail)
    leave.delete()


@transaction.atomic
def set_deputies(post: Post, people: Iterable[Person], *, by: Any, at: datetime) -> None:
    """Say who acts for a post, in this order; nobody acts for themselves."""
    wanted = list(dict.fromkeys(people))
    if any(one.pk == post.person_id for one in wanted):
        raise DutyRefused(Text("不能代理自己的岗位。", "Nobody is their own deputy."))
    post.deputies.all().delete()
    Deputy.objects.bulk_create(
        [Deputy(post=post, person=one, order=order) for order, one in enumerate(wanted, start=1)]
    )
    detail = {"role": post.role, "deputies": [one.username for one in wanted]}
    record("deputies.set", subject=post.person, actor=by, at=at, detail=detail)


@transaction.atomic
def put_on_duty(organisation: Organisation, turns: Iterable[Turn], *, by: Any, at: datetime) -> list[Shift]:
    """Put turns on the roster; raises DutyRefused where somebody would be on duty twice at a time."""
    made = []
    for turn in turns:
        clash = Shift.objects.filter(person=turn.person, start__lt=turn.end, end__gt=turn.start).first()
        if turn.end <= turn.start or clash:
            raise DutyRefused(
                Text(
                    f"{turn.person.name_zh} 该时段已有值班，或结束不晚于开始。",
                    f"{turn.person.name_en or turn.person.name_zh} is on duty then already, or the turn has no length.",
                )
            )
        made.append(Shift.objects.create(organisation=organisation, **vars(turn)))
    record("roster.added", subject=organisation, actor=by, at=at, detail={"turns": len(made)})
    return made


@transaction.atomic
def take_off_duty(shift: Shift, *, by: Any, at: datetime) -> None:
    """Take a turn off the roster."""
    detail = {"person": shift.person.username, "start": shift.start.isoformat()}
    record("roster.removed", subject=shift.organisation, actor=by, at=at, detail=detail)
    shift.delete()
