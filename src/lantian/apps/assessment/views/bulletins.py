"""The list of bulletins, one of them with its paper, its files, and the acts on it."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.rights import may
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin
from lantian.apps.assessment.reports.facts import report_read
from lantian.apps.assessment.rules import record_of
from lantian.apps.assessment.selectors.bulletins import (
    Shown,
    bulletin_lines,
    bulletin_shown,
    bulletins_at,
    changed_since,
    label_of,
    offers,
)
from lantian.apps.assessment.selectors.checks import lines_of
from lantian.apps.assessment.selectors.weekly import language
from lantian.apps.assessment.services.bulletins import (
    Acting,
    draft,
    give_back,
    refresh,
    sign,
    submit,
    withdraw,
    write,
)
from lantian.apps.assessment.services.papers import Stamp, drafted_on
from lantian.apps.assessment.services.producers import data_of, paper_for
from lantian.apps.assessment.services.report_changes import report_changes
from lantian.apps.assessment.services.signed import content_of
from lantian.apps.assessment.snapshots import read
from lantian.apps.assessment.views.numbers import whole
from lantian.apps.assessment.views.weekly import any_period_in, moment_of
from lantian.apps.ui.official.docx import to_docx
from lantian.apps.ui.official.faces import substituted
from lantian.apps.ui.official.pdf import facts as pdf_facts
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.bulletin_names import REPORTS

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
KINDS: Mapping[str, Text] = {
    "drafted": Text("拟稿", "drafted"),
    "refreshed": Text("重新取数", "facts taken anew"),
    "written": Text("填写工作要求", "requirements written"),
    "submitted": Text("送签", "submitted"),
    "returned": Text("退回", "given back"),
    "signed": Text("签发", "issued"),
    "withdrawn": Text("作废", "withdrawn"),
}


def _acting(request: PageRequest) -> Acting:
    assert isinstance(request.user, Person)
    return Acting(request.user, request.as_of.now, whole(request.POST.get("revision", "")))


@require_GET
def bulletins(request: PageRequest) -> HttpResponse:
    """List the bulletins, and the periods that wait for one."""
    may_draft, moment = may(request.user, "assessment:bulletin-new", "POST"), moment_of(request)
    stood = bulletins_at(moment)
    context = {"lines": bulletin_lines(stood, request.user), "offers": offers(stood, moment) if may_draft else []}
    return render(request, "assessment/bulletins.html", context)


@require_POST
def new(request: PageRequest) -> HttpResponse:
    """Draft the bulletin of a period."""
    period = any_period_in(request.POST.get("period", ""))
    try:
        made = draft(rules.bulletin_named(request.POST.get("record", ""), period), period, _acting(request))
    except LantianError as error:
        messages.error(request, error.text.in_language(language()))
        return redirect("assessment:bulletins")
    return redirect("assessment:bulletin", key=made.pk)


@require_GET
def bulletin(request: PageRequest, key: int) -> HttpResponse:
    """Show a bulletin as it stood: the paper, what it rests on, what has changed since, and what may be done."""
    return _page(request, key)


def _shown(request: PageRequest, key: int) -> Shown:
    found = bulletin_shown(request.user, key, moment_of(request))
    if found is None:
        raise Http404(str(key))
    return found


def _page(request: PageRequest, key: int, typed: str = "", status: int = 200) -> HttpResponse:
    """Return a bulletin's page. typed: what somebody wrote that could not be kept."""
    shown = _shown(request, key)
    found = shown.bulletin
    record = record_of(found)
    context = {
        "bulletin": found,
        "record": record,
        "label": label_of(found),
        **(_report(found, request) if record.subject in REPORTS else _checks(found, request)),
        "faces": [Text(*one) for one in found.faces] if found.signed else substituted(),
        "history": [(one, KINDS[one.kind]) for one in shown.history],
        "roles": _roles(request, found),
        "open_periods": shown.open,
        "others": shown.others,
        "typed": typed,
    }
    return render(request, "assessment/bulletin.html", context, status=status)


def _checks(found: Bulletin, request: PageRequest) -> dict[str, object]:
    """Return what the page of a bulletin of checks shows beside what all bulletins have."""
    facts = read(data_of(found.snapshot))
    changed = changed_since(facts, moment_of(request))
    return {
        "facts": facts,
        "paper": pdf_facts(paper_for(found, _stamp(found, request))),
        "changed": changed,
        "late": lines_of([*changed.added, *changed.removed], facts, request.user),
        "removed": {one.id for one in changed.removed},
    }


def _report(found: Bulletin, request: PageRequest) -> dict[str, object]:
    """Return what the page of a month, quarter or year shows: the paper whose figures lead to how they came about."""
    data = data_of(found.snapshot)
    return {
        "report": True,
        "facts": report_read(data),
        "paper": pdf_facts(paper_for(found, _stamp(found, request))),
        "changed": report_changes(data, moment_of(request)),
    }


def _roles(request: PageRequest, found: Bulletin) -> dict[str, bool]:
    """Return what the reader's posts allow; the services ask again."""
    record, person = record_of(found), request.user
    acts = may(person, "assessment:bulletin-act", "POST")
    held = person.roles if isinstance(person, Person) else frozenset()
    signs = acts and bool(held & set(record.signers))
    return {
        "drafts": acts and bool(held & set(record.drafters)),
        "signs": signs,
        "own": found.drafted_by_id is not None and found.drafted_by_id == person.pk,
    }


def _stamp(found: Bulletin, request: PageRequest) -> Stamp:
    if found.day:
        return Stamp(found.day, found.number, draft=False)
    moment = moment_of(request)
    return drafted_on(record_of(found), day_of(moment), None if request.as_of.live else moment)


@require_GET
def file(request: PageRequest, key: int, suffix: str) -> HttpResponse:
    """Give the paper as DOCX or PDF: the signed bytes, or a draft that says so on each page."""
    found = _shown(request, key).bulletin
    if suffix not in TYPES:
        raise Http404(suffix)
    answer = HttpResponse(_content(found, suffix, request), content_type=TYPES[suffix])
    name = f"{found.record}-{found.period}" + ("" if found.signed else "-draft")
    answer["Content-Disposition"] = f'attachment; filename="{name}-v{found.version}.{suffix}"'
    return answer


def _content(found: Bulletin, suffix: str, request: PageRequest) -> bytes:
    if found.signed:
        return content_of(found, suffix)
    paper = paper_for(found, _stamp(found, request))
    return to_docx(paper) if suffix == "docx" else to_pdf(paper)


Act = Callable[[Bulletin, PageRequest, Acting], Bulletin]
ACTS: Mapping[str, Act] = {
    "refresh": lambda found, request, acting: refresh(found, acting),
    "write": lambda found, request, acting: write(found, request.POST.get("requirements", ""), acting),
    "submit": lambda found, request, acting: submit(found, acting),
    "return": lambda found, request, acting: give_back(found, request.POST.get("reason", ""), acting),
    "sign": lambda found, request, acting: sign(found, acting),
    "withdraw": lambda found, request, acting: withdraw(found, request.POST.get("reason", ""), acting),
}


@require_POST
def act(request: PageRequest, key: int, what: str) -> HttpResponse:
    """Do something with a bulletin."""
    found = get_object_or_404(Bulletin.objects.visible_to(request.user), pk=key)
    if what not in ACTS:
        raise Http404(what)
    try:
        ACTS[what](found, request, _acting(request))
    except LantianError as error:
        messages.error(request, error.text.in_language(language()))
        if typed := request.POST.get("requirements", "") or request.POST.get("reason", ""):
            return _page(request, key, typed, status=409)
    else:
        messages.success(request, _("已记录。"))
    return redirect("assessment:bulletin", key=key)
