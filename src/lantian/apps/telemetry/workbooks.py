"""The evaluation as a workbook: the area against both years and all limits, stations, days by edition."""

from typing import Any

from lantian.apps.telemetry.exports import Sheet, period_facts, workbook
from lantian.apps.telemetry.pages.evaluation import EvaluationPage
from lantian.apps.telemetry.readings.annual import Measure, PlaceLine
from lantian.apps.ui.as_of import AsOf
from lantian.kernel.errors import Text


def evaluation_workbook(page: EvaluationPage, as_of: AsOf, language: str) -> bytes:
    """Write three sheets, each with title, unit, period, edition, snapshot and rows used."""
    facts = _facts(page, as_of, language)
    title = Text(
        f"{page.area_name.zh} {page.year} 年环境空气质量评价", f"{page.area_name.en}: evaluation of {page.year}"
    )
    sheets = [
        Sheet(Text("区域", "Area"), title, facts, _area_heads(page, language), _area_rows(page, language)),
        Sheet(Text("点位", "Stations"), title, facts, _station_heads(page, language), _station_rows(page, language)),
        Sheet(Text("各版本天数", "Days by edition"), title, facts, _day_heads(language), _day_rows(page)),
    ]
    return workbook(sheets, language)


def measure_name(measure: Measure) -> Text:
    """Name a statistic: item, and mean or percentile."""
    if measure.kind == "mean":
        return Text(f"{measure.factor} 年均", f"{measure.factor} mean")
    return Text(f"{measure.factor} 第 {measure.rank} 百分位", f"{measure.factor} P{measure.rank}")


def _facts(page: EvaluationPage, as_of: AsOf, language: str) -> list[tuple[Text, str]]:
    dust = Text("不含", "left out") if page.query.dust == "without" else Text("含", "kept")
    facts = [
        (Text("时段", "Period"), f"{page.period.first} – {page.period.last}"),
        (Text("单位", "Unit"), "µg/m³, CO mg/m³"),
        (Text("版本", "Edition"), f"HJ 663-{page.period.edition}, GB 3095 {page.period.phase}"),
        (Text("沙尘日", "Sand-dust days"), dust.in_language(language)),
        (Text("所用日均值", "Daily values used"), str(page.rows_used)),
        *period_facts(as_of, page.snapshot),
    ]
    if page.synthetic:
        facts.append((Text("说明", "Note"), Text("含合成数据", "contains synthetic data").in_language(language)))
    return facts


def _area_heads(page: EvaluationPage, language: str) -> list[str]:
    said = [
        Text("项目", "Item"), Text("单位", "Unit"), Text(str(page.base), str(page.base)),
        Text(str(page.year), str(page.year)), Text("变化 %", "Change %"), Text("有效天", "Valid days"),
        *(Text(f"限值 {limits.phase}", f"Limit {limits.phase}") for limits in page.phases),
    ]  # fmt: skip
    return [text.in_language(language) for text in said]


def _area_rows(page: EvaluationPage, language: str) -> list[list[Any]]:
    return [
        [
            measure_name(line.measure).in_language(language),
            line.measure.factor.unit,
            line.base and line.base.rounded,
            line.value and line.value.rounded,
            line.change,
            line.evaluation.validity.valid_days,
            *(judged.limit for judged in line.judged),
        ]
        for line in page.measures
    ]


def _station_heads(page: EvaluationPage, language: str) -> list[str]:
    heads = [Text("点位", "Point"), Text("区域", "Area"), *(measure_name(column) for column in page.columns)]
    heads += [Text("综合指数", "Composite index"), Text("无效项目", "Invalid items"), Text("超标项目", "Items over")]
    return [text.in_language(language) for text in heads]


def _station_rows(page: EvaluationPage, language: str) -> list[list[Any]]:
    area = page.area_name.in_language(language)
    rows = [[area, area, *_cells(page.area_line)]]
    return rows + [[line.point.name, line.area.in_language(language), *_cells(line.line)] for line in page.lines]


def _cells(line: PlaceLine) -> list[Any]:
    values: list[Any] = [cell.statistic and cell.statistic.rounded for cell in line.cells]
    return [*values, line.composite, " ".join(line.invalid), " ".join(line.over)]


def _day_heads(language: str) -> list[str]:
    levels = [Text("优", "Good"), Text("良", "Moderate"), Text("轻度", "Light"), Text("中度", "Medium")]
    levels += [Text("重度", "Heavy"), Text("严重", "Severe"), Text("无指数", "None")]
    return ["HJ 633", *(level.in_language(language) for level in levels)]


def _day_rows(page: EvaluationPage) -> list[list[Any]]:
    return [[row.edition, *row.levels.counts, row.levels.without] for row in page.editions]
