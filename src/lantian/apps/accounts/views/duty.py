"""Who answers: the month of the duty roster, leave and deputies."""

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.answering import answerer
from lantian.apps.accounts.forms.people import LeaveForm, SheetForm, ShiftForm
from lantian.apps.accounts.models import Leave, Organisation, Person, Post, Shift
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import may_keep_duty_of, people_visible_to
from lantian.apps.accounts.services import duty
from lantian.apps.accounts.services.roster_import import empty_roster, import_roster
from lantian.apps.accounts.views.attempts import attempt, reader
from lantian.apps.accounts.views.people import download
from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import beijing_day, day_of

DAY = timedelta(days=1)


@require_GET
def roster(request: PageRequest) -> HttpResponse:
    """Show the month of an organisation's roster, and who answers right now."""
    return _month(request, _organisation(request), ShiftForm(label_suffix=""))


@require_POST
def roster_change(request: PageRequest) -> HttpResponse:
    """Put a turn on the roster, or take one off."""
    organisation, now = _kept(request), datetime.now(UTC)
    form = ShiftForm(request.POST, label_suffix="")
    if request.POST.get("remove"):
        shift = get_object_or_404(Shift, pk=request.POST["remove"], organisation=organisation)
        duty.take_off_duty(shift, by=reader(request), at=now)
        return _back(organisation, day_of(shift.start))

    def act() -> None:
        turn = duty.Turn(**form.cleaned_data)
        duty.put_on_duty(organisation, [turn], by=reader(request), at=now)

    if attempt(request, form, act, _("已排班。")):
        return _back(organisation, day_of(form.cleaned_data["start"]))
    return _month(request, organisation, form)


@require_http_methods(["POST"])
def roster_import(request: PageRequest) -> HttpResponse:
    """Take a workbook of turns; the rows that are wrong say why."""
    organisation, form = _kept(request), SheetForm(request.POST, request.FILES, label_suffix="")
    rows: list[Any] = []

    def act() -> None:
        content = form.cleaned_data["file"].read()
        rows.extend(import_roster(organisation, content, by=reader(request), at=datetime.now(UTC)))

    attempt(request, form, act)
    return _month(request, organisation, ShiftForm(label_suffix=""), sheet=form, rows=rows)


@require_GET
def roster_template(_request: PageRequest) -> HttpResponse:
    """Send the empty workbook."""
    return download(empty_roster(get_language() or "zh-hans"), "roster.xlsx")


def _organisation(request: PageRequest) -> Organisation:
    code = request.GET.get("organisation") or request.POST.get("organisation")
    if code:
        return get_object_or_404(Organisation, pk=code)
    post = reader(request).post
    if post is None:
        raise Http404
    return post.organisation


def _kept(request: PageRequest) -> Organisation:
    organisation = _organisation(request)
    if not may_keep_duty_of(request.user, organisation):
        raise Http404
    return organisation


def _back(organisation: Organisation, day: date) -> HttpResponse:
    return redirect(reverse("accounts:roster", query={"organisation": organisation.pk, "month": f"{day:%Y-%m}"}))


def _month(request: PageRequest, organisation: Organisation, form: ShiftForm, **more: Any) -> HttpResponse:
    first = _first_day(request)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, end = beijing_day(weeks[0][0]), beijing_day(weeks[-1][-1] + DAY)
    shifts = list(
        Shift.objects.filter(organisation=organisation, start__lt=end, end__gt=start).select_related("person")
    )
    by_day = {day: [one for one in shifts if day_of(one.start) == day] for week in weeks for day in week}
    form.fields["person"].queryset = _staff(organisation)  # type: ignore[attr-defined]
    answer = answerer(organisation, request.as_of.now)
    context = {
        "organisation": organisation,
        "organisations": Organisation.objects.filter(posts__isnull=False).distinct(),
        "first": first,
        "before": (first - DAY).replace(day=1),
        "after": (first + 31 * DAY).replace(day=1),
        "weeks": [[(day, by_day[day], day.month == first.month) for day in week] for week in weeks],
        "today": day_of(request.as_of.now),
        "form": form,
        "sheet": SheetForm(label_suffix=""),
        "may_keep": may(request.user, "accounts:roster-change", "POST")
        and may_keep_duty_of(request.user, organisation),
        "answer": answer,
        "answerer": Person.objects.filter(pk=answer.person).first() if answer else None,
        "personal": True,
    } | more
    bad = form.errors or (more.get("sheet") is not None and more["sheet"].errors)
    return render(request, "accounts/roster.html", context, status=422 if bad else 200)


def _first_day(request: PageRequest) -> date:
    said = request.GET.get("month", "")
    try:
        return date.fromisoformat(f"{said}-01")
    except ValueError:
        return day_of(request.as_of.now).replace(day=1)


def _staff(organisation: Organisation) -> Any:
    """The people who may stand on an organisation's roster: its own, active."""
    return Person.objects.filter(is_active=True, posts__organisation=organisation).distinct()


@require_http_methods(["GET", "POST"])
def leave(request: PageRequest) -> HttpResponse:
    """Show one's own leave and deputies, or everybody's for the system administrator; note or withdraw."""
    form = LeaveForm(request.POST if "start" in request.POST else None, label_suffix="")
    everybody = _whose(request)
    form.fields["person"].queryset = everybody.filter(is_active=True)  # type: ignore[attr-defined]
    form.fields["person"].initial = reader(request).pk
    if request.method == "POST" and _did_leave(request, form):
        return redirect("accounts:leave")
    today = day_of(request.as_of.now)
    posts = Post.objects.held_on(today).filter(person__in=everybody)
    context = {
        "form": form,
        "leaves": Leave.objects.filter(person__in=everybody, end__gte=today - 30 * DAY).select_related("person"),
        "posts": posts.select_related("person", "organisation").prefetch_related("deputies__person")[:200],
        "people": people_visible_to(request.user).filter(is_active=True).order_by("name_zh"),
        "today": today,
        "personal": True,
    }
    return render(request, "accounts/leave.html", context, status=422 if form.errors else 200)


def _whose(request: PageRequest) -> Any:
    """Whose leave one may note: one's own; everybody's for the system administrator."""
    everybody = may(request.user, "accounts:person-edit", "POST")
    return Person.objects.all() if everybody else Person.objects.filter(pk=reader(request).pk)


def _did_leave(request: PageRequest, form: LeaveForm) -> bool:
    by, now, whose = reader(request), datetime.now(UTC), _whose(request)
    if withdrawn := request.POST.get("withdraw"):
        one = get_object_or_404(Leave, pk=withdrawn, person__in=whose)
        return attempt(request, None, partial(duty.withdraw_leave, one, by=by, at=now), _("已撤回。"))
    if post := request.POST.get("post"):
        held = get_object_or_404(Post, pk=post, person__in=whose)
        known = people_visible_to(by).in_bulk([int(one) for one in request.POST.getlist("deputy") if one.isdigit()])
        chosen = [known[int(one)] for one in request.POST.getlist("deputy") if one.isdigit() and int(one) in known]
        return attempt(request, None, partial(duty.set_deputies, held, chosen, by=by, at=now), _("代理人已保存。"))

    def act() -> None:
        duty.take_leave(**form.cleaned_data, by=by, at=now)

    return attempt(request, form, act, _("已登记请假。"))
