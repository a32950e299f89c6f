"""Rankings of imported results, of cases in time and of ledgers: as known, with what stands outside and why."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.assessment import ranking_rules
from lantian.apps.assessment.models import CityRank, RankingOrder, RoadDust
from lantian.apps.assessment.ranking_rules import ranking_named
from lantian.apps.assessment.rankings import RankedPlace, RankingError, RankingTable
from lantian.apps.assessment.selectors.rankings.city import city_lists
from lantian.apps.assessment.selectors.rankings.ground import Ground
from lantian.apps.assessment.selectors.rankings.street_points import streets_of
from lantian.apps.assessment.services.demo_rankings import fill_rankings, forget_synthetic
from lantian.apps.assessment.services.rankings import ranking_of
from lantian.apps.assessment.services.results import import_results, order_rectification
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.services.demo import forget_synthetic as forget_cases
from lantian.apps.ledger.models import Source, SourceChange
from lantian.apps.telemetry.models import Point
from lantian.kernel.instants import beijing_day
from lantian.kernel.periods import Period
from lantian.lake import Lake
from lantian.policy.check import check_pack
from lantian.policy.reader import SHIPPED, load_pack
from tests.shared import shared

OCTOBER = Period.read("2026-10")
KNOWN = datetime(2026, 11, 1, 2, tzinfo=UTC)

ROADS = """月份,街乡,道路,等级,责任单位,积尘负荷
2026-10,建外街道,某路甲,一级,某队一,0.30
2026-10,建外街道,某路乙,一级,某队一,0.34
2026-10,朝外街道,某路丙,二级,某队二,0.90
2026-10,朝外街道,某路丁,二级,某队二,1.10
2026-10,三里屯,某路戊,,某队二,0.32
2026-10,某不存在街道,某路己,,某队二,0.32
2026-10,建外街道,某路庚,超级,某队一,0.30
2026-10,建外街道,某路辛,一级,某队一,abc
"""


def ranking(name: str, period: Period = OCTOBER, known: datetime = KNOWN) -> RankingTable:
    """Return a ranking."""
    return ranking_of(ranking_named(name, period), period, known)


def at(table: RankingTable, code: str) -> RankedPlace:
    """Return a place that is there."""
    found = table.of_place(code)
    assert found is not None
    return found


@pytest.mark.row("S20")
def test_road_dust_is_ranked_by_street_and_by_who_cleans_with_limits_of_grades(district: None) -> None:
    batch = import_results("road-dust", "roads.csv", ROADS.encode("gb18030"), by=None, at=KNOWN - timedelta(hours=1))
    assert (batch.rows, batch.unknown) == (6, ["某不存在街道"])
    assert [(line, zh) for line, zh, _ in batch.problems] == [
        (8, "没有等级“超级”，可写：特级、special、一级、first、二级、second、三级、third。"),
        (9, "“abc”不是数。"),
    ]
    table = ranking("road-dust-street")
    assert [(one.code, one.value, one.rank) for one in table.ranked] == [
        ("110105001", "0.32", 1),
        ("110105004", "0.32", 1),
        ("110105002", "1.00", 3),
    ]
    assert at(table, "110105002").counts == {"results": 2, "over": 1, "worst": "某路丁 1.100"}
    assert [at(table, f"11010500{n}").band for n in (1, 4, 2)] == [1, 1, 2]
    assert at(table, "110105003").state == "excluded"
    assert at(table, "110105002").last
    bodies = ranking("road-dust-body")
    assert [(one.zh, one.value) for one in bodies.ranked] == [("某队一", "0.32"), ("某队二", "0.77")]


@pytest.mark.row("S20")
def test_a_later_import_corrects_and_is_unseen_before(district: None) -> None:
    import_results("road-dust", "roads.csv", ROADS.encode(), by=None, at=KNOWN - timedelta(hours=1))
    correction = "month,street_town,road,grade,body,value\n2026-10,朝外街道,某路丁,second,某队二,0.50\n"
    import_results("road-dust", "again.csv", correction.encode(), by=None, at=KNOWN + timedelta(days=1))
    assert at(ranking("road-dust-street"), "110105002").value == "1.00"
    now = ranking("road-dust-street", known=KNOWN + timedelta(days=2))
    assert (at(now, "110105002").value, at(now, "110105002").counts["over"]) == ("0.70", 0)


@pytest.mark.row("S20")
def test_a_correction_of_who_cleans_a_road_leaves_no_second_result_and_two_results_of_one_file_both_count(
    district: None,
) -> None:
    head = "month,street_town,road,grade,body,value\n"
    first = f"{head}2026-10,朝外街道,某路丁,second,某队二,1.10\n2026-10,朝外街道,某路丙,second,某队二,0.50\n"
    import_results("road-dust", "a.csv", first.encode(), by=None, at=KNOWN - timedelta(hours=2))
    again = f"{head}2026-10,朝外街道,某路丁,second,某队一,0.70\n2026-10,朝外街道,某路丁,second,某队一,0.80\n"
    import_results("road-dust", "b.csv", again.encode(), by=None, at=KNOWN - timedelta(hours=1))
    street = at(ranking("road-dust-street"), "110105002")
    assert (street.value, street.counts["results"]) == ("0.67", 3)  # (0.50 + 0.70 + 0.80) / 3
    bodies = {one.zh: one.value for one in ranking("road-dust-body").ranked}
    assert bodies == {"某队一": "0.75", "某队二": "0.50"}


@pytest.mark.row("S20")
def test_a_laggard_is_ordered_to_rectify_once_with_a_deadline(district: None) -> None:
    Organisation.objects.create(code="urban-management", name_zh="区城管委", name_en="x", kind="bureau")
    import_results("road-dust", "roads.csv", ROADS.encode(), by=None, at=KNOWN - timedelta(hours=1))
    record, table = ranking_named("road-dust-street", OCTOBER), ranking("road-dust-street")
    case = order_rectification(record, table, at(table, "110105002"), by=None, at=KNOWN)
    assert case.facts.startswith("2026-10 道路积尘（街乡）：1.00 g/m²，第 3 名（共 3）；2 个结果中 1 个超过等级限值。")
    thread = case.threads.get()
    assert (thread.holder_id, case.area_code) == ("urban-management", "110105002")
    assert thread.due_at is not None
    assert thread.due_at > KNOWN
    with pytest.raises(RankingError, match="already"):
        order_rectification(record, table, at(table, "110105002"), by=None, at=KNOWN)
    with pytest.raises(RankingError, match="neither"):
        order_rectification(record, table, at(table, "110105001"), by=None, at=KNOWN)
    assert (RankingOrder.objects.count(), Case.objects.count()) == (1, 1)


@pytest.mark.row("S20")
def test_the_citys_published_table_of_road_dust_is_taken_as_it_is(district: None) -> None:
    content = shared("data/road_dust_load_beijing.csv").read_bytes()
    batch = import_results("road-dust", "road_dust_load_beijing.csv", content, by=None, at=KNOWN)
    assert (batch.rows, batch.problems) == (37, [])
    own = RoadDust.objects.get(level="district", district="朝阳区")
    assert (own.value, own.area_code) == (Decimal("0.51"), "110105")
    named = RoadDust.objects.filter(district="朝阳区").exclude(street="").order_by("pk")
    assert [(one.street, one.area_code) for one in named][:3] == [
        ("将台乡", "110105023"),
        ("东风乡", "110105030"),
        ("八里庄街道", "110105015"),
    ]
    assert batch.unknown == []


@pytest.mark.row("S14")
def test_the_citys_worst_thirty_name_our_own_streets_whatever_they_are_called(district: None) -> None:
    content = shared("data/tsp_street_ranking_beijing_worst30.csv").read_bytes()
    batch = import_results("city-tsp", "worst30.csv", content, by=None, at=KNOWN)
    assert (batch.rows, batch.problems, batch.unknown) == (117, [], [])
    ours = CityRank.objects.exclude(area_code="").order_by("first", "rank", "pk")
    assert [(str(one.first), one.rank, one.street, one.area_code) for one in ours] == [
        ("2022-10-01", 16, "管庄乡", "110105035"),
        ("2022-10-01", 16, "三里屯街道", "110105004"),
        ("2024-10-01", 12, "小红门乡", "110105027"),
        ("2024-10-01", 25, "十八里店乡", "110105028"),
        ("2024-10-01", 25, "三里屯街道", "110105004"),
    ]
    tied = CityRank.objects.filter(first="2021-10-16", rank=1)
    assert [one.street for one in tied] == ["云岗街道", "王佐镇"]


@pytest.mark.row("S14")
def test_the_last_places_that_are_notified_are_as_many_as_the_plan_says(district: None) -> None:
    rows = "期间,倒数名次,区,街乡,收录,出处\n" + "".join(
        f"2026-10-01/2026-10-15,{rank},朝阳区,{name},2 of 30,市通报\n"
        for rank, name in ((10, "三里屯街道"), (11, "管庄乡"))
    )
    import_results("city-tsp", "worst.csv", rows.encode(), by=None, at=KNOWN)
    [found] = city_lists(KNOWN)
    assert [(one.own.zh, one.among_worst) for one in found.ours if one.own] == [
        ("三里屯街道", True),
        ("管庄乡", False),
    ]
    assert found.worst is not None
    assert (found.worst.printed, found.worst.citation.zh) == ("后10位", "第十三条")


def test_the_quantity_of_the_citys_last_places_is_the_packs_and_checked(
    district: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "cn-110105-2018" / "rankings.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('city_last = "a13.last-places"', 'city_last = "a13.last"'), encoding="utf-8")
    [problem] = check_pack(file.parent, (tmp_path,))
    assert (problem.kind, problem.found) == ("dangling-reference", "a13.last")
    kept = [one.model_copy(update={"city_last": None}) for one in ranking_rules.ranking_records(OCTOBER.last)]
    assert ranking_rules.last_places(OCTOBER.last) is not None
    monkeypatch.setattr(ranking_rules, "ranking_records", lambda _day: tuple(kept))
    assert ranking_rules.last_places(OCTOBER.last) is None


@pytest.fixture
def due(verified: Callable[..., Any]) -> Callable[..., CaseThread]:
    """Return a maker of steps that fell due: ``due("110105001", late=True)``."""

    def make(area: str, *, late: bool = False, done: bool = True, holder: str = "urban-enforcement") -> CaseThread:
        due_at = beijing_day(OCTOBER.first + timedelta(days=9), 10)
        case = verified(area, due_at - timedelta(days=2)).case
        ended = due_at + timedelta(hours=5) if late else due_at - timedelta(hours=5)
        return CaseThread.objects.create(
            case=case, number=1, step="verify", holder_id=holder, since=due_at - timedelta(days=1), due_at=due_at,
            ended_at=ended if done else None,
        )  # fmt: skip

    return make


def test_steps_in_time_are_a_share_of_those_that_fell_due(due: Callable[..., CaseThread]) -> None:
    for _ in range(6):
        due("110105001")
        due("110105002", late=True)
    for number in range(5):
        due("110105003", done=number > 0)
    due("110105004", holder="environment")
    table = ranking("in-time-street")
    assert [(one.code, one.value, one.rank, one.state) for one in table.places] == [
        ("110105001", "100.0", 1, "ranked"),
        ("110105003", "80.0", 2, "ranked"),
        ("110105002", "0.0", 3, "ranked"),
        ("110105004", "100.0", None, "missing"),
    ]
    assert at(table, "110105004").note.zh == "到期 1 件，不足 5 件"
    assert at(table, "110105003").counts == {"due": 5, "in_time": 4, "verify_due": 5, "verify_in_time": 4}
    bodies = ranking("in-time-body")
    assert [(one.code, one.value, one.state) for one in bodies.places] == [
        ("urban-enforcement", "58.8", "ranked"),  # 10 of 17
        ("environment", "100.0", "missing"),
    ]


def test_a_case_that_was_merged_counts_once_and_before_it_was_merged_on_its_own(due: Callable[..., CaseThread]) -> None:
    steps = [due("110105001", late=True), *(due("110105001") for _ in range(5))]
    late, other = steps[0].case, steps[1].case
    Case.objects.filter(pk=late.pk).update(merged_into=other, closed_at=KNOWN)
    before, after = (
        at(ranking("in-time-street", known=one), "110105001") for one in (KNOWN - timedelta(hours=1), KNOWN)
    )
    assert [(one.counts["due"], one.value) for one in (before, after)] == [(6, "83.3"), (5, "100.0")]


def test_a_streets_own_office_is_ranked_as_a_street_and_not_among_the_departments(
    due: Callable[..., CaseThread],
) -> None:
    office = Organisation.objects.create(code="office-x", name_zh="街道办事处", name_en="Office", kind="street_office")
    for _ in range(5):
        due("110105001")
        due("110105001", holder=office.code, late=True)
    assert at(ranking("in-time-street"), "110105001").value == "50.0"
    assert [one.code for one in ranking("in-time-body").places] == ["urban-enforcement"]


def test_a_step_done_after_the_instant_was_not_done_and_one_due_later_had_not_fallen_due(
    due: Callable[..., CaseThread],
) -> None:
    for _ in range(5):
        due("110105001", late=True)
    at_due = beijing_day(OCTOBER.first + timedelta(days=9), 10)
    assert at(ranking("in-time-street", known=at_due - timedelta(minutes=1)), "110105001").state == "excluded"
    assert at(ranking("in-time-street", known=at_due + timedelta(hours=1)), "110105001").value == "0.0"


def plot(number: int, area: str, **attributes: Any) -> Source:
    """Store a plot of bare land that was found on the first of September."""
    made = datetime(2026, 9, 2, tzinfo=UTC)
    values = {"area_m2": 1000, "found_on": "2026-09-01"} | attributes
    state = "treated" if "treated_on" in values else "untreated"
    return Source.objects.create(
        kind="bare-land", code=f"LD{number}", name=f"地块{number}", state=state, area_id=area, attributes=values,
        created_at=made, changed_at=made,
    )  # fmt: skip


def test_bare_land_is_the_treated_share_of_area_at_the_end_put_back_by_history(district: None) -> None:
    plot(1, "110105001", treated_m2=500, treated_on="2026-10-05")
    plot(2, "110105001", area_m2=3000, treated_m2=3000, treated_on="2026-11-05")
    other = plot(3, "110105002", treated_m2=1000, treated_on="2026-10-20")
    plot(4, "110105003", found_on="2026-11-03")
    table = ranking("bare-land")
    assert [(one.code, one.value, one.rank, one.low) for one in table.ranked] == [
        ("110105002", "100.0", 1, 1),
        ("110105001", "12.5", 2, 2),  # 500 of 4,000
    ]
    assert at(table, "110105003").note.zh == "没有裸地"
    SourceChange.objects.create(
        source=other, version=2, kind="changed", at=KNOWN + timedelta(hours=1),
        fields={"attributes.treated_m2": [250, 1000]},
    )  # fmt: skip
    assert at(ranking("bare-land"), "110105002").value == "25.0"
    assert at(ranking("bare-land", known=KNOWN + timedelta(hours=2)), "110105002").value == "100.0"


@pytest.fixture
def merged(district: None) -> None:
    """The fourth street is taken over by the third on 15 October 2026; its code has a heir from then on."""
    Area.objects.filter(code="110105004").update(valid_to=date(2026, 10, 14), successor="110105003")


@pytest.mark.row("S20")
def test_what_a_street_had_before_it_was_taken_over_counts_for_the_one_that_took_it_over(
    merged: None, due: Callable[..., CaseThread]
) -> None:
    rows = "month,street_town,road,value\n2026-10,三里屯,某路甲,0.80\n2026-10,呼家楼,某路乙,0.40\n"
    import_results("road-dust", "roads.csv", rows.encode(), by=None, at=KNOWN - timedelta(hours=1))
    plot(1, "110105004", treated_on="2026-10-05")
    plot(2, "110105003")
    for _ in range(5):
        due("110105004")
    tables = {name: ranking(name) for name in ("road-dust-street", "bare-land", "in-time-street")}
    assert {name: [(one.code, one.value) for one in found.ranked] for name, found in tables.items()} == {
        "road-dust-street": [("110105003", "0.60")],
        "bare-land": [("110105003", "50.0")],
        "in-time-street": [("110105003", "100.0")],
    }
    assert "110105004" not in [one.code for one in tables["bare-land"].places]
    september = ranking("road-dust-street", Period.read("2026-09"))
    assert "110105004" in [one.code for one in september.places]
    Area.objects.filter(code="110105003").update(valid_to=date(2026, 10, 20), successor="110105004")
    assert ranking("bare-land").ranked == ()  # the two name each other: nobody stands


def test_a_point_of_a_street_that_has_ended_counts_where_it_stands(merged: None) -> None:
    for name, code, longitude in (
        ("micro-a", "110105004", None), ("micro-b", "110105004", 116.43), ("micro-c", "110106001", 116.43),
    ):  # fmt: skip
        Point.objects.create(
            id=name, name_zh=name, kind="micro", area_code=code, longitude=longitude,
            latitude=longitude and 39.91,
        )  # fmt: skip
    ground = Ground(OCTOBER, KNOWN)
    # 116.43 lies in the square of the second street; a point of another district stays there
    assert streets_of(ground.points(["micro"]), ground) == {"micro-a": "110105003", "micro-b": "110105002"}


def test_bare_land_whose_area_is_not_filled_in_is_missing_and_not_absent(district: None) -> None:
    plot(1, "110105001", area_m2=None)
    table = ranking("bare-land")
    assert (at(table, "110105001").state, at(table, "110105001").note.zh) == ("missing", "地块没有填面积")
    assert at(table, "110105002").state == "excluded"


@pytest.mark.row("S27")
def test_clusters_of_a_year_are_ranked_by_score_and_the_last_fifteen_per_cent_are_marked(district: None) -> None:
    made = datetime(2026, 3, 1, tzinfo=UTC)
    for number, score in enumerate((92.5, 80, 75.25, 75.25, 60, 60, 88), start=1):
        Source.objects.create(
            kind="cluster", code=f"JJ{number}", name=f"聚集区{number}", state="working", area_id="110105001",
            attributes={
                "score_year": 2026, "score": score, "measure": "move", "progress": 40, "last_share": number == 5,
            },
            created_at=made, changed_at=made,
        )  # fmt: skip
    year = Period.read("2026")
    table = ranking("clusters", year)
    assert [(one.code, one.value, one.rank) for one in table.ranked][:4] == [
        ("JJ1", "92.50", 1),
        ("JJ7", "88.00", 2),
        ("JJ2", "80.00", 3),
        ("JJ3", "75.25", 4),
    ]
    # 15 % of 7 is 1.05, up to 2: the two that share the last rank
    assert [one.code for one in table.places if one.last] == ["JJ5", "JJ6"]
    assert [at(table, code).counts["marked"] for code in ("JJ5", "JJ6")] == [1, 0]
    assert at(table, "JJ5").counts["progress"] == "40"
    first = Source.objects.get(code="JJ1")
    SourceChange.objects.create(
        source=first, version=2, kind="changed", at=KNOWN,
        fields={"attributes.score_year": [2025, 2026], "attributes.score": [70, 92.5]},
    )  # fmt: skip
    assert [(one.code, one.value) for one in ranking("clusters", Period.read("2025")).ranked] == [("JJ1", "70.00")]
    assert at(ranking("clusters", year), "JJ1").before == "70.00"


def test_a_demonstration_has_results_to_rank_that_go_when_real_data_come(
    district: None, tmp_path: Path, settings: Any
) -> None:
    settings.DEMO = True
    for number in range(4):
        Source.objects.create(
            kind="road-section", code=f"DL{number}", name=f"某路{number}", state="working", synthetic=True,
            area_id=f"11010500{number + 1}", attributes={"grade": "first"}, created_at=KNOWN, changed_at=KNOWN,
        )  # fmt: skip
    Point.objects.create(id="dust-1", name_zh="工地", kind="dust", area_code="110105001", synthetic=True)
    lake = Lake(tmp_path / "lake")
    settings.LAKE_URL = lake.root
    assert fill_rankings(lake, load_pack("cn-110105-2018"), at=KNOWN + timedelta(days=9)) > 1000
    assert fill_rankings(lake, load_pack("cn-110105-2018"), at=KNOWN + timedelta(days=9)) == 0
    later = KNOWN + timedelta(days=10)
    table = ranking("road-dust-street", known=later)
    assert (len(table.ranked), table.synthetic) == (4, True)
    assert at(ranking("tsp", known=later), "110105001").value is not None
    Organisation.objects.create(code="urban-management", name_zh="区城管委", name_en="x", kind="bureau")
    record = ranking_named("road-dust-street", OCTOBER)
    order_rectification(record, table, table.ranked[-1], by=None, at=later)
    forget_synthetic([], [])
    forget_cases([], [])
    assert (RoadDust.objects.count(), CityRank.objects.count(), Case.objects.count()) == (0, 0, 0)
