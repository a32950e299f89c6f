"""The air pages over a small lake whose values are known by hand: PM2.5 is 70 µg/m³ in every hour."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.telemetry.models import ObservationImport
from tests.telemetry.air_sample import fill

pytestmark = pytest.mark.django_db
AT = {"at": "2020-01-20T00:00"}


@pytest.fixture
def reader(tmp_path: Path, settings: Any) -> Client:
    settings.LAKE_URL = str(tmp_path / "lake")
    settings.DATA_DIR = tmp_path
    fill(tmp_path / "lake")
    return _client("viewer")


def _client(role: str) -> Client:
    person = Person.objects.create_person(role, None, name_zh="甲", name_en="A")
    office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Bureau")
    Post.objects.create(person=person, role=role, organisation=office)
    client = Client()
    client.force_login(person)
    return client


def test_the_list_names_every_station_with_its_index(
    reader: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(10):
        page = reader.get("/air/stations/", AT).context["page"]
    assert [line.row.mark.aqi for line in page.rows] == [94, 94]  # 50 + 50/40 × 35 = 93.75, rounded up


@pytest.mark.row("B10")
def test_the_same_day_is_judged_by_both_editions_side_by_side(reader: Client) -> None:
    days = reader.get("/air/stations/nongzhanguan/", AT | {"view": "days", "year": "2019"}).context["days"]
    assert {name: found.aqi for name, found in days[0].by_edition.items()} == {"2012": 94, "2026": 110}
    # 2026: 100 + 50/55 × 10 = 109.1, rounded up


def test_a_day_without_data_has_no_index(reader: Client) -> None:
    days = reader.get("/air/stations/nongzhanguan/", AT | {"view": "days", "year": "2020"}).context["days"]
    assert [row.day.day for row in days if row.mark.aqi is None] == [15]


@pytest.mark.row("B16")
def test_a_moment_looked_back_upon_shows_nothing_later(reader: Client) -> None:
    days = reader.get("/air/stations/nongzhanguan/", AT | {"view": "days", "year": "2020"}).context["days"]
    assert (len(days), days[-1].day.day) == (19, 19)


@pytest.mark.parametrize("view", ["hours", "days", "episodes", "completeness", "years"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_view_of_a_station_opens(reader: Client, view: str, language: str) -> None:
    reader.cookies["django_language"] = language
    assert reader.get("/air/stations/nongzhanguan/", AT | {"view": view}).status_code == 200


def test_the_evaluation_states_the_mean_of_the_year_and_its_validity(reader: Client) -> None:
    page = reader.get("/air/evaluation/", AT).context["page"]
    found = page.period.area.factors["PM2.5"]
    assert (page.year, str(found.mean.rounded), found.validity.valid) == (2019, "70", True)


def test_the_workbook_reads_back_what_the_page_says(reader: Client) -> None:
    answer = reader.get("/air/evaluation/export.xlsx", AT)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert "PM2.5 年均" in cells
    assert 70 in cells
    assert any(str(cell).startswith("S-") for cell in cells)


def test_an_empty_lake_says_so(tmp_path: Path, settings: Any) -> None:
    settings.LAKE_URL = str(tmp_path / "empty")
    assert "没有可评价的数据" in _client("viewer").get("/air/evaluation/").content.decode()


def test_a_viewer_may_not_import(reader: Client) -> None:
    assert reader.post("/monitoring/import/").status_code == 403


def test_an_unknown_kind_of_file_is_refused_in_a_sentence(reader: Client) -> None:
    file = SimpleUploadedFile("a.exe", b"MZ")
    answer = _client("duty").post("/monitoring/import/", {"file": file, "layout": "long"})
    assert answer.status_code == 400
    assert "的类型不能导入" in answer.content.decode()
    assert not ObservationImport.objects.exists()
