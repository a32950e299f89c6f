"""Whom complaints tell (投诉通知): the duty desk of what is urgent, and of replies that are nearly due."""

from datetime import datetime

from django.urls import reverse

from lantian.apps.accounts.models import Role
from lantian.apps.alarms.selectors.words import words
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.rules import rules
from lantian.apps.notices.selectors.people import holders_of_role, people_of
from lantian.apps.notices.services import tell
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of


def tell_new(complaint: Complaint) -> None:
    """Tell the duty desk of a complaint that has to be taken up within the pack's few hours."""
    day = day_of(complaint.received_at)
    period = rules().times(complaint.time_class, day).accept
    if period.unit != "hour" or period.amount > rules().rule(day).urgent_hours or complaint.synthetic:
        return
    at = complaint.received_at
    people = holders_of_role(Role.DUTY, at, complaint.area_code)
    key = f"complaint:{complaint.pk}:new"
    tell(people, "complaint-urgent", _context(complaint), link=_page(complaint), key=key, at=at, urgent=True)


def tell_due_soon(complaint: Complaint, at: datetime) -> None:
    """Tell the duty desk, and whoever holds the case, that a reply is nearly due."""
    holders = list(complaint.case.threads.open().values_list("holder", flat=True)) if complaint.case else []
    people = {one.pk: one for one in holders_of_role(Role.DUTY, at, complaint.area_code)}
    people |= {one.pk: one for one in people_of(holders, at, complaint.area_code)}
    told, key = list(people.values()), f"complaint:{complaint.pk}:due-soon"
    tell(told, "complaint-due-soon", _context(complaint), link=_page(complaint), key=key, at=at)


def _page(complaint: Complaint) -> str:
    return reverse("complaints:one", args=[complaint.number])


def _context(complaint: Complaint) -> dict[str, Text | str]:
    """What a message says; never who reported, and not their words."""
    day = day_of(complaint.received_at)
    topic = rules().topics(day).get(complaint.topic)
    return {
        "number": complaint.number,
        "topic": Text(topic.zh, topic.en) if topic else complaint.topic,
        "place": complaint.place or words().area(complaint.area_code),
        "accept_due": f"{complaint.accept_due_at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
        "due": f"{complaint.due_at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
    }
