"""The slides of a quarterly review (季度调度会): air, lamps, what lags, rankings, rectification, money, decisions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.reports.charts import chart_svg, lamps_chart
from lantian.apps.assessment.reports.content import Content
from lantian.apps.assessment.reports.printed import NOTHING, Row, cell_text, difference, percent_change
from lantian.apps.assessment.reports.ranked import alike
from lantian.apps.assessment.reports.tasks import COLOURS, SHAPES, STRUCK
from lantian.apps.ui.official.document import Figure, Paragraph, Table
from lantian.apps.ui.official.slides import Large, Slide
from lantian.policy.bulletins import moment_words
from lantian.policy.records_bulletin import ColumnRecord, FigureRecord, TableRecord

WAN = Decimal(10_000)


@dataclass(frozen=True)
class Decision:
    """A task that the meeting decided on."""

    number: str
    zh: str
    lead: str
    due: str
    lamp: str


@dataclass(frozen=True)
class Money:
    """Money of the year up to the meeting [yuan], and by source. shares: of the budget, in percent."""

    budget: Decimal
    allotted: Decimal
    paid: Decimal
    sources: Sequence[tuple[str, Decimal, Decimal, Decimal]]


def review_slides(content: Content, money: Money | None, decisions: Sequence[Decision]) -> tuple[Slide, ...]:
    """Return the slides; what there is nothing of is left out, decisions are always there."""
    slides = [*_air(content), *_lamps(content), *_rankings(content), *_rectification(content), *_money(money)]
    return (*slides, _decisions(decisions))


def _note(content: Content) -> str:
    return f"数据快照 {content.told.snapshot}，数据截至{moment_words(content.facts.known_at)}"


def _chart(content: Content, kind: str, caption: str, **of: str) -> tuple[Figure, ...]:
    figure = FigureRecord.model_validate({"id": "x", "caption": caption, "chart": kind, **of})
    drawn = chart_svg(content, figure, caption)
    return (Figure(drawn, caption),) if drawn else ()


def _air(content: Content) -> Iterator[Slide]:
    air = content.air
    if air is None or not air.known:
        return
    now = content.figures
    large = []
    for name, label in (("pm25", "PM2.5"), ("pm10", "PM10"), ("no2", "NO2"), ("o3", "臭氧（90%）")):
        change = percent_change(now[name], now[f"{name}_last_year"], "x").text
        large.append(Large(label, now[name].text or NOTHING, "µg/m³", f"同比 {change}%" if change else ""))
    for name, label in (("good_days", "优良天数"), ("heavy_days", "重污染天数")):
        change = difference(now[name], now[f"{name}_last_year"], "x").text
        large.append(Large(label, now[name].text or NOTHING, "天", f"同比 {change} 天" if change else ""))
    blocks = _chart(content, "months", "PM2.5 月均浓度（µg/m³）", factor="pm25")
    yield Slide("空气质量", tuple(large), blocks, _note(content))
    if "target" in now:
        allowed = now.get("target_allowed")
        told = [
            Large(f"{now['target_year'].text}年目标", now["target"].text, "µg/m³"),
            Large("本年累计", now["target_to_date"].text, "µg/m³"),
            Large("余下天数", now["target_left"].text, "天"),
            Large("余下各日允许均值", allowed.text if allowed else NOTHING, "µg/m³"),
        ]
        yield Slide("年度目标", tuple(told), _chart(content, "calendar", "逐日空气质量"), _note(content))


def _lamps(content: Content) -> Iterator[Slide]:
    if not content.facts.lamps:
        return
    now = content.figures
    names = {**{f"lamps_{name}": f"{SHAPES[name]} {word}" for name, word in COLOURS.items()}, "struck": STRUCK}
    large = (Large("任务", now["tasks"].text, "项"), *(Large(word, now[key].text, "项") for key, word in names.items()))
    caption = "各牵头单位任务灯（项，逾期多的在前）"
    yield Slide(
        "任务进展",
        large,
        (Figure(lamps_chart(content, caption, content.record.review.departments), caption),),
        _note(content),
    )
    heads = {"number": ("编号", 1.2), "name": ("任务", 4.4), "organisation": ("牵头单位", 1.8), "due": ("期限", 1.4),
             "progress": ("进度", 0.9), "lamp": ("灯", 1.1), "reason": ("原因", 3.4)}  # fmt: skip
    rows = [tuple(_short(cell_text(row[name])) for name in heads) for row in _laggards(content)]
    most = content.record.review.laggards
    if rows:
        widths = tuple(width for _, width in heads.values())
        table = Table(tuple(head for head, _ in heads.values()), tuple(rows[:most]), "", widths, (1, 6))
        more = Paragraph(f"另有{len(rows) - most}项，见季度通报。")
        yield Slide("滞后任务", (), (table, more) if len(rows) > most else (table,), _note(content))


def _laggards(content: Content) -> Sequence[Row]:
    column = ColumnRecord(shows="name", head="x", en="x")
    return content.rows(TableRecord(id="x", caption="x", source="laggards", columns=(column,)))


LONGEST = 46
"""Letters of a cell on a slide."""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _rankings(content: Content) -> Iterator[Slide]:
    most = content.record.review.each_end
    for table in content.rankings.values():
        ranked = table.ranked
        first, last = ranked[:most], ranked[max(most, len(ranked) - most) :]
        blocks = [_places(table, first, "居前")]
        blocks += [_places(table, last, "居后")] if last else []
        counts = [Large("参加排名", str(len(ranked)), "个"), Large("数据不足", str(len(table.missing)), "个")]
        counts += [Large("分档", str(table.bands), "档", "同档分不出先后")] if alike(table) else []
        yield Slide(f"排名：{table.zh}", tuple(counts), tuple(blocks), f"{table.basis.zh}；{_note(content)}")


def _places(table: RankingTable, places: Sequence[RankedPlace], caption: str) -> Table:
    heads = ("名次", "名称", f"本期（{table.unit}）", "档", "上期", "累计")
    rows = tuple(
        tuple(
            NOTHING if cell is None else str(cell)
            for cell in (one.rank, one.zh, one.value, one.band, one.before, one.cumulative)
        )
        for one in places
    )
    return Table(heads, rows, caption, (0.8, 2.4, 1.4, 0.7, 1, 1), (1,))


def _rectification(content: Content) -> Iterator[Slide]:
    if content.facts.rectification:
        opened, late = content.facts.rectification
        large = (Large("未销号问题", str(opened), "项"), Large("其中逾期", str(late), "项"))
        yield Slide("督察整改", large, (), _note(content))


def _money(money: Money | None) -> Iterator[Slide]:
    if money is None or not money.budget:
        return
    share = f"{money.paid / money.budget * 100:.1f}"
    large = (
        Large("预算", _wan(money.budget), "万元"),
        Large("下达", _wan(money.allotted), "万元"),
        Large("支付", _wan(money.paid), "万元"),
        Large("支付率", share, "%"),
    )
    rows = tuple((name, _wan(budget), _wan(allotted), _wan(paid)) for name, budget, allotted, paid in money.sources)
    heads = ("资金来源", "预算（万元）", "下达（万元）", "支付（万元）")
    yield Slide("资金", large, (Table(heads, rows, "", (2, 1, 1, 1), (0,)),), "第二十九条")


def _wan(yuan: Decimal) -> str:
    """Return yuan in ten thousands with one decimal.

    >>> _wan(Decimal(12_345_600))
    '1,234.6'
    """
    return f"{yuan / WAN:,.1f}"


def _decisions(decisions: Sequence[Decision]) -> Slide:
    if not decisions:
        return Slide("议定事项", (), (Paragraph("尚无议定事项。"),))
    heads = ("编号", "议定事项", "牵头单位", "期限", "灯")
    rows = tuple((one.number, _short(one.zh), one.lead, one.due, one.lamp) for one in decisions)
    return Slide("议定事项", (), (Table(heads, rows, "", (1, 4.6, 2, 1.4, 1), (1,)),), "议定事项已列入任务台账")
