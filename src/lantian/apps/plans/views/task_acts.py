"""What people do on a task's page: one address for each act, all by POST.

Each form says which version of the task its page showed: one that is out of date is refused, and so is a second click.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db import models, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.apps.accounts.models import Person
from lantian.apps.plans.forms_tasks import (
    ChangeForm,
    DecideForm,
    EntryForm,
    LineForm,
    MilestoneForm,
    MoveForm,
    ReasonForm,
    ReweighForm,
    ScheduleForm,
    SplitForm,
    StrikeForm,
)
from lantian.apps.plans.models import BudgetLine, Milestone, StrikeOff, Task, TaskChange, TaskEntry, TaskError
from lantian.apps.plans.services import deciding, money, working
from lantian.apps.plans.services.splitting import PartOf, for_streets, reweigh, split
from lantian.apps.plans.services.task_state import Changed, Withdrawn, unchanged
from lantian.apps.plans.views.acting import acting, said
from lantian.apps.plans.views.task import show
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.workflow.progress import even_weights

WAN = 10_000
"""Yuan in 万元, in which forms take money."""
Form = TypeVar("Form", bound=forms.Form)
Row = TypeVar("Row", bound=models.Model)


class _Who(dict[str, Any]):
    """``by`` and ``at`` of an act."""

    def __init__(self, by: Person, at: datetime) -> None:
        super().__init__(by=by, at=at)


def _row(kind: type[Row], task: Task, pk: int) -> Row:
    """Return a row of the task; raises TaskError where there is none."""
    found = kind._default_manager.filter(task=task, pk=pk).first()
    if found is None:
        raise TaskError(Text("没有这条记录。", "There is no such row."))
    return found


def _enter(task: Task, form: EntryForm, who: _Who) -> object:
    read = form.cleaned_data
    value = working.Reported(read["value"], read["day"], read["note"], files=form.sent())
    if read["corrects"]:
        return working.correct(_row(TaskEntry, task, read["corrects"]), value, **who)
    return working.enter(task, value, **who)


def _schedule(task: Task, form: ScheduleForm, who: _Who) -> object:
    return working.lay_schedule(task, form.cleaned_data["template"], **who)


def _milestone(task: Task, form: MilestoneForm, who: _Who) -> object:
    read = form.cleaned_data
    row = _row(Milestone, task, read["milestone"])
    return working.reach(row, read["done_on"], read["note"], files=form.sent(), **who)


def _change(task: Task, form: ChangeForm, who: _Who) -> object:
    read = form.cleaned_data
    return deciding.ask_change(task, read["field"], read["new"], read["reason"], **who)


def _decide_change(task: Task, form: DecideForm, who: _Who) -> object:
    read = form.cleaned_data
    row = _row(TaskChange, task, read["row"])
    return deciding.decide_change(row, agree=read["agree"], answer=read["reason"], **who)


def _strike(task: Task, form: StrikeForm, who: _Who) -> object:
    return deciding.ask_strike_off(task, form.cleaned_data["statement"], form.sent(), **who)


def _decide_strike(task: Task, form: DecideForm, who: _Who) -> object:
    read = form.cleaned_data
    row = _row(StrikeOff, task, read["row"])
    return deciding.decide_strike_off(row, agree=read["agree"], reason=read["reason"], **who)


def _reopen(task: Task, form: ReasonForm, who: _Who) -> object:
    return deciding.reopen(task, form.cleaned_data["reason"], **who)


def _withdraw(task: Task, form: ReasonForm, who: _Who) -> object:
    return deciding.withdraw(task, form.cleaned_data["reason"], **who)


def _split(task: Task, form: SplitForm, who: _Who) -> object:
    read = form.cleaned_data
    areas, offices, weights = list(read["areas"]), list(read["organisations"]), read["weights"]
    count = len(areas) + len(offices)
    if not count:
        raise TaskError(Text("请选择街乡或单位。", "Choose streets or departments."))
    shares: list[Decimal] = weights or even_weights(count)
    parts = for_streets(areas, shares[: len(areas)]) if areas else []
    parts += [PartOf(one.pk, share) for one, share in zip(offices, shares[len(areas) :], strict=True)]
    return split(task, parts, **who)


def _reweigh(task: Task, form: ReweighForm, who: _Who) -> object:
    return reweigh(task, form.cleaned_data["weights"], form.cleaned_data["reason"], **who)


def _line(task: Task, form: LineForm, who: _Who) -> object:
    read = form.cleaned_data
    return money.add_line(task, money.NewLine(read["year"], read["fund"], read["title"], read["amount"] * WAN), **who)


def _move(task: Task, form: MoveForm, who: _Who) -> object:
    read = form.cleaned_data
    row = _row(BudgetLine, task, read["line"])
    new = money.NewMove(read["kind"], read["amount"] * WAN, read["day"], read["voucher"], read["note"])
    return money.move(row, new, **who)


Act = Callable[[Task, Any, _Who], object]
ACTS: Mapping[str, tuple[type[forms.Form], Act]] = {
    "enter": (EntryForm, _enter),
    "schedule": (ScheduleForm, _schedule),
    "milestone": (MilestoneForm, _milestone),
    "change": (ChangeForm, _change),
    "decide-change": (DecideForm, _decide_change),
    "strike": (StrikeForm, _strike),
    "decide-strike": (DecideForm, _decide_strike),
    "reopen": (ReasonForm, _reopen),
    "withdraw": (ReasonForm, _withdraw),
    "split": (SplitForm, _split),
    "reweigh": (ReweighForm, _reweigh),
    "line": (LineForm, _line),
    "move": (MoveForm, _move),
}


@require_POST
def act(request: PageRequest, pk: int, what: str) -> HttpResponse:
    """Do what was asked, say so or say why not, and show the task again."""
    task = get_object_or_404(Task.objects.visible_to(request.user), pk=pk)
    if what not in ACTS:
        raise Http404
    kind, doing = ACTS[what]
    form = kind(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, pk, what, _first_error(form), 400)
    try:
        with transaction.atomic():
            unchanged(task, form.cleaned_data["version"], acting(request))
            doing(task, form, _Who(acting(request), request.as_of.now))
    except Changed as error:
        return _refused(request, pk, what, said(error), 409)
    except LantianError as error:
        return _refused(request, pk, what, said(error), 400)
    messages.success(request, _("已记录。"))
    if what == "withdraw":
        return redirect("plans:tasks")
    return redirect("plans:task", pk=pk)


def _refused(request: PageRequest, pk: int, what: str, error: str, status: int) -> HttpResponse:
    """Show the task as it is now with what was typed still in its form, and why nothing was recorded.

    A task that somebody withdrew meanwhile has no page any more: the list says so.
    """
    if not Task.objects.standing().filter(pk=pk).exists():
        messages.error(request, said(Withdrawn()))
        return redirect("plans:tasks")
    typed = {
        name: request.POST.getlist(name) for name in request.POST if name not in ("csrfmiddlewaretoken", "version")
    }
    messages.error(request, error)
    page = reverse("plans:task", args=[pk])
    return show(request, pk, {"act": what, "typed": typed, "error": error, "page": page}, status)


def _first_error(form: forms.Form) -> str:
    """Return what is wrong with a form, with the field's name."""
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label}: {errors[0]}" if label else str(errors[0])
