"""Pages of non-road machines: filing by the owner, review, and the check on site with a phone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.models import Area, AreaKind, Organisation
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.forms.conduct import MachineCheckForm, ReasonForm
from lantian.apps.ledger.forms.fields import Drawing, attribute_fields
from lantian.apps.ledger.forms.source import Sheet, read_sheet
from lantian.apps.ledger.kinds import credential_kinds, kind
from lantian.apps.ledger.models import MachineCheck, Source
from lantian.apps.ledger.pages import credentials as credential_pages
from lantian.apps.ledger.places import Ground
from lantian.apps.ledger.rulebook import Reason, rule_on, rules_on
from lantian.apps.ledger.services import SourceProblems, machines
from lantian.apps.ledger.services.credentials import Act, may_issue
from lantian.apps.ledger.services.machines import FILED, REFUSED, Smoke, Spot
from lantian.apps.ledger.services.rights import as_filed, files_for
from lantian.apps.ledger.views.asked import acting, today
from lantian.apps.ledger.views.saying import attempt, first_error, not_issuer
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.policy.records_credential import MachineRule, MachineZone

MOST = 100


def _visible(request: PageRequest) -> Any:
    return Source.objects.visible_to(request.user).of_kind("machine").current().select_related("owner", "area")


@require_GET
def machinery(request: PageRequest) -> HttpResponse:
    """Show filings that wait for review, refused ones, and the newest labels; an enterprise sees its own."""
    on, visible = today(request), _visible(request)
    state = request.GET.get("state", FILED)
    names = {one.id for one in kind("machine").states}
    state = state if state in names else FILED
    found = visible.filter(state=state).order_by("-changed_at")[:MOST].prefetch_related("credentials")
    context = {
        "lines": [(one, _label(one, on)) for one in found],
        "state": state,
        "states": [(one, visible.filter(state=one.id).count()) for one in kind("machine").states],
        "rule": rule_on(MachineRule, on),
        "zones": rules_on(MachineZone, on),
        "may_review": may(request.user, "ledger:machine-review", "POST")
        and may_issue(request.user, credential_kinds()[machines.LABEL]),
        "by_sheet": bool(files_for(request.user, kind("machine"))),
        "may_file": may(request.user, "ledger:machine-file", "POST"),
        "checks": MachineCheck.objects.visible_to(request.user).select_related("machine", "by", "area")[:12],
    }
    return render(request, "ledger/machinery.html", context)


def _label(machine: Source, on: Any) -> Any:
    labels = [one for one in machine.credentials.all() if one.kind == machines.LABEL and one.number]
    return credential_pages.line_of(labels[-1], on) if labels else None


@require_http_methods(["GET", "POST"])
def file_machine(request: PageRequest) -> HttpResponse:
    """File a machine: an enterprise its own, an officer for an owner that is named."""
    of, person = kind("machine"), acting(request)
    names = frozenset(one.name for one in as_filed(of).attributes)
    problems: dict[str, Text] = {}
    if request.method == "POST":
        read = read_sheet(of, Sheet(request.POST, person), names | {"area", "owner"}, None)
        problems = dict(read.problems)
        owner = _owner(request, read.values.own)
        if owner is None:
            problems["owner"] = Text("请填写责任单位。", "Name the owner.")
        if not problems:
            own = {**read.values.own, "owner_id": owner, "name": _name(read.values.attributes)}
            try:
                made = machines.file_machine(own, read.values.attributes, Act(person, request.as_of.now))
            except SourceProblems as error:
                problems = dict(error.problems)
            else:
                messages.success(request, _("已申报 {code}，待审核。").format(code=made.code))
                return redirect("ledger:machinery")
    texts = {name: [str(value) for value in request.POST.getlist(name)] for name in request.POST}
    fields = [one for one in attribute_fields(Drawing(of, texts, names, None, problems)) if not one.locked]
    own_organisations = scope_of(person).enterprises
    context = {
        "fields": fields,
        "problems": problems,
        "owners": Organisation.objects.filter(pk__in=own_organisations).order_by("code"),
        "areas": Area.objects.filter(kind=AreaKind.STREET).order_by("order", "code").defer("geometry"),
        "area": request.POST.get("area", ""),
        "owner": request.POST.get("owner", ""),
        "rule": rule_on(MachineRule, today(request)),
    }
    return render(request, "ledger/machine_file.html", context, status=422 if problems else 200)


def _owner(request: PageRequest, own: Any) -> str | None:
    """An enterprise's posts say whose machine it is; an officer names the owner."""
    mine = scope_of(request.user).enterprises
    if not mine:
        found: str | None = own.get("owner_id")
        return found
    asked = request.POST.get("owner", "")
    return asked if asked in mine else (min(mine) if len(mine) == 1 else None)


def _name(attributes: Any) -> str:
    choice = kind("machine").attribute("type")
    names = {one.id: one.zh for one in choice.choices} if choice else {}
    return f"{names.get(str(attributes.get('type')), '')} {attributes.get('model') or ''}".strip()


@require_POST
def review(request: PageRequest, key: int) -> HttpResponse:
    """Approve a filing, which issues its label, or refuse it with the reason."""
    machine = get_object_or_404(_visible(request), pk=key)
    if not may_issue(request.user, credential_kinds()[machines.LABEL]):
        return not_issuer(request, credential_kinds()[machines.LABEL])
    what = request.POST.get("what", "")
    act = Act(acting(request), request.as_of.now, request.POST.get("reason", "").strip()[:300])
    if what == "approve":
        done = _("{name}：审核通过，标识已核发。").format(name=machine.name)
        attempt(request, lambda: machines.approve(machine, act, today(request)), done)
    elif what == "refuse":
        form = ReasonForm(request.POST)
        if form.is_valid():
            attempt(request, lambda: machines.refuse(machine, act), _("{name}：不予备案。").format(name=machine.name))
        else:
            messages.error(request, first_error(form))
    else:
        raise Http404
    return redirect("ledger:machinery")


@require_POST
def again(request: PageRequest, key: int) -> HttpResponse:
    """File a refused machine again."""
    machine = get_object_or_404(_visible(request).filter(state=REFUSED), pk=key)
    act = Act(acting(request), request.as_of.now, request.POST.get("reason", "").strip()[:300])
    attempt(request, lambda: machines.file_again(machine, act), _("已重新申报，待审核。"))
    return redirect("ledger:machinery")


@require_http_methods(["GET", "POST"])
def check(request: PageRequest) -> HttpResponse:
    """Check a machine on site: the number scanned or typed, the place; the verdict is recorded with its reasons."""
    on = today(request)
    context: dict[str, Any] = {
        "sites": _sites(request),
        "areas": Area.objects.filter(kind=AreaKind.STREET).order_by("order", "code").defer("geometry"),
        "rule": rule_on(MachineRule, on),
        "given": request.POST if request.method == "POST" else request.GET,
    }
    if request.method == "POST":
        form = MachineCheckForm(request.POST)
        if not form.is_valid():
            return render(request, "ledger/machine_check.html", {**context, "wrong": first_error(form)}, status=422)
        context |= _checked(request, form.cleaned_data)
    context["recent"] = MachineCheck.objects.filter(by=acting(request)).select_related("machine")[:5]
    return render(request, "ledger/machine_check.html", context)


def _checked(request: PageRequest, read: dict[str, Any]) -> dict[str, Any]:
    site = _sites(request).filter(code=read["site"]).first() if read["site"] else None
    spot = _spot(read, site)
    machine = machines.find(read["number"])
    smoke = Smoke(read["smoke_k"], read["visible"]) if read["smoke_k"] is not None or read["visible"] else None
    found = machines.judge(machine, spot, today(request), smoke)
    act = Act(acting(request), request.as_of.now)
    kept = machines.keep_check(read["number"], machine, spot, found, act, site=site, smoke_k=read["smoke_k"])
    return {
        "verdict": found,
        "machine": machine,
        "label": _label(machine, today(request)) if machine else None,
        "kept": kept,
        "site": site,
        "cites": [Reason.read(one) for one in kept.reasons],
    }


def _spot(read: dict[str, Any], site: Source | None) -> Spot:
    """Where it is: the phone's position with its street, else the site's, else the street that was chosen."""
    longitude, latitude, area = read["longitude"], read["latitude"], read["area"] or None
    if longitude is not None and latitude is not None:
        return Spot(Ground.load().area_of(longitude, latitude), longitude, latitude)
    if site is not None:
        return Spot(site.area_id, site.longitude, site.latitude)
    return Spot(area if Area.objects.filter(pk=area).exists() else None)


def _sites(request: PageRequest) -> Any:
    found = Source.objects.visible_to(request.user).of_kind("construction-site").current()
    return found.filter(state="working").order_by("name")
