"""A term's assessment: the table of bodies, the acts on it, figures to enter, its papers and its snapshot."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.assessment.marking import Body, Inputs
from lantian.apps.assessment.models import Assessment, AssessmentAppeal, AssessmentSnapshot, EnteredFigure
from lantian.apps.assessment.services.schemes import acts
from lantian.apps.assessment.services.schemes.acts import waiting_in
from lantian.apps.assessment.services.schemes.asked import bodies_of
from lantian.apps.assessment.services.schemes.changes import changes
from lantian.apps.assessment.services.schemes.checking import agrees
from lantian.apps.assessment.services.schemes.entries import NewEntries, enter_figures, items_entered, last_entries
from lantian.apps.assessment.services.schemes.inputs import inputs_in, inputs_of
from lantian.apps.assessment.services.schemes.papers import mean_of, paper_of
from lantian.apps.assessment.services.schemes.reach import may_see, sees_all
from lantian.apps.assessment.services.schemes.telling import unreached
from lantian.apps.assessment.services.schemes.versions import appeals_at
from lantian.apps.assessment.services.signed import content_at, content_of
from lantian.apps.assessment.views.schemes.acting import acting, asked, moment_of, said, sent_file
from lantian.apps.assessment.views.schemes.rows import Row, heads_of, name_of_grade, parts_of, rows_of
from lantian.apps.assessment.views.schemes.version import Shown, version_shown
from lantian.apps.ui.official.docx import to_docx
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.assessments import Term
from lantian.policy.records_assessment import AssessmentSchemeRecord, ExtraRecord, IndicatorRecord
from lantian.workflow.scoring_rules import plain

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
KINDS: Mapping[str, Text] = {
    "drafted": Text("拟稿", "drafted"),
    "refreshed": Text("重新取数", "figures taken anew"),
    "submitted": Text("送审", "submitted"),
    "returned": Text("退回", "given back"),
    "published": Text("公布", "published"),
    "withdrawn": Text("作废", "withdrawn"),
}


@dataclass(frozen=True)
class GradeCount:
    """How many bodies have a grade."""

    name: Text
    count: int
    share: float
    shade: int


@require_GET
def term_page(request: PageRequest, scheme: str, term: str) -> HttpResponse:
    """Show a term's assessment."""
    record, named = asked(request, scheme, term)
    found = version_shown(request, record, named)
    inputs = inputs_in(found.assessment) if found else None
    context: dict[str, Any] = {
        "record": record, "term": named, "assessment": found.assessment if found else None, "parts": parts_of(record),
        "moment": moment_of(request),
    }  # fmt: skip
    if found is not None and inputs is not None:
        context |= _shown(request, found, inputs)
    context |= _roles(request, record, named, found.assessment if found else None, inputs)
    return render(request, "assessment/schemes/term.html", context)


def _shown(request: PageRequest, shown: Shown, inputs: Inputs) -> dict[str, Any]:
    found, came, moment = shown.assessment, shown.came(inputs), moment_of(request)
    rows = rows_of(came, inputs, request.user, published=found.published)
    whole = len(rows) == len(inputs.bodies)
    compare = whole and request.GET.get("compare") == "1"
    appeals = AssessmentAppeal.objects.filter(assessment=found).select_related("filed_by").order_by("filed_at")
    return {
        "record": inputs.scheme,
        "parts": parts_of(inputs.scheme),
        "inputs": inputs,
        "rows": rows,
        "whole": whole,
        "heads": heads_of(inputs),
        "grades": grades_of(rows, inputs) if whole else [],
        "mean": mean_of(inputs),
        "marked": agrees(came, inputs),
        "before": changes(inputs_in(found.previous), inputs) if found.previous and whole else None,
        "since": changes(inputs, inputs_of(inputs.scheme, inputs.term, moment)) if compare else None,
        "compare": compare,
        "history": [(one, KINDS[one.kind]) for one in shown.history],
        "others": shown.others,
        "appeals": appeals_at(appeals, moment) if whole else [],
        "faces": [Text(*one) for one in found.faces],
    }


def grades_of(rows: Sequence[Row], inputs: Inputs) -> list[GradeCount]:
    """Count the bodies of each grade."""
    counts = Counter(one.result.grade for one in rows if one.result.grade)
    of = sum(counts.values()) or 1
    return [
        GradeCount(name_of_grade(inputs.scheme, one.id), counts[one.id], 100 * counts[one.id] / of, 5 - n)
        for n, one in enumerate(inputs.scheme.grades)
    ]


def _roles(
    request: PageRequest, record: AssessmentSchemeRecord, term: Term, found: Assessment | None, inputs: Inputs | None
) -> dict[str, Any]:
    """Return what the reader's posts allow; the services ask again."""
    roles = request.user.roles if hasattr(request.user, "roles") else frozenset()
    acts_here = may(request.user, "assessment:scheme-act", "POST")
    drafts, signs = acts_here and bool(roles & set(record.drafters)), acts_here and bool(roles & set(record.signers))
    state = found.state if found else ""
    open_now = state in (Assessment.State.DRAFT, Assessment.State.REVIEW)
    waits = signs and state == Assessment.State.REVIEW
    enters = drafts and (found is None or not found.published)
    return {
        "drafts": drafts,
        "signs": signs,
        "open": open_now,
        "own": found is not None and found.drafted_by_id == request.user.pk,
        "entries": entries_of(record, term, inputs.bodies if inputs else None, moment_of(request)) if enters else [],
        "unreached": unreached(found, moment_of(request)) if found and waits else [],
        "waiting": waiting_in(inputs) if inputs and drafts and open_now else [],
    }


@dataclass(frozen=True)
class EntryForm:
    """What may be entered of an item: between which ends, in which steps, and what was entered last for each body."""

    item: IndicatorRecord | ExtraRecord
    low: str
    high: str
    step: str
    bodies: list[tuple[Body, str]]


def entries_of(
    record: AssessmentSchemeRecord, term: Term, bodies: Sequence[Body] | None, at: datetime
) -> list[EntryForm]:
    """Return the forms of what people enter; bodies: of the version that is open, else those of the term."""
    items = items_entered(record)
    if not items:
        return []
    shown = bodies if bodies is not None else bodies_of(record, term.judged_on(at))
    last = last_entries(record.id, term.name, at)
    return [_entry_form(one, shown, last.get(one.id, {})) for one in items]


def _entry_form(one: IndicatorRecord | ExtraRecord, bodies: Sequence[Body], last: Mapping[str, Decimal]) -> EntryForm:
    line = one.linear if isinstance(one, IndicatorRecord) else None
    low, high = (f"{end:f}" for end in sorted((line.zero, line.full))) if line else ("0", "")
    step = "1" if isinstance(one, ExtraRecord) else "any"
    return EntryForm(
        one, low, high, step, [(body, plain(last[body.code]) if body.code in last else "") for body in bodies]
    )


Act = Callable[[Assessment, PageRequest], Assessment]
ACTS: Mapping[str, Act] = {
    "refresh": lambda found, request: acts.refresh(found, acting(request)),
    "submit": lambda found, request: acts.submit(found, acting(request)),
    "return": lambda found, request: acts.give_back(found, request.POST.get("reason", ""), acting(request)),
    "publish": lambda found, request: acts.publish(found, acting(request)),
    "withdraw": lambda found, request: acts.withdraw(found, request.POST.get("reason", ""), acting(request)),
}


@require_POST
def act(request: PageRequest, scheme: str, term: str, what: str) -> HttpResponse:
    """Draft, or do something with the version that is open."""
    asked(request, scheme, term)
    if what == "draft":
        said(request, lambda: acts.draft(scheme, term, acting(request), request.POST.get("reason", "")))
    elif what in ACTS:
        found = Assessment.objects.open().filter(scheme=scheme, term=term).first()
        if found is None:
            messages.error(request, _("没有待办的稿件，可能已经公布或作废。"))
        else:
            said(request, lambda: ACTS[what](found, request))
    else:
        raise Http404(what)
    return redirect("assessment:scheme-term", scheme=scheme, term=term)


@require_POST
def enter(request: PageRequest, scheme: str, term: str) -> HttpResponse:
    """Enter figures of one item; an open draft takes them up."""
    record, named = asked(request, scheme, term)
    typed = {
        name.removeprefix("value-"): str(text).strip()
        for name, text in request.POST.items()
        if name.startswith("value-") and str(text).strip()
    }
    values = {code: number for code, text in typed.items() if (number := _number(text)) is not None}
    if unread := [code for code in typed if code not in values]:
        names = {one.code: one.zh for one in bodies_of(record, named.judged_on(request.as_of.now))}
        said_of = "、".join(f"{names.get(code, code)} “{typed[code][:20]}”" for code in unread)
        messages.error(request, _("没有保存：有数值不能识别（%(which)s）。") % {"which": said_of})
        return redirect("assessment:scheme-term", scheme=scheme, term=term)
    new = NewEntries(
        scheme, term, request.POST.get("item", ""), values, request.POST.get("reason", ""), sent_file(request)
    )
    if said(request, lambda: enter_figures(new, acting(request))):
        waiting = Assessment.objects.filter(scheme=scheme, term=term, state=Assessment.State.DRAFT).first()
        if waiting is not None:
            acts.refresh(waiting, acts.Acting(acting(request).by, request.as_of.now))
    return redirect("assessment:scheme-term", scheme=scheme, term=term)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**7 else None


@require_GET
def file(request: PageRequest, scheme: str, term: str, suffix: str) -> HttpResponse:
    """Give the paper: the published bytes, or a draft that says so on each page to those who see all."""
    record, named = asked(request, scheme, term)
    shown = version_shown(request, record, named)
    if suffix not in TYPES or shown is None or not (shown.assessment.published or sees_all(request.user, record)):
        raise Http404(suffix)
    found = shown.assessment
    answer = HttpResponse(_content(found, suffix, request), content_type=TYPES[suffix])
    name = f"{scheme}-{term}-v{found.version}" + ("" if found.published else "-draft")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return answer


def _content(found: Assessment, suffix: str, request: PageRequest) -> bytes:
    if found.published:
        return content_of(found, suffix)
    paper = paper_of(found, day_of(moment_of(request)))
    return to_docx(paper) if suffix == "docx" else to_pdf(paper)


@require_GET
def snapshot(request: PageRequest, scheme: str, term: str, number: str) -> JsonResponse:
    """Give a frozen snapshot as a file: whoever has it can compute its number and the marks again."""
    record, _named = asked(request, scheme, term)
    kept = get_object_or_404(AssessmentSnapshot, pk=number, scheme=scheme, term=term)
    if not (kept.assessments.published().exists() or sees_all(request.user, record)):
        raise Http404(number)
    answer = JsonResponse(kept.data, json_dumps_params={"ensure_ascii": False, "sort_keys": True})
    answer["Content-Disposition"] = f'attachment; filename="assessment-{kept.scheme}-{kept.term}-{kept.short}.json"'
    return answer


@require_GET
def entry_file(request: PageRequest, key: int) -> HttpResponse:
    """Give the evidence of a figure that was entered, to those who may see the body's marks."""
    row = get_object_or_404(EnteredFigure, pk=key)
    record, _named = asked(request, row.scheme, row.term)
    published = Assessment.objects.published().filter(scheme=row.scheme, term=row.term).exists()
    if not row.file_path or not may_see(request.user, record, row.body, published=published):
        raise Http404(str(key))
    return evidence(row.file_path, row.file_sha256, row.file_type)


def evidence(path: str, digest: str, media: str) -> HttpResponse:
    """Give a file that is kept under its hash, as nothing but a download."""
    try:
        answer = HttpResponse(content_at(path, digest), content_type=media or "application/octet-stream")
    except LantianError as error:
        raise Http404(error.text.en) from error
    answer["Content-Disposition"] = f'attachment; filename="evidence-{digest[:12]}.{path.rpartition(".")[2]}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
