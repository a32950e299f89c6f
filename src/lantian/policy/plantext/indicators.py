"""Tables of indicators (指标表), whose columns are an indicator, its unit and its value year by year."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lantian.policy.plantext.clean import Clean, clean
from lantian.policy.plantext.model import Quantity, Span
from lantian.policy.plantext.quantities import quantities
from lantian.policy.plantext.rows import Cell, Row

_NAME = re.compile("(?:主要|具体|考核)?(?:指标|指标名称|目标指标)")
_UNIT = re.compile("(?:计量)?单位")
_YEAR = re.compile("(?:到|至)?(20\\d\\d)年?底?(?:目标|指标|规划)?(?:目标)?值?")


@dataclass(frozen=True)
class Indicators:
    """The columns of a table of indicators: its names, its units where they have a column, the last year's values."""

    name: int
    unit: int | None
    value: int
    width: int


def indicators_of(cells: Sequence[str]) -> Indicators | None:
    """Return the columns if the row is the head of a table of indicators.

    >>> indicators_of(["序号", "指标", "单位", "2020年", "2025年", "属性"])
    Indicators(name=1, unit=2, value=4, width=6)
    >>> indicators_of(["序号", "指标", "责任单位"]) is None
    True
    """
    names = [place for place, cell in enumerate(cells) if _NAME.fullmatch(cell)]
    units = [place for place, cell in enumerate(cells) if _UNIT.fullmatch(cell)]
    years = {match[1]: place for place, cell in enumerate(cells) if (match := _YEAR.fullmatch(cell))}
    if len(names) != 1 or len(years) < _FEWEST:
        return None
    return Indicators(names[0], units[0] if units else None, years[max(years)], len(cells))


_FEWEST = 2
"""A year to begin with, and one for the goal."""


def goal_of(source: str, row: Row, table: Indicators) -> tuple[Clean, list[Quantity]] | None:
    """Return a row's text from the indicator on, with its goal; None where it tells none."""
    if len(row) != table.width:
        return None
    name, value = clean(source, row[table.name]), clean(source, row[table.value])
    unit = clean(source, row[table.unit]) if table.unit is not None else None
    joined = _joined([name, value, *([unit] if unit else [])])
    found = [] if not name.text or not value.text else quantities(joined)
    span = value.span(0, len(value.text)) if value.text else Span(0, 0)
    goals = [
        replace(each, object=each.object or name.printed, reading=replace(each.reading, span=span))
        for each in found
        if each.reading.span.start == span.start
    ]
    return (_whole(source, row[table.name :]), goals[:1]) if goals else None


def _joined(parts: Sequence[Clean]) -> Clean:
    """Return cells as the words of a sentence: the indicator, its value, its unit."""
    places = [place for part in parts for place in part.places]
    return Clean("".join(part.text for part in parts), places, "".join(part.printed for part in parts))


def _whole(source: str, cells: Sequence[Cell]) -> Clean:
    return clean(source, [span for cell in cells for span in _filled(cell)])


def _filled(cell: Cell) -> Iterator[Span]:
    yield from (span for span in cell if span.end > span.start)
