"""Bad rows (坏数据): each gets a sentence naming row and column, the good rows go in."""

import csv
from pathlib import Path

import pytest

from lantian.kernel.factors import Factor
from lantian.lake.imports import Loaded, layout, with_label
from tests.imports.files import HEADER_35, HEADER_LONG, Intake, row_35, text_file

GOOD = row_35("2020-06-01 00:00", 21)


def _loaded(intake: Intake, *lines: str, header: str = HEADER_35, chosen: str = "beijing35") -> Loaded:
    return intake.load(text_file(intake.root / "file.csv", [header, *lines]), chosen)


def _rejected(intake: Intake) -> list[dict[str, str]]:
    with intake.rejects.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("line", "column", "found", "reason"),
    [
        (row_35("2020-06-01 01:00", "abc"), "PM2.5", "abc", "not-a-number"),
        (row_35("2020-06-01 01:00", "12..5"), "PM2.5", "12..5", "not-a-number"),
        (row_35("2020-06-01 01:00", "1e99"), "PM2.5", "1e99", "not-a-number"),
        (row_35("2020-06-01 01:00", "inf"), "PM2.5", "inf", "not-a-number"),
        (row_35("2020-06-01 01:00", CO="0,6".replace(",", "，")), "CO", "0，6", "not-a-number"),
        (row_35("2020-06-01 01:00", -3), "PM2.5", "-3", "negative"),
        (row_35("yesterday"), "time", "yesterday", "no-time"),
        (row_35("2020-06-01"), "time", "2020-06-01", "no-time"),
        (row_35("2020-02-30 01:00"), "time", "2020-02-30 01:00", "no-time"),
        (row_35("2020-06-01 01:30"), "time", "2020-06-01 01:30", "not-on-the-hour"),
        (row_35("2020-06-01 01:00:05"), "time", "2020-06-01 01:00:05", "not-on-the-hour"),
        (row_35("2020-06-01T01:00+05:30"), "time", "2020-06-01T01:00+05:30", "not-on-the-hour"),
        (row_35("2020-06-01 24:00"), "time", "2020-06-01 24:00", "hour-24"),
        (row_35("2020-06-01 25:00"), "time", "2020-06-01 25:00", "hour-range"),
        (row_35("2031-06-01 01:00"), "time", "2031-06-01 01:00", "out-of-time"),
        (row_35("1950-06-01 01:00"), "time", "1950-06-01 01:00", "out-of-time"),
        (row_35("2020-06-01 01:00", station=""), "station", "", "no-station"),
        (row_35("2020-06-01 01:00", station="  "), "station", "", "no-station"),
        (GOOD.rsplit(",", 1)[0], "", f"8 ≠ 9: {GOOD.rsplit(',', 1)[0]}", "columns"),
        (f"{GOOD},7", "", f"10 ≠ 9: {GOOD},7", "columns"),
    ],
)
def test_a_bad_row_is_named_with_row_column_finding_and_reason(
    intake: Intake, line: str, column: str, found: str, reason: str
) -> None:
    loaded = _loaded(intake, GOOD, line, row_35("2020-06-01 02:00", 23))
    (only,) = _rejected(intake)
    assert (only["row"], only["column"], only["found"].strip(), only["reason"]) == ("3", column, found.strip(), reason)
    assert only["zh"]
    assert only["en"]
    assert loaded.rows_rejected == 1
    assert loaded.reasons == {reason: 1}
    values = intake.values()
    assert values[("p-东四", "2020-06-01 00:00")] == 21
    assert values[("p-东四", "2020-06-01 02:00")] == 23


def test_a_bad_value_leaves_the_other_values_of_its_row(intake: Intake) -> None:
    loaded = _loaded(intake, row_35("2020-06-01 01:00", "abc"))
    assert intake.values() == {}
    assert intake.values(Factor.PM10) == {("p-东四", "2020-06-01 01:00"): 50}
    assert loaded.readings_stored == 5  # PM10, SO2, NO2, O3, CO; AQI is no reading


@pytest.mark.parametrize("empty", ["", "NA", "N/A", "NaN", "null", "-", "--", "—", " "])
def test_an_empty_value_is_missing_and_no_mistake(intake: Intake, empty: str) -> None:
    loaded = _loaded(intake, row_35("2020-06-01 01:00", empty))
    assert loaded.rows_rejected == 0
    assert loaded.readings_stored == 5
    assert intake.values() == {}


def test_a_zero_is_a_value(intake: Intake) -> None:
    _loaded(intake, row_35("2020-06-01 01:00", 0))
    assert intake.values() == {("p-东四", "2020-06-01 01:00"): 0}


def test_an_equal_duplicate_is_counted_and_stored_once(intake: Intake) -> None:
    loaded = _loaded(intake, GOOD, row_35("2020-06-01 01:00"), GOOD)
    assert (loaded.rows_duplicate, loaded.rows_rejected, loaded.readings_stored) == (1, 0, 12)
    assert intake.stored() == 12


def test_a_duplicate_with_other_values_is_rejected_and_the_first_row_kept(intake: Intake) -> None:
    loaded = _loaded(intake, GOOD, row_35("2020-06-01 00:00", 99))
    (only,) = _rejected(intake)
    assert only["row"] == "3"
    assert only["reason"] == "conflicting-duplicate"
    assert "第 2 行" in only["zh"]
    assert "row 2" in only["en"]
    assert loaded.rows_rejected == 1
    assert intake.values() == {("p-东四", "2020-06-01 00:00"): 21}


def test_a_repeated_hour_of_daylight_saving_is_rejected_and_says_that_beijing_has_none(intake: Intake) -> None:
    hours = ["2019-10-27 01:00", "2019-10-27 02:00", "2019-10-27 02:00", "2019-10-27 03:00"]
    _loaded(intake, *(row_35(hour, 20 + at) for at, hour in enumerate(hours)))
    (only,) = _rejected(intake)
    assert "夏令时" in only["zh"]
    assert "daylight saving" in only["en"]
    assert sorted(intake.values().values()) == [20, 21, 23]


def test_the_same_hour_of_two_stations_is_no_duplicate(intake: Intake) -> None:
    loaded = _loaded(intake, GOOD, row_35("2020-06-01 00:00", 99, station="天坛"))
    assert (loaded.rows_duplicate, loaded.rows_rejected) == (0, 0)


def test_pm25_above_pm10_is_stored_and_flagged(intake: Intake) -> None:
    loaded = _loaded(intake, GOOD, row_35("2020-06-01 01:00", 51), row_35("2020-06-01 02:00", 50))
    fine = {"2020-06-01 00:00": "ok", "2020-06-01 01:00": "suspect-pm25-above-pm10", "2020-06-01 02:00": "ok"}
    assert intake.verdicts(Factor.PM25) == fine
    assert intake.verdicts(Factor.PM10) == fine
    assert set(intake.verdicts(Factor.NO2).values()) == {"ok"}
    assert loaded.readings_flagged == 2
    assert loaded.rows_rejected == 0


def test_pm25_above_pm10_is_flagged_in_a_long_file_whose_rows_stand_together(intake: Intake) -> None:
    pair = [f"东四,2020-06-01 01:00,{factor},{value}" for factor, value in (("PM2.5", 60), ("PM10", 50))]
    loaded = _loaded(intake, *pair, header=HEADER_LONG, chosen="long")
    assert loaded.readings_flagged == 2


def test_a_value_beyond_what_analysers_reach_is_stored_and_flagged(intake: Intake) -> None:
    loaded = _loaded(intake, row_35("2020-06-01 01:00", 2001, PM10=9350))
    assert intake.verdicts(Factor.PM10) == {"2020-06-01 01:00": "suspect-range"}
    assert intake.verdicts(Factor.PM25) == {"2020-06-01 01:00": "suspect-range"}
    assert loaded.readings_flagged == 2


def test_a_long_file_names_unknown_factors_and_units(intake: Intake) -> None:
    lines = [
        "东四,2020-06-01 01:00,PM2.5,20,µg/m³",
        "东四,2020-06-01 01:00,风速,2,m/s",
        "东四,2020-06-01 01:00,NO2,30,ppb",
    ]
    loaded = _loaded(intake, *lines, header=f"{HEADER_LONG},unit", chosen="long")
    assert [(one["row"], one["column"], one["found"], one["reason"]) for one in _rejected(intake)] == [
        ("3", "factor", "风速", "unknown-factor"),
        ("3", "unit", "m/s", "unknown-unit"),
        ("4", "unit", "ppb", "unknown-unit"),
    ]
    assert loaded.rows_rejected == 2
    assert loaded.readings_stored == 1


def test_a_found_formula_is_made_harmless_in_the_rejects(intake: Intake) -> None:
    _loaded(intake, GOOD, row_35("2020-06-01 01:00", "=1+1"))
    assert _rejected(intake)[0]["found"] == "'=1+1"


def test_the_rejects_of_an_earlier_import_are_replaced(intake: Intake, tmp_path: Path) -> None:
    _loaded(intake, GOOD, row_35("2020-06-01 01:00", "abc"))
    assert intake.rejects.exists()
    intake.load(text_file(tmp_path / "good.csv", [HEADER_35, GOOD]))
    assert not intake.rejects.exists()


def test_a_name_that_only_bad_rows_carry_makes_no_point(intake: Intake) -> None:
    _loaded(intake, GOOD, row_35("no time", station="某处"))
    assert intake.asked == ["东四"]


def test_line_numbers_hold_after_rows_with_missing_columns_and_empty_lines(intake: Intake) -> None:
    _loaded(intake, GOOD, "short,row", "", row_35("2020-06-01 01:00", "abc"))
    assert [(one["row"], one["reason"]) for one in _rejected(intake)] == [("3", "columns"), ("5", "not-a-number")]


def test_hour_24_is_the_last_of_its_day_where_labels_name_the_end(intake: Intake) -> None:
    path = text_file(intake.root / "end.csv", [HEADER_35, row_35("2020-06-01 24:00", 24), row_35("2020-06-02 01:00")])
    intake.load(path, with_label(layout("beijing35"), "end"))
    assert set(intake.values()) == {("p-东四", "2020-06-01 23:00"), ("p-东四", "2020-06-02 00:00")}


def test_midnight_labelled_by_its_end_closes_the_day_before(intake: Intake) -> None:
    path = text_file(intake.root / "end.csv", [HEADER_35, row_35("2020-06-02 00:00")])
    intake.load(path, with_label(layout("beijing35"), "end"))
    assert set(intake.values()) == {("p-东四", "2020-06-01 23:00")}
