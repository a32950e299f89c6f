"""Import into a ledger: template, upload and dry run, then what fits, then the returned workbook."""

import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.models import Organisation
from lantian.apps.ledger.jobs import carry_out, imports_folder
from lantian.apps.ledger.models import LedgerImport
from lantian.apps.ledger.places import DATUMS
from lantian.apps.ledger.services.geofiles import SUFFIXES as GEO_SUFFIXES
from lantian.apps.ledger.services.imports import SHEET_SUFFIXES, check_import
from lantian.apps.ledger.services.rights import as_filed, files_for, may_create
from lantian.apps.ledger.sheets.cells import FileProblem
from lantian.apps.ledger.sheets.columns import DATUM_NAMES
from lantian.apps.ledger.sheets.template import template as template_of
from lantian.apps.ledger.views.asked import acting, kind_or_404
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.policy.records_ledger import Kind

LARGEST = 64 * 2**20
"""Bytes of an upload."""

HISTORY = 20
_FORGOTTEN_S = 24 * 3600
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = LedgerImport.State


@require_http_methods(["GET", "POST"])
def imports(request: PageRequest, kind: str) -> HttpResponse:
    """Show the form and what was imported before, or try an upload."""
    of, person = kind_or_404(kind), acting(request)
    keeps, owners = may_create(person, of), files_for(person, of)
    if not keeps and not owners:
        return render(request, "ledger/refused.html", {"source": None}, status=403)
    if request.method == "GET":
        return _shown(request, of, None)
    upload, datum = request.FILES.get("file"), request.POST.get("datum", "wgs84")
    owner = None if keeps else _owner(request, owners)
    if owner is None and not keeps:
        return _shown(request, of, None, Text("请选择责任单位。", "Choose the owner."))
    try:
        path = _kept(upload, of)
        entry = check_import(
            path,
            of,
            by=person,
            at=request.as_of.now,
            name=Path(str(upload.name if upload else "")).name[:255],
            datum=datum if datum in DATUMS else "wgs84",
            owner=owner,
        )
    except FileProblem as error:
        return _shown(request, of, None, error.text)
    return redirect("ledger:import-one", number=entry.pk)


def _owner(request: PageRequest, owners: frozenset[str]) -> str | None:
    """For which of their organisations an owner's account files."""
    asked = request.POST.get("owner", "")
    return asked if asked in owners else (min(owners) if len(owners) == 1 else None)


@require_http_methods(["GET", "POST"])
def import_one(request: PageRequest, number: int) -> HttpResponse:
    """Show what a dry run or an import found; import what fits, or drop the file."""
    entry = get_object_or_404(LedgerImport.objects.visible_to(request.user).select_related("by"), pk=number)
    of = kind_or_404(entry.kind)
    if request.method == "GET":
        if request.htmx:
            return render(request, "ledger/_import_result.html", {**_result(entry), "kind": of})
        return _shown(request, of, entry)
    if entry.state != State.CHECKED or entry.by_id != request.user.pk:
        messages.error(request, _("此文件已处理，不能再次导入。"))
        return redirect("ledger:import-one", number=entry.pk)
    if request.POST.get("act") != "import":
        Path(entry.path).unlink(missing_ok=True)
        entry.delete()
        messages.success(request, _("文件已放弃，没有导入。"))
        return redirect("ledger:import", kind=of.id)
    LedgerImport.objects.filter(pk=entry.pk).update(state=State.WAITING)
    carry_out(entry.pk)
    return redirect("ledger:import-one", number=entry.pk)


@require_GET
def returned(request: PageRequest, number: int) -> FileResponse:
    """Send the rows that were refused, with the reasons, to be mended and handed in again."""
    entry = get_object_or_404(LedgerImport.objects.visible_to(request.user), pk=number)
    path = Path(entry.returned_path).resolve() if entry.returned_path else None
    if path is None or not path.is_file() or imports_folder().resolve() not in path.parents:
        raise Http404
    name = f"returned-{entry.kind}-{entry.pk}.xlsx"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=_WORKBOOK)


@require_GET
def template(request: PageRequest, kind: str) -> HttpResponse:
    """Send the template of a ledger in the reader's language; to an owner without what a bureau fills in."""
    of = kind_or_404(kind)
    filed = of if may_create(request.user, of) or not files_for(request.user, of) else as_filed(of)
    response = HttpResponse(template_of(filed, get_language() or "zh-hans"), content_type=_WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="{of.id}-template.xlsx"'
    return response


def _kept(upload: Any, of: Kind) -> Path:
    """Keep an upload under a name of our own; raises FileProblem when it is empty, too large or of another type."""
    if not isinstance(upload, UploadedFile):
        raise FileProblem(Text("请选择文件。", "Choose a file."))
    suffix = Path(upload.name or "").suffix.lower()
    allowed = _suffixes(of)
    if suffix not in allowed:
        listed = " ".join(allowed)
        raise FileProblem(
            Text(
                f"不能导入 {suffix or '无扩展名'} 文件，可用：{listed}。",
                f"{suffix} files are not taken; use {listed}.",
            )
        )
    if not upload.size:
        raise FileProblem(Text("文件是空的。", "The file is empty."))
    if upload.size > LARGEST:
        size = LARGEST >> 20
        raise FileProblem(Text(f"文件超过 {size} MB，请分成几份。", f"The file has more than {size} MB; split it."))
    folder = imports_folder()
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    path = folder / f"upload-{secrets.token_hex(8)}{suffix}"
    with path.open("wb") as out:
        for chunk in upload.chunks():
            out.write(chunk)
    return path


def _suffixes(of: Kind) -> tuple[str, ...]:
    return SHEET_SUFFIXES if of.geometry == "none" else (*SHEET_SUFFIXES, *GEO_SUFFIXES)


def _sweep(folder: Path) -> None:
    """Drop uploads that somebody tried and forgot, with their dry runs."""
    for path in folder.glob("upload-*"):
        if time.time() - path.stat().st_mtime > _FORGOTTEN_S:
            LedgerImport.objects.filter(path=str(path), state=State.CHECKED).delete()
            path.unlink(missing_ok=True)


def _shown(request: PageRequest, of: Kind, entry: LedgerImport | None, problem: Text | None = None) -> HttpResponse:
    owners = frozenset() if may_create(request.user, of) else files_for(request.user, of)
    history = LedgerImport.objects.visible_to(request.user).of_kind(of.id).exclude(state=State.CHECKED)
    context = {
        "kind": of,
        "problem": problem,
        "may_import": may_create(request.user, of) or bool(owners),
        "owners": Organisation.objects.filter(pk__in=owners).order_by("code"),
        "accepted": ",".join(_suffixes(of)),
        "has_place": of.geometry != "none",
        "datums": DATUM_NAMES.items(),
        "history": history.select_related("by")[:HISTORY],
        **_result(entry),
    }
    return render(request, "ledger/import.html", context, status=400 if problem else 200)


def _result(entry: LedgerImport | None) -> Mapping[str, Any]:
    if entry is None:
        return {"entry": None}
    return {
        "entry": entry,
        "checked": entry.state == State.CHECKED,
        "running": entry.state in (State.WAITING, State.RUNNING),
        "percent": round(100 * float(entry.options.get("progress", 0))),
        "notes": [Text(*note) for note in entry.options.get("notes", [])],
        "error": Text(entry.error_zh, entry.error_en) if entry.error_zh else None,
        "fits": entry.created + entry.updated,
        "problems": [
            {
                "row": one["row"],
                "column": Text(one["column_zh"], one["column_en"]) if one["column_zh"] else None,
                "found": one["found"],
                "text": Text(one["zh"], one["en"]),
            }
            for one in entry.problems
        ],
    }
