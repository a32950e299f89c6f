"""The overview over a small lake known by hand: PM2.5 is 70 µg/m³ in every hour, one day is missing."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.policy.reader import load_pack
from tests.telemetry.air_sample import fill

pytestmark = pytest.mark.django_db
AT = {"at": "2020-01-20T00:00"}


def client_of(role: str) -> Client:
    person = Person.objects.create_person(role, None, name_zh="甲", name_en="A")
    office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Bureau")
    Post.objects.create(person=person, role=role, organisation=office)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def reader(tmp_path: Path, settings: Any) -> Client:
    settings.LAKE_URL = str(tmp_path / "lake")
    sync_pack(load_pack(project.PACK), at=timezone.now())
    fill(tmp_path / "lake")
    return client_of("viewer")


@pytest.fixture
def empty(tmp_path: Path, settings: Any) -> Client:
    settings.LAKE_URL = str(tmp_path / "nothing")
    return client_of("viewer")


def test_the_strip_shows_the_districts_index_and_its_primary_pollutant(reader: Client) -> None:
    context = reader.get("/", AT).context
    assert (context["aqi"], context["level"]) == (94, 2)  # 50 + 50/40 × 35 = 93.75, rounded up
    assert [item.factor for item in context["items"] if item.primary] == ["PM2.5"]


@pytest.mark.row("S01")
def test_the_target_card_says_where_the_year_stands(reader: Client) -> None:
    answer = reader.get("/", AT)
    card = answer.context["target"]
    assert card.to_date == Decimal("70.0")
    assert card.validity == "有效 18 / 19 天"  # 15 January is missing
    assert card.allowed == Decimal("51.1")  # (52 × 365 − 70 × 18) ÷ 347 = 51.066
    assert card.card.position.projection.mean == 70  # 2019 was 70 on every day
    assert card.probability == "0"
    assert card.cite == "第二条"
    text = answer.content.decode()
    assert "(52 × 365 − 70.0 × 18) ÷ 347 = 51.1" in text
    assert answer.context["page"].snapshot.id in text


def test_the_calendar_counts_levels_and_invalid_days(reader: Client) -> None:
    calendar = reader.get("/", AT).context["calendar"]
    assert (calendar["counts"].good, calendar["counts"].heavy, calendar["counts"].invalid) == (18, 0, 1)
    assert [cell.level for cell in calendar["cells"]].count(2) == 18


def test_a_later_look_does_not_change_what_an_earlier_moment_shows(reader: Client) -> None:
    early = reader.get("/", {"at": "2020-01-10T00:00"}).context
    assert len(early["calendar"]["cells"]) == 9
    assert early["target"].validity == "有效 9 / 9 天"


def test_an_hour_without_data_has_no_index(reader: Client) -> None:
    context = reader.get("/", {"at": "2020-01-15T12:00"}).context
    assert (context["aqi"], context["level"]) == (None, 0)


@pytest.mark.parametrize("path", ["/", "/wall/", "/data/overview/map.json"])
def test_a_page_asks_the_records_ten_times_at_most_beside_the_bell(
    reader: Client, path: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(10 + 1):
        assert reader.get(path, AT).status_code == 200


def test_the_map_holds_streets_pills_and_texts_in_the_readers_language(reader: Client) -> None:
    found = json.loads(reader.get("/data/overview/map.json", AT, headers={"Accept-Language": "en"}).content)
    assert len(found["areas"]["features"]) == 43
    assert found["texts"]["close"] == "Close"


@pytest.mark.parametrize("name", ["hour", "days", "target", "ranking"])
def test_every_figure_gives_its_data_with_the_snapshot(reader: Client, name: str) -> None:
    answer = reader.get(f"/data/overview/{name}.csv", AT)
    snapshot = reader.get("/", AT).context["page"].snapshot.id
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].endswith(",snapshot")
    assert len(lines) > 1
    assert all(line.endswith(snapshot) for line in lines[1:])


@pytest.mark.parametrize("path", ["/", "/wall/", "/data/overview/map.json", "/data/overview/target.csv"])
def test_nobody_reads_without_signing_in(path: str) -> None:
    assert Client().get(path).headers["Location"].startswith("/accounts/sign-in/")


def test_an_empty_lake_offers_the_import(empty: Client) -> None:
    text = empty.get("/").content.decode()
    assert "还没有观测数据" in text
    assert "/monitoring/import/" in text
    assert empty.get("/wall/").status_code == 200
    assert empty.get("/data/overview/map.json").status_code == 404
