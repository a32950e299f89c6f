"""The review of a plan's text (复核): text on the left, the task on the right, one decision at a time."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.plans.forms import UNITS, ActForm, Editor
from lantian.apps.plans.models import PlanTask, PlanText, PlanTextError
from lantian.apps.plans.selectors import review as seen
from lantian.apps.plans.services import review as acts
from lantian.apps.plans.views.acting import acting, said, the_pack
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text


class AskedForm(forms.Form):
    """Which task the address asks for."""

    task = forms.IntegerField(required=False, min_value=1)

    @property
    def asked(self) -> int | None:
        """The task's number in the store, or None."""
        self.is_valid()
        return self.cleaned_data.get("task")


@require_GET
def page(request: PageRequest, slug: str) -> HttpResponse:
    """Show a text with its marks, and the task chosen."""
    plan = get_object_or_404(PlanText, slug=slug)
    return _page(request, plan, AskedForm(request.GET).asked)


def _page(request: PageRequest, plan: PlanText, asked: int | None, editor: Editor | None = None) -> HttpResponse:
    tasks = list(plan.tasks.live())
    for each in tasks:
        each.plan = plan
    place = seen.chosen(tasks, asked)
    if place is None and asked is not None:
        raise Http404
    task = tasks[place] if place is not None else None
    context: dict[str, Any] = {
        "plan": plan, "tasks": tasks, "task": task, "number": (place or 0) + 1, "pieces": seen.pieces(plan, tasks),
        "progress": seen.progress(tasks), "left": seen.left_over(plan, tasks), "units": UNITS, "sure": seen.SURE,
        "may_act": may(request.user, "plans:text-act", "POST"),
    }  # fmt: skip
    if task is not None and place is not None:
        context |= _of_task(task, tasks, place, editor)
    return render(request, "plans/review.html", context, status=400 if editor else 200)


def _of_task(task: PlanTask, tasks: list[PlanTask], place: int, editor: Editor | None) -> dict[str, Any]:
    return {
        "editor": editor or Editor(task, the_pack()), "cuts": seen.cuts(task), "history": seen.history(task),
        "before": tasks[place - 1] if place else None, "after": tasks[place + 1] if place + 1 < len(tasks) else None,
        "next_in_article": acts.next_in_article(task),
    }  # fmt: skip


@require_POST
def act(request: PageRequest, slug: str, pk: int, what: str) -> HttpResponse:
    """Decide on a task, then open the next one that waits."""
    plan = get_object_or_404(PlanText, slug=slug)
    task = get_object_or_404(PlanTask.objects.select_related("plan"), plan=plan, pk=pk)
    form = ActForm(request.POST)
    if what not in ACTS or not form.is_valid():
        raise Http404
    now = acts.Act(acting(request), request.as_of.now, form.cleaned_data["version"])
    editor = Editor(task, the_pack(), request.POST) if what == "correct" else None
    if editor is not None and not editor.is_valid():
        messages.error(request, _("有字段没有填对，未保存。"))
        return _page(request, plan, task.pk, editor)
    try:
        opened = ACTS[what](task, now, form.cleaned_data, editor)
    except LantianError as error:
        messages.error(request, said(error))
        opened = task.pk
    return _open(plan, task, opened)


def _open(plan: PlanText, task: PlanTask, opened: int | None) -> HttpResponse:
    """Go to a task; without one to the next that waits."""
    live = list(plan.tasks.live())
    if opened is None or all(each.pk != opened for each in live):
        after = seen.next_open(live, task.start)
        opened = after.pk if after else None
    address = reverse("plans:text", kwargs={"slug": plan.slug})
    return redirect(f"{address}?{urlencode({'task': opened})}#t{opened}" if opened else address)


Doing = Callable[[PlanTask, acts.Act, dict[str, Any], Editor | None], int | None]


def _accept(task: PlanTask, now: acts.Act, _read: dict[str, Any], _editor: Editor | None) -> None:
    acts.accept(task, now)


def _correct(task: PlanTask, now: acts.Act, _read: dict[str, Any], editor: Editor | None) -> None:
    assert editor is not None
    words = editor.task_form.cleaned_data
    acts.correct(task, acts.Correction(words["zh"], words["en"], words["article"], editor.fields), now)


def _reject(task: PlanTask, now: acts.Act, read: dict[str, Any], _editor: Editor | None) -> None:
    acts.reject(task, read["reason"], now)


def _reopen(task: PlanTask, now: acts.Act, _read: dict[str, Any], _editor: Editor | None) -> int:
    return acts.reopen(task, now).pk


def _split(task: PlanTask, now: acts.Act, read: dict[str, Any], _editor: Editor | None) -> int:
    if read["position"] is None:
        raise PlanTextError(Text("请选择拆分位置。", "Choose where to split."))
    return acts.split(task, read["position"], now)[0].pk


def _merge(task: PlanTask, now: acts.Act, _read: dict[str, Any], _editor: Editor | None) -> int:
    return acts.merge(task, now).pk


ACTS: dict[str, Doing] = {
    "accept": _accept, "correct": _correct, "reject": _reject, "reopen": _reopen, "split": _split, "merge": _merge,
}  # fmt: skip


@require_POST
def take_left(request: PageRequest, slug: str, index: int) -> HttpResponse:
    """Make a task of a stretch that was left over."""
    plan = get_object_or_404(PlanText, slug=slug)
    try:
        task = acts.add_task(plan, index, by=acting(request), at=request.as_of.now)
    except LantianError as error:
        messages.error(request, said(error))
        return redirect("plans:text", slug=slug)
    return _open(plan, task, task.pk)
