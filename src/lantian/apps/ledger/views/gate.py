"""The gate of a site on a phone (三不进两不出), and the papers before a safety notice."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lantian.apps.accounts.rights import may
from lantian.apps.ledger.forms.conduct import GateForm, NoticeForm
from lantian.apps.ledger.kinds import credential_kinds
from lantian.apps.ledger.models import GateCheck, Source
from lantian.apps.ledger.services import credentials, gate
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.views.asked import acting, today
from lantian.apps.ledger.views.saying import attempt, first_error, not_issuer
from lantian.apps.ui.page import PageRequest

NOTICE = "safety-notice"
MOST_SITES = 300


def _sites(request: PageRequest) -> Any:
    found = Source.objects.visible_to(request.user).of_kind("construction-site").current()
    return found.exclude(state="finished").order_by("name")


@require_http_methods(["GET", "POST"])
def gate_check(request: PageRequest) -> HttpResponse:
    """Let a truck in or out, or turn it away; each prohibition that is broken is named with its article."""
    on = today(request)
    given = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {
        "sites": _sites(request)[:MOST_SITES],
        "given": given,
        "ways": [
            (way, [one for one in gate.rules_at(way, on) if one.by == "eyes" or one.eyes]) for way in ("in", "out")
        ],
        "direction": given.get("direction", "in"),
    }
    if request.method == "POST":
        form = GateForm(request.POST)
        site = _sites(request).filter(code=request.POST.get("site", "")).first()
        if not form.is_valid() or site is None:
            wrong = first_error(form) if not form.is_valid() else _("没有此工地，或不在您的管辖范围。")
            return render(request, "ledger/gate.html", {**context, "wrong": wrong}, status=422)
        read, truck = form.cleaned_data, gate.find_truck(form.cleaned_data["number"])
        seen = set(request.POST.getlist("seen"))
        found = gate.judge_gate(read["direction"], truck, seen, on)
        act = Act(acting(request), request.as_of.now)
        kept = gate.keep_gate_check(read["number"], truck, site, read["direction"], found, act)
        context |= {"verdict": found, "truck": truck, "kept": kept, "site": site, "cites": found.reasons}
    context["recent"] = GateCheck.objects.filter(by=acting(request)).select_related("site")[:6]
    return render(request, "ledger/gate.html", context)


@require_http_methods(["GET", "POST"])
def notice(request: PageRequest) -> HttpResponse:
    """Check the papers before the safety notice; it is issued only when all are there."""
    on = today(request)
    given = request.POST if request.method == "POST" else request.GET
    form = NoticeForm(given)
    context: dict[str, Any] = {"given": given, "sites": _sites(request)[:MOST_SITES]}
    may_issue = may(request.user, "ledger:safety-notice", "POST") and credentials.may_issue(
        request.user, credential_kinds()[NOTICE]
    )
    if given.get("site") and form.is_valid():
        site = _sites(request).filter(code=form.cleaned_data["site"]).first()
        parties = gate.parties_named(site, form.cleaned_data["carrier"], form.cleaned_data["trucks"]) if site else None
        context |= {"site": site, "parties": parties, "may_issue": may_issue, "none": site is None}
        if parties:
            context["verdict"] = found = gate.missing_papers(NOTICE, parties, on)
            context["cites"] = found.reasons
    if request.method == "POST":
        if not may_issue:
            return not_issuer(request, credential_kinds()[NOTICE])
        if context.get("site") is None:
            messages.error(request, _("没有此工地，或不在您的管辖范围。"))
            return redirect("ledger:safety-notice")
        return _issue(request, context["site"], form.cleaned_data)
    return render(request, "ledger/notice.html", context)


def _issue(request: PageRequest, site: Source, read: dict[str, Any]) -> HttpResponse:
    """Apply and issue in one act; what is withheld stays an application with its reason."""
    act = Act(acting(request), request.as_of.now, request.POST.get("reason", "").strip()[:300])
    made = credentials.apply(NOTICE, site, {"carrier": read["carrier"], "trucks": read["trucks"]}, act)
    issued = attempt(
        request, lambda: gate.issue_checked(made, act, today(request)), _("已核发《施工安全监督告知书》。")
    )
    if not issued:
        messages.info(request, _("申请已留存，材料齐全后在证照页核发。"))
    return redirect("ledger:credential", made.pk)
