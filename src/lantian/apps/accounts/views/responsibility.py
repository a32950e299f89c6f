"""The responsibility tree (责任体系), for reading and for print."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from lantian.apps.accounts.responsibility import tree
from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import day_of


@require_GET
def responsibility(request: PageRequest) -> HttpResponse:
    """Show who answers for the air: district, streets and communities, and departments by kind, on a day."""
    day = parse_date(request.GET["day"]) if request.GET.get("day") else None
    context = {"tree": tree(day or day_of(request.as_of.now)), "day": day or day_of(request.as_of.now)}
    return render(request, "accounts/responsibility.html", context | {"personal": True})
