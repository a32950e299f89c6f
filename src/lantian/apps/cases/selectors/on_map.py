"""Cases on the map (案件地图): where each is about, with the lamp of its most urgent step; never more than it bears."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q

from lantian.apps.cases.models import Case, CaseQuerySet, CaseThread
from lantian.apps.cases.selectors.lines import read, sorted_lines
from lantian.apps.cases.selectors.listing import CaseQuery, asked_for

MOST_MARKS = 1000


def map_answer(visible: CaseQuerySet, query: CaseQuery, ours: frozenset[str], now: datetime) -> dict[str, Any]:
    """Return what is asked for as GeoJSON: the newest cases that have a place."""
    steps = Prefetch("threads", CaseThread.objects.open().select_related("holder"), to_attr="open_threads")
    placed = Q(source__longitude__isnull=False) | Q(point__longitude__isnull=False)
    found = asked_for(visible, query, ours, now).filter(placed).select_related("source", "point")
    rows = list(found.order_by("-opened_at", "-pk").prefetch_related(steps)[: MOST_MARKS + 1])
    features = [_mark(case, now) for case in rows[:MOST_MARKS]]
    return {"type": "FeatureCollection", "features": features, "more": len(rows) > MOST_MARKS}


def _mark(case: Case, now: datetime) -> dict[str, Any]:
    threads: list[CaseThread] = case.open_threads  # type: ignore[attr-defined]  # prefetched under this name
    for row in threads:
        row.case = case
    lines = sorted_lines(threads, now)
    step = read(lines[0].label) if lines else ""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": _position(case)},
        "properties": {
            "slug": case.slug, "title": case.title, "number": case.number, "step": step,
            "lamp": lines[0].lamp if lines else "done",
        },
    }  # fmt: skip


def _position(case: Case) -> list[float | None]:
    if case.source is not None and case.source.longitude is not None:
        return [case.source.longitude, case.source.latitude]
    return [case.point.longitude, case.point.latitude] if case.point is not None else [None, None]
