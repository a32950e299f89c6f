"""Tables of task breakdown (任务分解表): columns by their heads 任务, 牵头单位, 责任单位, 配合单位, 完成时限."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lantian.policy.plantext.clean import Clean, clean, without_glosses
from lantian.policy.plantext.columns import WHO, Table, header
from lantian.policy.plantext.deadlines import deadlines, due_in_cell
from lantian.policy.plantext.departments import departments_in
from lantian.policy.plantext.headings import begins_heading, label_of
from lantian.policy.plantext.indicators import Indicators, goal_of, indicators_of
from lantian.policy.plantext.model import Deadline, Leftover, Party, Reading, Role, Span, Task
from lantian.policy.plantext.names import name_at
from lantian.policy.plantext.parties import label_role
from lantian.policy.plantext.pasted import ENDS_NAME
from lantian.policy.plantext.quantities import quantities
from lantian.policy.plantext.rows import Cell, Row
from lantian.policy.plantext.sentences import sentences
from lantian.policy.plantext.times import PlanTime


@dataclass(frozen=True)
class Where:
    """To which article and chapter a table belongs, and the plan's time."""

    article: int | None
    chapter: int | None
    time: PlanTime | None
    table: Table | None = None


def read_table(source: str, rows: Sequence[Row], where: Where) -> Iterator[Task | Leftover]:
    """Yield a task for each sentence of a row's task below a head, or its goal; what is no such row is left over."""
    indicators: Indicators | None = None
    for row, table in headed(source, rows, where.table):
        span = extent(row)
        head = indicators_of(_texts(source, row))
        indicators = head or (indicators if table is None else None)
        if table is None:
            yield _goal(source, row, indicators, where) or Leftover(
                span, "table-head" if head else "table-without-head"
            )
        elif header(_texts(source, row)):
            yield Leftover(span, "table-head")
        else:
            tasks = list(_tasks(source, row, table, where))
            yield from tasks
            if not tasks:
                yield Leftover(span, "table-row-without-task")


def headed(source: str, rows: Sequence[Row], before: Table | None) -> Iterator[tuple[Row, Table | None]]:
    """Yield each row with the head that it stands below; ``before``: the head of the table before, which may go on."""
    table = before
    for row in rows:
        texts = _texts(source, row)
        table = None if indicators_of(texts) else header(texts) or table
        yield row, table if table is None or abs(len(row) - table.width) <= 1 or table is not before else None


def _goal(source: str, row: Row, indicators: Indicators | None, where: Where) -> Task | None:
    """Return what a row of indicators sets as its goal."""
    goal = goal_of(source, row, indicators) if indicators else None
    if goal is None:
        return None
    words, found = goal
    return Task(
        words.span(0, len(words.text)), where.article, where.chapter, [], [], found,
        rule="table-indicator", confidence=0.9, words=words.printed,
    )  # fmt: skip


def extent(row: Row) -> Span:
    """Return the stretch of the text from a row's first character to its last."""
    return Span(min(cell[0].start for cell in row), max(cell[-1].end for cell in row))


def _texts(source: str, row: Row) -> list[str]:
    return [clean(source, cell).text for cell in row]


def _tasks(source: str, row: Row, table: Table, where: Where) -> Iterator[Task]:
    cells = [cell for place in table.places("task") if (cell := _cell(row, place)) and clean(source, cell).text]
    who = [cell for name in WHO for place in table.places(name) if (cell := _cell(row, place)) is not None]
    when = [cell for place in table.places("deadline") if (cell := _cell(row, place)) is not None]
    if not cells or (not who and not when and _same_everywhere(source, row)):
        return
    parties, due = list(_parties(source, row, table)), list(_deadlines(source, when, where.time))
    for part in _duties(source, cells[-1]):  # those before are headings merged over rows
        within = deadlines(part, where.time)
        yield Task(
            part.span(0, len(part.text)), where.article, where.chapter, parties,
            [*within, *due],
            quantities(part, [each.reading.span for each in within]),
            rule="table-row", confidence=0.95, words=part.printed,
        )  # fmt: skip


def _duties(source: str, cell: Cell) -> Iterator[Clean]:
    """Yield the sentences of a cell; one begins also where a line of it has a number, as 2.每月检查."""
    lines = [line for part in cell for line in _lines(source, part)]
    begins = [place for place, line in enumerate(lines) if place and begins_heading(source[line.start : line.end])]
    for first, last in pairwise([0, *begins, len(lines)]):
        body = clean(source, lines[first:last])
        yield from (body.part(start, end) for start, end in sentences(body.text))


def _lines(source: str, part: Span) -> Iterator[Span]:
    """Yield the numbered lines of a cell that a file's reader has put on one, as 1.完成 … 2.每月 …; else the whole."""
    start, number = part.start, label_of(source[part.start : part.end])
    for gap in _GAP.finditer(source, start, part.end) if number else ():
        following = label_of(source[gap.end() : part.end])
        if number and following and (following.level, following.number) == (number.level, number.number + 1):
            yield Span(start, gap.start())
            start, number = gap.end(), following
    yield Span(start, part.end)


_GAP = re.compile(r"[ \u3000]+(?=[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])[.．、）)]?)")


def _same_everywhere(source: str, row: Row) -> bool:
    """Tell a row that is one merged cell, as the heading of a group of tasks."""
    return len({text for text in _texts(source, row) if text}) <= 1


def _cell(row: Row, place: int) -> Cell | None:
    return row[place] if place < len(row) and any(part.end > part.start for part in row[place]) else None


def _parties(source: str, row: Row, table: Table) -> Iterator[Party]:
    first = bool(table.places("lead"))
    for meaning, word in (("lead", "牵头"), ("responsible", "责任"), ("joint", "配合")):
        role: Role = label_role(word, first=first)
        for place in table.places(meaning):
            if cell := _cell(row, place):
                yield from _named(source, cell, role, f"column-{meaning}")


def _named(source: str, cell: Cell, role: Role, rule: str) -> Iterator[Party]:
    text, places = _spread(source, cell)
    for start, end in departments_in(text):
        name = clean(source, [Span(place, place + 1) for place in places[start:end]])
        if name.text:
            yield Party(name.printed, role, Reading(name.span(0, len(name.text)), rule, 0.95))


def _spread(source: str, cell: Cell) -> tuple[str, list[int]]:
    """Return a cell's text with the place of each character; names on lines of their own are parted."""
    text, places = "", list[int]()
    for part in cell:
        piece = source[part.start : part.end]
        if text and _parts(text, piece):
            text, places = text + "\n", [*places, part.start]
        for start, end in without_glosses(source, part):
            text, places = text + source[start:end], [*places, *range(start, end)]
    return text, places


def _parts(before: str, piece: str) -> bool:
    """Tell whether a new name begins on a line of a cell, behind one that is whole."""
    name, last = name_at(piece, 0), name_at(before, max(before.rfind(mark) for mark in "、，\n") + 1)
    if name is None or ENDS_NAME.search(before):
        return name is not None
    whole = last is not None and last.kind == "local" and last.end == len(before)
    return whole and name.kind in ("own", "party")


def _deadlines(source: str, cells: Sequence[Cell], time: PlanTime | None) -> Iterator[Deadline]:
    for cell in cells:
        yield from due_in_cell(clean(source, cell), time)
