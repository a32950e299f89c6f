"""How computed: the popovers of the air pages hold the formula in numbers, and an invalid year says which month."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from lantian.airquality.period import Period, judge_period
from lantian.airquality.validity import YearMinimum
from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.telemetry.computations import why_invalid
from tests.telemetry.air_sample import fill

pytestmark = pytest.mark.django_db
AT = {"at": "2020-01-20T00:00"}
PAGES = (
    "/air/stations/",
    "/air/stations/nongzhanguan/",
    "/air/stations/nongzhanguan/?view=days",
    "/air/stations/nongzhanguan/?view=episodes",
    "/air/stations/nongzhanguan/?view=completeness",
    "/air/stations/nongzhanguan/?view=years",
    "/air/evaluation/",
    "/air/evaluation/?area=all&dust=without",
    "/air/evaluation/how/area/",
    "/air/sand-dust/",
    "/monitoring/import/",
)


@pytest.fixture
def reader(tmp_path: Path, settings: Any) -> Client:
    settings.LAKE_URL = str(tmp_path / "lake")
    settings.DATA_DIR = tmp_path
    fill(tmp_path / "lake")
    person = Person.objects.create_person("viewer", None, name_zh="甲", name_en="A")
    office = Organisation.objects.create(code="office", name_zh="区环保局", name_en="Bureau")
    Post.objects.create(person=person, role="viewer", organisation=office)
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.row("B14")
@pytest.mark.parametrize("address", PAGES)
def test_an_air_page_asks_the_records_ten_times_at_most(
    reader: Client, address: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(10):
        assert reader.get(address, AT if "?" not in address else None).status_code == 200


@pytest.mark.row("B14")
def test_the_mean_of_a_year_shows_its_sum_and_its_days(reader: Client) -> None:
    page = reader.get("/air/evaluation/", AT).content.decode()
    assert "25,550 ÷ 365 = 70 → 70" in page.replace(".000", "").replace(".00", "")  # 365 days of 70
    assert "有效 365 天，须 324 天：有效" in page
    assert "HJ 663-2013" in page


def test_a_percentile_shows_its_position(reader: Client) -> None:
    page = reader.get("/air/evaluation/", AT).content.decode()
    assert "k = 1 + (365 − 1) × 0.95 = 346.8" in page  # 1 + 345.8


def test_the_composite_index_shows_its_terms(reader: Client) -> None:
    page = reader.get("/air/evaluation/how/nongzhanguan/", AT).content.decode()
    # 5/60 + 30/40 + 90/70 + 70/35 + 0.8/4 + 80/160 = 4.819
    assert "= 4.82" in page
    assert "days.csv" in page


def test_a_place_that_is_not_evaluated_is_not_found(reader: Client) -> None:
    assert reader.get("/air/evaluation/how/nowhere/", AT).status_code == 404


def test_the_index_of_the_hour_shows_its_largest_part(reader: Client) -> None:
    page = reader.get("/air/stations/nongzhanguan/", AT).content.decode()
    assert "PM2.5 94" in page  # 50 + 50/40 × 35 = 93.75, rounded up
    assert ") = 94" in page


def test_a_year_names_the_months_that_are_short() -> None:
    by_month = {(2019, month): 27 for month in range(1, 13)} | {(2019, 2): 24}
    minimum = YearMinimum(days=321, month_days=27, february_days=25)
    found = judge_period(Period(date(2019, 1, 1), date(2019, 12, 31)), by_month, minimum)
    with translation.override("zh-hans"):
        assert why_invalid(found) == "2月 24/25"
    with translation.override("en"):
        assert why_invalid(found) == "Feb 24/25"


def test_an_unfinished_year_says_why_it_is_not_valid(reader: Client) -> None:
    page = reader.get("/air/evaluation/", AT | {"year": "2020"}).content.decode()
    assert "全期 18/324；1月 18/27、2月 0/25" in page  # nineteen days, one without data
