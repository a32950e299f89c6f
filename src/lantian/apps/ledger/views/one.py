"""One entry: its page, its states, its files, and its merging with a doubled one."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.audit.services import record
from lantian.apps.ledger.models import Attachment, Source
from lantian.apps.ledger.pages.detail import detail, facts, place_text
from lantian.apps.ledger.pages.look import address, key_of, own_label, state_name
from lantian.apps.ledger.services import SourceProblems, merge_sources, move_source
from lantian.apps.ledger.services.attachments import AttachmentError, Sent, attach, content_of
from lantian.apps.ledger.services.rights import may_change, may_keep
from lantian.apps.ledger.views.asked import acting, kind_or_404, source_or_404, today
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.policy.records_ledger import Kind

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


def purposes() -> list[tuple[str, str]]:
    """Return what a file may be for, in the reader's language."""
    return [
        ("photo-before", _("治理前照片")),
        ("photo-after", _("治理后照片")),
        ("permit", _("许可证照")),
        ("report", _("报告")),
        ("contract", _("合同")),
        ("other", _("其他")),
    ]


@require_GET
def source_page(request: PageRequest, kind: str, code: str) -> HttpResponse:
    """Show an entry with everything that hangs on it."""
    of, source, person = kind_or_404(kind), source_or_404(request, kind, code), acting(request)
    named = dict(purposes())
    context = {
        "kind": of,
        "source": source,
        "personal": True,
        "page": detail(person, of, source, today(request)),
        "may_change": may_change(person, source) and may(person, "ledger:edit", "POST"),
        "may_keep": may_keep(person, source) and may(person, "ledger:move", "POST"),
        "may_attach": _may_attach(request, source),
        "may_merge": may_keep(person, source) and may(person, "ledger:merge", "POST"),
        "files": [(one, named.get(one.purpose, "")) for one in source.attachments.select_related("by")],
        "purposes": purposes(),
        "source_key": key_of(source),
        "place_text": place_text(source),
    }
    return render(request, "ledger/source.html", context)


def _may_attach(request: PageRequest, source: Source) -> bool:
    """Inspectors add photographs to what they see; others to what they may change."""
    person = acting(request)
    inspects = "enforcement" in person.roles and source.merged_into_id is None
    return may(person, "ledger:attach", "POST") and (inspects or may_change(person, source))


@require_POST
def move(request: PageRequest, kind: str, code: str) -> HttpResponse:
    """Take an entry to another state."""
    source, person = source_or_404(request, kind, code), acting(request)
    if not may_keep(person, source):
        return refused(request, source)
    end, reason = request.POST.get("end", ""), request.POST.get("reason", "").strip()[:300]
    try:
        move_source(source, end, by=person, at=request.as_of.now, reason=reason)
    except SourceProblems as error:
        messages.error(request, _in_language(error))
        return redirect(address(source))
    messages.success(request, _("状态已变为“{state}”。").format(state=state_name(kind_or_404(kind), end)))
    return redirect(address(source))


def _in_language(error: LantianError) -> str:
    return error.text.in_language(get_language() or "zh-hans")


def refused(request: PageRequest, source: Source) -> HttpResponse:
    """Answer somebody who sees an entry and may not change it."""
    return render(request, "ledger/refused.html", {"source": source}, status=403)


@require_POST
def add_file(request: PageRequest, kind: str, code: str) -> HttpResponse:
    """Keep a file with an entry."""
    source, person = source_or_404(request, kind, code), acting(request)
    upload = request.FILES.get("file")
    if not _may_attach(request, source):
        return refused(request, source)
    if upload is None:
        messages.error(request, _("请选择文件。"))
        return redirect(address(source))
    sent = Sent(upload.name or "", upload.read())
    try:
        kept = attach(source, sent, purpose=request.POST.get("purpose", ""), by=person, at=request.as_of.now)
    except AttachmentError as error:
        messages.error(request, _in_language(error))
    else:
        messages.success(request, _("已保存附件“{name}”。").format(name=kept.name))
    return redirect(f"{address(source)}#files")


@require_GET
def file(request: PageRequest, kind: str, code: str, key: int) -> HttpResponseBase:
    """Send a file as a download, after checking it against its hash; it is audited."""
    source = source_or_404(request, kind, code)
    kept = get_object_or_404(Attachment, pk=key, source=source)
    try:
        content = content_of(kept)
    except AttachmentError as error:
        return render(request, "ui/wrong_request.html", {"error": error}, status=409)
    detail_of = {"kind": kind, "code": source.code, "sha256": kept.sha256}
    record("source.file-read", subject=source, actor=acting(request), at=request.as_of.now, detail=detail_of)
    response = HttpResponse(content, content_type=kept.media_type, headers=SAFE)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, kept.name))
    return response


@require_http_methods(["GET", "POST"])
def merge(request: PageRequest, kind: str, code: str, other: str) -> HttpResponse:
    """Show two entries side by side, and merge the second into the first."""
    of, person = kind_or_404(kind), acting(request)
    kept, doubled = source_or_404(request, kind, code), source_or_404(request, kind, other)
    if kept.pk == doubled.pk:
        raise Http404
    if request.method == "POST":
        if not (may_keep(person, kept) and may_keep(person, doubled)):
            return refused(request, kept)
        reason = request.POST.get("reason", "").strip()[:300]
        try:
            merge_sources(kept, doubled, by=person, at=request.as_of.now, reason=reason or _("重复登记"))
        except SourceProblems as error:
            messages.error(request, _in_language(error))
        else:
            messages.success(request, _("“{doubled}”已并入“{kept}”。").format(doubled=doubled, kept=kept))
        return redirect(address(kept))
    context = {
        "kind": of,
        "kept": kept,
        "doubled": doubled,
        "kept_key": key_of(kept),
        "doubled_key": key_of(doubled),
        "lines": _side_by_side(of, kept, doubled),
    }
    return render(request, "ledger/merge.html", context)


def _side_by_side(kind: Kind, kept: Source, doubled: Source) -> list[tuple[str, str, str, str]]:
    """Rows: field, the kept entry's value, the doubled one's, and which will stand."""
    rows = [
        (own_label(name), str(getattr(kept, name) or ""), str(getattr(doubled, name) or ""))
        for name in ("code", "name", "address", "owner", "area", "longitude", "latitude")
    ]
    rows.insert(2, (own_label("state"), state_name(kind, kept.state), state_name(kind, doubled.state)))
    pairs = zip(facts(kind, kept), facts(kind, doubled), strict=True)
    rows += [(one.label, "" if one.empty else one.value, "" if two.empty else two.value) for one, two in pairs]
    return [(name, one or "—", two or "—", _stands(one, two)) for name, one, two in rows if one or two]


def _stands(one: str, two: str) -> str:
    if one == two:
        return "same"
    return "kept" if one else "taken"
