"""The form of an entry: a new one, or a change of one; and what its pickers find."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.models import Organisation
from lantian.apps.ledger.forms.fields import ATTRIBUTE, Drawing, attribute_fields, own_fields, shown_of
from lantian.apps.ledger.forms.known import known_of
from lantian.apps.ledger.forms.source import Sheet, read_sheet
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.pages.editing import Clashes, as_of_version, clashes, only_changed
from lantian.apps.ledger.pages.look import address
from lantian.apps.ledger.search import matching
from lantian.apps.ledger.services import Conflict, SourceProblems, change_source, create_source
from lantian.apps.ledger.services.geofiles import SUFFIXES
from lantian.apps.ledger.services.rights import editable, may_change, may_create
from lantian.apps.ledger.services.sources import Values
from lantian.apps.ledger.views.asked import acting, kind_or_404, source_or_404
from lantian.apps.ledger.views.one import refused
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text

MOST_FOUND = 12


@require_http_methods(["GET", "POST"])
def new(request: PageRequest, kind: str) -> HttpResponse:
    """Make an entry."""
    of, person = kind_or_404(kind), acting(request)
    if not may_create(person, of):
        return render(request, "ledger/refused.html", {"source": None}, status=403)
    names = editable(person, of)
    if request.method == "GET":
        return _form(request, Drawing(of, _of_parent(request), names))
    if request.POST.get("fill"):
        return _fill(request, Drawing(of, _texts(request.POST), names))
    typed = read_sheet(of, Sheet(request.POST, person, request.FILES), names, None)
    problems = dict(typed.problems)
    if not problems:
        try:
            made = create_source(of, typed.values, by=person, at=request.as_of.now, reason=_reason(request))
        except SourceProblems as error:
            problems = dict(error.problems)
        else:
            messages.success(request, _("已新增“{name}”，编码 {code}。").format(name=made.name, code=made.code))
            return redirect(address(made))
    return _form(request, Drawing(of, _texts(request.POST), names, problems=problems), status=422)


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, kind: str, code: str) -> HttpResponse:
    """Change an entry; nothing that somebody typed is lost, nothing that somebody else wrote is overwritten unseen."""
    of, person, source = kind_or_404(kind), acting(request), source_or_404(request, kind, code)
    if not may_change(person, source):
        return refused(request, source)
    names = editable(person, of, source)
    if request.method == "GET":
        return _form(request, Drawing(of, shown_of(of, source), names, source))
    if request.POST.get("fill"):
        return _fill(request, Drawing(of, _texts(request.POST), names, source))
    version = _version(request, source)
    base = as_of_version(source, version)
    typed = read_sheet(of, Sheet(request.POST, person, request.FILES), names, base)
    mine = only_changed(base, typed.values)
    drawing = Drawing(of, _texts(request.POST), names, source, typed.problems)
    if typed.problems:
        return _form(request, drawing, version=version, status=422)
    try:
        change = change_source(source, mine, version=version, by=person, at=request.as_of.now, reason=_reason(request))
    except Conflict as conflict:
        return _conflict(request, drawing, base, mine, conflict)
    except SourceProblems as error:
        return _form(request, Drawing(of, drawing.texts, names, source, error.problems), version=version, status=422)
    messages.success(request, _("已保存。") if change else _("没有变化。"))
    return redirect(address(source))


def _conflict(request: PageRequest, drawing: Drawing, base: Source, mine: Values, conflict: Conflict) -> HttpResponse:
    """Show what somebody changed beside what was typed; the form keeps what was typed and takes the rest anew."""
    now = source_or_404(request, base.kind, base.code if drawing.source is None else _key(drawing.source))
    changed = {*mine.own, *mine.attributes}
    own_names = {"area_id": "area", "owner_id": "owner", "trade_id": "trade", "parent_id": "parent"}
    typed = {own_names.get(name, name) for name in mine.own} | {ATTRIBUTE + name for name in mine.attributes}
    fresh = {name: texts for name, texts in shown_of(drawing.kind, now).items() if name not in typed or not changed}
    drawn = Drawing(drawing.kind, {**drawing.texts, **fresh}, drawing.editable, now)
    found = clashes(drawing.kind, base, now, mine, conflict.changes)
    return _form(request, drawn, version=now.version, clash=found, error=conflict.text, status=409)


def _key(source: Source) -> str:
    return f"~{source.pk}"


def _version(request: PageRequest, source: Source) -> int:
    text = request.POST.get("version", "")
    return min(int(text), source.version) if text.isdecimal() and len(text) < 9 else source.version


def _reason(request: PageRequest) -> str:
    return request.POST.get("reason", "").strip()[:300]


def _texts(post: QueryDict) -> dict[str, list[str]]:
    """What was typed, as the form draws it again."""
    return {name: [str(value) for value in post.getlist(name)] for name in post}


def _of_parent(request: PageRequest) -> dict[str, list[str]]:
    """A new part of an entry begins with its owner, street and address: nothing known is asked again."""
    code = request.GET.get("parent", "")
    parent = Source.objects.visible_to(request.user).current().filter(code=code).select_related("owner").first()
    if not code or parent is None:
        return {}
    return {
        "parent": [parent.code],
        "owner": [parent.owner.name if parent.owner else ""],
        "area": [parent.area_id or ""],
        "address": [parent.address],
    }


def _fill(request: PageRequest, drawing: Drawing) -> HttpResponse:
    """Fill empty fields with what is known of an enterprise; what was typed stays."""
    name = request.POST.get("fill", "")
    try:
        known = known_of(request.user, drawing.kind, request.POST.get(name, ""))
    except LantianError as error:
        problems = {name.removeprefix(ATTRIBUTE): error.text}
        return _form(request, _with(drawing, drawing.texts, problems=problems), status=422)
    empty = {field: texts for field, texts in known.texts.items() if not any(drawing.texts.get(field, []))}
    empty = {field: texts for field, texts in empty.items() if field.removeprefix(ATTRIBUTE) in _open(drawing)}
    if empty:
        messages.info(request, _("已用已知信息填入 {n} 项，来源写在各项之下；请核对。").format(n=len(empty)))
    else:
        messages.info(request, _("没有可填入的已知信息。"))
    origins = {field: known.origins[field] for field in empty}
    return _form(request, _with(drawing, {**drawing.texts, **empty}, origins=origins))


def _open(drawing: Drawing) -> frozenset[str]:
    place = {"longitude", "latitude"} if "place" in drawing.editable else set()
    return drawing.editable | place


def _with(
    drawing: Drawing,
    texts: Mapping[str, Any],
    *,
    problems: Mapping[str, Text] | None = None,
    origins: Mapping[str, str] | None = None,
) -> Drawing:
    return Drawing(drawing.kind, texts, drawing.editable, drawing.source, problems or {}, origins or {})


def _form(
    request: PageRequest,
    drawing: Drawing,
    *,
    version: int | None = None,
    clash: Clashes | None = None,
    error: Text | None = None,
    status: int = 200,
) -> HttpResponse:
    kind, source, texts = drawing.kind, drawing.source, drawing.texts
    place = {name: (list(texts.get(name, [])) or [""])[0] for name in ("longitude", "latitude", "geometry", "datum")}
    context = {
        "kind": kind,
        "source": source,
        "own": own_fields(drawing),
        "attributes": attribute_fields(drawing),
        "place": place,
        "place_problem": drawing.problems.get("place"),
        "place_open": "place" in drawing.editable and kind.geometry != "none",
        "problems": drawing.problems,
        "version": version if version is not None else (source.version if source else 0),
        "clash": clash,
        "error": error,
        "reason": (list(texts.get("reason", [])) or [""])[0],
        "datums": [("wgs84", "WGS-84"), ("gcj02", "GCJ-02"), ("bd09", "BD-09")],
        "cancel": address(source) if source else reverse("ledger:list", args=[kind.id]),
        "accepts": ",".join(SUFFIXES),
        "accepted": "GeoJSON, KML, Shapefile (.zip)",
    }
    return render(request, "ledger/form.html", context, status=status)


@require_GET
def organisations(request: PageRequest) -> HttpResponse:
    """Return organisations whose name, code or credit code holds what was typed, as choices of a field."""
    text = _asked(request)
    holds = Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(credit_code__startswith=text.upper())
    found = Organisation.objects.filter(holds | Q(pk__startswith=text)).order_by("name_zh")[:MOST_FOUND] if text else []
    options = [(one.name, one.credit_code or one.pk) for one in found]
    return render(request, "ledger/_options.html", {"options": options})


@require_GET
def sources(request: PageRequest) -> HttpResponse:
    """Return entries that a person sees and that hold what was typed, as choices of a field."""
    text, of = _asked(request), request.GET.get("of", "")
    visible = Source.objects.visible_to(request.user).current()
    visible = visible.of_kind(of) if of else visible
    found = matching(visible, text).order_by("name")[:MOST_FOUND] if text else []
    return render(request, "ledger/_options.html", {"options": [(one.code, one.name) for one in found]})


def _asked(request: PageRequest) -> str:
    """What was typed, by whichever field asks."""
    given = [value for name, value in request.GET.items() if name != "of"]
    return str(given[0]).strip()[:60] if given else ""
