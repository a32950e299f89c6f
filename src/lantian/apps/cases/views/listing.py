"""My to-do, the list of cases, and the form that opens one."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.models import Person, Role
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import Scope, scope_of
from lantian.apps.cases.forms import CasesForm, NewCaseForm
from lantian.apps.cases.models import Case, CaseQuerySet, CaseThread, CaseThreadQuerySet
from lantian.apps.cases.panels import due_clocks
from lantian.apps.cases.rules import rules
from lantian.apps.cases.selectors.listing import case_list
from lantian.apps.cases.selectors.on_map import map_answer
from lantian.apps.cases.selectors.todo import todo
from lantian.apps.cases.services import NewCase, open_case
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.records_case import STREET, CaseTypeRecord

OPENED_BY_PEOPLE = {"trade-lead": Case.Origin.LEAD, "whistle-call": Case.Origin.CALL}
"""Where a case comes from when a person opens it; other types are found by oneself."""


def acting(request: PageRequest) -> Person:
    """Return the signed-in person; the rights let nobody else come here."""
    assert isinstance(request.user, Person)
    return request.user


def moment_of(request: PageRequest) -> datetime:
    """Return the moment that the page shows."""
    return request.as_of.now if request.as_of.live else request.as_of.instant


def seen_by(request: PageRequest) -> CaseQuerySet:
    """Return the cases that the reader may see, opened up to the page's moment."""
    found = Case.objects.visible_to(request.user)
    return found if request.as_of.live else found.filter(opened_at__lte=moment_of(request))


def steps_seen_by(request: PageRequest) -> CaseThreadQuerySet:
    """Return the steps of the cases that the reader may see, opened up to the page's moment."""
    found = CaseThread.objects.visible_to(request.user)
    return found if request.as_of.live else found.filter(case__opened_at__lte=moment_of(request))


def said(error: LantianError) -> str:
    """Return an error in the reader's language."""
    return error.text.in_language(get_language() or "zh-hans")


@require_GET
def mine(request: PageRequest) -> HttpResponse:
    """Show what the reader's organisations have to do."""
    now = moment_of(request)
    may_open = may(request.user, "cases:new", "POST")
    context = {"todo": todo(request.user, now), "moment": now, "types": _types(request, now) if may_open else []}
    context["duties"] = due_clocks(request.user, now)
    return render(request, "cases/mine.html", context)


@require_GET
def cases(request: PageRequest) -> HttpResponse:
    """List the cases."""
    now = moment_of(request)
    ours = scope_of(request.user).organisations
    page = case_list(seen_by(request), CasesForm(request.GET).query, ours, now)
    return render(request, "cases/list.html", {"page": page, "moment": now, "map_facts": _map_facts(request)})


@require_GET
def map_data(request: PageRequest) -> HttpResponse:
    """Return the cases of the list as marks."""
    now, ours = moment_of(request), scope_of(request.user).organisations
    return JsonResponse(map_answer(seen_by(request), CasesForm(request.GET).query, ours, now))


def _map_facts(request: PageRequest) -> dict[str, object]:
    """What the map asks for, and in which words it answers."""
    asked = request.GET.copy()
    for name in ("after", "passed", "tab"):
        asked.pop(name, None)
    return {
        "ground": reverse("ledger:ground"),
        "data": f"{reverse('cases:map')}?{asked.urlencode()}",
        "one": reverse("cases:one", args=["-"]),
        "texts": {
            "shown": _("图上 {n} 件"),
            "more": _("图上为最近 {n} 件，请用条件缩小范围"),
            "none": _("没有可定位的案件"),
        },
    }


def _types(request: PageRequest, now: datetime) -> list[tuple[str, Text]]:
    """The types that a reader opens: leads and calls, and those in which their organisation or street has a part."""
    scope, types = scope_of(request.user), rules().types(day_of(now)).values()
    return [(one.id, Text(one.zh, one.en)) for one in types if one.by_hand and _has_part(one, scope)]


def _has_part(record: CaseTypeRecord, scope: Scope) -> bool:
    if record.id in OPENED_BY_PEOPLE or Role.DUTY in scope.roles:
        return True
    on_street = Role.STREET in scope.roles and any(step.party == STREET for step in record.steps)
    return on_street or bool(scope.organisations & set(record.parties.values()))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest, kind: str) -> HttpResponse:
    """Open a case: a lead, a call, an order."""
    record = rules().types(day_of(request.as_of.now)).get(kind)
    if record is None or not record.by_hand:
        raise Http404
    form = NewCaseForm(request.POST or None, categories=[(one.id, Text(one.zh, one.en)) for one in record.categories])
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(request, form, record)
        except LantianError as error:
            messages.error(request, said(error))
        else:
            return redirect("cases:one", slug=opened.slug)
    context = {"form": form, "record": record, "label": Text(record.zh, record.en)}
    return render(request, "cases/new.html", context)


def _open(request: PageRequest, form: NewCaseForm, record: CaseTypeRecord) -> Case:
    read, person = form.cleaned_data, acting(request)
    post = person.post
    new = NewCase(
        type=record.id, title=read["title"], facts=read["facts"], happened_at=request.as_of.now,
        origin=OPENED_BY_PEOPLE.get(record.id, Case.Origin.OWN), source=read["code"], area_code=read["area"].code,
        category=read.get("category", ""),
        sender=post.organisation if post else None, named=[one.code for one in read["named"]],
    )  # fmt: skip
    return open_case(new, by=person, at=request.as_of.now)
