"""Every kind of bad input gets a sentence with row and column; the good rows go in."""

import csv
import gzip
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lantian.airquality.grid import MISSING
from lantian.kernel.factors import Factor
from lantian.lake.imports import HoursOfFile, ImportFileError, layout, read_hours, with_label, with_mapping

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "station,time,PM2.5,PM10,SO2,NO2,CO,O3"
GOOD = "A,2019-06-01 00:00,10,20,3,4,0.6,50"


def write(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "hours.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def rejected(folder: Path, *rows: str) -> tuple[HoursOfFile, list[dict[str, str]]]:
    path = folder / "rejects.csv"
    found = read_hours(write(folder, GOOD, *rows), layout("beijing35"), NOW, path)
    with path.open(encoding="utf-8-sig") as file:
        return found, list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("A,2019-06-01 01:00,abc,20,3,4,0.6,50", "not-a-number", "PM2.5"),
        ("A,2019-06-01 01:00,10,20,3,-4,0.6,50", "negative", "NO2"),
        ("A,2019-06-01 24:00,10,20,3,4,0.6,50", "hour-24", "time"),
        ("A,2019-06-01 25:00,10,20,3,4,0.6,50", "hour-range", "time"),
        ("A,2019-06-01 01:30,10,20,3,4,0.6,50", "not-on-the-hour", "time"),
        ("A,2019-02-30 01:00,10,20,3,4,0.6,50", "no-time", "time"),
        ("A,2099-06-01 01:00,10,20,3,4,0.6,50", "out-of-time", "time"),
        ("A,2019-06-01 00:00,11,20,3,4,0.6,50", "conflicting-duplicate", "time"),
        (",2019-06-01 01:00,10,20,3,4,0.6,50", "no-station", "station"),
        ("A,2019-06-01 01:00,10", "columns", ""),
    ],
)
def test_a_bad_row_is_rejected_by_line_and_column_and_the_good_one_stays(
    tmp_path: Path, row: str, reason: str, column: str
) -> None:
    found, rejects = rejected(tmp_path, row)
    assert [(r["row"], r["reason"], r["column"]) for r in rejects] == [("3", reason, column)]
    assert rejects[0]["zh"] != rejects[0]["en"]
    assert found.grid.factor(Factor.PM25)[0, 0] == 10_000_000


def test_a_repeated_row_with_the_same_values_is_no_mistake(tmp_path: Path) -> None:
    found = read_hours(write(tmp_path, GOOD, GOOD), layout("beijing35"), NOW)
    assert found.rejects.values == 0


def test_missing_columns_are_named_with_those_found(tmp_path: Path) -> None:
    path = write(tmp_path, "A,2019-06-01 00:00,1", header="station,time,PM2.5")
    with pytest.raises(ImportFileError, match=r"PM10, SO2, NO2, CO, O3.*station, time, PM2\.5"):
        read_hours(path, layout("beijing35"), NOW)


def test_a_file_of_another_layout_is_refused_because_its_carbon_monoxide_has_another_unit(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD + ",40", header=HEADER + ",AQI")
    with pytest.raises(ImportFileError, match="--layout beijing35"):
        read_hours(path, layout("uci-beijing"), NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_station_names_are_read_in_utf8_and_gbk(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, GOOD.replace("A", "奥体中心"), encoding=encoding)
    assert read_hours(path, layout("beijing35"), NOW).grid.stations == ("奥体中心",)


def test_another_encoding_is_refused_by_line(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, encoding="utf-16")
    with pytest.raises(ImportFileError, match="in UTF-8 or GBK"):
        read_hours(path, layout("beijing35"), NOW)


def test_a_zip_bomb_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("hours.csv", "w") as member:
        member.write(f"{HEADER}\n".encode())
        for _ in range(40):
            member.write(f"{GOOD}\n".encode() * 40_000)
    with pytest.raises(ImportFileError, match="zip bomb"):
        read_hours(path, layout("beijing35"), NOW)


def test_a_file_without_line_ends_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "zeros.csv"
    path.write_bytes(b"0" * (1 << 20))
    with pytest.raises(ImportFileError, match="no header"):
        read_hours(path, layout("beijing35"), NOW)


def test_an_archive_holds_one_file(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", HEADER)
        archive.writestr("b.csv", HEADER)
    with pytest.raises(ImportFileError, match="exactly one"):
        read_hours(path, layout("beijing35"), NOW)


def test_a_packed_file_reads_like_a_bare_one(tmp_path: Path) -> None:
    bare = write(tmp_path, GOOD)
    packed = tmp_path / "hours.csv.gz"
    packed.write_bytes(gzip.compress(bare.read_bytes()))
    chosen = layout("beijing35")
    assert (read_hours(packed, chosen, NOW).grid.micro == read_hours(bare, chosen, NOW).grid.micro).all()


def test_carbon_monoxide_is_converted_exactly(tmp_path: Path) -> None:
    path = write(tmp_path, "A,2019-06-01 00:00,10,20,3,4,300,50")
    grid = read_hours(path, layout("uci-beijing"), NOW).grid
    assert grid.factor(Factor.CO)[0, 0] == 300_000  # 300 µg/m³ is 0.3 mg/m³


def test_a_float32_is_read_as_the_decimal_it_was(tmp_path: Path) -> None:
    path = tmp_path / "hours.parquet"
    columns = {name: pa.array([123.4], pa.float32()) for name in ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")}
    time = pa.array([datetime(2019, 6, 1)], pa.timestamp("us"))  # noqa: DTZ001 - Beijing time without a zone, as in files
    pq.write_table(pa.table({"station": ["A"], "time": time, **columns}), path)
    assert read_hours(path, layout("beijing35"), NOW).grid.factor(Factor.PM25)[0, 0] == 123_400_000


def test_a_label_by_the_end_of_the_hour_closes_the_day_with_24(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("00:00", "24:00"))
    grid = read_hours(path, with_label(layout("beijing35"), "end"), NOW).grid
    assert grid.first_day == date(2019, 6, 1)
    assert [at for at in range(24) if grid.factor(Factor.PM25)[0, at] != MISSING] == [23]


def test_a_long_file_with_its_own_names_and_units(tmp_path: Path) -> None:
    path = write(tmp_path, "A,2019-06-01 00:00,一氧化碳,300,µg/m³", header="站点,时间,项目,浓度,单位")
    columns = {"station": "站点", "time": "时间", "factor": "项目", "value": "浓度", "unit": "单位"}
    grid = read_hours(path, with_mapping(layout("long"), {"columns": columns}), NOW).grid
    assert grid.factor(Factor.CO)[0, 0] == 300_000
