"""Tables of task breakdown (任务分解表): columns by their heads 任务, 牵头单位, 责任单位, 配合单位, 完成时限."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lantian.policy.plantext.clean import clean
from lantian.policy.plantext.deadlines import deadlines
from lantian.policy.plantext.departments import departments_in
from lantian.policy.plantext.model import Deadline, Leftover, Party, Reading, Role, Span, Task
from lantian.policy.plantext.parties import label_role
from lantian.policy.plantext.quantities import quantities

_COLUMNS: Sequence[tuple[str, re.Pattern[str]]] = [
    ("number", re.compile("序号|编号|项次|No\\.?")),
    ("deadline", re.compile("(?:完成|整改|办结|实施|计划)?(?:时限|时间|期限|进度|节点)(?:要求|安排|节点)?|年限")),
    ("joint", re.compile("(?:配合|协办|参与|协同|协助|参加)(?:责任)?(?:单位|部门)?")),
    ("lead", re.compile("(?:牵头|主责|主办|承办)(?:责任)?(?:单位|部门|领导)?(?:[（(].*)?")),
    ("responsible", re.compile("(?:责任|负责|落实|实施|主体|完成)(?:主体|单位|部门)+(?:[（(].*)?")),
    ("task", re.compile("(?:主要|重点|具体|工作|年度|目标)*(?:任务|措施|内容|工作|举措|目标|要求|事项)(?:名称|内容"
"|及要求|要求|措施|分解)?")),
    ("group", re.compile("类别|领域|项目|分类|大类|方面|板块|一级指标")),
]  # fmt: skip
_WHO = frozenset(("lead", "joint", "responsible"))


@dataclass(frozen=True)
class Table:
    """A table's columns by their meaning; several columns may hold the task."""

    columns: Mapping[int, str]

    def places(self, meaning: str) -> list[int]:
        return [place for place, name in self.columns.items() if name == meaning]


def header(source: str, row: Sequence[Span]) -> Table | None:
    """Return the columns if the row is the head of a task breakdown: it names who answers, and the task."""
    columns: dict[int, str] = {}
    for place, cell in enumerate(row):
        text = clean(source, [cell]).text
        meaning = next((name for name, pattern in _COLUMNS if pattern.fullmatch(text)), None)
        if meaning:
            columns[place] = meaning
    found = set(columns.values())
    if not found & _WHO or not found & {"task", "group"}:
        return None
    if "task" not in found:
        columns = {place: "task" if name == "group" else name for place, name in columns.items()}
    return Table(columns)


@dataclass(frozen=True)
class Where:
    """To which article and chapter a table belongs, and the plan's date."""

    article: int | None
    chapter: int | None
    issued: date | None


def read_table(source: str, rows: Sequence[Sequence[Span]], where: Where) -> Iterator[Task | Leftover]:
    """Yield a task for each row below a head; what is no such row is left over."""
    table: Table | None = None
    for row in rows:
        span = Span(row[0].start, row[-1].end)
        if found := header(source, row):
            table = found
            yield Leftover(span, "table-head")
        elif table is None:
            yield Leftover(span, "table-without-head")
        else:
            task = _task(source, row, table, where)
            yield task or Leftover(span, "table-row-without-task")


def _task(source: str, row: Sequence[Span], table: Table, where: Where) -> Task | None:
    cells = [cell for place in table.places("task") if (cell := _cell(row, place)) is not None]
    who = [cell for name in _WHO for place in table.places(name) if (cell := _cell(row, place)) is not None]
    when = [cell for place in table.places("deadline") if (cell := _cell(row, place)) is not None]
    if not cells or (not who and not when and _same_everywhere(source, row)):
        return None
    cells = cells[-1:]  # those before are headings merged over rows
    body = clean(source, cells)
    due = list(_deadlines(source, when, where.issued)) or deadlines(body, where.issued)
    taken = [deadline.reading.span for deadline in deadlines(body, where.issued)]
    return Task(
        Span(cells[0].start, cells[-1].end), where.article, where.chapter, list(_parties(source, row, table)),
        due, quantities(body, taken), rule="table-row", confidence=0.95,
    )  # fmt: skip


def _same_everywhere(source: str, row: Sequence[Span]) -> bool:
    """Tell a row that is one merged cell, as the heading of a group of tasks."""
    return len({source[cell.start : cell.end] for cell in row if cell.end > cell.start}) <= 1


def _cell(row: Sequence[Span], place: int) -> Span | None:
    return row[place] if place < len(row) and row[place].end > row[place].start else None


def _parties(source: str, row: Sequence[Span], table: Table) -> Iterator[Party]:
    first = any(_cell(row, place) for place in table.places("lead"))
    for meaning, word in (("lead", "牵头"), ("responsible", "责任"), ("joint", "配合")):
        role: Role = label_role(word, first=first)
        for place in table.places(meaning):
            if cell := _cell(row, place):
                yield from _named(source, cell, role, f"column-{meaning}")


def _named(source: str, cell: Span, role: Role, rule: str) -> Iterator[Party]:
    for start, end in departments_in(source[cell.start : cell.end]):
        name = clean(source, [Span(cell.start + start, cell.start + end)])
        if name.text:
            yield Party(name.text, role, Reading(name.span(0, len(name.text)), rule, 0.95))


def _deadlines(source: str, cells: Sequence[Span], issued: date | None) -> Iterator[Deadline]:
    for cell in cells:
        yield from deadlines(clean(source, [cell]), issued)
