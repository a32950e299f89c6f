"""Files go into the lake by the command: once, resumable, in place of synthetic data."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lantian.lake import Lake
from lantian.lake.imports import Loading, layout, load

HEADER = "station,time,PM2.5,PM10,SO2,NO2,CO,O3"


def lantian(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "LANTIAN_DATA_DIR": str(folder / "data"), "LANTIAN_LANG": "en"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [Path(sys.executable).with_name("lantian"), *words], env=env, capture_output=True, text=True, check=False
    )


def day(folder: Path, stamp: str, pm25: int, *, hours: int = 24) -> Path:
    path = folder / f"{stamp}-{pm25}.csv"
    rows = [f"奥体中心,{stamp} {hour:02}:00,{pm25},80,3,20,0.5,60" for hour in range(hours)]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


def document(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.row("S01")
def test_real_hours_go_in_once_and_say_so(tmp_path: Path) -> None:
    path = day(tmp_path, "2019-06-01", 43)
    first = document(lantian(tmp_path, "observations", "import", str(path), "--layout", "beijing35", "--json"))
    again = document(lantian(tmp_path, "observations", "import", str(path), "--layout", "beijing35", "--json"))
    assert first["readings"]["stored"] == 24 * 6
    assert first["stations"] == {"奥体中心": "aotizhongxin"}
    assert (again["readings"]["stored"], again["readings"]["already_known"]) == (0, 24 * 6)


@pytest.mark.row("B10")
@pytest.mark.parametrize(("edition", "index"), [("2012", 100), ("2026", 114)])
def test_pm25_of_75_has_the_index_of_each_edition(tmp_path: Path, edition: str, index: int) -> None:
    path = day(tmp_path, "2019-06-01", 75)
    words = ("air", "daily", str(path), "--layout", "beijing35", "--edition", edition, "--json")
    (found,) = document(lantian(tmp_path, *words))
    assert (found["aqi"], found["primary"], found["date"]) == (index, ["PM2.5"], "2019-06-01")


@pytest.mark.row("S01")
def test_a_day_of_nineteen_hours_is_not_valid(tmp_path: Path) -> None:
    path = day(tmp_path, "2019-06-01", 75, hours=19)
    (found,) = document(lantian(tmp_path, "air", "daily", str(path), "--layout", "beijing35", "--json"))
    assert found["valid"]["PM2.5"] is False
    assert "PM2.5" not in found["iaqi"]


def test_a_file_without_a_good_row_ends_with_a_sentence_and_code_1(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEADER}\nA,2019-06-01 25:00,1,2,3,4,5,6\n", encoding="utf-8")
    done = lantian(tmp_path, "observations", "import", str(path), "--layout", "beijing35")
    assert done.returncode == 1
    assert "row 2 time '2019-06-01 25:00'" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_layout_is_wrong_use(tmp_path: Path) -> None:
    done = lantian(tmp_path, "observations", "import", str(day(tmp_path, "2019-06-01", 1)), "--layout", "nothing")
    assert done.returncode == 2


def test_an_import_that_dies_in_the_middle_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, lake = day(tmp_path, "2019-06-01", 43), Lake(tmp_path / "lake")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    asked = Loading(path, layout("beijing35"), lambda names: ["a" for _ in names], now)
    monkeypatch.setattr("lantian.lake.imports.sheets.BATCH", 10)
    append, calls = lake.append_readings, []

    def dying(*args: Any, **named: Any) -> Any:
        calls.append(named["source"])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return append(*args, **named)

    monkeypatch.setattr(lake, "append_readings", dying)
    with pytest.raises(KeyboardInterrupt):
        load(lake, asked)
    monkeypatch.setattr(lake, "append_readings", append)
    assert lake.coverage().column("readings").to_pylist() == [60]
    loaded = load(lake, asked)
    assert (loaded.resumed, loaded.readings_stored) == (1, 84)
    assert lake.coverage().column("readings").to_pylist() == [144]
