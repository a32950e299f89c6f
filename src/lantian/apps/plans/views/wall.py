"""The wall chart (挂图作战): 1920 × 1080 for the wall, and as A3 for paper."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lantian.apps.accounts.models import Person
from lantian.apps.plans.chart import chart_pdf
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.agenda import agenda, names_of, next_days, upcoming
from lantian.apps.plans.selectors.course import course
from lantian.apps.plans.selectors.lamps import row_of
from lantian.apps.plans.selectors.standing import board
from lantian.apps.plans.selectors.wall import Wall, wall
from lantian.apps.plans.views.acting import language, the_pack
from lantian.apps.plans.views.today import today
from lantian.apps.ui.page import PageRequest
from lantian.kernel.calendar import add_months

AHEAD_MONTHS = 12
GROUPS = 4
NEXT = 12
"""Lines of what falls due next, in at most so many groups."""
URGENT, MOST_URGENT = 21, 84
"""Red and yellow tasks of a page, and of all pages."""
DEPARTMENTS = 9


@require_GET
def wall_chart(request: PageRequest) -> HttpResponse:
    """Show all tasks by chapter on the wall; the second page lists what is red or yellow with the reason."""
    return render(request, "plans/wall.html", _context(request))


@require_GET
def wall_pdf(request: PageRequest) -> HttpResponse:
    """Send the chart as PDF, A3 landscape."""
    context = _context(request)
    shown: Wall = context["wall"]
    by = request.user.name if isinstance(request.user, Person) else ""
    made = chart_pdf(shown, context["next"], request.as_of, language(), by=by, synthetic=context["synthetic"])
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="wall-{context["day"]}.pdf"'
    return answer


def _context(request: PageRequest) -> dict[str, Any]:
    day, known_at, pack = today(request), request.as_of.known_at, the_pack()
    names = names_of(pack)
    found = board(day, known_at)
    tasks = found.roots
    ahead = (day, add_months(day, AHEAD_MONTHS))
    items = agenda(tasks, ahead, day, names)
    shown = wall(pack, [row_of(one) for one in tasks], names)
    return {
        "day": day,
        "course": course(tasks, day),
        "wall": shown,
        "next": next_days(upcoming(items, day), GROUPS, NEXT),
        "urgent": [shown.urgent[at : at + URGENT] for at in range(0, min(len(shown.urgent), MOST_URGENT), URGENT)],
        "basis": rules().lamps(day).citation,
        "departments": f":{DEPARTMENTS}",
        "synthetic": found.synthetic,
        "empty": _("还没有任务"),
    }
