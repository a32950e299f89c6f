"""Accountability: the bodies with their ladders, one body, its notices, and the acts on them."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.models import AccountabilityNotice, CountedProblem
from lantian.apps.assessment.rectification_forms import (
    AppealDecisionForm,
    AppealForm,
    ExposureForm,
    GroundsForm,
    NoticeForm,
    SettleForm,
)
from lantian.apps.assessment.rectifying import acts_for, answer_until, counting_rules, ladder
from lantian.apps.assessment.selectors.accountability import body_lines, body_page, may_see, sees_all, transfers
from lantian.apps.assessment.selectors.notices import notices_at
from lantian.apps.assessment.services import accountability as services
from lantian.apps.assessment.services.counting import appeal, decide_appeal, enter_exposure, settle_exposure
from lantian.apps.assessment.views.rectification import acting, download, moment_of, said
from lantian.apps.audit.services import record as record_audit
from lantian.apps.cases.views.one import first_error
from lantian.apps.notices.selectors.people import people_of
from lantian.apps.ui.official.document import chinese_day
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period, PeriodError

MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def _period(request: PageRequest) -> Period:
    """The period that the address asks for, else the one of the page's moment."""
    span = ladder(day_of(moment_of(request))).span
    try:
        asked = Period.read(request.GET.get("period", ""))
    except PeriodError:
        return Period.containing(span, day_of(moment_of(request)))
    return asked if asked.span == span else Period.containing(span, day_of(moment_of(request)))


@require_GET
def bodies(request: PageRequest) -> HttpResponse:
    """Show the bodies that the reader may see, each on the ladder."""
    now, period = moment_of(request), _period(request)
    rules = ladder(day_of(now))
    context = {
        "lines": body_lines(request.user, period, now), "transfers": transfers(request.user, period, now),
        "period": period, "following": period.following if period.following.start <= now else None,
        "rules": rules, "moment": now,
        "counting": list(counting_rules(day_of(now)).values()), "all": sees_all(request.user, now),
        "enters": acts_for(request.user, rules.offices), "today": day_of(now),
        "entered": [one for one in counting_rules(day_of(now)).values() if one.facts == "entered"],
        "organisations": Organisation.objects.exclude(kind__in=["enterprise", "collective"]).order_by("code"),
    }  # fmt: skip
    return render(request, "assessment/accountability.html", context)


@require_POST
def enter(request: PageRequest) -> HttpResponse:
    """Enter a fact by hand."""
    form = ExposureForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("assessment:accountability")
    read = form.cleaned_data
    _attempt(request, lambda: _entered(read, request))
    return redirect("assessment:accountability-body", code=read["body"].pk)


def _entered(read: Mapping[str, Any], request: PageRequest) -> object:
    made = enter_exposure(
        read["rule"], read["body"], read["day"], read["title"], read["medium"], case=read["case"], by=acting(request),
        at=request.as_of.now,
    )  # fmt: skip
    services.sweep(request.as_of.now)
    return made


def _body(request: PageRequest, code: str) -> Organisation:
    found = get_object_or_404(Organisation, pk=code)
    if not may_see(request.user, found.pk, moment_of(request)):
        raise Http404(code)
    return found


@require_GET
def body(request: PageRequest, code: str) -> HttpResponse:
    """Show a body: its ladder, why each problem counts, notices."""
    found, now, period = _body(request, code), moment_of(request), _period(request)
    rules = ladder(day_of(now))
    context = {
        "page": body_page(found, request.user, period, now), "body": found, "period": period, "rules": rules,
        "moment": now, "ours": found.pk in scope_of(request.user).organisations,
        "decides": acts_for(request.user, rules.deciders), "states": AccountabilityNotice.State,
        "enters": acts_for(request.user, rules.offices), "today": day_of(now),
    }  # fmt: skip
    return render(request, "assessment/accountability_body.html", context)


def _appeal(found: Organisation, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    row = get_object_or_404(CountedProblem, pk=read["counted"], body=found)
    return appeal(row, read["reason"], **who)


def _decide(found: Organisation, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    if read["appeal"].counted.body_id != found.pk:
        raise Http404
    made = decide_appeal(read["appeal"], upheld=read["upheld"], answer=read["answer"], **who)
    services.sweep(who["at"])
    return made


def _settle(found: Organisation, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    if read["exposure"].body_id != found.pk:
        raise Http404
    return settle_exposure(read["exposure"], read["day"], **who)


BodyAct = Callable[[Organisation, Mapping[str, Any], dict[str, Any]], object]
BODY_ACTS: Mapping[str, tuple[type[forms.Form], BodyAct]] = {
    "appeal": (AppealForm, _appeal),
    "decide-appeal": (AppealDecisionForm, _decide),
    "settle": (SettleForm, _settle),
    "transfer": (GroundsForm, lambda found, read, who: services.draft_transfer(found, read["grounds"], **who)),
    "recount": (forms.Form, lambda found, _read, who: services.draft_again(found, **who)),
}
"""What the page of a body asks, and the service that does it."""


@require_POST
def act(request: PageRequest, code: str, what: str) -> HttpResponse:
    """Do one thing with a body's ledger, and show it again."""
    if what not in BODY_ACTS:
        raise Http404(what)
    found = _body(request, code)
    form_type, doing = BODY_ACTS[what]
    form = form_type(request.POST)
    if form.is_valid():
        _attempt(request, lambda: doing(found, form.cleaned_data, {"by": acting(request), "at": request.as_of.now}))
    else:
        messages.error(request, first_error(form))
    return redirect("assessment:accountability-body", code=code)


def _attempt(request: PageRequest, doing: Callable[[], object]) -> None:
    try:
        doing()
    except LantianError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, _("已记录。"))


def _notice(request: PageRequest, key: int) -> AccountabilityNotice:
    now = moment_of(request)
    rows = AccountabilityNotice.objects.visible_to(request.user, ladder(day_of(now)).offices, now).filter(pk=key)
    found = notices_at(rows.select_related("body", "receiver", "decided_by", "sent_by", "acknowledged_by"), now)
    if not found:
        raise Http404(str(key))
    return found[0]


@require_GET
def notice(request: PageRequest, key: int) -> HttpResponse:
    """Show a notice as it reads, and what may be done with it."""
    found, now = _notice(request, key), moment_of(request)
    level = services.level_of(found)
    text = services.body_of(found, now)
    rules = ladder(day_of(now))
    context = {
        "notice": found, "level": level, "label": level.label() if level else Text("线索移送", "Lead handed over"),
        "paper": text, "named": level is not None and level.addressee in services.NAMED, "rules": rules,
        "columns": services.COLUMNS, "short": services.SHORT,
        "day": chinese_day(day_of(now) if not found.sent_at else day_of(found.sent_at)),
        "decides": acts_for(request.user, rules.deciders), "moment": now,
        "receives": found.receiver_id in scope_of(request.user).organisations,
        "unreached": not found.cancelled_at and not people_of([found.receiver_id], now),
        "until": answer_until(found.sent_at) if found.sent_at else None,
    }  # fmt: skip
    return render(request, "assessment/accountability_notice.html", context)


NoticeAct = Callable[[AccountabilityNotice, Mapping[str, Any], dict[str, Any]], object]
NOTICE_ACTS: Mapping[str, NoticeAct] = {
    "write": lambda found, read, who: services.write(
        found, read["addressee"], read["addressee_title"], version=read["version"], **who),
    "decide": lambda found, read, who: services.decide(
        found, read["text"], named=(read["addressee"], read["addressee_title"]), version=read["version"], **who),
    "send": lambda found, read, who: services.send(found, version=read["version"], **who),
    "cancel": lambda found, read, who: services.cancel(found, read["text"], version=read["version"], **who),
    "acknowledge": lambda found, read, who: services.acknowledge(found, read["text"], **who),
}  # fmt: skip


@require_POST
def notice_act(request: PageRequest, key: int, what: str) -> HttpResponse:
    """Do one thing with a notice, and show it again."""
    if what not in NOTICE_ACTS:
        raise Http404(what)
    found, form = _notice(request, key), NoticeForm(request.POST)
    if form.is_valid():
        who = {"by": acting(request), "at": request.as_of.now}
        _attempt(request, lambda: NOTICE_ACTS[what](found, form.cleaned_data, who))
    else:
        messages.error(request, first_error(form))
    return redirect("assessment:accountability-notice", key=key)


@require_GET
def file(request: PageRequest, key: int, form: str) -> HttpResponse:
    """Send the bytes that were sent, checked against their hash; of a draft a PDF that says so on each page."""
    found = _notice(request, key)
    if form not in MEDIA or (found.sent_at is None and form != "pdf"):
        raise Http404(form)
    if found.sent_at is None:
        text = services.body_of(found, moment_of(request))
        return download(
            to_pdf(services.official(text, draft=True)), MEDIA["pdf"], f"{services.one_line(text['title'])}.pdf"
        )
    try:
        content = services.bytes_of(found, form)
    except LantianError as error:
        raise Http404(said(error)) from error
    detail = {"number": found.number, "form": form}
    record_audit(
        "accountability-notice.read", subject=found, actor=acting(request), at=request.as_of.now, detail=detail
    )
    return download(content, MEDIA[form], f"{services.one_line(found.body_text['title'])}{found.number}.{form}")
