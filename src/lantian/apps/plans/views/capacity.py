"""Supervision capacity (监管能力): instruments and people with their ends, against what article 28 asks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lantian.apps.ledger.models import Source
from lantian.apps.plans.selectors.capacity import CERTIFICATE, ENDS, INSTRUMENT, ORDER, WORDS, Capacity, Held, capacity
from lantian.apps.plans.views.acting import the_pack
from lantian.apps.plans.views.today import today
from lantian.apps.ui.page import PageRequest

SHOWN = 200


@require_GET
def overview(request: PageRequest) -> HttpResponse:
    """Show what is valid, near its end or past it; by ability, by organisation and one by one."""
    found = capacity(the_pack(), Source.objects.visible_to(request.user), today(request))
    held = _asked(request, found)
    context = {
        "capacity": found,
        "held": held[:SHOWN],
        "count": len(held),
        "of": request.GET.get("of", ""),
        "standing": request.GET.get("standing", ""),
        "owner": request.GET.get("owner", ""),
        "standings": [(name, WORDS[name]) for name in ORDER],
        "instrument": INSTRUMENT,
        "certificate": CERTIFICATE,
        "today": today(request),
    }
    return render(request, "plans/capacity.html", context)


def _asked(request: PageRequest, found: Capacity) -> list[Held]:
    """What the address asks for: a ledger, a standing, an organisation; anything unknown asks nothing."""
    of, standing, owner = (request.GET.get(name, "") for name in ("of", "standing", "owner"))
    return [
        one
        for one in found.held
        if (of not in ENDS or one.source.kind == of)
        and (standing not in WORDS or one.standing == standing)
        and (not owner or owner in (one.source.owner_id, one.source.trade_id))
    ]
