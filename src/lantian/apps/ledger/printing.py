"""The official table of a ledger (台账表), as a page to be printed on A3 or A4: title, rows, who filled it in, when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lantian.apps.ledger.kinds import label
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.pages.listing import Cell, cell_text, rows_of
from lantian.apps.ledger.pages.query import Column, ListQuery, attribute_column, columns_of, conditions, own_column
from lantian.policy.records_ledger import Kind

MOST_ROWS = 2000
"""Rows of a printed table; a longer list is exported."""
MOST_COLUMNS = {"A3": 16, "A4": 10}


@dataclass(frozen=True)
class Printed:
    """What stands on the sheet."""

    title: str
    paper: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    conditions: str
    at: datetime
    cut: bool


def printed(kind: Kind, sources: SourceQuerySet, query: ListQuery, at: datetime) -> Printed:
    """Return the table: chosen columns, else the official ones as far as the paper is wide."""
    columns = columns_of(kind, query) if query.columns else official(kind)
    found = rows_of(sources, 0, MOST_ROWS + 1)
    rows = [[Cell(cell_text(source, kind, column), column) for column in columns] for source in found[:MOST_ROWS]]
    title = kind.official_title if kind.official_title and label(kind) == kind.zh else _title(kind)
    return Printed(title, kind.paper, columns, rows, conditions(kind, query), at, cut=len(found) > MOST_ROWS)


def _title(kind: Kind) -> str:
    return _("{kind}台账").format(kind=label(kind))


def official(kind: Kind) -> list[Column]:
    """Return the columns of the official table: own fields, then required and listed attributes first."""
    own = [own_column(name) for name in ("code", "name", "area", "address", "state")]
    first = [one for one in kind.attributes if one.required or one.listed]
    rest = [one for one in kind.attributes if not (one.required or one.listed)]
    room = MOST_COLUMNS[kind.paper] - len(own)
    chosen = {one.name for one in [*first, *rest][:room]}
    return [*own, *(attribute_column(one) for one in kind.attributes if one.name in chosen)]
