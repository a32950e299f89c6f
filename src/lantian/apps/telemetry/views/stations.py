"""The list of stations and the page of one."""

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from lantian.apps.telemetry.air import air_at
from lantian.apps.telemetry.exports import XLSX, attachment, days_csv, hours_csv, stations_workbook
from lantian.apps.telemetry.forms import StationForm, StationsForm
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.pages.station import station_page
from lantian.apps.telemetry.pages.stations import StationList, station_list
from lantian.apps.ui.page import PageRequest


@require_GET
def air(request: PageRequest) -> HttpResponse:
    """Open the section."""
    return redirect(f"/air/stations/{request.as_of.query}")


def _page(request: PageRequest) -> StationList:
    found = air_at(request.as_of)
    points = list(Point.objects.visible_to(request.user).on(found.day))
    return station_list(found, points, StationsForm(request.GET).query)


@require_GET
def stations(request: PageRequest) -> HttpResponse:
    """List the stations that the reader may see."""
    template = "telemetry/_station_preview.html" if request.htmx else "telemetry/stations.html"
    page = _page(request)
    return render(request, template, {"page": page, "edition": air_at(request.as_of).edition.name})


@require_GET
def stations_export(request: PageRequest) -> HttpResponse:
    """Send the list as a workbook."""
    page = _page(request)
    content = stations_workbook(page, request.as_of, get_language() or "zh-hans")
    return attachment(content, f"stations-{request.as_of.beijing:%Y%m%d-%H}.xlsx", XLSX)


@require_GET
def station(request: PageRequest, point: str) -> HttpResponse:
    """Show one station."""
    found = get_object_or_404(Point.objects.visible_to(request.user), pk=point)
    context = station_page(air_at(request.as_of), found, StationForm(request.GET).query)
    return render(request, "telemetry/station.html", context)


@require_GET
def station_hours(request: PageRequest, point: str) -> StreamingHttpResponse:
    """Send the hours behind the chart as CSV."""
    found = get_object_or_404(Point.objects.visible_to(request.user), pk=point)
    context = station_page(air_at(request.as_of), found, StationForm({"view": "hours"}).query)
    return _csv(hours_csv(context["hours"], context["snapshot"]), f"{point}-hours.csv")


@require_GET
def station_days(request: PageRequest, point: str) -> StreamingHttpResponse:
    """Send the days of a year as CSV."""
    found = get_object_or_404(Point.objects.visible_to(request.user), pk=point)
    query = StationForm({"view": "days", "year": request.GET.get("year")}).query
    context = station_page(air_at(request.as_of), found, query)
    return _csv(days_csv(context["days"], context["snapshot"]), f"{point}-{context['year']}-days.csv")


def _csv(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
