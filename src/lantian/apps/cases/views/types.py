"""The help pages of the case types: how a case runs, by which clocks, with which evidence."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from lantian.apps.cases.selectors.types import type_lines, type_page
from lantian.apps.cases.views.listing import moment_of
from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import day_of


@require_GET
def types(request: PageRequest) -> HttpResponse:
    """List the types in force."""
    return render(request, "cases/types.html", {"lines": type_lines(day_of(moment_of(request)))})


@require_GET
def one_type(request: PageRequest, name: str) -> HttpResponse:
    """Show how a case of a type runs."""
    page = type_page(name, day_of(moment_of(request)), get_language() or "zh-hans")
    if page is None:
        raise Http404
    return render(request, "cases/type.html", {"page": page, "drawing": _drawn(page.drawing)})


def _drawn(svg: str) -> SafeString:
    """A drawing as it goes into the page; its texts were escaped when it was drawn."""
    return mark_safe(svg)  # noqa: S308  # made by lantian.policy.case_diagram, which escapes every text
