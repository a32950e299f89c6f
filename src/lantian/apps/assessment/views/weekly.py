"""The weekly ranking, and the checks behind a street's numbers."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Snapshot
from lantian.apps.assessment.selectors.checks import lines_of
from lantian.apps.assessment.selectors.facts import facts_of
from lantian.apps.assessment.selectors.weekly import FIGURES, computation, row_of, week_of
from lantian.apps.assessment.snapshots import Facts, checked, number_of, read, written
from lantian.apps.ui.components import Choice
from lantian.apps.ui.page import PageRequest
from lantian.kernel.periods import Period, PeriodError


def moment_of(request: PageRequest) -> datetime:
    """Return the moment that the page shows, with nothing of it known later."""
    return request.as_of.known_by


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a period's facts, of a stored snapshot or as known at the page's moment.

    query: keeps both in links.
    """

    facts: Facts
    query: str
    stored: bool


def _asked(request: PageRequest, period: Period) -> Asked:
    number = request.GET.get("snapshot", "")
    if number:
        kept = get_object_or_404(Snapshot, pk=number, period=str(period))
        return Asked(read(checked(kept.data, kept.pk)), f"?snapshot={kept.pk}", stored=True)
    record = rules.first_bulletin(period.span, period)
    return Asked(facts_of(record, period, moment_of(request)), request.as_of.query, stored=False)


def any_period_in(text: str) -> Period:
    """Return the period of an address; anything else is no page."""
    try:
        return Period.read(text)
    except PeriodError as error:
        raise Http404(error.text.en) from error


def period_in(text: str) -> Period:
    """Return the week of an address; anything else is no page."""
    period = any_period_in(text)
    if period.span != "week":
        raise Http404(text)
    return period


@require_GET
def latest(request: PageRequest) -> HttpResponse:
    """Show the last week that is over."""
    return _week(request, Period.last_ended("week", moment_of(request)))


@require_GET
def week(request: PageRequest, period: str) -> HttpResponse:
    """Show a week."""
    return _week(request, period_in(period))


def _week(request: PageRequest, period: Period) -> HttpResponse:
    asked, chosen = _asked(request, period), request.GET.get("figure", "checks")
    record = rules.bulletin_named(asked.facts.record, period)
    figure = chosen if chosen in FIGURES else FIGURES[0]
    now = moment_of(request)
    context = {
        "week": week_of(record, asked.facts, figure, asked.query, stored=asked.stored),
        "period": period,
        "running": period.end > now,
        "following": None if period.end > now else period.following,
        "query": asked.query,
        "figures": [Choice("checks", _("检查量")), Choice("rate", _("查处率"))],
        "moment": now,
    }
    return render(request, "assessment/week.html", context)


@require_GET
def place(request: PageRequest, period: str, code: str) -> HttpResponse:
    """Show how a street's numbers came about, with each check behind them."""
    asked = _asked(request, period_in(period))
    facts = asked.facts
    found = next((one for one in facts.places if one.code == code), None)
    standing = facts.league().of(code)
    if found is None or standing is None:
        raise Http404(code)
    row = row_of(found, standing, facts, facts.league_before())
    snapshot = number_of(written(facts))
    context = {
        "row": row,
        "facts": facts,
        "period": facts.of,
        "record": rules.bulletin_named(facts.record, facts.of),
        "computation": computation(row, facts, snapshot),
        "lines": lines_of([one for one in facts.checks if one.place == code], facts, request.user),
        "before": lines_of([one for one in facts.before if one.place == code], facts, request.user),
        "snapshot": snapshot,
        "stored": asked.stored,
        "query": asked.query,
    }
    return render(request, "assessment/place.html", context)


@require_GET
def snapshot(request: PageRequest, number: str) -> JsonResponse:
    """Give a stored snapshot as a file: whoever has it can compute its number and the figures again."""
    kept = get_object_or_404(Snapshot, pk=number)
    answer = JsonResponse(kept.data, json_dumps_params={"ensure_ascii": False, "sort_keys": True})
    answer["Content-Disposition"] = f'attachment; filename="snapshot-{kept.period}-{kept.short}.json"'
    return answer
