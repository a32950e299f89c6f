"""Pages of project reviews: the list, a new one, one with its decision, and the account of closures."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.ledger.forms.conduct import ReasonForm
from lantian.apps.ledger.forms.projects import BackForm, CreditForm, ProjectForm
from lantian.apps.ledger.models import Project, Source
from lantian.apps.ledger.pages import projects as pages
from lantian.apps.ledger.pages.look import is_english
from lantian.apps.ledger.services import offsets
from lantian.apps.ledger.services import projects as service
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.views.asked import acting, today
from lantian.apps.ledger.views.saying import attempt, first_error
from lantian.apps.ui.page import PageRequest
from lantian.reductions.offsets import kilograms


def _may_act(request: PageRequest) -> bool:
    """Whether the reader decides on projects."""
    return may(request.user, "ledger:project-act", "POST") and service.may_review(request.user, today(request))


@require_GET
def projects(request: PageRequest) -> HttpResponse:
    """List projects by state, with the account of closures above."""
    context = {
        "listing": pages.listing(request.user, request.GET.get("state", ""), request.GET.get("page", "")),
        "letters": pages.LETTERS,
        "balances": offsets.balances(),
        "rule": service.rule(today(request)),
        "may_new": may(request.user, "ledger:project-new", "POST"),
    }
    return render(request, "ledger/projects.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Bring a project in."""
    rule = service.rule(today(request))
    form = ProjectForm(rule, is_english(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[Project] = []
        act = Act(acting(request), request.as_of.now)
        if attempt(request, lambda: made.append(service.bring_in(form.new_project, act)), _("项目已受理。")):
            return redirect("ledger:project", made[0].pk)
    context = {"form": form, "rule": rule}
    return render(request, "ledger/project_new.html", context, status=422 if form.errors else 200)


def _project(request: PageRequest, key: int) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.user).select_related("area"), pk=key)


@require_GET
def project(request: PageRequest, key: int) -> HttpResponse:
    """Show a project: its facts, what stands against it, what backs it, and what was done."""
    found = _project(request, key)
    context = {
        "page": pages.one_project(found, today(request)),
        "one": found,
        "letter": pages.LETTERS[found.state],
        "is_open": found.state == Project.State.OPEN,
        "may_act": _may_act(request),
    }
    return render(request, "ledger/project.html", context)


Doing = Callable[[Project, Mapping[str, Any], Act], object]
DECISIONS: Mapping[str, Doing] = {
    "exception": lambda project, _read, act: service.let_by_road(project, act),
    "conditions": lambda project, _read, act: service.name_conditions(project, act),
    "approved": lambda project, _read, act: service.approve(project, act),
    "refused": lambda project, _read, act: service.refuse(project, act),
    "withdrawn": lambda project, _read, act: service.withdraw(project, act),
}
"""Acts with a reason."""


@require_POST
def act(request: PageRequest, key: int, what: str) -> HttpResponse:
    """Do one thing in a review, by its reviewers alone, and show the project again."""
    found = _project(request, key)
    if not _may_act(request):
        messages.error(request, _("项目由审查单位办理。"))
        return redirect("ledger:project", key)
    doing = _doing(request, found, what)
    if doing is not None:
        attempt(request, doing, _("已记录：{what}。").format(what=pages.EVENTS[what]))
    return redirect("ledger:project", key)


def _doing(request: PageRequest, found: Project, what: str) -> Callable[[], object] | None:
    """Return what is asked, None where the form is wrong and the reader was told so; raises Http404."""
    by, at = acting(request), request.as_of.now
    if what == "backed" and not request.POST.get("credit"):
        return lambda: offsets.back_all(found, Act(by, at))
    forms = {"backed": BackForm, "released": CreditForm}
    if what not in forms and what not in DECISIONS:
        raise Http404
    form = forms.get(what, ReasonForm)(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return None
    read = form.cleaned_data
    if what == "backed":
        return lambda: offsets.back(found, read["credit"], kilograms(read["tonnes"]), Act(by, at))
    if what == "released":
        return lambda: offsets.release(found, read["credit"], Act(by, at))
    return lambda: DECISIONS[what](found, read, Act(by, at, read["reason"]))


@require_http_methods(["GET", "POST"])
def account(request: PageRequest) -> HttpResponse:
    """Show the account of closures; enter what a verified closure gives."""
    on = today(request)
    if request.method == "POST":
        if not _may_act(request):
            messages.error(request, _("项目由审查单位办理。"))
            return redirect("ledger:offsets")
        key = request.POST.get("source", "")
        visible = Source.objects.visible_to(request.user).current()
        source = get_object_or_404(visible, pk=int(key) if key.isdecimal() else 0)
        given = Act(acting(request), request.as_of.now)
        attempt(request, lambda: offsets.grant(source, given), _("“{name}”的削减量已入账。").format(name=source.name))
        return redirect("ledger:offsets")
    context = {"account": pages.account(request.user, on), "rule": service.rule(on), "may_act": _may_act(request)}
    return render(request, "ledger/offsets.html", context)
