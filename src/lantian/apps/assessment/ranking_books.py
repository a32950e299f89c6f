"""A ranking as a workbook (排名表): title, period, rule, method, and each place with all that is printed."""

from typing import Any

from lantian.apps.assessment.ranking_words import COUNTS, unit_words
from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.selectors.rankings.page import SHOWN
from lantian.apps.telemetry.exports import Sheet, workbook
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING

STATES = {
    "ranked": Text("参加排名", "ranked"),
    "missing": Text("数据不足", "too little data"),
    "excluded": Text("不在其列", "no part of it"),
}
HEADS = (
    Text("名次", "Rank"), Text("档", "Band"), Text("名次区间下", "Rank from"), Text("名次区间上", "Rank to"),
    Text("代码", "Code"), Text("名称", "Name"), Text("本期", "This period"), Text("上期", "Period before"),
    Text("上期名次", "Rank before"), Text("去年同期", "Same period of last year"), Text("年内累计", "Year to date"),
    Text("累计名次", "Rank of the year"), Text("末位", "Last share"), Text("状态", "State"), Text("说明", "Note"),
)  # fmt: skip


def ranking_workbook(table: RankingTable, language: str) -> bytes:
    """Write a ranking."""
    facts = [
        (Text("期间", "Period"), table.period),
        (Text("单位", "Unit"), unit_words(table.unit).in_language(language)),
        (Text("依据", "Basis"), table.basis.in_language(language)),
        (Text("办法", "Method"), table.method.in_language(language)),
        (Text("剔除日", "Days left out"), "、".join(table.excluded_days) or "—"),
        (Text("数据截至", "As of"), f"{table.known_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"),
    ]
    if table.synthetic:
        facts.append((Text("说明", "Note"), Text("含模拟数据", "contains synthetic data").in_language(language)))
    counts = [COUNTS[name] for name in SHOWN[table.subject]]
    heads = [one.in_language(language) for one in (*HEADS, *counts)]
    rows = [_row(one, table, language) for one in table.places]
    sheet = Sheet(
        Text("排名", "Ranking"), Text(f"{table.zh} {table.period}", f"{table.en} {table.period}"), facts, heads, rows
    )
    return workbook([sheet], language)


def _row(one: RankedPlace, table: RankingTable, language: str) -> list[Any]:
    return [
        one.rank, one.band, one.low, one.high, one.code, one.name.in_language(language), _figure(one.value),
        _figure(one.before), one.before_rank, _figure(one.year_before), _figure(one.cumulative), one.cumulative_rank,
        "✓" if one.last else "", STATES[one.state].in_language(language), one.note.in_language(language),
        *(one.counts.get(name, "") for name in SHOWN[table.subject]),
    ]  # fmt: skip


def _figure(value: str | None) -> float | None:
    return None if value is None else float(value)
