"""The audit log as the audit administrator reads it: entries by query, proof of the chain, export, anchors of days."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.audit.forms import Asked, EntriesForm
from lantian.apps.audit.models import Anchor, AuditError, Entry
from lantian.apps.audit.services import record, verify_chain
from lantian.apps.ui.page import PageRequest
from lantian.apps.ui.watermark import export_mark
from lantian.kernel.instants import beijing_day

PER_PAGE = 100
DAY = timedelta(days=1)
VERDICT = "audit-verdict"


def found(asked: Asked) -> QuerySet[Entry]:
    """Return the entries asked for, latest first."""
    entries = Entry.objects.order_by("-pk")
    if asked.person:
        entries = entries.filter(actor_name=asked.person)
    if asked.verb:
        entries = entries.filter(verb__startswith=asked.verb)
    if asked.subject:
        kind, _sep, key = asked.subject.partition(":")
        entries = entries.filter(subject_type=kind)
        entries = entries.filter(subject_id=key) if key else entries
    if asked.start:
        entries = entries.filter(at__gte=beijing_day(asked.start))
    return entries.filter(at__lt=beijing_day(asked.end + DAY)) if asked.end else entries


@never_cache
@require_GET
def entries(request: PageRequest) -> HttpResponse:
    """Show entries by person, verb, object and time."""
    form = EntriesForm(request.GET)
    asked = form.asked
    wanted = found(asked)
    shown = list((wanted.filter(pk__lt=asked.before) if asked.before else wanted)[: PER_PAGE + 1])
    context = {
        "rows": [(entry, json.dumps(entry.detail, ensure_ascii=False)) for entry in shown[:PER_PAGE]],
        "next": shown[PER_PAGE - 1].pk if len(shown) > PER_PAGE else None,
        "asked": request.GET,
        "verbs": Entry.objects.order_by("verb").values_list("verb", flat=True).distinct(),
        "kinds": Entry.objects.exclude(subject_type="").order_by("subject_type").values_list("subject_type", flat=True)
        .distinct(),
        "verdict": request.session.pop(VERDICT, None),
        "personal": True,
    }  # fmt: skip
    return render(request, "audit/entries.html", context)


@require_POST
def verify(request: PageRequest) -> HttpResponse:
    """Compute the whole chain again; it takes one pass over the entries with constant memory."""
    now = datetime.now(UTC)
    try:
        count = verify_chain()
        said = {
            "ok": True,
            "text": ngettext("链完整，共 %(count)s 条。", "链完整，共 %(count)s 条。", count) % {"count": count},
        }
    except AuditError as error:
        said = {"ok": False, "text": error.text.in_language(get_language() or "zh-hans")}
    record("audit.verified", subject=None, actor=request.user, at=now, detail={"ok": said["ok"]})
    request.session[VERDICT] = said
    return redirect("audit:entries")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


@never_cache
@require_GET
def export(request: PageRequest) -> StreamingHttpResponse:
    """Stream the entries asked for as CSV; the last line says who took it, and the taking is an entry itself."""
    now, asked = datetime.now(UTC), EntriesForm(request.GET).asked
    said = {name: f"{value}" for name, value in vars(asked).items() if value}
    last = record("audit.exported", subject=None, actor=request.user, at=now, detail={"asked": said})
    mark = export_mark(request.user, now).in_language(get_language() or "zh-hans")
    lines = _lines(found(asked).filter(pk__lt=last.pk).iterator(chunk_size=2000), mark)
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _lines(wanted: Iterable[Entry], mark: str) -> Iterator[str]:
    writer = csv.writer(_Echo())
    heads = ("id", "at", "actor", "verb", "subject_type", "subject_id", "detail", "previous_hash", "hash")
    yield "\ufeff" + writer.writerow(heads)
    for entry in wanted:
        yield writer.writerow([_plain(cell) for cell in _cells(entry)])
    yield writer.writerow([mark])


def _cells(entry: Entry) -> tuple[Any, ...]:
    detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True)
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    about = (entry.subject_type, entry.subject_id)
    return (entry.pk, moment, entry.actor_name, entry.verb, *about, detail, entry.previous_hash, entry.hash)


def _plain(cell: Any) -> str:
    """Keep a spreadsheet from reading a cell that somebody typed as a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@require_GET
def anchor_list(request: PageRequest) -> HttpResponse:
    """Show the seal of each day, and how to verify them elsewhere."""
    return render(request, "audit/anchors.html", {"anchors": Anchor.objects.order_by("-day")[:400]})
