"""How each figure of a report came about, computed again from its snapshot (数字来历)."""

import re

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Snapshot
from lantian.apps.assessment.ranking_words import unit_words
from lantian.apps.assessment.selectors.weekly import language
from lantian.apps.assessment.services.producers import data_of
from lantian.apps.assessment.services.report_papers import report_figures
from lantian.apps.assessment.snapshots import SHORT
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.periods import Period

OF_PLACE = re.compile(r"place_([0-9]+)_[a-z_]+")
"""The key of a street's figure; see ``reports.checked.key_of``."""


@require_GET
def figures(request: PageRequest, number: str) -> HttpResponse:
    """List every figure of a bulletin's snapshot with its formula, its rows and what it rests on.

    A number as papers print it leads to the whole one.
    """
    kept = Snapshot.objects.filter(pk=number).first()
    if kept is None and len(number) == SHORT:
        return redirect("assessment:figures", number=get_object_or_404(Snapshot, pk__startswith=number).pk)
    if kept is None:
        raise Http404(number)
    record = rules.bulletin_named(kept.record, Period.read(kept.period))
    data = data_of(kept)
    context = {
        "snapshot": kept,
        "label": Text(record.zh, record.en),
        "figures": [
            (one, unit_words(one.unit).in_language(language()), _checks_behind(one.key, kept))
            for one in report_figures(data).values()
        ],
        "synthetic": data["synthetic"],
    }
    return render(request, "assessment/figures.html", context)


def _checks_behind(key: str, kept: Snapshot) -> str:
    """Return where the checks behind a street's figure of a week are listed, "" for other figures."""
    period, found = Period.read(kept.period), OF_PLACE.fullmatch(key)
    if found is None or period.span != "week":
        return ""
    return f"{reverse('assessment:place', args=[str(period), found[1]])}?snapshot={kept.pk}"
