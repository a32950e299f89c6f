"""Pages of registration checks, scrapped trucks, and penalties that lower a rating."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.rights import may
from lantian.apps.ledger.figures import figure
from lantian.apps.ledger.forms.conduct import PenaltyForm, RegistrationForm
from lantian.apps.ledger.kinds import kind, label, ledger_figures
from lantian.apps.ledger.models import Source, SourceChange, SourcePenalty
from lantian.apps.ledger.rulebook import Verdict, rules_on
from lantian.apps.ledger.services import ratings, registration
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.views.asked import acting, today
from lantian.apps.ledger.views.saying import attempt, first_error
from lantian.apps.ui.page import PageRequest
from lantian.policy.records_credential import VehicleStage

RATED = "restaurant"
MOST = 60


@require_GET
def registration_check(request: PageRequest) -> HttpResponse:
    """Tell the stage in force for a vehicle and a day, and refuse one that lies below, with the reason."""
    on = today(request)
    vehicle = kind("vehicle")
    context: dict[str, Any] = {
        "given": request.GET,
        "today": on,
        "choices": {name: [(one.id, label(one)) for one in _choices(name)] for name in ("category", "energy", "stage")},
        "rules": sorted(rules_on(VehicleStage, on), key=lambda rule: (rule.stage, rule.id)),
        "label": label(vehicle),
    }
    if request.GET.get("energy"):
        form = RegistrationForm(request.GET)
        if form.is_valid():
            facts = {name: form.cleaned_data[name] for name in ("category", "energy", "weight_t", "stage")}
            known = {name: value for name, value in facts.items() if value not in (None, "")}
            found: Verdict = registration.check_registration(known, form.cleaned_data["on"])
            context |= {"verdict": found, "cites": found.reasons}
            context["rules"] = sorted(rules_on(VehicleStage, form.cleaned_data["on"]), key=lambda r: (r.stage, r.id))
        else:
            context["wrong"] = first_error(form)
    return render(request, "ledger/registration.html", context)


def _choices(name: str) -> Any:
    attribute = kind("vehicle").attribute(name)
    return attribute.choices if attribute else ()


@require_GET
def scrappage(request: PageRequest) -> HttpResponse:
    """Show China III trucks of public bodies: progress and payments per owner, and each truck of one owner."""
    owner = request.GET.get("owner", "")
    record = ledger_figures()[registration.SCRAPPED_FIGURE]
    found = figure(record, Source.objects.visible_to(request.user), today(request))
    lines = registration.scrappage(request.user)
    trucks = registration.scrappage_list(request.user, owner).select_related("owner", "area").order_by("state", "code")
    context = {
        "figure": found,
        "record": record,
        "lines": lines,
        "owner": owner,
        "trucks": trucks[:MOST],
        "granted": sum(line.granted_yuan for line in lines),
        "paid": sum(line.paid_yuan for line in lines),
    }
    return render(request, "ledger/scrappage.html", context)


@require_http_methods(["GET", "POST"])
def rating(request: PageRequest) -> HttpResponse:
    """Record penalties of restaurants, and show who stands where within the window of the pack."""
    on = today(request)
    if request.method == "POST":
        doing = _revoke if request.POST.get("revoke") else _record
        doing(request)
        return redirect("ledger:ratings")
    rule = ratings.rule_for(RATED, on, "days")
    since = on - timedelta(days=rule.window_days or 365) if rule else on
    visible = Source.objects.visible_to(request.user).of_kind(RATED).current()
    counted = Count("penalties", filter=Q(penalties__revoked=False, penalties__decided_on__gt=since))
    found = visible.annotate(counted=counted).filter(penalties__isnull=False).order_by("-counted", "code").distinct()
    lines = [
        (one, ratings.rating_notice(ratings.penalties_of(one), on, rule) if rule else None)
        for one in found.select_related("area").prefetch_related("penalties")[:MOST]
    ]
    told = SourceChange.objects.filter(kind="penalised", source__in=visible)
    context = {
        "rule": rule,
        "lines": lines,
        "told": told.select_related("source").prefetch_related("notices__organisation")[:20],
        "given": request.GET,
        "on": on,
        "may_write": may(request.user, "ledger:ratings", "POST"),
    }
    return render(request, "ledger/ratings.html", context)


def _revoke(request: PageRequest) -> None:
    """Revoke a decision against a restaurant that the person sees."""
    key = request.POST["revoke"]
    visible = SourcePenalty.objects.filter(source__in=Source.objects.visible_to(request.user).of_kind(RATED))
    penalty = get_object_or_404(visible.select_related("source"), pk=int(key) if key.isdecimal() else 0)
    act = Act(acting(request), request.as_of.now, request.POST.get("reason", "").strip()[:300])
    attempt(request, lambda: ratings.revoke_penalty(penalty, act), _("已撤销处罚决定。"))


def _record(request: PageRequest) -> None:
    form = PenaltyForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return
    read = form.cleaned_data
    source = Source.objects.visible_to(request.user).of_kind(RATED).current().filter(code=read["code"]).first()
    if source is None:
        messages.error(request, _("没有编码为 {code} 的餐饮企业。").format(code=read["code"]))
        return
    act = Act(acting(request), request.as_of.now)
    told: list[SourceChange | None] = []
    attempt(
        request,
        lambda: told.append(ratings.record_penalty(source, read["number"], read["decided_on"], read["reason"], act)),
        _("已登记处罚决定。"),
    )
    if told and told[0] is not None:
        messages.warning(request, _("已达到降级条件，已通报评级部门。"))
