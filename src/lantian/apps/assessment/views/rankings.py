"""Rankings of month, quarter and year: all of a period, one with its map and bands, a place, files, orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.rights import may
from lantian.apps.assessment.ranking_books import ranking_workbook
from lantian.apps.assessment.ranking_rules import ranking_named, rankings_for
from lantian.apps.assessment.ranking_words import unit_words
from lantian.apps.assessment.rankings import RankedPlace, RankingError, RankingTable
from lantian.apps.assessment.selectors.rankings.city import city_lists, of_period
from lantian.apps.assessment.selectors.rankings.detail import computation, detail_of
from lantian.apps.assessment.selectors.rankings.drawn import places_drawn
from lantian.apps.assessment.selectors.rankings.ground import Ground
from lantian.apps.assessment.selectors.rankings.page import ends, moved, ranking_page
from lantian.apps.assessment.selectors.rankings.road_dust import by_grade
from lantian.apps.assessment.selectors.weekly import language
from lantian.apps.assessment.services.rankings import ranking_of, ranking_on
from lantian.apps.assessment.services.results import is_laggard, mark_last, order_rectification
from lantian.apps.assessment.views.weekly import moment_of
from lantian.apps.telemetry.exports import XLSX, attachment
from lantian.apps.ui.components import Choice
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.periods import Period, PeriodError, Span
from lantian.policy.records_ranking import RankingRecord

SPANS: tuple[Span, ...] = ("month", "quarter", "year")


@dataclass(frozen=True)
class Summary:
    """A ranking on the page of all: its record and table, and its first and last places."""

    record: RankingRecord
    table: RankingTable
    first: tuple[RankedPlace, ...]
    last: tuple[RankedPlace, ...]

    @property
    def highest(self) -> float:
        """The highest value of any place: as long as a bar gets."""
        return max((float(one.value) for one in self.table.ranked if one.value is not None), default=0.0)


def period_in(text: str) -> Period:
    """Return the month, quarter or year of an address; anything else is no page."""
    try:
        period = Period.read(text)
    except PeriodError as error:
        raise Http404(error.text.en) from error
    if period.span not in SPANS:
        raise Http404(text)
    return period


def _asked(name: str, text: str) -> tuple[RankingRecord, Period]:
    period = period_in(text)
    try:
        return ranking_named(name, period), period
    except RankingError as error:
        raise Http404(error.text.en) from error


def _moment(request: PageRequest, period: Period) -> dict[str, Any]:
    """Return what the head of each page needs: the period, its neighbours, and whether it still runs."""
    now = moment_of(request)
    return {
        "period": period,
        "running": period.end > now,
        "following": None if period.end > now else period.following,
        "query": request.as_of.query,
        "moment": known_of(request, period),
    }


def known_of(request: PageRequest, period: Period) -> datetime:
    """Return by when data had to be known: now; looking back, what the address says.

    As on the pages of the air, looking back without a bound shows what is known today, but of a period that still ran
    then only what was known then.
    """
    moment = request.as_of
    if moment.live:
        return moment.now
    if moment.known_at is not None:
        return moment.known_at
    return moment.now if period.end <= moment.instant else moment.instant


def _chosen(request: PageRequest) -> Period:
    """Return the period that the address asks for, else the last month that is over."""
    now = moment_of(request)
    if asked := request.GET.get("period", ""):
        return period_in(asked)
    span = request.GET.get("span", "")
    return Period.last_ended(span if span in SPANS else "month", now)


@require_GET
def rankings(request: PageRequest) -> HttpResponse:
    """Show all rankings of a period."""
    period = _chosen(request)
    known = known_of(request, period)
    summaries, ground = [], Ground(period, known)
    for record in rankings_for(period):
        table = ranking_on(ground, record.model_copy(update={"draws": 0}))
        summaries.append(Summary(record, table, *ends(table, record.shown)))
    context = _moment(request, period) | {
        "summaries": summaries,
        "here": reverse("assessment:rankings"),
        "spans": [Choice("month", _("月")), Choice("quarter", _("季")), Choice("year", _("年"))],
        "span": period.span,
        "synthetic": any(one.table.synthetic for one in summaries),
        "city": [(one, one.ours) for one in of_period(city_lists(known, ground.names), period)],
        "may_import": may(request.user, "assessment:results", "POST"),
    }
    return render(request, "assessment/rankings.html", context)


@require_GET
def ranking(request: PageRequest, name: str, period: str) -> HttpResponse:
    """Show a ranking with its map, bands and intervals."""
    record, asked = _asked(name, period)
    ground = Ground(asked, known_of(request, asked))
    table = ranking_on(ground, record)
    page = ranking_page(table, request.as_of.query)
    context = _moment(request, asked) | {
        "record": record,
        "page": page,
        "table": table,
        "drawn": places_drawn(table),
        "unit": unit_words(record.unit),
        "others": [(one.id, Text(one.zh, one.en)) for one in rankings_for(asked) if one.id != record.id],
        "grades": by_grade(record, ground) if record.limits else [],
        "may_order": record.order_case is not None and may(request.user, "assessment:ranking-order", "POST"),
        "may_mark": record.subject == "clusters" and may(request.user, "assessment:ranking-mark", "POST"),
        "laggards": {one.code for one in table.places if is_laggard(record, one)} if record.order_case else set(),
    }
    return render(request, "assessment/ranking.html", context)


@require_GET
def place(request: PageRequest, name: str, period: str, code: str) -> HttpResponse:
    """Show how a place's value and rank came about, with all that it was made from."""
    record, asked = _asked(name, period)
    ground = Ground(asked, known_of(request, asked))
    table = ranking_on(ground, record)
    found = table.of_place(code)
    if found is None:
        raise Http404(code)
    context = _moment(request, asked) | {
        "record": record,
        "table": table,
        "place": found,
        "unit": unit_words(record.unit),
        "computation": computation(record, table, found),
        "drawn": places_drawn(table, found),
        "detail": detail_of(record, ground, found, request.user),
        "by": moved(found.change, table),
        "year_by": moved(found.year_change, table),
    }
    return render(request, "assessment/ranking_place.html", context)


@require_GET
def book(request: PageRequest, name: str, period: str) -> HttpResponse:
    """Give a ranking as a workbook."""
    record, asked = _asked(name, period)
    table = ranking_of(record, asked, known_of(request, asked))
    return attachment(ranking_workbook(table, language()), f"ranking-{record.id}-{asked}.xlsx", XLSX)


@require_POST
def mark(request: PageRequest, name: str, period: str) -> HttpResponse:
    """Write who is among the last into the ledger, as the ranking stands now."""
    record, asked = _asked(name, period)
    now: datetime = request.as_of.now
    by = cast("Person", request.user)
    try:
        changed = mark_last(record, ranking_of(record, asked, now), by=by, at=now)
    except LantianError as error:
        messages.error(request, error.text.in_language(language()))
    else:
        messages.success(request, ngettext("台账已改 %(n)d 条", "台账已改 %(n)d 条", changed) % {"n": changed})
    return redirect(reverse("assessment:ranking", args=[name, period]))


@require_POST
def order(request: PageRequest, name: str, period: str, code: str) -> HttpResponse:
    """Order a laggard to rectify, as the ranking stands now."""
    record, asked = _asked(name, period)
    now: datetime = request.as_of.now
    table = ranking_of(record, asked, now)
    found = table.of_place(code)
    if found is None:
        raise Http404(code)
    try:
        case = order_rectification(record, table, found, by=cast("Person", request.user), at=now)
    except LantianError as error:
        messages.error(request, error.text.in_language(language()))
    else:
        messages.success(request, _("已下整改单 %(number)s") % {"number": case.number})
    return redirect(reverse("assessment:ranking", args=[name, period]))
