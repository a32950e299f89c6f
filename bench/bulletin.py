"""A monthly bulletin of 30 pages with 20 charts as DOCX and PDF; a year of rankings of 43 streets with their bands.

The paper is set from a made-up snapshot: two years of daily means of three stations, rankings of 43 streets, checks and
140 tasks. Its record is the pack's, with charts and tables repeated until there are enough.
"""

import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.figures import Figure
from lantian.airquality.grid import MICRO, DayGrid
from lantian.analysis.league import Change, Check
from lantian.analysis.ranking_periods import Draws, RankRule, ranked_with_bands
from lantian.kernel.factors import SIX
from lantian.kernel.periods import Period
from lantian.policy.reader import load_pack
from lantian.policy.records_bulletin import BulletinRecord

if TYPE_CHECKING:
    from lantian.apps.assessment.reports.facts import ReportFacts
    from lantian.apps.ui.official.document import Official

PACK = "cn-110105-2018"
PERIOD = Period.read("2020-10")
KNOWN = datetime(2020, 11, 3, 1, tzinfo=UTC)
STREETS, TASKS, CHECKS = 43, 140, 600
CHARTS, PAGES = 20, 30
DRAWS = 2000
GOAL_PAPER_S, GOAL_RANKINGS_S = 10.0, 5.0


def run() -> list[Figure]:
    """Measure both."""
    return [*_paper_figures(), *_ranking_figures()]


# --- the paper


def _paper_figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"LANTIAN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "lantian.project.settings"}
        import django  # noqa: PLC0415 - the folder is named first

        django.setup()
        from lantian.apps.ui.official.docx import to_docx  # noqa: PLC0415
        from lantian.apps.ui.official.pdf import to_pages, to_pdf  # noqa: PLC0415

        started = perf_counter()
        paper = _paper(_facts(), charts=True)
        said = perf_counter()
        docx, set_docx = to_docx(paper), perf_counter()
        pdf, done = to_pdf(paper), perf_counter()
        bare = _paper(_facts(), charts=False)
        before = perf_counter()
        to_docx(bare), to_pdf(bare)
        plain = perf_counter() - before
        pages = len(to_pages(paper, ppi=20))
    charts = sum(type(one).__name__ == "Figure" for one in paper.blocks)
    assert charts == CHARTS, charts
    assert pages >= PAGES, pages
    what = f"monthly bulletin of {pages} pages with {charts} charts"
    return [
        Figure(f"{what}: figures, words and charts", said - started, "s"),
        Figure(f"{what}: DOCX ({len(docx) // 1024} KiB)", set_docx - said, "s"),
        Figure(f"{what}: PDF ({len(pdf) // 1024} KiB)", done - set_docx, "s"),
        Figure(
            f"{what}: DOCX and PDF together", done - started, "s",
            peer="without charts", peer_value=plain, goal=GOAL_PAPER_S, lower_is_better=True,
        ),
    ]  # fmt: skip


def _paper(facts: "ReportFacts", *, charts: bool) -> "Official":
    from lantian.apps.assessment.reports.facts import report_written  # noqa: PLC0415 - needs Django's settings
    from lantian.apps.assessment.services.papers import Stamp  # noqa: PLC0415
    from lantian.apps.assessment.services.report_papers import report_paper  # noqa: PLC0415

    record = _record(charts=charts)
    return report_paper(record, report_written(facts), Stamp(date(2020, 11, 3), "朝蓝天办〔2020〕9号"))


def _record(*, charts: bool) -> BulletinRecord:
    """Return the pack's record with its charts repeated until there are 20, and its long tables once more."""
    record = load_pack(PACK).get(BulletinRecord, "monthly")
    drawn = [one.id for one in record.figures if one.chart]
    kept = [one for one in record.blocks if not one.figure]
    block = type(record.blocks[0])
    figures = [block(figure=drawn[number % len(drawn)]) for number in range(CHARTS if charts else 0)]
    tables = [block(table=one.id) for one in record.tables if one.source in {"days", "ranking"}]
    return record.model_copy(update={"blocks": (*kept, *figures, *tables)})


def _facts() -> "ReportFacts":
    from lantian.apps.assessment.rankings import written  # noqa: PLC0415 - needs Django's settings
    from lantian.apps.assessment.reports.facts import Air, Lamp, ReportFacts, Station  # noqa: PLC0415
    from lantian.apps.assessment.snapshots import Facts, Place  # noqa: PLC0415

    random = np.random.default_rng(1)
    stations = tuple(Station(f"s{number}", f"点位{number}", f"Point {number}", number < 2) for number in range(3))
    air = Air("110105", "朝阳区", "Chaoyang", "S-bench", stations, _days(stations, random))
    places = tuple(Place(f"1101050{number:02}", f"街乡{number}", f"Street {number}") for number in range(STREETS))
    hour = timedelta(hours=1)
    checks = tuple(
        Check(f"c{one}", places[one * 7 % STREETS].code, PERIOD.start + one * hour, "verify", not one % 3)
        for one in range(CHECKS)
    )
    before = checks[: CHECKS // 2]
    kept = Facts("monthly", PACK, str(PERIOD), KNOWN, places, 5, "last", 95, ("verify",), checks, before)
    colours = ("green", "green", "yellow", "red", "grey")
    lamps = tuple(
        Lamp(
            f"A{number}", f"第{number}项任务的内容和要求", f"Task {number}", number % 31 + 1,
            f"o{number % 12}", f"牵头单位{number % 12}", "2020-12-31", str(number % 100),
            colours[number % 5], "进度落后时间进度", "behind", struck=number % 11 == 0,
        )
        for number in range(TASKS)
    )  # fmt: skip
    names = load_pack(PACK).get(BulletinRecord, "monthly").rankings
    rankings = {name: written(_table(name, places, random)) for name in names}
    return ReportFacts("monthly", PACK, str(PERIOD), KNOWN, kept, air, rankings, lamps, (12, 3))


def _days(stations: Any, random: np.random.Generator) -> DayGrid:
    first = date(2019, 1, 1)
    shape = (len(stations), len(SIX), (PERIOD.last - first).days + 1)
    total = random.integers(10, 150, shape) * 24 * MICRO // np.array([1, 1, 10, 2, 100, 1])[None, :, None]
    hours = np.full(shape, 24, np.int16)
    return DayGrid(tuple(one.id for one in stations), first, SIX, total, hours, hours, np.ones(shape, dtype=np.bool_))


def _table(name: str, places: Any, random: np.random.Generator) -> Any:
    from lantian.apps.assessment.rankings import RankedPlace, RankingTable  # noqa: PLC0415 - needs Django's settings

    values = np.sort(random.integers(200, 900, STREETS)) / 10
    ranked = tuple(
        RankedPlace(
            one.code, one.zh, one.en, f"{value:.1f}", float(value), rank, "ranked", band=rank // 9 + 1,
            low=max(1, rank - 4), high=rank + 4, before=f"{value + 1:.1f}", before_rank=rank,
            change=Change("down", Fraction(1)), cumulative=f"{value:.1f}", cumulative_rank=rank, counts={"days": 30},
        )
        for rank, (one, value) in enumerate(zip(places, values, strict=True), start=1)
    )  # fmt: skip
    return RankingTable(
        name, PACK, name, name, "pm25", "street", str(PERIOD), KNOWN, "µg/m³", 1, "smallest", 90, 1, ranked
    )


# --- the rankings


def _ranking_figures() -> list[Figure]:
    days = 366
    random = np.random.default_rng(2)
    values = random.normal(40, 15, (days, STREETS)) + random.normal(0, 12, (days, 1)) + np.linspace(0, 12, STREETS)
    values[random.random(values.shape) < 0.05] = np.nan
    rule, started = RankRule(decimals=1), perf_counter()
    for first in range(0, days - 30, 30):
        ranked_with_bands(values[first : first + 30], rule, Draws(DRAWS, 4, first, wide=True), least=20)
    year = ranked_with_bands(values, rule, Draws(DRAWS, 4, 1, wide=True), least=300)
    took = perf_counter() - started
    assert all(one.band for one in year)
    sorted_by_hand = _by_hand(values)
    what = f"a year of rankings: 12 months and the year, {STREETS} streets x {DRAWS:,} draws"
    peer = "means and ranks of each draw in Python"
    return [Figure(what, took, "s", peer=peer, peer_value=sorted_by_hand, goal=GOAL_RANKINGS_S, lower_is_better=True)]


def _by_hand(values: np.ndarray) -> float:
    """Time the year's draws as plain Python would make them, from a fiftieth of them."""
    part, columns = DRAWS // 50, [[float(one) for one in column if one == one] for column in values.T]
    random, started = np.random.default_rng(3), perf_counter()
    for _ in range(part):
        drawn = [
            [column[place] for place in random.integers(0, len(column), len(column)).tolist()] for column in columns
        ]
        means = [Decimal(sum(one) / len(one)) for one in drawn]
        sorted(range(len(means)), key=means.__getitem__)
    return (perf_counter() - started) * 50
