"""Services of telemetry: the registry follows the pack, files go in, real data replace made-up ones; all on record."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import ObservationImport, Point, SandDustDecision
from lantian.apps.telemetry.services import (
    ImportRequest,
    SandDust,
    decide_sand_dust,
    fill_demo,
    import_file,
    queue_import,
    read_point_map,
    request_of,
    sync_points,
)
from lantian.apps.telemetry.services import demo as demo_data
from lantian.apps.telemetry.services import imports as import_service
from lantian.apps.telemetry.services.sand_dust import SandDustError
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day
from lantian.lake import Lake
from lantian.lake.imports import ImportFileError, Loaded, load
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_plan import AirPoint

pytestmark = pytest.mark.django_db

NOW = datetime(2020, 1, 3, 4, tzinfo=UTC)
HEADER = "station,time,PM2.5,PM10,SO2,NO2,O3,AQI,CO"
DAY = date(2019, 12, 1)


@pytest.fixture
def lake(tmp_path: Path, settings: Any) -> Lake:
    """An empty lake that the services write to."""
    settings.LAKE_URL, settings.DATA_DIR, settings.PACK = str(tmp_path / "lake"), tmp_path, "cn-110105-2018"
    return Lake(tmp_path / "lake")


@pytest.fixture
def pack() -> Pack:
    return load_pack("cn-110105-2018")


def _day_of(folder: Path, stations: Sequence[str], *more: str, pm25: int = 40) -> Path:
    """Write 24 hours of a day, every hour alike."""
    lines = [f"{name},{DAY} {hour:02}:00,{pm25},60,3,30,50,56,0.6" for name in stations for hour in range(24)]
    path = folder / "day.csv"
    path.write_text("\n".join([HEADER, *lines, *more, ""]), encoding="utf-8")
    return path


def _import(path: Path, **chosen: Any) -> ObservationImport:
    entry, _ = import_file(ImportRequest(path, "beijing35", **chosen), by=None, at=NOW)
    return entry


def test_the_registry_holds_the_points_of_the_pack_however_often_it_is_synced(pack: Pack) -> None:
    count = sync_points(pack)
    before = list(Point.objects.order_by("pk").values())
    assert sync_points(pack) == count == Point.objects.count() == len(pack.all(AirPoint))
    assert list(Point.objects.order_by("pk").values()) == before


def test_syncing_mends_points_of_the_pack_and_leaves_others_alone(pack: Pack) -> None:
    sync_points(pack)
    Point.objects.filter(id="nongzhanguan").update(name_zh="错", synthetic=True)
    Point.objects.create(id="own", name_zh="自建", kind="micro", area_code="110105")
    sync_points(pack)
    mended = Point.objects.get(id="nongzhanguan")
    assert (mended.name_zh, mended.synthetic) == ("农展馆", True)
    assert Point.objects.filter(id="own").exists()


def test_a_file_goes_into_the_lake_under_the_registry_names(lake: Lake, tmp_path: Path) -> None:
    entry = _import(_day_of(tmp_path, ["奥体中心", "朝阳农展馆"]))
    assert entry.state == ObservationImport.State.DONE
    assert (entry.rows_read, entry.rows_stored, entry.rows_rejected, entry.progress) == (48, 48 * 6, 0, 1.0)
    days = lake.day_grid(first=DAY, last=DAY, points=["aotizhongxin", "nongzhanguan"])
    assert days.mean("aotizhongxin", Factor.PM25, DAY) == 40
    assert days.mean("nongzhanguan", Factor.CO, DAY) == pytest.approx(0.6)
    assert days.valid.all()


def test_an_import_is_on_record_with_who_asked_and_what_became_of_it(lake: Lake, tmp_path: Path) -> None:
    person = Person.objects.create_person("li", None, name_zh="李", name_en="Li")
    import_file(ImportRequest(_day_of(tmp_path, ["东四"]), "beijing35"), by=person, at=NOW)
    asked, done = Entry.objects.filter(verb__startswith="observations.").order_by("pk")
    assert (asked.verb, done.verb) == ("observations.import-asked", "observations.imported")
    assert {asked.actor_name, done.actor_name} == {"li"}
    assert done.detail == {"file": "day.csv", "state": "done", "stored": 144, "rejected": 0}


def test_the_same_file_twice_stores_nothing_the_second_time(lake: Lake, tmp_path: Path) -> None:
    path = _day_of(tmp_path, ["东四"])
    first, second = _import(path), _import(path)
    assert (first.rows_stored, second.rows_stored, second.rows_duplicate) == (144, 0, 144)


def test_bad_rows_are_written_beside_the_lake_and_told_by_example(lake: Lake, tmp_path: Path) -> None:
    entry = _import(_day_of(tmp_path, ["东四"], f"东四,{DAY} 25:00,40,60,3,30,50,56,0.6"))
    with Path(entry.rejects_path).open(encoding="utf-8-sig", newline="") as file:
        (reject,) = csv.DictReader(file)
    assert (reject["row"], reject["column"], reject["found"]) == ("26", "time", f"{DAY} 25:00")
    assert entry.rows_rejected == 1
    assert entry.summary["reasons"] == {"hour-range": 1}
    assert Path(entry.rejects_path).is_relative_to(tmp_path / "rejects")


def test_a_name_that_nobody_knows_becomes_a_point_without_coordinates(lake: Lake, tmp_path: Path) -> None:
    entry = _import(_day_of(tmp_path, ["Site 7"]))
    point = Point.objects.get(id="site-7")
    assert (point.longitude, point.evaluated, point.aliases, point.confidence) == (None, False, ["Site 7"], "B?")
    assert entry.summary["new_points"] == ["site-7"]


def test_a_point_map_leads_names_of_the_file_to_points(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_bytes("station,point\nA01,奥体中心\nA02,nongzhanguan\n".encode("gbk"))
    _import(_day_of(tmp_path, ["A01", "A02"]), point_map=read_point_map(tmp_path / "map.csv"))
    assert {row["point"] for row in lake.coverage().to_pylist()} == {"aotizhongxin", "nongzhanguan"}


def test_a_point_map_without_its_columns_is_refused_with_those_found(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("name,id\nA,b\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match=r"name, id"):
        read_point_map(tmp_path / "map.csv")


def test_a_file_of_bad_rows_only_fails_with_the_first_of_them(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEADER}\n东四,never,1,2,3,4,5,6,7\n", encoding="utf-8")
    with pytest.raises(ImportFileError):
        _import(path)
    entry = ObservationImport.objects.get()
    assert entry.state == ObservationImport.State.FAILED
    assert "第 2 行 time“never”" in entry.error_zh
    assert "row 2 time 'never'" in entry.error_en
    assert entry.finished_at is not None
    assert lake.coverage().num_rows == 0


def test_a_mapping_belongs_to_long_files_only(tmp_path: Path) -> None:
    wrong = ImportRequest(_day_of(tmp_path, ["东四"]), "beijing35", mapping={"columns": {"station": "x"}})
    with pytest.raises(ImportFileError, match="long"):
        queue_import(wrong, by=None, at=NOW)
    assert not ObservationImport.objects.exists()


def test_a_queued_import_remembers_what_was_asked(tmp_path: Path) -> None:
    asked = ImportRequest(tmp_path / "x.csv", "long", "end", {"units": {"CO": "mg/m³"}}, {"a": "b"}, "mine.csv")
    assert request_of(queue_import(asked, by=None, at=NOW)) == asked


def test_rows_before_a_broken_end_count_in_hours_and_days(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking_off(*given: Any, **named: Any) -> Loaded:
        load(*given, **named)
        raise ImportFileError("坏", "broken")

    monkeypatch.setattr(import_service, "load", breaking_off)
    with pytest.raises(ImportFileError, match=r"broken|坏"):
        _import(_day_of(tmp_path, ["东四"]))
    assert ObservationImport.objects.get().state == ObservationImport.State.FAILED
    assert lake.day_grid(first=DAY, last=DAY, points=["dongsi"]).mean("dongsi", Factor.PM25, DAY) == 40


STORM = SandDust(
    first_hour=datetime(2019, 5, 11, 16, tzinfo=UTC),
    last_hour=datetime(2019, 5, 12, 3, tzinfo=UTC),
    factors=(Factor.PM10, Factor.PM25),
    area_code="110105",
    reason="外来沙尘，PM10 骤升",
)


def test_a_sand_dust_decision_keeps_who_decided_on_which_ground() -> None:
    person = Person.objects.create_person("li", None, name_zh="李", name_en="Li")
    official = replace(STORM, official=True, reference="京环函〔2019〕1号")
    decision = decide_sand_dust(official, by=person, at=NOW)
    assert (decision.status, decision.factors, decision.decided_by) == ("official", ["PM10", "PM2.5"], person)
    assert list(SandDustDecision.objects.official()) == [decision]
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor_name, entry.subject_id) == ("sand-dust.official", "li", str(decision.pk))
    assert entry.detail["reference"] == "京环函〔2019〕1号"


def test_sand_dust_without_a_document_is_a_proposal_only() -> None:
    assert decide_sand_dust(STORM, by=None, at=NOW).status == "proposed"
    with pytest.raises(SandDustError, match=r"依据|document"):
        decide_sand_dust(replace(STORM, official=True), by=None, at=NOW)
    assert Entry.objects.count() == SandDustDecision.objects.count() == 1


def test_sand_dust_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(SandDustError):
        decide_sand_dust(replace(STORM, last_hour=STORM.first_hour - timedelta(hours=1)), by=None, at=NOW)
    assert not Entry.objects.exists()


def test_decisions_are_found_by_the_hours_they_touch() -> None:
    decision = decide_sand_dust(STORM, by=None, at=NOW)
    found = SandDustDecision.objects.between
    assert list(found(STORM.last_hour, STORM.last_hour + timedelta(hours=1))) == [decision]
    assert not found(STORM.last_hour + timedelta(hours=1), NOW).exists()
    assert not found(STORM.first_hour - timedelta(days=1), STORM.first_hour).exists()


@pytest.fixture
def small_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Demonstration data of the current year only."""
    monkeypatch.setattr(demo_data, "FULL_YEARS", 0)


@pytest.mark.usefixtures("small_demo")
def test_demonstration_data_fill_an_empty_lake_and_are_marked_throughout(lake: Lake, pack: Pack) -> None:
    report = fill_demo(lake, pack, now=NOW)
    assert report is not None
    assert (report.start, report.end) == (beijing_day(date(2020, 1, 1)), NOW)
    covered = {row["point"] for row in lake.coverage().to_pylist()}
    assert covered == set(Point.objects.synthetic().values_list("id", flat=True))
    assert {"aotizhongxin", "nongzhanguan", "micro-110105001"} <= covered
    assert report.readings == sum(row["readings"] for row in lake.coverage().to_pylist())


@pytest.mark.usefixtures("small_demo")
def test_demonstration_data_of_a_seed_are_always_the_same(lake: Lake, pack: Pack, tmp_path: Path) -> None:
    other, third = Lake(tmp_path / "other"), Lake(tmp_path / "third")
    fill_demo(lake, pack, now=NOW)
    fill_demo(other, pack, now=NOW)
    fill_demo(third, pack, now=NOW, seed=7)
    values = [_hourly(one).column("value").to_pylist() for one in (lake, other, third)]
    assert values[0] == values[1]
    assert values[0] != values[2]


@pytest.mark.usefixtures("small_demo")
def test_demonstration_data_go_on_where_they_ended_and_change_nothing_before(
    lake: Lake, pack: Pack, tmp_path: Path
) -> None:
    fill_demo(lake, pack, now=NOW - timedelta(hours=10))
    more = fill_demo(lake, pack, now=NOW)
    assert more is not None
    at_once = Lake(tmp_path / "at-once")
    fill_demo(at_once, pack, now=NOW)
    columns = ["point", "factor", "start", "value"]
    assert _hourly(lake).select(columns).equals(_hourly(at_once).select(columns))


@pytest.mark.usefixtures("small_demo")
def test_real_data_replace_all_demonstration_data(lake: Lake, pack: Pack, tmp_path: Path) -> None:
    fill_demo(lake, pack, now=NOW)
    _import(_day_of(tmp_path, ["农展馆"]))
    assert [(row["point"], row["readings"]) for row in lake.coverage().to_pylist()] == [("nongzhanguan", 144)]
    assert set(_hourly(lake).column("point").to_pylist()) == {"nongzhanguan"}
    assert not Point.objects.synthetic().exists()
    assert not Point.objects.filter(kind="micro").exists()
    assert Entry.objects.filter(verb="telemetry.synthetic-removed").count() == 1
    assert fill_demo(lake, pack, now=NOW) is None


@pytest.mark.usefixtures("small_demo")
def test_a_file_that_brings_nothing_leaves_demonstration_data_alone(lake: Lake, pack: Pack, tmp_path: Path) -> None:
    fill_demo(lake, pack, now=NOW)
    before = lake.coverage()
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEADER}\n东四,never,1,2,3,4,5,6,7\n", encoding="utf-8")
    with pytest.raises(ImportFileError):
        _import(path)
    assert lake.coverage().equals(before)
    assert Point.objects.synthetic().exists()


def _hourly(lake: Lake) -> Any:
    return lake.hourly(start=beijing_day(date(2019, 1, 1)), end=NOW + timedelta(days=1))
