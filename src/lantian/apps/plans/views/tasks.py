"""The table of tasks, its export, my department's page, and taking tasks into work."""

import io
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.rights import may
from lantian.apps.plans.forms_tasks import NewTaskForm, TasksForm
from lantian.apps.plans.models import PlanText
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.department import department
from lantian.apps.plans.selectors.gantt import whole, window_asked
from lantian.apps.plans.selectors.standing import Board, board
from lantian.apps.plans.selectors.task_groups import by_chapter, by_lead, by_street, chart_of, strip
from lantian.apps.plans.selectors.task_list import LAYOUTS, TaskTable, task_table
from lantian.apps.plans.services.tasks import Measure, NewTask, add_task, take_into_work, take_text_into_work
from lantian.apps.plans.task_exports import write_tasks
from lantian.apps.plans.views.acting import acting, language, said
from lantian.apps.plans.views.today import today
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def listing(request: PageRequest) -> HttpResponse:
    """Show the tasks with their lamps and bars by chapter, department or street, or as a table or tree."""
    day, query = today(request), TasksForm(request.GET).query
    found = board(day, request.as_of.known_at)
    table = task_table(found, request.user, query, everything=query.charted)
    context = {
        "table": table,
        "layouts": LAYOUTS.items(),
        "strip": strip(table.roots, day),
        **(_chart(request, table, found) if query.charted else {}),
        "day": day,
        "basis": rules().lamps(day).citation,
        "rule": rules().lamp_record(day),
        "may_take": may(request.user, "plans:task-take", "POST"),
        "may_add": may(request.user, "plans:task-new", "POST"),
        "synthetic": found.synthetic,
    }
    return render(request, "plans/tasks.html", context)


def _chart(request: PageRequest, table: TaskTable, found: Board) -> dict[str, Any]:
    every = whole(found.roots, found.day)
    window = window_asked(request.GET.get("year", ""), every, found.day)
    groups = {"chapter": by_chapter(rules().pack), "lead": by_lead, "street": by_street}
    return {
        "chart": chart_of(table.lines, window, found.day, groups[table.query.by]),
        "years": range(every.first.year, every.last.year + 1),
        "year": window.first.year if window.first.year == window.last.year else 0,
    }


@require_GET
def export(request: PageRequest) -> HttpResponse:
    """Send what the table shows as a workbook, all pages of it."""
    day, found = today(request), board(today(request), request.as_of.known_at)
    query = replace(TasksForm(request.GET).query, page=1)
    table = task_table(found, request.user, query, everything=True)
    made = io.BytesIO()
    write_tasks(made, table.lines, day, language())
    answer = HttpResponse(made.getvalue(), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="tasks-{day}.xlsx"'
    return answer


@require_GET
def my_department(request: PageRequest) -> HttpResponse:
    """Show what a department leads and joins, what is due next, and what waits for a check."""
    day = today(request)
    page = department(board(day, request.as_of.known_at), request.user, request.GET.get("org", ""))
    if page is None:
        raise Http404
    return render(request, "plans/department.html", {"page": page, "day": day})


@require_POST
def take(request: PageRequest) -> HttpResponse:
    """Take the pack's tasks into work."""
    made = take_into_work(by=acting(request), at=request.as_of.now)
    _say_taken(request, len(made))
    return redirect("plans:tasks")


@require_POST
def take_text(request: PageRequest, slug: str) -> HttpResponse:
    """Take what a review accepted into work."""
    plan = get_object_or_404(PlanText, slug=slug)
    try:
        made = take_text_into_work(plan, by=acting(request), at=request.as_of.now)
    except LantianError as error:
        messages.error(request, said(error))
        return redirect("plans:text", slug=slug)
    _say_taken(request, len(made))
    return redirect("plans:tasks")


def _say_taken(request: PageRequest, count: int) -> None:
    if count:
        messages.success(request, ngettext("已立项 %(n)s 项任务。", "已立项 %(n)s 项任务。", count) % {"n": count})
    else:
        messages.info(request, _("没有新的任务：都已立项。"))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Add a task by hand."""
    form = NewTaskForm(request.POST or None, today=today(request))
    if request.method == "POST" and form.is_valid():
        try:
            task = add_task(_new(form), by=acting(request), at=request.as_of.now)
        except LantianError as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("已立项。"))
            return redirect("plans:task", pk=task.pk)
    return render(request, "plans/task_new.html", {"form": form}, status=400 if form.errors else 200)


def _new(form: NewTaskForm) -> NewTask:
    read = form.cleaned_data
    measure = Measure()
    if read["target"] is not None and read["unit"]:
        measure = Measure(target=read["target"], unit=read["unit"])
    lead: Organisation = read["lead"]
    return NewTask(
        read["zh"], read["article"], [lead.pk], en=read["en"], joints=[one.pk for one in read["joint"]],
        due=read["due"], rhythm=read["rhythm"], reference=read["reference"], measure=measure,
        area=(lead.area_id or "") if lead.kind == "street_office" else "",
    )  # fmt: skip
