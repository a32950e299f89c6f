"""The plan's calendar (日历): a month of deadlines, milestones, duties and publicity; a time line; and a feed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lantian.apps.ledger.models import Source
from lantian.apps.plans.ics import feed
from lantian.apps.plans.selectors.agenda import Asked, agenda, daily, names_of
from lantian.apps.plans.selectors.gantt import Gantt, gantt, whole, window_asked
from lantian.apps.plans.selectors.months import Item, month_asked, sheet, span_of
from lantian.apps.plans.selectors.publicity import activities, publicity_kind
from lantian.apps.plans.selectors.rules import article_label, articles
from lantian.apps.plans.selectors.standing import Standing, board
from lantian.apps.plans.views.acting import language, the_pack
from lantian.apps.plans.views.today import today
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.policy.records_plan import Organisation

FEED_DAYS = 366


@dataclass(frozen=True)
class _Shown:
    """What one page needs: the tasks asked for, and the names."""

    day: date
    asked: Asked
    tasks: list[Standing]
    names: dict[str, Text]
    leads: set[str]


@require_GET
def calendar(request: PageRequest) -> HttpResponse:
    """Show a month of what is due, or the time line of the tasks."""
    shown = _shown(request)
    line = request.GET.get("view") == "line"
    context = {
        "view": "line" if line else "month",
        "asked": shown.asked,
        "departments": _departments(shown),
        "articles": [(one.article, article_label(one.article), Text(one.zh, one.en)) for one in articles(the_pack())],
        "tasks": shown.tasks,
        "daily": daily(shown.tasks),
        "today": shown.day,
        **(_line(request, shown) if line else _month(request, shown)),
    }
    return render(request, "plans/calendar.html", context)


@require_GET
def calendar_feed(request: PageRequest) -> HttpResponse:
    """Send the coming year's deadlines, milestones and duties as iCalendar, to be taken into one's own calendar."""
    shown = _shown(request)
    last = date.fromordinal(shown.day.toordinal() + FEED_DAYS)
    items = _items(request, shown, (shown.day, last))
    made = feed(items, request.as_of.now, request.build_absolute_uri("/"), language())
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="plan.ics"'
    return answer


def _shown(request: PageRequest) -> _Shown:
    day, known_at, names = today(request), request.as_of.known_at, names_of(the_pack())
    article = request.GET.get("article", "")
    asked = Asked(request.GET.get("department", ""), int(article) if article.isdecimal() and len(article) < 4 else 0)
    found = board(day, known_at)
    seen = found.seen_by(request.user)
    every = [one for one in found.roots if one.task.pk in seen]
    tasks = [one for one in every if asked.holds(one)]
    leads = {name for one in every for name in (*one.leads, *one.joints)}
    return _Shown(day, asked, tasks, names, leads)


def _departments(shown: _Shown) -> list[tuple[str, Text]]:
    """The organisations that lead or join a task, in the pack's order."""
    return [(one.id, Text(one.zh, one.en)) for one in the_pack().all(Organisation) if one.id in shown.leads]


def _items(request: PageRequest, shown: _Shown, window: tuple[date, date]) -> list[Item]:
    """What falls into a window; publicity stands under its own article and its organiser."""
    found = agenda(shown.tasks, window, shown.day, shown.names)
    if shown.asked.article in (0, publicity_kind().article):
        visible = Source.objects.visible_to(request.user)
        if shown.asked.department:
            visible = visible.filter(attributes__organiser=shown.asked.department)
        found += activities(visible, *window, shown.day)
    return found


def _month(request: PageRequest, shown: _Shown) -> dict[str, Any]:
    month = month_asked(request.GET.get("month", ""), shown.day)
    items = _items(request, shown, span_of(month))
    inside = [one for one in items if month.first <= one.day <= month.last]
    counts = {sort: sum(one.sort == sort for one in inside) for sort in ("deadline", "milestone", "duty", "publicity")}
    return {"month": month, "sheet": sheet(month, items, shown.day), "counts": counts}


def _line(request: PageRequest, shown: _Shown) -> dict[str, Any]:
    every = whole(shown.tasks, shown.day)
    years = list(range(every.first.year, every.last.year + 1))
    window = window_asked(request.GET.get("year", ""), every, shown.day)
    made: Gantt = gantt(shown.tasks, window, shown.day, shown.names)
    year = window.first.year if window.first.year == window.last.year else 0
    return {"gantt": made, "years": years, "year": year}
