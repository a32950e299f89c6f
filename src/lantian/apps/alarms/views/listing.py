"""The list of alarms, its fragments, and the workbook of what is filtered."""

from datetime import datetime
from tempfile import TemporaryFile

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from lantian.apps.accounts.models import Person
from lantian.apps.alarms.exports import write_workbook
from lantian.apps.alarms.forms import AlarmsForm
from lantian.apps.alarms.models import Alarm, AlarmQuerySet
from lantian.apps.alarms.selectors.explanation import condition_rows
from lantian.apps.alarms.selectors.listing import HEADINGS, LEVELS, alarm_list, matching, ordered
from lantian.apps.alarms.selectors.words import words
from lantian.apps.ui.page import PageRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARTS = {"table": "alarms/_table.html", "preview": "alarms/_preview.html"}


def moment_of(request: PageRequest) -> datetime:
    """Return the moment that the page shows: now, or the one looked back upon."""
    return request.as_of.now if request.as_of.live else request.as_of.instant


def acting(request: PageRequest) -> Person:
    """Return the signed-in person; the rights let nobody else come here."""
    assert isinstance(request.user, Person)
    return request.user


def seen_by(request: PageRequest) -> AlarmQuerySet:
    """Return the alarms that the reader may see, raised up to the page's moment."""
    return Alarm.objects.visible_to(request.user).filter(raised_at__lte=moment_of(request))


@require_GET
def alarms(request: PageRequest) -> HttpResponse:
    """List the alarms; ``part`` asks for the table or the preview alone."""
    moment = moment_of(request)
    page = alarm_list(seen_by(request), AlarmsForm(request.GET).query, words(), moment)
    context = {
        "page": page,
        "headings": HEADINGS,
        "levels": LEVELS,
        "moment": moment,
        "rows": condition_rows(page.selected.alarm) if page.selected else [],
    }
    return render(request, PARTS.get(request.GET.get("part", ""), "alarms/list.html"), context)


@require_GET
def export(request: PageRequest) -> FileResponse:
    """Send what is filtered as a workbook, written row by row to a file and sent in pieces."""
    query = AlarmsForm(request.GET).query
    rows = ordered(matching(seen_by(request), query), query)
    file = TemporaryFile()  # noqa: SIM115  # the response closes it
    write_workbook(file, rows.iterator(chunk_size=2000), words(), request.as_of, get_language() or "zh-hans")
    file.seek(0)
    name = f"alarms-{request.as_of.now:%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
