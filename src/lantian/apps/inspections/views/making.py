"""The desktop form of an inspection: choose entry and checklist, answer, add photos, record."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.rights import FIELD
from lantian.apps.accounts.scope import scope_of
from lantian.apps.inspections import rules
from lantian.apps.inspections.forms import MadeByHandForm, WhereForm, source_of
from lantian.apps.inspections.models import Inspection, InspectionPhoto, PlanEntry
from lantian.apps.inspections.services import (
    Answer,
    InspectionDraft,
    PhotoSent,
    add_photo,
    record_inspection,
)
from lantian.apps.inspections.views.acting import acting, first_error, said
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import LARGEST
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.records_inspection import ChecklistRecord

MOST_PHOTOS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Choose what is inspected, or fill the checklist in and record it."""
    where = WhereForm(request.GET)
    where.is_valid()
    try:
        source, entry, checklist = _where(request, where.cleaned_data)
    except forms.ValidationError as error:
        messages.error(request, error.messages[0])
        source = entry = checklist = None
    if checklist is None:
        return render(request, "inspections/choose.html", _choices(request, where, source))
    initial = _initial(request, entry, where.cleaned_data.get("origin") or "")
    form = MadeByHandForm(request.POST or None, colleagues=_colleagues(request), initial=initial)
    if request.method == "POST":
        if form.is_valid():
            try:
                made = _record(request, form, checklist, source, entry)
            except LantianError as error:
                messages.error(request, said(error))
            else:
                return redirect("inspections:one", key=made.pk)
        else:
            messages.error(request, first_error(form))
    return render(request, "inspections/new.html", _context(request, form, checklist, source, entry))


def _where(
    request: PageRequest, asked: dict[str, Any]
) -> tuple[Source | None, PlanEntry | None, ChecklistRecord | None]:
    """The entry, the plan's entry and the checklist that the address names; None is still to be chosen."""
    day = day_of(request.as_of.now)
    if asked.get("entry"):
        entry = PlanEntry.objects.visible_to(request.user).open().filter(pk=asked["entry"]).first()
        if entry is None:
            raise Http404
        return entry.source, entry, rules.checklist(entry.checklist, day)
    source = source_of(asked["code"]) if asked.get("code") else None
    found = rules.checklists(day).get(asked.get("checklist") or "")
    fits = found is not None and (source.kind in found.kinds if source else found.place)
    return source, None, found if fits else None


def _choices(request: PageRequest, where: WhereForm, source: Source | None) -> dict[str, Any]:
    day = day_of(request.as_of.now)
    every = rules.checklists(day).values()
    offered = rules.checklists_for(source.kind, day) if source else [one for one in every if one.place]
    return {
        "form": where, "source": source,
        "checklists": [(one.id, Text(one.zh, one.en), one.citation, len(one.items)) for one in offered],
        "mine": PlanEntry.objects.for_person(acting(request)).open().select_related("source", "plan")[:12],
    }  # fmt: skip


def _initial(request: PageRequest, entry: PlanEntry | None, asked: str) -> dict[str, Any]:
    origins = {"draw": Inspection.Origin.DRAW, "campaign": Inspection.Origin.CAMPAIGN}
    began = localtime(request.as_of.now - timedelta(minutes=30))
    sort = entry.plan.sort if entry else ""
    return {"client_id": uuid4(), "began": f"{began:%Y-%m-%dT%H:%M}", "minutes": 30, "place": "",
            "origin": asked or origins.get(sort, Inspection.Origin.ROUTINE)}  # fmt: skip


def _colleagues(request: PageRequest) -> Any:
    """Who may have come along: those of the reader's organisations who work in the field."""
    ours = scope_of(request.user).organisations
    found = Person.objects.filter(posts__organisation__in=ours, posts__role__in=FIELD, is_active=True)
    return found.exclude(pk=acting(request).pk).distinct().order_by("name_zh")


def _context(
    request: PageRequest, form: MadeByHandForm, checklist: ChecklistRecord, source: Source | None,
    entry: PlanEntry | None,
) -> dict[str, Any]:  # fmt: skip
    sent = request.POST
    client = form["client_id"].value()
    return {
        "form": form, "checklist": checklist, "label": Text(checklist.zh, checklist.en), "source": source,
        "entry": entry, "severe": "serious",
        "items": [
            (item, Text(item.zh, item.en), checklist.citation_of(item), sent.get(f"answer-{item.id}", ""),
             sent.get(f"value-{item.id}", ""), sent.get(f"note-{item.id}", ""),
             [(one.id, Text(one.zh, one.en)) for one in item.choices], _limit(item))
            for item in checklist.items
        ],
        "photos": InspectionPhoto.objects.filter(inspection_client=client) if client else [],
    }  # fmt: skip


def _limit(item: Any) -> str:
    return f"≤ {item.high} {item.unit}" if item.high is not None else item.unit or ""


def _record(
    request: PageRequest, form: MadeByHandForm, checklist: ChecklistRecord, source: Source | None,
    entry: PlanEntry | None,
) -> Inspection:  # fmt: skip
    """Keep the photos first, so that a refused form need not send them again, and record."""
    read, by, at = form.cleaned_data, acting(request), request.as_of.now
    sent: UUID = read["client_id"]
    for item in ("", *(one.id for one in checklist.items)):
        for file in request.FILES.getlist(f"photo-{item}")[:MOST_PHOTOS]:
            _photo(sent, file, item, by, at)
    began = read["began"]
    draft = InspectionDraft(
        client_id=sent, checklist=checklist.id, began_at=began, ended_at=began + timedelta(minutes=read["minutes"]),
        answers=_answers(request, checklist), source=source, place=read["place"], origin=read["origin"], entry=entry,
        note=read["note"], no_entry=read["no_entry"], inspectors=list(read["inspectors"]),
    )  # fmt: skip
    return record_inspection(draft, by=by, at=max(at, draft.ended_at) if draft.began_at <= at else at)


def _answers(request: PageRequest, checklist: ChecklistRecord) -> list[Answer]:
    """The answers as the form sends them, each in one language of fields: answer-, value-, note-."""
    given = request.POST
    return [
        Answer(
            item.id, given.get(f"answer-{item.id}", ""), given.get(f"value-{item.id}", ""),
            given.get(f"note-{item.id}", ""),
        )
        for item in checklist.items
    ]  # fmt: skip


def _photo(inspection: UUID, file: Any, item: str, by: Person, at: Any) -> None:
    if (file.size or 0) > LARGEST:
        most = LARGEST >> 20
        raise LantianError(Text(f"照片不得大于 {most} MB。", f"A photo may not be larger than {most} MB."))
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    # the same picture for the same item of the same inspection is one photo, however often the form is sent
    client = UUID(hashlib.sha256(f"{inspection}/{item}/{digest}".encode()).hexdigest()[:32])
    add_photo(inspection, PhotoSent(client, content, digest, at, item), by=by, at=at)
