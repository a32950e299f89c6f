"""Hooks of the cases (挂接): what a higher part adds, joined in ``project/wiring.py``."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from lantian.apps.cases.models import Case
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Point


def _of_point(point: Point) -> Source | None:
    """The entry of a ledger to which the point belongs, else one that is named like it."""
    return point.source or Source.objects.filter(code=point.pk, merged_into__isnull=True).first()


source_of_point: list[Callable[[Point], Source | None]] = [_of_point]
"""Which entry of the ledgers a point stands for; the last one answers."""

after_act: list[Callable[[Case, str], None]] = []
"""Called inside the transaction after each act on a case, with the act's kind: notices."""

answers: list[Callable[[Case, datetime], Mapping[str, str]]] = []
"""What a higher part knows of a case for its papers, by name: nobody is asked for it."""

page_of: list[Callable[[Case], str | None]] = []
"""Where a case is shown after an act, where a higher part has a page of its own for it: its address, or None."""

came_from: list[Callable[[Case], Sequence[tuple[str, str]]]] = []
"""What a case came from or takes along that only a higher part knows: words and address of each, such as complaints."""
