"""Files that are wrong as a whole, or packed, or written in other ways (坏文件): a sentence, and nothing stored."""

import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lantian.kernel.factors import Factor
from lantian.lake.imports import ImportFileError, layout, opening, read_hours, sheets, with_mapping
from lantian.lake.imports.rejects import Rejects
from tests.imports.files import HEADER_35, HEADER_LONG, HEADER_UCI, NOW, Intake, row_35, row_uci, text_file

GOOD = row_35("2020-06-01 00:00", 21)
TEXT = f"{HEADER_35}\n{GOOD}\n".encode()


def _refused(intake: Intake, path: Path, chosen: str = "beijing35") -> ImportFileError:
    with pytest.raises(ImportFileError) as caught:
        intake.load(path, chosen)
    assert intake.stored() == 0
    assert caught.value.text.zh
    return caught.value


def test_a_file_of_the_other_layout_is_refused_because_co_differs(intake: Intake) -> None:
    path = text_file(intake.root / "uci.csv", [HEADER_UCI, row_uci("2020-06-01 00:00", (1, 2, 3, 4, 500, 6))])
    error = _refused(intake, path)
    assert "TEMP" in error.text.en
    assert "--layout uci-beijing" in error.text.en


def test_missing_columns_are_named_with_those_found_and_the_layout_that_fits(intake: Intake) -> None:
    path = text_file(intake.root / "long.csv", [HEADER_LONG, "东四,2020-06-01 00:00,PM2.5,20"])
    error = _refused(intake, path)
    assert "PM2.5, PM10, SO2, NO2, CO, O3" in error.text.en
    assert "station, time, factor, value" in error.text.en
    assert "layout long" in error.text.en
    assert "缺少列" in error.text.zh


def test_missing_columns_of_parquet_are_named(intake: Intake) -> None:
    pq.write_table(pa.table({"station": ["东四"], "when": ["2020-06-01 00:00"]}), intake.root / "f.parquet")
    error = _refused(intake, intake.root / "f.parquet")
    assert "time, PM2.5" in error.text.en
    assert "station, when" in error.text.en


def test_a_header_that_names_a_column_twice_is_refused(intake: Intake) -> None:
    assert "AQI" in _refused(intake, text_file(intake.root / "f.csv", [f"{HEADER_35},AQI", f"{GOOD},1"])).text.en


def test_an_empty_file_is_refused(intake: Intake) -> None:
    (intake.root / "f.csv").write_bytes(b"")
    assert "empty" in _refused(intake, intake.root / "f.csv").text.en


def test_a_header_alone_stores_nothing(intake: Intake) -> None:
    loaded = intake.load(text_file(intake.root / "f.csv", [HEADER_35]))
    assert (loaded.rows_read, loaded.readings) == (0, 0)


def test_an_unknown_layout_is_named_with_those_there_are() -> None:
    with pytest.raises(ImportFileError, match="uci-beijing, beijing35, long"):
        layout("excel")


def test_broken_parquet_is_refused(intake: Intake) -> None:
    (intake.root / "f.parquet").write_bytes(b"PAR1" + b"x" * 100)
    assert "Parquet" in _refused(intake, intake.root / "f.parquet").text.en


def test_a_picture_is_refused(intake: Intake) -> None:
    (intake.root / "f.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4)
    assert "UTF-8" in _refused(intake, intake.root / "f.csv").text.en


def test_gbk_is_read_and_said(intake: Intake) -> None:
    loaded = intake.load(text_file(intake.root / "f.csv", [HEADER_35, GOOD], "gbk"))
    assert loaded.encoding == "gbk"
    assert intake.values() == {("p-东四", "2020-06-01 00:00"): 21}


def test_utf8_is_said(intake: Intake) -> None:
    assert intake.load(text_file(intake.root / "f.csv", [HEADER_35, GOOD])).encoding == "utf-8"


def test_a_byte_order_mark_is_no_part_of_the_first_column(intake: Intake) -> None:
    loaded = intake.load(text_file(intake.root / "f.csv", [HEADER_35, GOOD], "utf-8-sig"))
    assert loaded.readings_stored == 6


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_another_encoding_is_refused_with_those_allowed(intake: Intake, encoding: str) -> None:
    error = _refused(intake, text_file(intake.root / "f.csv", [HEADER_35, GOOD], encoding))
    assert "UTF-8" in error.text.zh
    assert "GBK" in error.text.zh


def test_bytes_that_are_no_text_are_refused_with_their_line(intake: Intake) -> None:
    (intake.root / "f.csv").write_bytes(TEXT + b"\xff\xff\xff,2020-06-01 01:00\n")
    assert "Line 3" in _refused(intake, intake.root / "f.csv").text.en


def test_windows_line_ends_tabs_and_semicolons_are_read(intake: Intake, tmp_path: Path) -> None:
    for name, delimiter in (("tabs", "\t"), ("semicolons", ";")):
        other = Intake(tmp_path / name)
        other.root.mkdir()
        (other.root / "f.csv").write_bytes(TEXT.replace(b",", delimiter.encode()).replace(b"\n", b"\r\n"))
        assert other.load(other.root / "f.csv").readings_stored == 6


def test_a_zipped_and_a_gzipped_file_are_read(intake: Intake, tmp_path: Path) -> None:
    (tmp_path / "f.csv.gz").write_bytes(gzip.compress(TEXT))
    with zipfile.ZipFile(tmp_path / "f.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("f.csv", TEXT)
    assert intake.load(tmp_path / "f.csv.gz").readings_stored == 6
    intake.roll_up()
    assert intake.load(tmp_path / "f.zip").readings_known == 6


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(intake: Intake, kind: str) -> None:
    bomb = TEXT + b"\n" * (24 * 2**20)
    packed = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("f.csv", bomb)
    else:
        packed.write(gzip.compress(bomb))
    (intake.root / "f.packed").write_bytes(packed.getvalue())
    with pytest.raises(ImportFileError, match=r"zip bomb|压缩炸弹"):
        intake.load(intake.root / "f.packed")
    assert intake.stored() == 0


def test_a_packed_file_beyond_the_largest_size_is_refused(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_UNPACKED", 50)
    (intake.root / "f.gz").write_bytes(gzip.compress(TEXT))
    assert "allowed" in _refused(intake, intake.root / "f.gz").text.en


def test_an_archive_of_several_files_is_refused_with_their_names(intake: Intake) -> None:
    with zipfile.ZipFile(intake.root / "f.zip", "w") as archive:
        archive.writestr("a.csv", TEXT)
        archive.writestr("b.csv", TEXT)
    assert "a.csv, b.csv" in _refused(intake, intake.root / "f.zip").text.en


def test_a_damaged_archive_is_refused(intake: Intake) -> None:
    (intake.root / "f.gz").write_bytes(gzip.compress(TEXT)[:-12])
    assert "damaged" in _refused(intake, intake.root / "f.gz").text.en


def test_a_column_of_ever_new_names_is_refused_as_the_wrong_one(intake: Intake) -> None:
    lines = (row_35("2020-06-01 00:00", station=f"s{at}") for at in range(20_001))
    assert "station" in _refused(intake, text_file(intake.root / "f.csv", [HEADER_35, *lines])).text.en


def test_stations_and_years_beyond_memory_are_refused(intake: Intake) -> None:
    lines = (row_35(f"{1971 + at % 49}-06-01 00:00", station=f"s{at}") for at in range(5_000))
    assert "years" in _refused(intake, text_file(intake.root / "f.csv", [HEADER_35, *lines])).text.en


def test_a_large_file_is_read_in_batches_of_bounded_size(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "BATCH", 1_000)
    monkeypatch.setattr(sheets, "_BLOCK", 1 << 12)
    start = np.datetime64("2010-01-01T00")
    lines = (row_35(f"{start + at}:00") for at in range(5_500))
    path = text_file(intake.root / "f.csv", [HEADER_35, *lines])
    sizes: list[int] = []
    with opening.opened(path) as file, Rejects(None) as bad:
        sizes.extend(len(sheet.rows) for sheet in sheets.sheets(file, layout("beijing35"), bad))
    assert sizes == [1_000] * 5 + [500]


def test_a_text_file_is_never_read_as_a_whole(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    start = np.datetime64("2010-01-01T00")
    lines = (row_35(f"{start + at}:00") for at in range(20_000))
    path = text_file(intake.root / "f.csv", [HEADER_35, *lines])
    asked: list[int] = []
    read = opening.Guarded.read

    def noted(guarded: opening.Guarded, size: int) -> bytes:
        asked.append(size)
        return read(guarded, size)

    monkeypatch.setattr(opening.Guarded, "read", noted)
    assert len(read_hours(path, layout("beijing35"), NOW).grid.stations) == 1
    assert 0 < max(asked) <= 8 << 20


def test_co_of_the_twelve_stations_is_micrograms_and_of_the_thirty_five_milligrams(intake: Intake) -> None:
    uci = text_file(intake.root / "u.csv", [HEADER_UCI, row_uci("2020-06-01 00:00", (1, 2, 3, 4, 650, 6))])
    intake.load(uci, "uci-beijing")
    intake.load(text_file(intake.root / "b.csv", [HEADER_35, row_35("2020-06-01 00:00", CO=0.65)]))
    assert intake.values(Factor.CO) == {
        ("p-Dongsi", "2020-06-01 00:00"): 0.65,
        ("p-东四", "2020-06-01 00:00"): 0.65,
    }


def test_the_unit_column_of_a_long_file_decides_row_by_row(intake: Intake) -> None:
    lines = [
        "甲,2020-06-01 00:00,CO,650,µg/m³",
        "乙,2020-06-01 00:00,CO,0.65,mg/m³",
        "丙,2020-06-01 00:00,CO,650,ug/m3",
    ]
    intake.load(text_file(intake.root / "l.csv", [f"{HEADER_LONG},unit", *lines]), "long")
    assert set(intake.values(Factor.CO).values()) == {0.65}


def test_a_mapping_gives_columns_factors_and_units_other_names(intake: Intake) -> None:
    mapping = {
        "columns": {"station": "站点", "time": "时间", "factor": "项目", "value": "浓度"},
        "factors": {"细粒子": "PM2.5"},
        "units": {"CO": "µg/m³"},
        "label": "end",
    }
    lines = ["站点,时间,项目,浓度", "东四,2020/6/1 1:00,细粒子,20", "东四,2020/6/1 1:00,一氧化碳,650"]
    intake.load(text_file(intake.root / "l.csv", lines, "gbk"), with_mapping(layout("long"), mapping))
    assert intake.values() == {("p-东四", "2020-06-01 00:00"): 20}
    assert intake.values(Factor.CO) == {("p-东四", "2020-06-01 00:00"): 0.65}


@pytest.mark.parametrize(
    ("mapping", "named"),
    [
        ({"columns": {"sation": "x"}}, "sation"),
        ({"colums": {}}, "colums"),
        ({"factors": {"x": "PM3"}}, "PM3"),
        ({"units": {"CO": "ppm"}}, "ppm"),
        ({"label": "middle"}, "middle"),
    ],
)
def test_a_wrong_mapping_is_refused_by_name(mapping: dict[str, object], named: str) -> None:
    with pytest.raises(ImportFileError, match=named):
        with_mapping(layout("long"), mapping)


@pytest.mark.parametrize(
    "written",
    ["2020-06-01 05:00", "2020/6/1 5:00", "2020-06-01T05:00:00", "2020年6月1日5时", "2020060105", "2020-05-31T21:00Z",
     "2020-06-01 05:00+08:00", "2020-06-01 00:00+0300"],
)  # fmt: skip
def test_a_time_may_be_written_in_several_ways(intake: Intake, written: str) -> None:
    intake.load(text_file(intake.root / "f.csv", [HEADER_35, row_35(written)]))
    assert set(intake.values()) == {("p-东四", "2020-06-01 05:00")}


def test_a_time_in_four_columns_is_put_together(intake: Intake) -> None:
    header = HEADER_UCI.replace("time", "No,year,month,day,hour")
    line = "Dongsi,7,2013,3,1,23,4,8,3,7,300,77,-0.7,1023,-18.8,0,4.4,NNW"
    intake.load(text_file(intake.root / "f.csv", [header, line]), "uci-beijing")
    assert intake.values() == {("p-Dongsi", "2013-03-01 23:00"): 4}


def test_parquet_with_timestamps_and_float32_keeps_its_decimals(intake: Intake) -> None:
    table = pa.table(
        {
            "station": ["东四"],
            "time": pa.array([np.datetime64("2020-06-01T05", "ms")]),
            **{name: pa.array([21], pa.int16()) for name in ("PM2.5", "PM10", "SO2", "NO2", "O3", "AQI")},
            "CO": pa.array([0.6], pa.float32()),
        }
    )
    pq.write_table(table, intake.root / "f.parquet")
    intake.load(intake.root / "f.parquet")
    assert intake.values(Factor.CO) == {("p-东四", "2020-06-01 05:00"): 0.6}


def test_a_file_becomes_a_grid_of_hours_without_the_lake(tmp_path: Path) -> None:
    lines = [row_35("2020-06-01 00:00", 21), row_35("2020-06-01 01:00", "bad"), row_35("2020-06-02 23:00", 23)]
    found = read_hours(text_file(tmp_path / "f.csv", [HEADER_35, *lines]), layout("beijing35"), NOW)
    pm25 = found.grid.factor(Factor.PM25)[0]
    assert (found.rows_read, found.rejects.rows) == (3, 1)
    assert found.grid.stations == ("东四",)
    assert (found.grid.first_day.isoformat(), found.grid.days) == ("2020-06-01", 2)
    assert (pm25[0], pm25[47]) == (21_000_000, 23_000_000)
    assert (pm25 > 0).sum() == 2


def test_a_file_without_a_usable_row_has_no_grid(tmp_path: Path) -> None:
    path = text_file(tmp_path / "f.csv", [HEADER_35, row_35("never")])
    with pytest.raises(ImportFileError, match=r"1 rejected|拒绝 1"):
        read_hours(path, layout("beijing35"), datetime(2020, 7, 1, tzinfo=UTC))
