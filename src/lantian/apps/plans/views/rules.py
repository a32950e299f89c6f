"""Pages of the rules: every record of the pack with its source and dates, and the plan's articles."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from lantian.apps.accounts.rights import may
from lantian.apps.plans.forms_rules import StandardsForm
from lantian.apps.plans.selectors.article import under_article
from lantian.apps.plans.selectors.rules import (
    article_page,
    articles,
    editions,
    own_article,
    shelf,
    source,
    state,
)
from lantian.apps.plans.views.today import today
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.describe import confidence, describe, is_unconfirmed, validity
from lantian.policy.labels import table_label
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records import Record

PAGE_SIZE = 50
OWN_FIELDS = (
    "id",
    "zh",
    "en",
    "article",
    "standard",
    "clause",
    "valid_from",
    "valid_to",
    "confidence",
    "note_zh",
    "note_en",
)


def _pack() -> Pack:
    return load_pack(settings.PACK)


@require_GET
def standards(request: PageRequest) -> HttpResponse:
    """List every record of the pack."""
    form = StandardsForm(request.GET)
    records = shelf(_pack(), day_of(request.as_of.instant))
    found = records.found(form.query)
    page = Paginator(found, PAGE_SIZE).get_page(form.page_number)
    pages = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    context = {
        "form": form,
        "query": form.query,
        "shelf": records,
        "found": len(found),
        "page": page,
        "pages": list(pages),
    }
    return render(request, "plans/standards.html", context)


@dataclass(frozen=True)
class FieldRow:
    """One field of a record across its editions, side by side."""

    label: Text
    unit: str
    values: tuple[Text | None, ...]

    @property
    def changes(self) -> bool:
        """Whether the editions differ in this field."""
        return len(set(self.values)) > 1


@require_GET
def record(request: PageRequest, table: str, name: str) -> HttpResponse:
    """Show one record: its editions side by side, and as JSON."""
    pack = _pack()
    found = editions(pack, table, name)
    if not found:
        raise Http404
    day = day_of(request.as_of.instant)
    shown = next((item for item in found if item.holds_on(day)), found[-1])
    heads = [
        {
            "record": item,
            "state": state(item, day),
            "source": source(pack, item),
            "article": own_article(pack, item),
            "validity": validity(item),
            "confidence": confidence(item),
        }
        for item in found
    ]
    context: dict[str, Any] = {
        "table": table_label(table),
        "heads": heads,
        "record": shown,
        "name": Text(shown.zh, shown.en),
        "unconfirmed": any(is_unconfirmed(item) for item in found),
        "back": reverse("plans:standards"),
        "fields": _field_rows(found),
        "json": json.dumps(
            [item.model_dump(mode="json", exclude_none=True) for item in found], ensure_ascii=False, indent=2
        ),
    }
    return render(request, "plans/record.html", context)


def _field_rows(found: tuple[Record, ...]) -> list[FieldRow]:
    """Return what the editions say, field by field."""
    described = [{row.key: row for row in describe(item)} for item in found]
    first = {key: row for rows in reversed(described) for key, row in rows.items()}
    return [
        FieldRow(row.label, row.unit, tuple(rows[key].value if key in rows else None for rows in described))
        for key, row in first.items()
    ]


@require_GET
def article_list(_request: PageRequest) -> HttpResponse:
    """Open the first article."""
    every = articles(_pack())
    if not every:
        raise Http404
    return redirect("plans:article", number=every[0].article)


@require_GET
def article(request: PageRequest, number: int) -> HttpResponse:
    """Show one article: our words, its tasks with lamps, figures, cases, what is due, and the records that cite it."""
    pack = _pack()
    page = article_page(pack, number, day_of(request.as_of.instant))
    if page is None:
        raise Http404
    officer = may(request.user, "plans:wall")
    at = request.as_of
    under = under_article(pack, number, today(request), request.user, at.known_by, at.known_at) if officer else None
    chapter = page.chapter and Text(page.chapter.zh, page.chapter.en)
    tasks = [(line, under.of_record.get(line.task.id) if under else None) for line in page.tasks]
    contents = [(item, under.lamps.get(item.article) if under else None) for item in page.contents]
    context = {"page": page, "chapter": chapter, "tasks": tasks, "under": under, "contents": contents}
    return render(request, "plans/article.html", context)
