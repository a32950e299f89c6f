"""The page of one task, and the files kept with it."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.accounts.rights import may
from lantian.apps.plans.models import MoneyMove, Task, TaskChange, TaskFile
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.money import fund_name
from lantian.apps.plans.selectors.standing import board
from lantian.apps.plans.selectors.task_page import task_page, unit_of
from lantian.apps.plans.selectors.task_people import responsible
from lantian.apps.plans.selectors.task_words import short_names
from lantian.apps.plans.services.working import content_of
from lantian.apps.plans.views.today import today
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
}


@require_GET
def page(request: PageRequest, pk: int) -> HttpResponse:
    """Show one task as it stands on the page's day."""
    return show(request, pk)


def show(request: PageRequest, pk: int, refused: Mapping[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Show a task; ``refused`` is an act that was not done: what was typed, and why."""
    seen = Task.objects.visible_to(request.user).filter(pk=pk).values_list("proposal__plan__slug").first()
    if seen is None:
        raise Http404
    day = today(request)
    found = board(day, request.as_of.known_at)
    if pk not in found.by_pk:
        raise Http404
    one = found.by_pk[pk]
    streets = list(Area.objects.of_kind("street").order_by("order", "code"))
    shown = task_page(one, found, request.user, short_names(streets))
    plan = rules()
    context = {
        "page": shown,
        "task": one.task,
        "text": seen[0],
        "day": day,
        "unit": unit_of(one),
        "may_act": request.as_of.live and may(request.user, "plans:task-act", "POST"),
        "rule": plan.lamp_record(day),
        "money_rule": plan.money,
        "templates": [(one.id, Text(one.zh, one.en)) for one in plan.templates.values()],
        "funds": [(code, fund_name(code)) for code in plan.funds],
        "fields": [one for one in TaskChange.Field.choices if one[0] != TaskChange.Field.WEIGHT],
        "kinds": MoneyMove.Kind.choices,
        "people": responsible((*one.leads, *one.joints), day) if shown.may.lead else (),
        "streets": streets if shown.may.lead else (),
        "offices": _offices() if shown.may.lead else (),
        "refused": refused,
        "personal": True,
    }
    return render(request, "plans/task.html", context, status=status)


def _offices() -> list[Organisation]:
    wanted = Organisation.objects.filter(kind__in=["bureau", "enforcement", "operator", "mass_organisation", "party"])
    return list(wanted.order_by("name_zh"))


@require_GET
def file(request: PageRequest, pk: int) -> HttpResponse:
    """Send a file as it was taken, as a download and nothing else."""
    kept = get_object_or_404(TaskFile.objects.filter(task__in=Task.objects.visible_to(request.user)), pk=pk)
    try:
        content = content_of(kept)
    except LantianError as error:
        raise Http404(error.text.en) from error
    answer = HttpResponse(content, content_type=kept.media_type, headers=SAFE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{kept.sha256[:12]}"'
    return answer
