"""The paper of an assessment as a page: each mark leads to how it came about."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from lantian.apps.assessment.models import Assessment
from lantian.apps.assessment.services.schemes.inputs import inputs_in
from lantian.apps.assessment.services.schemes.papers import paper_of
from lantian.apps.assessment.services.schemes.reach import sees_all
from lantian.apps.assessment.views.schemes.acting import asked, moment_of
from lantian.apps.assessment.views.schemes.version import version_shown
from lantian.apps.ui.official.document import pieces
from lantian.apps.ui.official.faces import substituted
from lantian.apps.ui.official.pdf import facts
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of

Address = Callable[[str], str]
WHOLE: Mapping[str, str] = {"mean": "#grades", "grades": "#grades"}
"""Keys of figures of the table as a whole, with their place on the term's page."""


@require_GET
def paper(request: PageRequest, scheme: str, term: str) -> HttpResponse:
    """Show the paper, to everybody once it is published, before that to those who draft and publish."""
    record, named = asked(request, scheme, term)
    shown = version_shown(request, record, named)
    if shown is None or not (shown.assessment.published or sees_all(request.user, record)):
        raise Http404(term)
    found = shown.assessment
    inputs = inputs_in(found)
    context = {
        "record": inputs.scheme,
        "term": named,
        "assessment": found,
        "inputs": inputs,
        "paper": linked_paper(
            facts(paper_of(found, day_of(moment_of(request)))), _address_of(found, request.as_of.query)
        ),
        "faces": [Text(*one) for one in found.faces] if found.published else substituted(),
    }
    return render(request, "assessment/schemes/paper.html", context)


def linked_paper(paper: dict[str, Any], address: Address) -> dict[str, Any]:
    """Return a paper's facts with each marked figure as a link, the first of each key with the key as its place."""
    placed: set[str] = set()
    return {**paper, "blocks": [_block(one, address, placed) for one in paper["blocks"]]}


def _block(block: dict[str, Any], address: Address, placed: set[str]) -> dict[str, Any]:
    if block["kind"] == "paragraph":
        return {**block, "text": linked(block["text"], address, placed)}
    if block["kind"] == "table":
        return {**block, "rows": [[linked(cell, address, placed) for cell in row] for row in block["rows"]]}
    return block


def linked(text: str, address: Address, placed: set[str]) -> SafeString:
    """Turn the marked figures of a text into links. placed: keys that have their place already."""
    return format_html_join("", "{}", ((_piece(said, key, address, placed),) for said, key in pieces(text)))


def _piece(said: str, key: str, address: Address, placed: set[str]) -> SafeString:
    if not key:
        return format_html("{}", said)
    place = "" if key in placed else format_html(' id="{}"', key)
    placed.add(key)
    return format_html('<a class="how"{} href="{}">{}</a>', place, address(key), said)


def _address_of(found: Assessment, moment: str) -> Address:
    """Return where a figure of a version is explained, by its key. moment: the query that keeps that of the page."""
    version = f"{moment}{'&' if moment else '?'}version={found.version}"

    def address(key: str) -> str:
        if key in WHOLE:
            return reverse("assessment:scheme-term", args=[found.scheme, found.term]) + version + WHOLE[key]
        body, _, part = key.partition("/")
        place = {"": "", "vetoes": "#vetoes"}.get(part, f"#mark-{part}")
        return reverse("assessment:scheme-body", args=[found.scheme, found.term, body]) + version + place

    return address
