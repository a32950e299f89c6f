"""The page of the charging radius."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lantian.apps.ledger.pages.charging import charging_page
from lantian.apps.ledger.rulebook import rule_on
from lantian.apps.ledger.views.asked import today
from lantian.apps.ui.components import Choice
from lantian.apps.ui.page import PageRequest
from lantian.policy.records_credential import ChargingRule

ASKED = (3, 5, 10, 20)


@require_GET
def charging(request: PageRequest) -> HttpResponse:
    """Show the radius by the pack's definition with the two others, the gaps, and the next sites."""
    text = request.GET.get("n", "")
    asked = int(text) if text.isdecimal() and int(text) in ASKED else 5
    page = charging_page(request.user, rule_on(ChargingRule, today(request)), asked)
    definitions = {
        "equal-area": _("等面积半径"),
        "mean-distance": _("平均最近距离"),
        "coverage": _("服务范围覆盖率"),
    }
    context = {
        "page": page,
        "definition": definitions[page.rule.definition],
        "asked": [Choice(str(number), str(number)) for number in ASKED],
        "current": str(asked),
        "met": page.now.radius_km is not None and page.now.radius_km < float(page.rule.target),
    }
    return render(request, "ledger/charging.html", context)
