"""Draws: freeze, draw, publish; and what the public sees of them without signing in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.models import Person, Role
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.services import record
from lantian.apps.inspections import rules
from lantian.apps.inspections.forms import DrawForm, NumberForm, RecusalForm
from lantian.apps.inspections.models import Draw, Recusal
from lantian.apps.inspections.selectors.draws import draw_page, draw_rows, public_page
from lantian.apps.inspections.services.draws import NewDraw, freeze, publish, run
from lantian.apps.inspections.views.acting import acting, attempt, first_error, moment_of
from lantian.apps.inspections.views.plans import make, ours
from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import day_of


@require_GET
def draws(request: PageRequest) -> HttpResponse:
    """List the draws, and the conflicts of interest that are declared."""
    recusals = Recusal.objects.select_related("person", "source", "organisation")
    context = {
        "rows": draw_rows(), "recusals": recusals[:100], "recusal_form": RecusalForm(people=_inspectors(request)),
        "may_draw": may(request.user, "inspections:draw-new"),
        "may_recuse": may(request.user, "inspections:draw-recusal", "POST"),
    }  # fmt: skip
    return render(request, "inspections/draws.html", context)


def _inspectors(request: PageRequest) -> Any:
    """The inspectors of the reader's organisations; the whole district's for the duty desk."""
    roles = (Role.ENFORCEMENT, Role.BUREAU)
    scope = scope_of(request.user)
    found = Person.objects.filter(posts__role__in=roles, is_active=True)
    if Role.DUTY not in scope.roles:
        found = found.filter(posts__organisation__in=scope.organisations)
    return found.distinct().order_by("name_zh")


@require_POST
def recusal(request: PageRequest) -> HttpResponse:
    """Declare a conflict of interest, for draws that are frozen from now on."""
    form = RecusalForm(request.POST, people=_inspectors(request))
    if form.is_valid():
        read, by, at = form.cleaned_data, acting(request), request.as_of.now
        made = Recusal.objects.create(
            person=read["person"], source=read["code"], reason=read["reason"], since=day_of(at), declared_by=by
        )
        detail = {"person": read["person"].username, "source": read["code"].code}
        record("draw.recusal", subject=made, actor=by, at=at, detail=detail)
        messages.success(request, _("已记录。"))
    else:
        messages.error(request, first_error(form))
    return redirect("inspections:draws")


@require_http_methods(["GET", "HEAD", "POST"])
def draw_new(request: PageRequest) -> HttpResponse:
    """Freeze list and rule of a draw."""
    day = day_of(request.as_of.now)
    form = DrawForm(request.POST or None, day=day, initial={**ours(request), "take": 20, "start": None})

    def doing() -> Draw:
        read = form.cleaned_data
        new = NewDraw(
            read["title"], read["rule"], read["organisation"], read["take"], read["start"], read["due"],
            read["beacon"], read["beacon_day"], [area.code for area in read["areas"]],
        )  # fmt: skip
        return freeze(new, by=acting(request), at=request.as_of.now)

    beacons = [(rules.label(one), one) for one in rules.draw_rules(day).values()]
    context = {"title": _("冻结名单与规则"), "back": "inspections:draws", "beacons": beacons, "is_draw": True}
    made = make(request, form, "inspections/form.html", doing, context)
    return redirect("inspections:draw", slug=made.plan.slug) if isinstance(made, Draw) else made


@require_GET
def draw(request: PageRequest, slug: str) -> HttpResponse:
    """Show a draw: frozen, drawn, published."""
    found = get_object_or_404(Draw.objects.select_related("plan__organisation"), plan__slug=slug)
    today = day_of(moment_of(request))
    context = {
        "page": draw_page(found), "today": today, "form": NumberForm(), "due": today >= found.beacon_day,
        "may_run": may(request.user, "inspections:draw-run", "POST"),
    }  # fmt: skip
    return render(request, "inspections/draw.html", context)


@require_POST
def draw_run(request: PageRequest, slug: str) -> HttpResponse:
    """Draw by the number as it was published."""
    found = get_object_or_404(Draw, plan__slug=slug)
    form = NumberForm(request.POST)
    if form.is_valid():
        number = form.cleaned_data["number"]
        attempt(request, lambda: run(found, number, by=acting(request), at=request.as_of.now))
    else:
        messages.error(request, first_error(form))
    return redirect("inspections:draw", slug=slug)


@require_POST
def draw_publish(request: PageRequest, slug: str) -> HttpResponse:
    """Publish the result."""
    found = get_object_or_404(Draw, plan__slug=slug)
    attempt(request, lambda: publish(found, by=acting(request), at=request.as_of.now))
    return redirect("inspections:draw", slug=slug)


@login_not_required
@require_GET
def public_draws(request: PageRequest) -> HttpResponse:
    """Show everybody which draws were frozen and made."""
    return render(request, "inspections/public_draws.html", {"rows": draw_rows()})


@login_not_required
@require_GET
def public_draw(request: PageRequest, slug: str) -> HttpResponse:
    """Show everybody a draw: hashes, rule and list before, the record and the results afterwards."""
    return render(request, "inspections/public_draw.html", {"page": public_page(_public(slug))})


def _public(slug: str) -> Draw:
    return get_object_or_404(Draw.objects.select_related("plan__organisation"), plan__slug=slug)


@login_not_required
@require_GET
def public_list(request: PageRequest, slug: str) -> JsonResponse:
    """Send list and rule as they were frozen."""
    found = _public(slug)
    frozen = {**found.file, "list_hash": found.list_hash, "commitment": found.commitment, "beacon": found.beacon,
              "beacon_day": str(found.beacon_day), "frozen_at": found.frozen_at.isoformat()}  # fmt: skip
    return _file(frozen, f"{slug}-list")


@login_not_required
@require_GET
def public_record(request: PageRequest, slug: str) -> JsonResponse:
    """Send the record of the draw, with which anybody can draw again."""
    found = _public(slug)
    if found.published_at is None:
        raise Http404
    return _file(found.record, f"{slug}-record")


@login_not_required
@require_GET
def public_inspectors(request: PageRequest, slug: str, number: int) -> JsonResponse:
    """Send the record of the draw of the inspectors of one entry, by its place in the result."""
    found = _public(slug)
    if found.published_at is None or not 1 <= number <= len(found.record["drawn"]):
        raise Http404
    return _file(found.people_records[found.record["drawn"][number - 1]], f"{slug}-inspectors-{number}")


def _file(content: Any, name: str) -> JsonResponse:
    options = {"ensure_ascii": False, "indent": 1}
    headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
    return JsonResponse(content, json_dumps_params=options, headers=headers)
