"""Plans and campaigns: lists, one with its progress, and the forms that make them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.accounts.rights import FIELD, may
from lantian.apps.inspections.forms import AssignForm, CampaignForm, DropForm, PlanForm
from lantian.apps.inspections.models import Campaign, Plan, PlanEntry
from lantian.apps.inspections.selectors.progress import campaign_page, campaign_rows, plan_page, plan_rows
from lantian.apps.inspections.services.plans import NewCampaign, NewPlan, assign, drop, make_plan, start_campaign
from lantian.apps.inspections.views.acting import acting, attempt, first_error, moment_of
from lantian.apps.ledger.models import Source
from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import day_of


@require_GET
def plans(request: PageRequest) -> HttpResponse:
    """List the plans."""
    context = {"rows": plan_rows(request.user, day_of(moment_of(request))),
               "may_plan": may(request.user, "inspections:plan-new")}  # fmt: skip
    return render(request, "inspections/plans.html", context)


@require_GET
def plan(request: PageRequest, slug: str) -> HttpResponse:
    """Show a plan with its entries."""
    found = get_object_or_404(Plan.objects.select_related("organisation", "campaign"), slug=slug)
    people = Person.objects.filter(posts__organisation=found.organisation_id, posts__role__in=FIELD, is_active=True)
    context = {
        "page": plan_page(found, request.user, day_of(moment_of(request))),
        "people": people.distinct().order_by("name_zh")[:100],
        "may_act": may(request.user, "inspections:plan-act", "POST"),
        "may_inspect": may(request.user, "inspections:new"),
    }  # fmt: skip
    return render(request, "inspections/plan.html", context)


@require_POST
def plan_act(request: PageRequest, slug: str, what: str) -> HttpResponse:
    """Assign an entry to people, or strike it off."""
    found = get_object_or_404(Plan, slug=slug)
    form: forms.Form = AssignForm(request.POST) if what == "assign" else DropForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("inspections:plan", slug=slug)
    entry = get_object_or_404(
        PlanEntry.objects.visible_to(request.user).select_related("plan"), plan=found, pk=form.cleaned_data["entry"]
    )
    by, at = acting(request), request.as_of.now
    if what == "assign":
        attempt(request, lambda: assign(entry, list(form.cleaned_data["people"]), by=by, at=at))
    else:
        attempt(request, lambda: drop(entry, reason=form.cleaned_data["reason"], by=by, at=at))
    return redirect("inspections:plan", slug=slug)


def ours(request: PageRequest) -> dict[str, Any]:
    """What a form of a plan begins with: the reader's own organisation, if it is one that inspects."""
    post = acting(request).post
    today = day_of(request.as_of.now)
    found = Organisation.objects.filter(pk=post.organisation_id).first() if post else None
    return {"organisation": found.pk if found else None, "start": today}


def make(
    request: PageRequest, form: forms.Form, template: str, doing: Callable[[], Any], context: dict[str, Any]
) -> Any:
    """Show a form, or do what it asks; returns the page, or what was made."""
    if request.method == "POST" and form.is_valid():
        try:
            made = attempt(request, doing)
        except forms.ValidationError as error:
            messages.error(request, error.messages[0])
            made = None
        if made is not None:
            return made
    return render(request, template, {"form": form, **context})


@require_http_methods(["GET", "HEAD", "POST"])
def plan_new(request: PageRequest) -> HttpResponse:
    """Make a plan from a list of codes."""
    form = PlanForm(request.POST or None, day=day_of(request.as_of.now), initial=ours(request))

    def doing() -> Plan:
        read = form.cleaned_data
        new = NewPlan(read["title"], read["checklist"], read["organisation"], read["start"], read["due"])
        sources = form.sources(Source.objects.visible_to(request.user))
        return make_plan(new, sources, by=acting(request), at=request.as_of.now)

    made = make(
        request, form, "inspections/form.html", doing, {"title": _("新建检查计划"), "back": "inspections:plans"}
    )
    return redirect("inspections:plan", slug=made.slug) if isinstance(made, Plan) else made


@require_GET
def campaigns(request: PageRequest) -> HttpResponse:
    """List the campaigns."""
    context = {"rows": campaign_rows(day_of(moment_of(request))),
               "may_plan": may(request.user, "inspections:campaign-new")}  # fmt: skip
    return render(request, "inspections/campaigns.html", context)


@require_GET
def campaign(request: PageRequest, slug: str) -> HttpResponse:
    """Show a campaign: how far it is by street and by sector, and what failed."""
    found = get_object_or_404(Campaign.objects.select_related("organisation"), slug=slug)
    context = {"page": campaign_page(found, request.user, day_of(moment_of(request)))}
    return render(request, "inspections/campaign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_new(request: PageRequest) -> HttpResponse:
    """Start a campaign."""
    form = CampaignForm(request.POST or None, day=day_of(request.as_of.now), initial=ours(request))

    def doing() -> Campaign:
        read = form.cleaned_data
        new = NewCampaign(
            read["title"], read["checklist"], read["kind"], read["organisation"], read["start"], read["due"],
            read["purpose"], [area.code for area in read["areas"]], read["sector"],
        )  # fmt: skip
        return start_campaign(new, by=acting(request), at=request.as_of.now)

    texts = {"title": _("新建专项行动"), "back": "inspections:campaigns"}
    made = make(request, form, "inspections/form.html", doing, texts)
    return redirect("inspections:campaign", slug=made.slug) if isinstance(made, Campaign) else made
