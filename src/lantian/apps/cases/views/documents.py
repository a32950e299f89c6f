"""Papers of a case: begun, written, issued, downloaded; the whole case as one PDF; the public list of sanctions."""

from datetime import date
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.audit.services import record as record_audit
from lantian.apps.cases.casefile.build import case_file
from lantian.apps.cases.models import Case, Paper
from lantian.apps.cases.selectors.public import public_sanctions
from lantian.apps.cases.services import CaseActError
from lantian.apps.cases.services.measures import may_handle
from lantian.apps.cases.services.papers import MEDIA, bytes_of, discard, draft, issue, sheet_of, write
from lantian.apps.cases.services.wording import official
from lantian.apps.cases.views.listing import acting, moment_of, said, seen_by
from lantian.apps.cases.views.measure_forms import DraftForm
from lantian.apps.cases.views.one import attempt
from lantian.apps.ui.official.document import chinese_day
from lantian.apps.ui.official.faces import substituted
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.records_document import KNOWN

SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


def _case(request: PageRequest, slug: str) -> Case:
    return get_object_or_404(seen_by(request).select_related("source", "point", "sender"), slug=slug)


def _paper(request: PageRequest, slug: str, key: int) -> Paper:
    found = Paper.objects.select_related("case__source", "case__point", "case__sender", "measure", "issued_by")
    return get_object_or_404(found, case=_case(request, slug), pk=key)


@require_POST
def new(request: PageRequest, slug: str) -> HttpResponse:
    """Begin a paper."""
    case, form = _case(request, slug), DraftForm(request.POST)
    if not form.is_valid():
        raise Http404
    number = form.cleaned_data["measure"]
    measure = get_object_or_404(case.measures, pk=number) if number else None
    try:
        made = draft(case, form.cleaned_data["kind"], measure=measure, by=acting(request), at=request.as_of.now)
    except LantianError as error:
        messages.error(request, said(error))
        return redirect("cases:one", slug=slug)
    return redirect("cases:paper", slug=slug, key=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: PageRequest, slug: str, key: int) -> HttpResponse:
    """Show a paper, and write what it asks for."""
    found = _paper(request, slug, key)
    if request.method == "POST":
        attempt(request, lambda: _change(request, found))
        gone = request.POST.get("do") == "discard" and not Paper.objects.filter(pk=key).exists()
        return redirect("cases:one", slug=slug) if gone else redirect("cases:paper", slug=slug, key=key)
    sheet = sheet_of(found, moment_of(request))
    context = {
        "case": found.case, "paper": found, "sheet": sheet, "label": Text(sheet.record.zh, sheet.record.en),
        "known": [(KNOWN[name], value) for name, value in sheet.known.items() if name in sheet.record.names()],
        "day": chinese_day(date.fromisoformat(sheet.body["day"])), "faces": substituted(),
        "may_handle": may_handle(found.case, request.user), "personal": True,
    }  # fmt: skip
    return render(request, "cases/paper.html", context)


def _change(request: PageRequest, found: Paper) -> object:
    """Save what was written; then issue the paper or throw it away, as the button says."""
    by, at, what = acting(request), request.as_of.now, request.POST.get("do", "save")
    version = int(request.POST["version"]) if request.POST.get("version", "").isdigit() else None
    if what == "discard":
        return discard(found, by=by, at=at, version=version)
    given = {name.removeprefix("v-"): str(value) for name, value in request.POST.items() if name.startswith("v-")}
    written = write(found, given, by=by, at=at, version=version)
    return issue(written, by=by, at=at, version=written.version) if what == "issue" else written


@require_GET
def paper_file(request: PageRequest, slug: str, key: int, form: str) -> HttpResponse:
    """Send the issued bytes, after checking them against their hash; of a draft a PDF that says so on each page."""
    found = _paper(request, slug, key)
    if form not in MEDIA or (found.issued_at is None and form != "pdf"):
        raise Http404
    if found.issued_at is None:
        preview = to_pdf(official(sheet_of(found, moment_of(request)).body, draft=True))
        return _download(preview, MEDIA["pdf"], f"{case_name(found)}.pdf")
    try:
        content = bytes_of(found, form)
    except CaseActError as error:
        raise Http404(said(error)) from error
    detail = {"number": found.number, "form": form}
    record_audit("case.paper-read", subject=found.case, actor=acting(request), at=request.as_of.now, detail=detail)
    return _download(content, MEDIA[form], f"{found.title}{found.number}.{form}")


@require_GET
def whole_file(request: PageRequest, slug: str) -> HttpResponse:
    """Send the whole case as one PDF; that somebody took it away is on record."""
    case = _case(request, slug)
    content = case_file(case, moment_of(request), by=acting(request))
    detail = {"number": case.number, "bytes": len(content)}
    record_audit("case.file-read", subject=case, actor=acting(request), at=request.as_of.now, detail=detail)
    return _download(content, MEDIA["pdf"], f"{case.number}.pdf")


def case_name(paper: Paper) -> str:
    """Name a draft's file."""
    return f"{paper.case.number}-{paper.kind}-草稿"


def _download(content: bytes, media: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media, headers=SAFE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require_GET
@login_not_required
def public(request: PageRequest) -> HttpResponse:
    """Show everybody the sanctions in force that the pack makes public."""
    today = day_of(request.as_of.now)
    text = request.GET.get("text", "").strip()[:60]
    return render(request, "cases/public_sanctions.html", {"lines": public_sanctions(today, text), "text": text})
