"""Steps of cases that pass on with a post (交接): they are its organisation's, so the successor has them at once."""

from collections.abc import Sequence

from django.urls import reverse

from lantian.apps.accounts.models import Post
from lantian.apps.accounts.services.people import Belongings, OpenItem
from lantian.apps.cases.models import CaseThread
from lantian.apps.cases.rules import type_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING


def _items(post: Post) -> Sequence[OpenItem]:
    rows = CaseThread.objects.open().for_post(post).select_related("case").order_by("due_at", "pk")
    return [OpenItem(_name(row), reverse("cases:one", args=[row.case.slug])) for row in rows]


def _name(row: CaseThread) -> Text:
    step = type_of(row.case).step(row.step)
    due = f"{row.due_at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if row.due_at else "—"
    return Text(
        f"{row.case.number} {row.case.title} · {step.zh} · 止于 {due}",
        f"{row.case.number} {row.case.title} · {step.en} · due {due}",
    )


STEPS = Belongings(Text("在办案件环节", "open steps of cases"), _items)
