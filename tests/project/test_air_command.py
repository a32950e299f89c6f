"""``lantian air`` and ``lantian observations`` over files whose numbers were worked out by hand."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.project.commands import document, lantian
from tests.shared import shared

HEADER = "station,time,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,PRES,DEWP,RAIN,WSPM,wd"
ITEMS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
FINE = {"PM2.5": 75, "PM10": 50, "SO2": 50, "NO2": 40, "CO": 2200, "O3": 100}
"""A day at breakpoints, as the twelve stations write it: CO in µg/m³."""


def _hour(station: str, day: date, hour: int, values: Mapping[str, object]) -> str:
    cells = [str(values.get(item, "")) for item in ITEMS]
    return ",".join([station, f"{day} {hour:02}:00", *cells, "20", "1010", "3", "0", "1.2", "NNW"])


def _day(station: str, day: date, values: Mapping[str, object], **hours: int) -> Iterator[str]:
    """Write a day whose hours are alike; ``hours``: items that stop after so many hours (PM25 for PM2.5)."""
    stops = {"PM2.5" if item == "PM25" else item: count for item, count in hours.items()}
    for hour in range(24):
        yield _hour(station, day, hour, {k: v for k, v in values.items() if hour < stops.get(k, 24)})


def _write(path: Path, lines: Iterator[str]) -> Path:
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


JUNE = date(2019, 6, 1)


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one day at several stations that differ in the hours they have."""

    def lines() -> Iterator[str]:
        yield from _day("whole", JUNE, FINE)
        yield from _day("nineteen", JUNE, FINE, PM25=19, CO=19)
        yield from _day("twenty", JUNE, FINE, PM25=20, CO=20)
        # The first k hours of O3 give k - 5 windows of six values or more: 18 hours 13 windows, 19 hours 14.
        yield from _day("thirteen", JUNE, FINE, O3=18)
        yield from _day("fourteen", JUNE, FINE, O3=19)
        yield from _day("thirteen-high", JUNE, {**FINE, "O3": 170}, O3=18)

    return _write(tmp_path_factory.mktemp("air") / "june.csv", lines())


def _daily(path: Path, *words: str) -> dict[str, Any]:
    found = document(path.parent, "air", "daily", str(path), "--layout", "uci-beijing", *words)
    return {row["station"]: row for row in found}


@pytest.fixture(scope="module")
def in_2012(june: Path) -> dict[str, Any]:
    return _daily(june, "--edition", "2012")


@pytest.mark.row("B10")
def test_a_day_at_the_breakpoints_has_the_indices_of_the_standard(in_2012: dict[str, Any]) -> None:
    row = in_2012["whole"]
    # CO 2.2 mg/m³: 50 + 50 / 2 × 0.2 = 55 exactly; the others lie on breakpoints.
    assert row["iaqi"] == {"PM2.5": 100, "PM10": 50, "SO2": 50, "NO2": 50, "CO": 55, "O3": 50}
    assert (row["aqi"], row["category"], row["primary"]) == (100, "良", ["PM2.5"])
    assert (row["date"], row["edition"]) == ("2019-06-01", "2012")


@pytest.mark.row("B10")
def test_carbon_monoxide_in_micrograms_is_judged_in_milligrams(in_2012: dict[str, Any]) -> None:
    assert in_2012["whole"]["concentration"] == {
        "PM2.5": "75", "PM10": "50", "SO2": "50", "NO2": "40", "CO": "2.2", "O3": "100",
    }  # fmt: skip


@pytest.mark.row("B10")
def test_the_same_day_is_worse_under_the_edition_of_2026(june: Path) -> None:
    row = _daily(june, "--edition", "2026")["whole"]
    # 100 + 50 / (115 − 60) × (75 − 60) = 113.6, rounded up
    assert (row["aqi"], row["iaqi"]["PM2.5"], row["category"], row["primary"]) == (114, 114, "轻度污染", ["PM2.5"])


@pytest.mark.row("B10")
def test_by_date_a_day_is_judged_by_the_edition_of_its_day(tmp_path: Path) -> None:
    def lines() -> Iterator[str]:
        yield from _day("A", date(2026, 2, 28), FINE)
        yield from _day("A", date(2026, 3, 1), FINE)

    words = ("air", "daily", str(_write(tmp_path / "f.csv", lines())), "--layout", "uci-beijing")
    found = document(tmp_path, *words)
    assert [(row["date"], row["edition"], row["iaqi"]["PM2.5"]) for row in found] == [
        ("2026-02-28", "2012", 100),
        ("2026-03-01", "2026", 114),
    ]


@pytest.mark.row("S01")
def test_a_daily_mean_needs_twenty_hours(in_2012: dict[str, Any]) -> None:
    short, enough = in_2012["nineteen"], in_2012["twenty"]
    assert (short["hours"]["PM2.5"], short["valid"]["PM2.5"], short["valid"]["CO"]) == (19, False, False)
    assert (enough["hours"]["PM2.5"], enough["valid"]["PM2.5"], enough["valid"]["CO"]) == (20, True, True)
    assert "PM2.5" not in short["iaqi"]
    assert enough["iaqi"]["PM2.5"] == 100
    assert short["concentration"]["PM2.5"] == "75"


@pytest.mark.row("S01")
def test_ozone_needs_fourteen_windows_unless_it_exceeds_the_limit(in_2012: dict[str, Any]) -> None:
    short, enough, high = (in_2012[name] for name in ("thirteen", "fourteen", "thirteen-high"))
    assert (short["hours"]["O3"], short["valid"]["O3"]) == (13, False)
    assert (enough["hours"]["O3"], enough["valid"]["O3"], enough["iaqi"]["O3"]) == (14, True, 50)
    assert (high["hours"]["O3"], high["valid"]["O3"]) == (13, True)
    assert high["iaqi"]["O3"] == 110  # 100 + 50 / 55 × 10 = 109.1, rounded up


@pytest.mark.row("S01")
def test_labels_at_the_end_of_hours_move_midnight_into_the_day_before(june: Path) -> None:
    found = document(june.parent, "air", "daily", str(june), "--layout", "uci-beijing", "--label", "end",
                     "--stations", "whole")  # fmt: skip
    assert [(row["date"], row["hours"]["PM2.5"]) for row in found] == [("2019-05-31", 1), ("2019-06-01", 23)]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2019 at two stations: on day d (1…365) A has d µg/m³ and B d + 2; PM10 of A ends after 323 days."""

    def lines() -> Iterator[str]:
        for station, more in (("A", 0), ("B", 2)):
            for number in range(1, 366):
                day = date(2019, 1, 1) + timedelta(days=number - 1)
                value = number + more
                cells = {"PM2.5": value, "SO2": value, "NO2": 40.5, "CO": 1234, "O3": value}
                whole = station == "B" or number <= 323
                yield from _day(station, day, cells | ({"PM10": value} if whole else {}))

    return _write(tmp_path_factory.mktemp("air") / "year.csv", lines())


def _year(path: Path, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = document(
        path.parent, "air", "evaluate", str(path), "--layout", "uci-beijing", "--year", "2019", *words
    )
    return found


@pytest.fixture(scope="module")
def evaluated(year: Path) -> dict[str, Any]:
    return _year(year)


@pytest.mark.row("S01")
@pytest.mark.parametrize(
    ("item", "rank", "mean", "percentile", "exact"),
    [
        ("PM2.5", 95, "183", "347", "346.8"),  # mean of 1…365; k = 1 + 364 × 0.95 = 346.8
        ("SO2", 98, "183", "358", "357.72"),  # k = 1 + 364 × 0.98
        ("O3", 90, "183", "329", "328.6"),  # k = 1 + 364 × 0.90, over daily maxima of 8 h means
        ("NO2", 98, "40", "40", "40.5"),  # half goes to the even digit
        ("CO", 95, "1.2", "1.2", "1.234"),  # 1234 µg/m³
    ],
)
def test_means_and_percentiles_of_a_year_are_those_of_the_standard(
    evaluated: dict[str, Any], item: str, rank: int, mean: str, percentile: str, exact: str
) -> None:
    (found,) = [place["factors"][item] for place in evaluated["stations"] if place["station"] == "A"]
    assert (found["percentile_rank"], found["mean"], found["percentile"]) == (rank, mean, percentile)
    assert float(found["percentile_exact"]) == float(exact)
    assert (found["valid_days"], found["valid"]) == (365, True)


@pytest.mark.row("S01")
def test_an_area_is_judged_by_its_own_daily_series(evaluated: dict[str, Any]) -> None:
    area = evaluated["area"]
    assert area["stations"] == ["A", "B"]
    # The mean of d and d + 2 is d + 1: mean 184, percentile 347.8.
    assert (area["factors"]["PM2.5"]["mean"], area["factors"]["PM2.5"]["percentile"]) == ("184", "348")


@pytest.mark.row("S01")
def test_a_year_of_323_days_is_not_valid(evaluated: dict[str, Any]) -> None:
    short, whole = (place["factors"]["PM10"] for place in evaluated["stations"])
    assert (short["valid_days"], short["valid"]) == (323, False)
    assert short["short_months"] == ["2019-11", "2019-12"]
    assert (whole["valid_days"], whole["valid"]) == (365, True)
    assert evaluated["area"]["factors"]["PM10"]["valid_days"] == 365  # one of two stations is half of them: enough


@pytest.mark.row("S01")
def test_days_comply_by_concentration(evaluated: dict[str, Any]) -> None:
    (found,) = [place["factors"]["PM2.5"] for place in evaluated["stations"] if place["station"] == "A"]
    assert (found["compliant_days"], found["compliance"]) == (75, "20.5")  # 75 / 365 = 20.55 %, half-even 20.5
    assert (found["mean_limit"], found["percentile_limit"], found["compliant"]) == ("35", "75", False)


@pytest.mark.row("B10")
def test_the_edition_of_2026_prints_more_digits_and_judges_more_strictly(year: Path) -> None:
    found = _year(year, "--edition", "2026", "--stations", "A")
    assert [place["station"] for place in found["stations"]] == ["A"]
    factors = found["stations"][0]["factors"]
    assert (factors["PM2.5"]["mean"], factors["PM2.5"]["percentile"]) == ("183.0", "346.8")
    assert (factors["CO"]["percentile"], factors["NO2"]["mean"]) == ("1.23", "40.5")
    assert (factors["PM2.5"]["mean_limit"], factors["PM2.5"]["percentile_limit"]) == ("30", "60")
    assert factors["PM2.5"]["compliant_days"] == 60


@pytest.mark.row("S01")
def test_what_was_imported_is_evaluated_out_of_the_lake_alike(june: Path, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(june.read_text(encoding="utf-8").replace("whole", "奥体中心"), encoding="utf-8")
    first = document(tmp_path, "observations", "import", str(path), "--layout", "uci-beijing")
    again = document(tmp_path, "observations", "import", str(path), "--layout", "uci-beijing")
    assert (first["rows"]["read"], first["rows"]["rejected"], first["stations"]["奥体中心"]) == (144, 0, "aotizhongxin")
    assert (again["readings"]["stored"], again["readings"]["already_known"]) == (0, first["readings"]["stored"])
    words = ("air", "daily", "--from-lake", "--stations", "aotizhongxin", "--edition", "2012")
    (row,) = document(tmp_path, *words)
    assert (row["aqi"], row["iaqi"]["CO"], row["concentration"]["CO"]) == (100, 55, "2.2")


@pytest.mark.row("S01")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("station,time\nA,2019-06-01 00:00\n", "lacks these columns: PM2.5, PM10, SO2, NO2, CO, O3. It has: station"),
        ("", "is empty"),
        (f"{HEADER}\nA,never,1,2,3,4,5,6,7,8,9,10,11,N\n", "1 rejected"),
    ],
)  # fmt: skip
def test_a_bad_file_is_a_sentence_and_exit_code_1(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    for words in (("observations", "import"), ("air", "daily")):
        done = lantian(tmp_path, *words, str(tmp_path / "f.csv"), "--layout", "uci-beijing")
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.row("S01")
@pytest.mark.parametrize(
    "words",
    [
        ("air", "daily"),
        ("air", "daily", "FILE"),
        ("air", "daily", "FILE", "--layout", "excel"),
        ("air", "daily", "FILE", "--layout", "long", "--from-lake"),
        ("air", "evaluate", "FILE", "--layout", "long"),
        ("observations", "import", "FILE"),
        ("observations", "import", "absent.csv", "--layout", "long"),
        ("observations", "export"),
    ],
)
def test_wrong_use_is_exit_code_2(june: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    done = lantian(tmp_path, *(str(june) if word == "FILE" else word for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error" in done.stderr


def test_a_station_that_the_file_does_not_hold_is_named_with_those_it_does(june: Path) -> None:
    done = lantian(june.parent, "air", "daily", str(june), "--layout", "uci-beijing", "--stations", "whole,nowhere")
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "nineteen" in done.stderr


@pytest.mark.slow
@pytest.mark.row("S01")
def test_both_files_of_the_thirty_five_stations_go_in_whole(tmp_path: Path) -> None:
    older = shared("data/air_quality_beijing35_hourly_2017-2021-01.parquet")
    newer = shared("data/air_quality_beijing35_hourly_2021-01-2024-06.parquet")
    found = [
        document(tmp_path, "observations", "import", str(path), "--layout", "beijing35") for path in (older, newer)
    ]
    assert [one["rows"]["read"] for one in found] == [1_144_389, 933_944]
    assert [one["rows"]["rejected"] for one in found] == [0, 0]
    assert [len(one["stations"]) for one in found] == [35, 35]
    assert [one["new_points"] for one in found] == [[], []]
    assert all(
        one["stations"][name] == "nongzhanguan" for one, name in zip(found, ("农展馆", "朝阳农展馆"), strict=True)
    )
