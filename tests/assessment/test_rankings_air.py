"""Rankings of the air: street means from the lake as known, with validity, sand dust, change, cumulative and bands."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.assessment import rules
from lantian.apps.assessment.ranking_rules import ranking_named, rankings_for
from lantian.apps.assessment.rankings import RankingError, RankingTable, read, written
from lantian.apps.assessment.selectors.rankings.ground import Ground
from lantian.apps.assessment.services.rankings import ranking_of, ranking_on
from lantian.apps.assessment.services.report_facts import ranking_tables
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.services.sand_dust import SandDust, decide_sand_dust
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day
from lantian.kernel.periods import Period
from lantian.policy.reader import load_pack
from lantian.policy.records_ranking import RankingRecord
from tests.assessment.rankings_sample import KNOWN, LEVELS, add_point, days_of, sample, store

OCTOBER = Period.read("2026-10")
Make = Callable[..., RankingTable]


@pytest.fixture
def table(district: None, tmp_path: Path, settings: Any) -> Make:
    """Return a maker of tables: ``table("pm25", short=5)``."""

    def make(name: str, period: Period = OCTOBER, known: datetime = KNOWN, short: int | None = 0) -> RankingTable:
        if short is not None:
            settings.LAKE_URL = sample(tmp_path / "lake", short=short)
        return ranking_of(ranking_named(name, period), period, known)

    return make


def lines(found: RankingTable) -> list[tuple[str, str | None, int | None, str]]:
    """Return code, value, rank and state of each place."""
    return [(one.code, one.value, one.rank, one.state) for one in found.places]


@pytest.mark.row("S14")
def test_streets_are_ranked_by_their_printed_mean_and_equal_ones_share_a_rank(table: Make) -> None:
    found = table("pm25")
    # 31 days of level + 0, 1, 2 in turn: the mean is level + 30/31, one decimal
    assert lines(found) == [
        ("110105001", "31.0", 1, "ranked"),
        ("110105002", "41.0", 2, "ranked"),
        ("110105003", "41.0", 2, "ranked"),
        ("110105004", "51.0", 4, "ranked"),
    ]
    assert [one.tied for one in found.places] == [1, 2, 2, 1]
    assert [one.band for one in found.places] == [1, 2, 2, 3]
    assert [(one.before, one.change.way, one.change.by) for one in found.places] == [
        ("45.0", "down", Fraction(14)),
        ("45.0", "down", Fraction(4)),
        ("45.0", "down", Fraction(4)),
        ("45.0", "up", Fraction(6)),
    ]
    assert found.places[0].cumulative == "37.9"  # (30 × 45 + 31 × (30 + 30/31)) / 61 = 37.87
    assert found.places[0].year_before is None
    assert found.whole == "41.0"


def test_rankings_made_together_ask_once_for_what_they_share(
    table: Make, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    alone = table("coarse")
    ground = Ground(OCTOBER, KNOWN)
    ranking_on(ground, ranking_named("pm25", OCTOBER))
    with django_assert_num_queries(0):
        together = ranking_on(ground, ranking_named("coarse", OCTOBER))
    assert together == alone


@pytest.mark.row("S14")
def test_coarse_particles_are_the_difference_and_a_negative_one_is_a_fault(
    table: Make, tmp_path: Path, settings: Any
) -> None:
    settings.LAKE_URL = sample(tmp_path / "lake")
    second = add_point("110105001", 2).pk
    rows = days_of(second, Factor.PM25, date(2026, 10, 1), [40] * 31)
    store(tmp_path / "lake", rows + days_of(second, Factor.PM10, date(2026, 10, 1), [70] * 30 + [30]), name="second")
    found = table("coarse", short=None)
    assert lines(found)[:2] == [("110105002", "20", 1, "ranked"), ("110105003", "20", 1, "ranked")]
    first = found.of_place("110105001")
    assert first is not None
    assert (first.value, first.rank) == ("25", 3)  # 30 days of (20 + 30) / 2 and one of 20: 24.84
    assert first.counts["faults"] == 1
    assert first.counts["point_days"] == 61


@pytest.mark.row("S14")
def test_a_street_with_too_few_valid_days_keeps_its_value_and_stands_outside(table: Make) -> None:
    found = table("pm25", short=5)
    third = found.of_place("110105003")
    assert third is not None
    assert (third.state, third.rank, third.value) == ("missing", None, "41.0")
    assert third.note == Text("有效 26 天，不足 27 天", "26 valid days of the 27 needed")
    assert found.places[-1] == third
    assert [one.rank for one in found.ranked] == [1, 2, 3]


@pytest.mark.row("S14")
def test_days_decided_as_sand_dust_are_left_out_and_lower_what_is_needed(table: Make) -> None:
    before = table("pm25", short=5)
    dust = SandDust(
        first_hour=beijing_day(date(2026, 10, 1), 12), last_hour=beijing_day(date(2026, 10, 3), 5),
        factors=[Factor.PM25, Factor.PM10], area_code="110105", reference="某函", official=True, reason="沙尘",
    )  # fmt: skip
    decide_sand_dust(dust, by=None, at=KNOWN - timedelta(hours=1))
    found = table("pm25", short=None)
    assert found.excluded_days == ("2026-10-01", "2026-10-02", "2026-10-03")
    first, third = (found.of_place(code) for code in ("110105001", "110105003"))
    assert first is not None
    assert third is not None
    assert (first.value, first.counts["days"], first.counts["excluded"]) == ("31.0", 28, 3)
    assert (third.state, third.counts["needed"]) == ("missing", 24)  # 23 of the 24 that are needed now
    earlier = table("pm25", known=KNOWN - timedelta(hours=2), short=None)
    assert earlier.excluded_days == ()  # the decision had not been recorded
    assert before.excluded_days == ()


@pytest.mark.row("S14")
def test_nothing_received_after_the_instant_counts(table: Make, tmp_path: Path) -> None:
    was = table("pm25")
    later = KNOWN + timedelta(days=3)
    street, level = next(iter(LEVELS.items()))
    rows = days_of(f"micro-{street}-1", Factor.PM25, date(2026, 10, 1), [level + 60] * 31)
    store(tmp_path / "lake", rows, received=later, name="correction")
    assert table("pm25", known=later - timedelta(hours=1), short=None).places == was.places
    now = table("pm25", known=later + timedelta(hours=1), short=None)
    assert now.places[-1].code == street
    assert now.places[-1].value == "90.0"


def test_a_table_can_be_written_and_read_and_another_format_is_refused(table: Make) -> None:
    found = table("coarse", short=5)
    assert read(written(found)) == found
    assert found.method.zh.startswith("点位日值为 PM10 与 PM2.5")
    assert found.basis.zh == "第十条、第三十一条"
    with pytest.raises(RankingError):
        read({**written(found), "format": 0})


@pytest.mark.row("B9")
def test_a_signed_table_is_made_again_by_its_own_way_to_the_intervals(table: Make) -> None:
    now = table("pm25")
    assert now.intervals == "widened"
    assert "按各日之间的延续放宽" in now.method.zh
    assert "widened by what carries over" in now.method.en
    signed = written(now)
    del signed["intervals"]  # as tables were written before there were two ways
    assert read(signed).intervals == "blocks"
    monthly = rules.bulletin_named("monthly", OCTOBER)
    again = read(ranking_tables(monthly, Ground(OCTOBER, KNOWN), {"pm25": signed})["pm25"])
    assert again.intervals == "blocks"
    assert "放宽" not in again.method.zh
    assert [one.rank for one in again.places] == [one.rank for one in now.places]
    assert read(ranking_tables(monthly, Ground(OCTOBER, KNOWN), {})["pm25"]) == now


def test_only_days_of_the_air_carry_over() -> None:
    pack = load_pack("cn-110105-2018")
    assert {one.id for one in pack.all(RankingRecord) if one.intervals == "widened"} == {"pm25", "coarse", "tsp"}
    roads = pack.get(RankingRecord, "road-dust-street", OCTOBER.last)
    assert roads.with_intervals("widened") == roads
    with pytest.raises(ValueError, match="intervals is for rankings of the air only"):
        RankingRecord.model_validate({**roads.model_dump(), "intervals": "widened"})


def test_the_same_period_has_the_same_bands_and_streets_without_points_are_named(table: Make) -> None:
    assert table("pm25") == table("pm25", short=None)
    tsp = table("tsp", short=None)
    assert {one.state for one in tsp.places} == {"excluded"}
    assert {one.note.zh for one in tsp.places} == {"没有点位"}
    with pytest.raises(RankingError):
        ranking_named("clusters", OCTOBER)
    assert "clusters" in [one.id for one in rankings_for(Period.read("2026"))]


def test_a_station_of_the_whole_district_counts_in_the_street_in_whose_borders_it_stands(
    table: Make, tmp_path: Path, settings: Any
) -> None:
    settings.LAKE_URL = sample(tmp_path / "lake")
    inside = Point.objects.create(
        id="station-a", name_zh="某站", kind="urban", area_code="110105", longitude=116.43, latitude=39.91
    )  # in the square of the second street
    Point.objects.create(
        id="station-b", name_zh="远站", kind="station", area_code="110105", longitude=117.0, latitude=39.91
    )
    store(tmp_path / "lake", days_of(inside.pk, Factor.PM25, date(2026, 10, 1), [61] * 31), name="station")
    second = table("pm25", short=None).of_place("110105002")
    assert second is not None
    assert (second.value, second.counts["points"]) == ("51.0", 2)  # half of 40 + 30/31 and 61: 50.98
