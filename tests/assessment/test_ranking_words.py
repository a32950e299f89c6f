"""What a bulletin says of a ranking: both ends with units written out, ties, bands, and who stands outside and why."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.reports.build import content_of
from lantian.apps.assessment.reports.city import city_words
from lantian.apps.assessment.reports.facts import CityRanks, Lamp, ReportFacts
from lantian.apps.assessment.reports.printed import Printed
from lantian.apps.assessment.reports.ranked import ranked_figures, ranked_rows, ranked_words
from lantian.apps.assessment.reports.words import report_wording
from lantian.apps.assessment.snapshots import Facts
from lantian.apps.ui.official.document import unmarked
from lantian.kernel.errors import Text
from lantian.policy.bulletins import Part, joined
from lantian.policy.reader import load_pack
from lantian.policy.records_bulletin import BulletinBlockRecord, BulletinRecord

NOW = datetime(2026, 11, 3, tzinfo=UTC)
PACK = load_pack("cn-110105-2018")


def place(name: str, rank: int, value: str, band: int, tied: int = 1) -> RankedPlace:
    """Return a ranked place whose interval reaches to the rank after it."""
    return RankedPlace(
        name, name, name, value, float(value), rank, "ranked", tied=tied, band=band, low=rank, high=rank + 1
    )


def outside(name: str, state: str, note: str) -> RankedPlace:
    """Return a place without a rank."""
    return RankedPlace(name, name, name, None, None, None, state, Text(note, note))  # type: ignore[arg-type]


def table(*places: RankedPlace, of: str = "street", unit: str = "µg/m³") -> RankingTable:
    """Return a ranking of October 2026."""
    return RankingTable(
        "pm25", "p", "PM2.5", "PM2.5", "pm25", of, "2026-10", NOW, unit, 1, "smallest", 90, 1, places,
        excluded_days=("2026-10-09",),
    )  # fmt: skip


def figures(found: RankingTable) -> dict[str, str]:
    """Return the counts by their short names."""
    return {one.key.removeprefix("rank_pm25_"): one.text for one in ranked_figures(found)}


def words(found: RankingTable) -> dict[str, str]:
    """Return the words by their short names, those that say something."""
    return {key.removeprefix("rank_pm25_"): text for key, text in ranked_words(found, 3).items() if text}


def test_ends_are_named_with_units_written_out_and_nobody_twice() -> None:
    found = table(
        place("甲", 1, "30.0", 1), place("乙", 2, "31.0", 1, 2), place("丙", 2, "31.0", 1, 2),
        place("丁", 4, "40.0", 2),
        outside("戊", "missing", "有效 20 天，不足 27 天"), outside("己", "excluded", "没有点位"),
    )  # fmt: skip
    assert words(found) == {
        "first": "甲第1（30.0微克/立方米）；乙、丙并列第2（各31.0微克/立方米）",
        "last": "丁第4（40.0微克/立方米）",
        "missing": "戊",
        "absent": "己",
        "excluded": "1",
    }
    assert figures(found) == {"count": "4", "bands": "2", "missing_count": "1", "absent_count": "1"}
    assert [one["place"] for one in ranked_rows(found)] == ["甲", "乙", "丙", "丁", "戊"]


def test_many_equal_places_are_counted_and_not_all_named() -> None:
    equal = [place(name, 1, "20.0", 1, 9) for name in "甲乙丙丁戊己庚辛壬"]
    assert words(table(*equal))["first"] == "甲、乙、丙等9个街乡并列第1（各20.0微克/立方米）"
    assert words(table(*equal, of="body", unit="%"))["first"] == "甲、乙、丙等9家并列第1（各20.0%）"
    assert "last" not in words(table(*equal))


def test_one_band_is_said_to_be_one_and_bands_that_are_ranks_are_not_told() -> None:
    alike = table(place("甲", 1, "30.0", 1), place("乙", 2, "31.0", 1))
    assert (words(alike)["same"], figures(alike)["bands"]) == ("1", "1")
    counted = table(place("甲", 1, "30.0", 1), place("乙", 2, "31.0", 2))
    assert "same" not in words(counted)
    assert "bands" not in figures(counted)
    only = table(place("甲", 1, "30.0", 1))
    assert ("same" in words(only), "bands" in figures(only)) == (False, False)


def test_an_interval_of_one_rank_is_that_rank() -> None:
    sure = RankedPlace("a", "甲", "A", "30.0", 30.0, 1, "ranked", band=1, low=1, high=1)
    assert [one["interval"] for one in ranked_rows(table(sure, place("乙", 2, "31.0", 2)))] == ["1", "2—3"]


def test_texts_that_join_go_on_in_the_paragraph_before_them() -> None:
    def text(said: str, *, joins: bool = False) -> tuple[BulletinBlockRecord, Part]:
        return BulletinBlockRecord(text=said, joins=joins), Part(text=said)

    heading = (BulletinBlockRecord(heading="一"), Part(heading="一"))
    found = joined([text("甲。"), text("乙。", joins=True), heading, text("丙。", joins=True), text("丁。")])
    assert [one.text or one.heading for one in found] == ["甲。乙。", "一", "丙。", "丁。"]


def test_our_streets_in_the_citys_lists_are_named_with_those_that_are_to_be_notified() -> None:
    checks = Facts("monthly", "p", "2026-10", NOW, (), 5, "last", 95, (), (), ())
    facts = ReportFacts("monthly", "p", "2026-10", NOW, checks)
    assert city_words(facts) == {}
    first = CityRanks("2026-10-01", "2026-10-15", 10, ((5, "甲街道"), (16, "乙街道"), (16, "丙街道")))
    none = CityRanks("2026-09-28", "2026-10-04", 10, ())
    assert city_words(replace(facts, city=(first, none))) == {
        "city_known": "1",
        "city": "10月1日至15日甲街道倒数第5、乙街道和丙街道并列倒数第16",
        "city_last": "10",
        "city_worst": "甲街道",
        "city_worst_count": "1",
    }
    other = CityRanks("2026-09-28", "2026-10-04", 10, ((12, "丁街道"),))
    found = city_words(replace(facts, city=(other,)))
    assert (found["city"], found["city_worst"], found["city_worst_count"]) == ("9月28日至10月4日丁街道倒数第12", "", "")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((17, 3), "督察交办问题未销号17项，其中逾期3项。"),
        ((17, 0), "督察交办问题未销号17项，均未逾期。"),
        ((0, 0), "督察交办问题均已销号。"),
        (None, ""),
    ],
)
@pytest.mark.parametrize("name", ["monthly", "quarterly", "yearly"])
def test_rectification_and_tasks_are_told_in_the_words_of_their_numbers(
    name: str, counts: tuple[int, int] | None, said: str
) -> None:
    period = {"monthly": "2026-10", "quarterly": "2026-Q3", "yearly": "2025"}[name]
    record = PACK.get(BulletinRecord, name)
    checks = Facts(name, PACK.id, period, NOW, (), 5, "last", 95, (), (), ())
    lamp = Lamp("1.1", "任务。", "Task", 1, "environment", "区环保局", "", "", "green", "", "", struck=False)
    facts = ReportFacts(name, PACK.id, period, NOW, checks, rankings={}, lamps=(lamp,), rectification=counts)
    texts = [unmarked(one.text) for one in report_wording(content_of(record, facts, PACK, "x")).parts]
    assert [one for one in texts if one.startswith("督察")] == ([said] if said else [])
    assert next(one for one in texts if one.startswith("截至")).endswith("无数据0项。没有逾期任务。")
    assert texts[-1] == "特此通报。"


def test_what_a_value_was_counted_from_is_named_in_both_languages() -> None:
    found = table(replace(place("甲", 1, "30.0", 1), counts={"days": 30, "excluded": 1, "area": "110105001"}))
    (row,) = ranked_rows(found)
    printed = row["value"]
    assert isinstance(printed, Printed)
    assert printed.source == Text("有效日 30，剔除日 1", "Valid days 30, Days left out 1")
