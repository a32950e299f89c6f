"""Warm up (预热): what the first reader would have waited for is loaded before the web process answers.

Addresses and templates are compiled, and the live overview, the stations and the evaluation are put together once, so
that the pack, the lake's files and the grids of the year are in memory. A step that fails says so in the log and stops
nothing: its page will say what is wrong.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.contrib.auth import get_user_model
from django.template.loader import get_template
from django.urls import get_resolver

from lantian.apps.portal import presentation, selectors
from lantian.apps.telemetry.air import air_at
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.pages import evaluation, stations
from lantian.apps.ui.as_of import AsOf, as_of

_log = logging.getLogger(__name__)


def warm_up() -> None:
    """Run every step."""
    started = time.monotonic()
    for step in STEPS:
        try:
            step()
        except Exception as error:  # whatever is wrong, the page that needs it has to say so, not the start
            _log.warning("warm_up_failed step=%s error=%s", step.__name__, str(error) or type(error).__name__)
    _log.info("warmed_up seconds=%.1f", time.monotonic() - started)


def addresses() -> None:
    """Import every view."""
    _ = get_resolver().url_patterns


def templates() -> None:
    """Compile our templates."""
    for name in _template_names():
        get_template(name)


def _template_names() -> Iterator[str]:
    for app in apps.get_app_configs():
        folder = Path(app.path, "templates")
        if app.name.startswith("lantian."):
            yield from (str(path.relative_to(folder)) for path in sorted(folder.rglob("*.html")))


def overview() -> None:
    """Put the live overview together, as a reader who may see every point."""
    page = selectors.page(_live(), get_user_model()())
    if page.overview is not None:
        presentation.overview_context(page, page.overview)


def air() -> None:
    """Read the hours and days of every point behind the stations and the evaluation."""
    found = air_at(_live())
    points = list(Point.objects.visible_to(get_user_model()()).on(found.day))
    stations.station_list(found, points, stations.StationQuery())
    evaluation.evaluation_page(found, points, (), evaluation.EvaluationQuery())


def _live() -> AsOf:
    return as_of(None, None, datetime.now(UTC))


STEPS: tuple[Callable[[], None], ...] = (addresses, templates, overview, air)
