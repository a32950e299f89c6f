"""Publicity and education (宣传教育): the month's calendar and the year's record. Article 27."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from lantian.apps.accounts.models import Area
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.rights import may_create
from lantian.apps.plans.selectors.months import month_asked, sheet, span_of
from lantian.apps.plans.selectors.publicity import KIND, activities, publicity_kind, year_record
from lantian.apps.plans.selectors.rules import article_label
from lantian.apps.plans.views.today import today
from lantian.apps.ui.page import PageRequest


@require_GET
def publicity(request: PageRequest) -> HttpResponse:
    """Show a month's activities and what the year held against its plan, as far as the reader may see them."""
    day = today(request)
    month = month_asked(request.GET.get("month", ""), day)
    visible = Source.objects.visible_to(request.user)
    scope = scope_of(request.user)
    streets = list(Area.objects.of_kind("street").order_by("order", "code").defer("geometry"))
    first, last = span_of(month)
    kind = publicity_kind()
    context = {
        "month": month,
        "sheet": sheet(month, activities(visible, first, last, day), day),
        "record": year_record(visible, month.year, day, [one for one in streets if scope.covers(one.code)]),
        "ledger": reverse("ledger:list", args=[KIND]),
        "new": reverse("ledger:new", args=[KIND]) if may_create(request.user, kind) else "",
        "cite": article_label(kind.article or 0),
        "today": day,
    }
    return render(request, "plans/publicity.html", context)
