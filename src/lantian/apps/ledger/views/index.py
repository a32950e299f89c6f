"""The way into the ledgers, duties and figures over them, notices of changes, and the search box."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.kinds import ledger_figures
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.pages.index import duty_lines, figure_cards, groups, notices_of, read_notices
from lantian.apps.ledger.pages.results import results
from lantian.apps.ledger.services.subscriptions import choices_of, subscribe
from lantian.apps.ledger.views.asked import acting, kind_or_404, today
from lantian.apps.ui.page import PageRequest

MOST_LATE = 12


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """Show all ledgers by group; the figures of the articles and who lacks what they must have follow."""
    person = acting(request)
    visible = Source.objects.visible_to(person)
    officer = may(person, "ledger:duties")
    context = {
        "groups": groups(visible),
        "officer": officer,
        "notices": len(notices_of(person, unread=True)),
    }
    return render(request, "ledger/index.html", context)


@require_GET
def duties(request: PageRequest) -> HttpResponse:
    """Show every duty: who must, who has, who has not, who is late."""
    late = request.GET.get("part") == "late"
    lines = duty_lines(Source.objects.visible_to(request.user), today(request), everything=not late)
    if late:
        return render(request, "ledger/_duties_late.html", {"duties": lines[:MOST_LATE]})
    return render(request, "ledger/duties.html", {"duties": lines})


@require_GET
def figures(request: PageRequest) -> HttpResponse:
    """Show every figure with its target."""
    cards = figure_cards(Source.objects.visible_to(request.user), today(request), ledger_figures().values())
    cards_only = request.GET.get("part") == "cards"
    return render(request, "ledger/_figure_cards.html" if cards_only else "ledger/figures.html", {"figures": cards})


@require_GET
def figure(request: PageRequest, name: str) -> HttpResponse:
    """Show one figure with its groups and how it is computed."""
    found = ledger_figures().get(name)
    if found is None:
        raise Http404
    card = figure_cards(Source.objects.visible_to(request.user), today(request), [found])[0]
    return render(request, "ledger/figure.html", {"card": card})


@require_GET
def search(request: PageRequest) -> HttpResponse:
    """Find what one may see by name, code, plate, number and address."""
    text = request.GET.get("q", "").strip()[:80]
    return render(request, "ledger/search.html", {"text": text, "found": results(acting(request), text)})


@require_http_methods(["GET", "POST"])
def notices(request: PageRequest) -> HttpResponse:
    """Show what changed in the ledgers that one's organisation is told of; reading is noted."""
    person = acting(request)
    if request.method == "POST":
        read_notices(person, request.POST.getlist("notice"), request.as_of.now)
        return redirect("ledger:notices")
    everything = request.GET.get("all") == "1"
    context = {"notices": notices_of(person, unread=not everything), "everything": everything}
    return render(request, "ledger/notices.html", context)


@require_http_methods(["GET", "POST"])
def subscriptions(request: PageRequest) -> HttpResponse:
    """Choose of which ledgers one's organisation is told."""
    person = acting(request)
    organisations = sorted(scope_of(person).organisations)
    if request.method == "POST":
        of = kind_or_404(request.POST.get("kind", ""))
        subscribe(
            of,
            request.POST.get("organisation", ""),
            fields=request.POST.getlist("field"),
            on=request.POST.get("on") == "1",
            by=person,
            at=request.as_of.now,
        )
        return redirect("ledger:subscriptions")
    context = {"lines": choices_of(organisations), "may_subscribe": may(person, "ledger:subscriptions", "POST")}
    return render(request, "ledger/subscriptions.html", context)
