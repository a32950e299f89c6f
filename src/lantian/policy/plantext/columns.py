"""The columns of a table of task breakdown (任务分解表), told by the words at their head."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_COLUMNS: Sequence[tuple[str, re.Pattern[str]]] = [
    ("number", re.compile("序号|编号|项次|No\\.?")),
    ("deadline", re.compile(
        "(?:完成|整改|办结|实施|计划|目标|要求|任务)*(?:时限|时间|期限|进度|节点)(?:完成)?(?:要求|安排|节点)?|年限")),
    ("joint", re.compile("(?:配合|协办|参与|协同|协助|参加)(?:责任)?(?:单位|部门|科室)?(?:[（(].*)?")),
    ("lead", re.compile("(?:牵头|主责|主办|承办)(?:责任)?(?:单位|部门|领导|科室)?(?:[（(].*)?")),
    ("responsible", re.compile(
        "(?:责任|负责|落实|实施|主体|完成|执行)(?:主体|单位|部门|科室)+(?:[（(].*)?|责任(?:分工|主体)")),
    ("person", re.compile("(?:责任|负责|牵头|分管|包保|联系)(?:人|领导|市长|区长|县长|县领导|区领导|市领导)+")),
    ("remark", re.compile("备注|说明|联系电话|完成情况|进展情况|工作进展|投资.*|资金.*")),
    ("task", re.compile(
        "[\u4e00-\u9fff]{0,6}?(?:任务|措施|内容|工作|举措|目标|要求|事项|指标|问题)"
        "(?:名称|内容|及要求|要求|措施|分解|目标|清单|安排)*")),
    ("group", re.compile("类别|领域|(?:项目|工程)(?:名称)?|分类|大类|方面|板块|一级指标|行动|专项|属地"
        "|区域|地区|辖区")),
]  # fmt: skip
WHO = frozenset(("lead", "joint", "responsible"))


@dataclass(frozen=True)
class Table:
    """A table's columns by their meaning; several columns may hold the task."""

    columns: Mapping[int, str]
    width: int

    def places(self, meaning: str) -> list[int]:
        return [place for place, name in self.columns.items() if name == meaning]


def meaning_of(cell: str) -> str | None:
    """Return what a column holds by the words at its head.

    >>> [meaning_of(cell) for cell in ("序号", "工作措施", "主责单位", "完成时限", "道路扬尘")]
    ['number', 'task', 'lead', 'deadline', None]
    """
    return next((name for name, pattern in _COLUMNS if pattern.fullmatch(cell)), None)


def header(cells: Sequence[str]) -> Table | None:
    """Return the columns if the row is the head of a task breakdown: it names who answers, and the task."""
    columns = {place: meaning for place, cell in enumerate(cells) if (meaning := meaning_of(cell))}
    found = set(columns.values())
    if not found & WHO or not found & {"task", "group"}:
        return None
    if "task" not in found:
        columns = {place: "task" if name == "group" else name for place, name in columns.items()}
    return Table(columns, len(cells))
