"""Pages of credentials: list, one with its life, what is done to it, and its paper."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.audit.services import record
from lantian.apps.ledger import pdf
from lantian.apps.ledger.forms.conduct import PointsForm, ReasonForm, TermForm
from lantian.apps.ledger.kinds import credential_kinds, kinds, label
from lantian.apps.ledger.models import Credential, Source
from lantian.apps.ledger.pages import credentials as pages
from lantian.apps.ledger.services import credentials as service
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.gate import issue_checked, papers_against, require_papers
from lantian.apps.ledger.services.ratings import points_standing
from lantian.apps.ledger.views.asked import acting, today
from lantian.apps.ledger.views.saying import attempt, first_error, not_issuer
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError

MOST_LABELS = 200


@require_GET
def credentials(request: PageRequest) -> HttpResponse:
    """List credentials by kind, standing and text."""
    on = today(request)
    page = pages.listing(request.user, pages.Query.read(request.GET.dict()), on, request.GET.get("page", ""))
    context = {
        "page": page,
        "on": on,
        "within": pages.WITHIN,
        "may_write": may(request.user, "ledger:credential-new", "POST"),
    }
    return render(request, "ledger/credentials.html", context)


def _credential(request: PageRequest, key: int) -> Credential:
    whole = Credential.objects.visible_to(request.user).select_related(
        "source", "source__area", "source__owner", "issuer"
    )
    found = get_object_or_404(whole, pk=key)
    if found.kind not in credential_kinds():
        raise Http404
    return found


def _address(request: PageRequest, credential: Credential) -> str:
    return request.build_absolute_uri(pages.check_path(credential))


@require_GET
def credential(request: PageRequest, key: int) -> HttpResponse:
    """Show one credential with its history, its QR and what may be done to it."""
    found, on = _credential(request, key), today(request)
    kind = credential_kinds()[found.kind]
    may_act = may(request.user, "ledger:credential-act", "POST") and service.may_issue(request.user, kind)
    steps = [(name, str(pages.EVENTS[name])) for name in pages.STEPS.get(found.state, ())] if may_act else []
    if may_act and found.points is not None and found.state == Credential.State.VALID:
        steps.insert(0, ("points", str(pages.EVENTS["points"])))
    address = _address(request, found)
    context = {
        "line": pages.line_of(found, on),
        "one": found,
        "kind": kind,
        "on": on,
        "validity": pages.validity(found),
        "fields": pages.fields_of(found),
        "inputs": [(one.name, pages.label_of(one), found.data.get(one.name, "")) for one in kind.fields],
        "history": pages.history(found),
        "steps": steps,
        "address": address,
        "qr": pdf.qr_uri(address) if found.number else "",
        "papers": papers_against(found, on) if found.state == Credential.State.APPLIED else None,
        "points": points_standing(found, on),
        "totals": pages.permit_year(found, request.GET.get("year", ""), on, request.as_of.now),
    }
    return render(request, "ledger/credential.html", context)


Doing = Callable[[Credential, Mapping[str, Any], Act], object]


def _issue(found: Credential, read: Mapping[str, Any], act: Act) -> object:
    return issue_checked(found, act, read["valid_from"], read["valid_to"])


def _renew(found: Credential, read: Mapping[str, Any], act: Act) -> object:
    require_papers(found, read["valid_from"])
    return service.renew(found, act, valid_from=read["valid_from"], valid_to=read["valid_to"])


def _step(name: str) -> Doing:
    return lambda found, read, act: service.step(found, name, act)


ACTS: Mapping[str, tuple[type[forms.Form], Doing]] = {
    "issued": (TermForm, _issue),
    "renewed": (TermForm, _renew),
    "refused": (ReasonForm, _step("refused")),
    "suspended": (ReasonForm, _step("suspended")),
    "resumed": (ReasonForm, _step("resumed")),
    "surrendered": (ReasonForm, _step("surrendered")),
    "revoked": (ReasonForm, lambda found, read, act: service.revoke(found, act)),
    "points": (PointsForm, lambda found, read, act: service.take_points(found, read["points"], act)),
}
"""What each act asks, and the service that does it; amending takes the kind's own fields."""


@require_POST
def act(request: PageRequest, key: int, what: str) -> HttpResponse:
    """Do one thing to a credential, by its issuer alone, and show it again."""
    found = _credential(request, key)
    if not service.may_issue(request.user, credential_kinds()[found.kind]):
        return not_issuer(request, credential_kinds()[found.kind])
    if what == "amended":
        return _amend(request, found)
    if what not in ACTS:
        raise Http404
    form_type, doing = ACTS[what]
    form = form_type(request.POST)
    if form.is_valid():
        given = Act(acting(request), request.as_of.now, form.cleaned_data.get("reason", ""))
        done = _("{what}：已记录。").format(what=pages.EVENTS[what])
        attempt(request, lambda: doing(found, form.cleaned_data, given), done)
    else:
        messages.error(request, first_error(form))
    return redirect("ledger:credential", key)


def _amend(request: PageRequest, found: Credential) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        given = Act(acting(request), request.as_of.now, form.cleaned_data["reason"])
        attempt(request, lambda: service.amend(found, _fields(request, found.kind), given), _("变更：已记录。"))
    else:
        messages.error(request, first_error(form))
    return redirect("ledger:credential", found.pk)


def _fields(request: PageRequest, kind: str) -> dict[str, str]:
    names = [one.name for one in credential_kinds()[kind].fields]
    return {name: request.POST[f"d.{name}"].strip()[:500] for name in names if f"d.{name}" in request.POST}


@require_http_methods(["GET", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Apply for a credential of an entry."""
    given = request.POST if request.method == "POST" else request.GET
    kind = credential_kinds().get(given.get("kind", ""))
    holder = _holder(request, kind.for_kinds if kind else (), given.get("source", "")) if kind else None
    if request.method == "POST" and kind and holder:
        if not service.may_issue(request.user, kind):
            return not_issuer(request, kind)
        given_act = Act(acting(request), request.as_of.now, request.POST.get("reason", "").strip()[:300])
        made = service.apply(kind.id, holder, _fields(request, kind.id), given_act)
        messages.success(request, _("已登记申请，核发前核对材料。"))
        return redirect("ledger:credential", made.pk)
    wrong = bool(kind and given.get("source") and holder is None)
    context = {
        "kind": kind,
        "kinds": [(one.id, label(one)) for one in credential_kinds().values() if service.may_issue(request.user, one)],
        "holders": "、".join(label(kinds()[name]) for name in kind.for_kinds) if kind else "",
        "holder": holder,
        "source": given.get("source", ""),
        "wrong": wrong,
        "inputs": [(one.name, pages.label_of(one), given.get(f"d.{one.name}", "")) for one in kind.fields]
        if kind
        else [],
    }
    return render(request, "ledger/credential_new.html", context, status=422 if wrong else 200)


def _holder(request: PageRequest, of: tuple[str, ...], text: str) -> Source | None:
    """The entry that is named by its code, or by plate or credit code."""
    name = text.strip()
    visible = Source.objects.visible_to(request.user).current().filter(kind__in=of)
    by_code = visible.filter(code=name).first()
    if by_code or not name:
        return by_code
    return visible.filter(attributes__plate=name).first() or visible.filter(attributes__credit_code=name).first()


@require_GET
def certificate(request: PageRequest, key: int) -> HttpResponse:
    """Send one certificate as PDF; it is audited."""
    found = _credential(request, key)
    if not found.number:
        raise Http404
    return _paper(request, lambda: pdf.certificate(_facts(request, found)), f"{found.number}.pdf", [found])


@require_GET
def labels(request: PageRequest) -> HttpResponse:
    """Send a sheet of labels of what the list shows, or of the credentials named by ``on``; it is audited."""
    found = pages.filtered(request.user, pages.Query.read(request.GET.dict()), today(request))
    asked = [int(part) for part in request.GET.getlist("on") if part.isdecimal()]
    found = (found.filter(pk__in=asked) if asked else found).exclude(number="").order_by("number")
    chosen = [
        one for one in found.select_related("source", "issuer")[:MOST_LABELS] if credential_kinds()[one.kind].label
    ]
    if not chosen:
        raise Http404
    foot = _("{n} 张 · {who} · {day}").format(n=len(chosen), who=acting(request).name, day=today(request))
    return _paper(request, lambda: pdf.labels([_facts(request, one) for one in chosen], foot), "labels.pdf", chosen)


def _facts(request: PageRequest, found: Credential) -> dict[str, Any]:
    address = _address(request, found)
    return pages.paper_facts(found, address, pdf.qr_svg(address))


def _paper(request: PageRequest, make: Callable[[], bytes], name: str, printed: list[Credential]) -> HttpResponse:
    try:
        made = make()
    except LantianError as error:
        return render(request, "ledger/credential_paper.html", {"problem": error.text}, status=503)
    detail = {"numbers": [one.number for one in printed][:50], "count": len(printed)}
    record("credential.printed", subject=None, actor=acting(request), at=request.as_of.now, detail=detail)
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
