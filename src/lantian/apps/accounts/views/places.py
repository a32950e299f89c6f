"""Trees of organisations and areas: shown by a day, added, renamed, moved, merged. The system administrator's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.forms.people import AreaForm, MergeForm, OrganisationForm
from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.accounts.services.places import PlaceRefused, add_place, change_place, merge_place
from lantian.apps.accounts.views.attempts import attempt, reader
from lantian.apps.audit.models import Entry
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of


@dataclass
class Node:
    """A place with what lies under it."""

    place: Any
    over: bool
    children: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """One of the two trees: what its pages show and where they lead."""

    model: Any
    form: type[forms.Form]
    one: str
    many: str
    new: str
    heading: Callable[[], str]


ORGANISATIONS = Tree(
    Organisation, OrganisationForm, "accounts:organisation", "accounts:organisations", "accounts:organisation-new",
    lambda: _("单位"),
)  # fmt: skip
AREAS = Tree(Area, AreaForm, "accounts:place", "accounts:places", "accounts:place-new", lambda: _("区域"))


def grown(places: Iterable[Any], day: date) -> list[Node]:
    """Return the roots of a tree; a place whose parent is not among them is a root."""
    nodes = {one.pk: Node(one, bool(one.valid_to and one.valid_to < day)) for one in places}
    roots: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.place.parent_id)
        (above.children if above else roots).append(node)
    return roots


@require_GET
def organisations(request: PageRequest) -> HttpResponse:
    """Show the tree of organisations."""
    return _tree(request, ORGANISATIONS)


@require_http_methods(["GET", "POST"])
def organisation_new(request: PageRequest) -> HttpResponse:
    """Show the form, or store a new organisation."""
    return _new(request, ORGANISATIONS)


@require_http_methods(["GET", "POST"])
def organisation(request: PageRequest, code: str) -> HttpResponse:
    """Show an organisation; rename, move, date or merge it."""
    return _one(request, ORGANISATIONS, code)


@require_GET
def places(request: PageRequest) -> HttpResponse:
    """Show the tree of areas."""
    return _tree(request, AREAS)


@require_http_methods(["GET", "POST"])
def place_new(request: PageRequest) -> HttpResponse:
    """Show the form, or store a new area."""
    return _new(request, AREAS)


@require_http_methods(["GET", "POST"])
def place(request: PageRequest, code: str) -> HttpResponse:
    """Show an area; rename, move, date or merge it."""
    return _one(request, AREAS, code)


def _tree(request: PageRequest, tree: Tree) -> HttpResponse:
    day = parse_date(request.GET.get("day", "")) if request.GET.get("day") else None
    found = tree.model.objects.all()
    if day is not None:
        found = found.standing(day)
    roots = grown(found.select_related("successor"), day or day_of(request.as_of.now))
    context = {"roots": roots, "tree": tree, "heading": tree.heading(), "day": day, "count": found.count()}
    return render(request, "accounts/places.html", context)


def _new(request: PageRequest, tree: Tree) -> HttpResponse:
    form = tree.form(request.POST or None, label_suffix="", initial={"parent": request.GET.get("parent")})

    def act() -> None:
        add_place(tree.model(**form.cleaned_data), by=reader(request), at=datetime.now(UTC))

    if request.method == "POST" and attempt(request, form, act, _("已新增。")):
        return redirect(tree.one, form.cleaned_data["code"])
    context = {"form": form, "heading": _("新增") + " " + tree.heading()}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


def _one(request: PageRequest, tree: Tree, code: str) -> HttpResponse:
    found = get_object_or_404(tree.model, pk=code)
    merging = request.method == "POST" and "successor" in request.POST
    names = [name for name in tree.form.base_fields if name != "code"]
    initial = {name: getattr(found, name) for name in names}
    said = request.POST if request.method == "POST" and not merging else None
    form = tree.form(said and said.copy(), label_suffix="", initial=initial)
    form.fields.pop("code")
    merge = MergeForm(request.POST if merging else None, label_suffix="", prefix=None)
    now = datetime.now(UTC)

    def change() -> None:
        change_place(found, {name: form.cleaned_data[name] for name in names}, by=reader(request), at=now)

    def join() -> None:
        successor = tree.model.objects.filter(pk=merge.cleaned_data["successor"]).first()
        if successor is None:
            raise PlaceRefused(Text("没有此代码的承继者。", "Nothing has this code."))
        merge_place(found, successor, day=merge.cleaned_data["day"], by=reader(request), at=now)

    if request.method == "POST" and (
        attempt(request, merge, join, _("已并入。")) if merging else attempt(request, form, change, _("已保存。"))
    ):
        return redirect(tree.one, code)
    context = {
        "place": found,
        "form": form,
        "merge": merge,
        "tree": tree,
        "heading": found.name,
        "posts": found.posts.held_on(day_of(request.as_of.now)).select_related("person", "organisation", "area")[:100],
        "history": Entry.objects.about(found).reverse()[:10],
    }
    return render(request, "accounts/place.html", context, status=422 if form.errors or merge.errors else 200)
