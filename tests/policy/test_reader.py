"""Packs are read with their layers, looked up by day, and read once."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lantian.policy.check import check_pack
from lantian.policy.layer import Header
from lantian.policy.pack import Pack
from lantian.policy.reader import SHIPPED, PackError, load_pack, shipped_packs
from lantian.policy.records import Origin, Record
from lantian.policy.records_air import Limit, ScaleRecord
from lantian.policy.records_plan import Organisation, Task
from tests.policy.conftest import HEADER, RECORDS, WritePack

CITY = HEADER.replace("demo", "city")
DISTRICT = HEADER.replace("demo", "district") + 'extends = ["city"]\n'


def limit(grade2: int, first: str | None = None, last: str | None = None) -> str:
    dates = "".join(f"{key} = {day}\n" for key, day in (("valid_from", first), ("valid_to", last)) if day)
    return (
        f'[[limit]]\nid = "pm25"\nzh = "限值"\nen = "limit"\nstandard = "S"\n{dates}factor = "PM2.5"\n'
        f'period = "year"\nunit = "µg/m³"\ngrade1 = 1\ngrade2 = {grade2}\nphase = "x"\n'
    )


def layered(write_pack: WritePack, city: str, district: str) -> Pack:
    write_pack("city", pack=CITY, records=city)
    return load_pack(write_pack("district", pack=DISTRICT, records=district))


def grade2_on(pack: Pack, day: date) -> Decimal:
    return pack.get(Limit, "pm25", on=day).grade2


def test_a_record_knows_its_pack_file_and_line(write_pack: WritePack) -> None:
    task = load_pack(write_pack()).get(Task, "t1")
    assert task.origin == Origin("demo", "records.toml", RECORDS[: RECORDS.index("[[task]]")].count("\n") + 1)


def test_a_record_made_in_code_has_no_origin() -> None:
    assert Record(id="x", zh="某", en="some", article=1).origin is None


def test_numbers_are_read_as_the_decimals_that_were_written(write_pack: WritePack) -> None:
    pack = load_pack(write_pack(records=RECORDS.replace("grade2 = 30", "grade2 = 0.0025").replace("= 15\n", "= 0\n")))
    assert grade2_of_2026(pack) == Decimal("0.0025")


def grade2_of_2026(pack: Pack) -> Decimal:
    return pack.get(Limit, "pm25-year", on=date(2026, 3, 1)).grade2


def test_the_edition_in_force_on_the_day_is_found(write_pack: WritePack) -> None:
    pack = load_pack(write_pack())
    assert pack.get(Limit, "pm25-year", on=date(2026, 2, 28)).grade2 == 35
    assert grade2_of_2026(pack) == 30
    assert pack.on(Limit, date(2026, 3, 1)) == (pack.get(Limit, "pm25-year", on=date(2026, 3, 1)),)
    assert pack.on(Limit, date(2015, 12, 31)) == ()
    assert len(pack.all(Limit)) == 2


def test_asking_for_a_day_on_which_nothing_is_in_force_says_when_something_is(write_pack: WritePack) -> None:
    with pytest.raises(PackError, match=r"no edition is in force on 2015-12-31; found 2016-01-01 – 2026-02-28"):
        load_pack(write_pack()).get(Limit, "pm25-year", on=date(2015, 12, 31))


def test_asking_without_a_day_where_there_are_editions_asks_for_the_day(write_pack: WritePack) -> None:
    pack = load_pack(write_pack())
    assert pack.find(Limit, "pm25-year") is None
    with pytest.raises(PackError, match=r"has several editions: give a day; found .*2026-03-01 – …"):
        pack.get(Limit, "pm25-year")


def test_asking_for_an_unknown_id_suggests_the_nearest(write_pack: WritePack) -> None:
    with pytest.raises(PackError, match=r"did you mean environment\?"):
        load_pack(write_pack()).get(Organisation, "environmnet")


def test_a_nearer_layer_takes_the_place_of_a_farther_one_on_its_days_only(write_pack: WritePack) -> None:
    pack = layered(write_pack, limit(35), limit(30, "2019-01-01", "2019-12-31"))
    assert [layer.id for layer in pack.layers] == ["district", "city"]
    days = [date(2018, 12, 31), date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 1)]
    assert [grade2_on(pack, day) for day in days] == [35, 30, 30, 35]
    assert [record.grade2 for record in pack.all(Limit)] == [30, 35]
    assert [record.grade2 for record in pack.on(Limit, date(2019, 6, 1))] == [30]


def test_a_record_that_nearer_ones_hide_altogether_is_not_listed(write_pack: WritePack) -> None:
    whole = limit(30, last="2018-12-31") + limit(25, "2019-01-01")
    assert [record.grade2 for record in layered(write_pack, limit(35), whole).all(Limit)] == [30, 25]


def test_a_record_of_which_one_day_is_left_is_listed(write_pack: WritePack) -> None:
    nearly = limit(30, last="2018-12-31") + limit(25, "2019-01-02")
    pack = layered(write_pack, limit(35), nearly)
    assert [record.grade2 for record in pack.all(Limit)] == [30, 25, 35]
    assert grade2_on(pack, date(2019, 1, 1)) == 35


def test_an_article_is_of_the_plan_of_its_layer_or_of_the_nearest_below(write_pack: WritePack) -> None:
    own = RECORDS.replace('"t1"', '"t9"')
    write_pack("country", pack=HEADER.replace("demo", "country"), records=limit(35))
    write_pack("city", pack=CITY + 'extends = ["country"]\n', records=RECORDS)
    overlay = load_pack(write_pack("district", pack=DISTRICT, records=limit(30)))
    assert (overlay.plan.id, overlay.plan_of(overlay.get(Task, "t1")).id) == ("city", "city")
    stacked = load_pack(write_pack("plan", pack=DISTRICT.replace("district", "plan", 1), records=own))
    assert [stacked.plan_of(stacked.get(Task, name)).id for name in ("t9", "t1")] == ["plan", "city"]
    bare = load_pack(write_pack("bare", pack=HEADER.replace("demo", "bare"), records=limit(35)))
    assert (bare.plan.id, bare.plan_of(bare.get(Limit, "pm25")).id) == ("bare", "bare")
    assert stacked.plan_of(Record(id="x", zh="x", en="x", article=1)).id == "plan", "one that was made in code"


def test_a_base_reached_on_two_ways_stands_once_and_last(write_pack: WritePack) -> None:
    write_pack("base", pack=HEADER.replace("demo", "base"), records=limit(35))
    write_pack("city", pack=CITY + 'extends = ["base"]\n', records=limit(30))
    folder = write_pack("district", pack=DISTRICT.replace('["city"]', '["base", "city"]'))
    assert [layer.id for layer in load_pack(folder).layers] == ["district", "city", "base"]


def test_the_same_files_give_the_same_object_and_changed_files_another(write_pack: WritePack) -> None:
    first = load_pack(write_pack())
    assert load_pack(write_pack()) is first
    changed = load_pack(write_pack(records=RECORDS.replace("grade2 = 30", "grade2 = 29")))
    assert [grade2_of_2026(pack) for pack in (first, changed)] == [30, 29]


def test_a_pack_is_found_by_its_name_in_the_folders_searched(write_pack: WritePack) -> None:
    folder = write_pack()
    pack = load_pack("demo", search=[folder.parent])
    assert (pack.id, pack.zh, pack.en) == ("demo", "试点政策包", "Demonstration pack")
    assert "limit" in pack.tables


def test_a_wrong_pack_raises_with_every_problem(write_pack: WritePack) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(write_pack(records=RECORDS.replace("printed", "prnted")))
    assert {problem.kind for problem in caught.value.problems} == {"missing-key", "unknown-key"}
    assert caught.value.text.zh.startswith(f"政策包有 {len(caught.value.problems)} 处错误：")


def test_a_name_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="there is no such pack"):
        load_pack("cn-999999", search=[tmp_path])


def test_a_problem_becomes_a_json_object(write_pack: WritePack) -> None:
    [problem] = check_pack(write_pack(pack=HEADER.replace("demo", "other")))
    assert problem.as_json() == {
        "kind": "id-not-folder",
        "pack": "demo",
        "file": "pack.toml",
        "key": "id",
        "found": "other",
        "zh": "demo/pack.toml id：id 与文件夹名不同；现为 other；应为：demo",
        "en": "demo/pack.toml id: the id is not the folder's name; found other; allowed: demo",
    }


@pytest.mark.parametrize(
    ("first", "kind"),
    [("2026-03-01", None), ("2026-03-02", "edition-gap"), ("2026-02-28", "edition-overlap")],
)
def test_editions_of_one_thing_follow_day_on_day(write_pack: WritePack, first: str, kind: str | None) -> None:
    later = RECORDS.replace('id = "pm25-year"', 'id = "pm25-year-2026"').replace("-year-2026", "-year", 1)
    folder = write_pack(records=later.replace("valid_from = 2026-03-01", f"valid_from = {first}"))
    problems = check_pack(folder)
    assert [problem.kind for problem in problems] == ([kind] if kind else [])
    assert all("allowed: 2026-03-01" in problem.text.en for problem in problems)


def test_an_edition_after_an_open_one_overlaps(write_pack: WritePack) -> None:
    second = RECORDS[RECORDS.index("[[scale]]") : RECORDS.index("[[fact]]")].replace('"pm25"', '"pm25-2026"')
    folder = write_pack(records=RECORDS + second + "valid_from = 2026-03-01\n")
    assert [problem.kind for problem in check_pack(folder)] == ["edition-overlap"]
    assert ScaleRecord.continuous == ("item",)


@pytest.mark.parametrize("name", shipped_packs())
def test_a_shipped_pack_has_no_problem(name: str) -> None:
    assert [problem.text.en for problem in check_pack(SHIPPED / name)] == []


def test_a_shipped_pack_stands_on_the_countrys() -> None:
    assert [layer.id for layer in load_pack("cn-110105-2018").layers] == ["cn-110105-2018", "cn-110000", "cn"]
    assert isinstance(load_pack("cn").header, Header)
