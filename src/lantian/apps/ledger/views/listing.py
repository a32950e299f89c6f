"""The list of a ledger, its map, saved views, and what is taken away from it."""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.rights import may
from lantian.apps.audit.services import record
from lantian.apps.ledger import exports, hooks
from lantian.apps.ledger.models import SavedView, Source
from lantian.apps.ledger.pages.detail import Preview, card, preview
from lantian.apps.ledger.pages.listing import ListPage, list_page, view_counts
from lantian.apps.ledger.pages.map_data import map_answer
from lantian.apps.ledger.pages.query import every_column, filtered, ordered, read_query
from lantian.apps.ledger.printing import printed
from lantian.apps.ledger.services.rights import may_create
from lantian.apps.ledger.views.asked import acting, kind_or_404, today
from lantian.apps.ui.maps import control_texts
from lantian.apps.ui.page import PageRequest
from lantian.policy.records_ledger import Kind

PARTS = {"table": "ledger/_table.html", "preview": "ledger/_preview.html"}
MOST_VIEWS = 12


@require_GET
def ledger(request: PageRequest, kind: str) -> HttpResponse:
    """List a ledger; ``part`` asks for the preview alone, or for how many entries each view finds."""
    of, person, on = kind_or_404(kind), acting(request), today(request)
    query = read_query(of, request.GET)
    part = request.GET.get("part", "")
    selected = request.GET.get("on", "")
    if part == "preview":
        return render(request, PARTS[part], {"preview": preview(person, of, selected, on), "kind": of})
    if part == "counts":
        return render(request, "ledger/_view_counts.html", {"counts": view_counts(person, of, on)})
    page = list_page(person, of, query, on, request.GET.dict(), request.GET.get("n", ""))
    context = {
        "page": page,
        "kind": of,
        "base": _base(request.GET),
        "preview": _preview(person, page, selected, on) if request.GET.get("tab") != "map" else None,
        "every_column": every_column(of),
        "chosen": {column.name for column in page.columns},
        "densities": [("loose", _("宽松")), ("standard", _("标准")), ("tight", _("紧凑"))],
        "is_map": request.GET.get("tab") == "map" and of.geometry != "none",
        "may_create": may_create(person, of) and may(person, "ledger:new", "POST"),
        "export_names": exports.FORMATS,
        "map_facts": _map_facts(request, of),
        "kept_query": [(name, values) for name, values in _kept(request.GET).lists() if name != "cols"],
        "import_url": _beside(request, "ledger:import", of),
        "template_url": _beside(request, "ledger:template", of),
    }
    return render(request, PARTS.get(part, "ledger/list.html"), context)


def _preview(person: Person, page: ListPage, selected: str, on: date) -> Preview | None:
    """The card of the entry asked for, else of the first row; a row that is shown is not read again."""
    row = next((row for row in page.rows if selected in ("", row.key)), None)
    if row is not None:
        return card(page.kind, row.source, on, page.duties)
    return preview(person, page.kind, selected, on) if selected else None


def _beside(request: PageRequest, name: str, kind: Kind) -> str:
    """Where a neighbouring page of a ledger is; empty when there is none that the reader may open."""
    try:
        path = reverse(name, args=[kind.id])
    except NoReverseMatch:
        return ""
    return path if may(request.user, name) else ""


def _map_facts(request: PageRequest, kind: Kind) -> dict[str, Any]:
    return {
        "ground": reverse("ledger:ground"),
        "data": f"{reverse('ledger:map-data', args=[kind.id])}?{_kept(request.GET).urlencode()}",
        "list": reverse("ledger:list", args=[kind.id]),
        "symbol": kind.symbol,
        "texts": {
            "shown": _("图上 {n} 个"),
            "gathered": _("图上 {n} 个，按格网汇总，放大可分开"),
            "open": _("一企一档"),
        },
    }


def _base(get: QueryDict) -> str:
    """The query of this page to which a row adds its own name."""
    kept = get.copy()
    for name in ("on", "part"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}&" if kept else "?"


def _kept(get: QueryDict) -> QueryDict:
    """The question without what only the page needs."""
    kept = get.copy()
    for name in ("tab", "part", "page", "on", "n"):
        kept.pop(name, None)
    return kept


@require_GET
def map_data(request: PageRequest, kind: str) -> JsonResponse:
    """Return what a question finds as GeoJSON, bounded; many points are gathered on a grid."""
    of = kind_or_404(kind)
    found = filtered(Source.objects.visible_to(request.user), of, read_query(of, request.GET), today(request))
    return JsonResponse(map_answer(of, found, request.GET.get("bbox", "")), json_dumps_params={"ensure_ascii": False})


@require_GET
def ground(request: PageRequest) -> JsonResponse:
    """Return the ground of the ledgers' maps."""
    answer = {**hooks.ground[-1](), "texts": {"controls": control_texts(), "close": _("关闭")}}
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@require_POST
def keep_view(request: PageRequest, kind: str) -> HttpResponse:
    """Keep a question under a name, for the person alone."""
    of, person = kind_or_404(kind), acting(request)
    name = request.POST.get("name", "").strip()[:40]
    query = _kept(QueryDict(request.POST.get("query", "").lstrip("?")[:1000]))
    kept = SavedView.objects.filter(person=person, kind=of.id)
    if name and (kept.count() < MOST_VIEWS or kept.filter(name=name).exists()):
        SavedView.objects.update_or_create(
            person=person, kind=of.id, name=name, defaults={"query": query.urlencode(), "order": kept.count()}
        )
    return redirect(f"{reverse('ledger:list', args=[of.id])}?{query.urlencode()}")


@require_POST
def drop_view(request: PageRequest, kind: str, key: int) -> HttpResponse:
    """Forget a view of one's own."""
    get_object_or_404(SavedView, pk=key, kind=kind, person=acting(request)).delete()
    return redirect("ledger:list", kind)


@require_GET
def export(request: PageRequest, kind: str, form: str) -> HttpResponseBase:
    """Send what is filtered, the rows and columns that the reader may see; it is audited."""
    of, person = kind_or_404(kind), acting(request)
    query = read_query(of, request.GET)
    found = ordered(filtered(Source.objects.visible_to(person), of, query, today(request)), query)
    detail = {"kind": of.id, "format": form, "query": _kept(request.GET).urlencode()[:500]}
    record("source.exported", subject=None, actor=person, at=request.as_of.now, detail=detail)
    return exports.answer(of, found, form, request.as_of.now, person)


@require_GET
def print_page(request: PageRequest, kind: str) -> HttpResponse:
    """Show the official table of what is filtered, to be printed; it is audited."""
    of, person = kind_or_404(kind), acting(request)
    query = read_query(of, request.GET)
    found = ordered(filtered(Source.objects.visible_to(person), of, query, today(request)), query)
    context = {"table": printed(of, found, query, request.as_of.now), "kind": of, "person": person, "personal": True}
    detail = {"kind": of.id, "query": _kept(request.GET).urlencode()[:500]}
    record("source.printed", subject=None, actor=person, at=request.as_of.now, detail=detail)
    return render(request, "ledger/print.html", context)
