"""The pages of the rules: every record with its source, editions side by side, articles with their tasks."""

from collections.abc import Callable

import pytest
from django.test import Client

from lantian.apps.plans.selectors.rules import numeral

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client, signed_in: Callable[..., Client]) -> Client:
    return signed_in("viewer")


@pytest.mark.row("B10")
def test_a_limit_shows_its_editions_side_by_side(reader: Client) -> None:
    page = reader.get("/system/standards/limit/pm2.5-year/").content.decode()
    assert "GB 3095-2012" in page
    assert "GB 3095-2026" in page


@pytest.mark.row("B1")
def test_every_record_is_listed_with_its_source(reader: Client) -> None:
    page = reader.get("/system/standards/", {"table": "limit"}).content.decode()
    assert "GB 3095-2012" in page


def test_the_unconfirmed_view_holds_no_confirmed_record(reader: Client) -> None:
    answer = reader.get("/system/standards/", {"view": "unconfirmed"})
    assert {line.record.confidence for line in answer.context["page"].object_list} <= {"B", "B?"}


def test_a_record_in_force_on_a_day_holds_on_it(reader: Client) -> None:
    answer = reader.get("/system/standards/", {"table": "limit", "on": "2020-06-01"})
    assert {line.record.standard for line in answer.context["page"].object_list} == {"GB 3095-2012"}


def test_an_unreadable_day_is_told_in_a_sentence(reader: Client) -> None:
    assert "不是日期" in reader.get("/system/standards/", {"on": "junk"}).content.decode()


def test_an_article_names_its_tasks_and_the_records_that_cite_it(reader: Client) -> None:
    answer = reader.get("/plan/articles/11/")
    assert answer.context["page"].tasks
    assert all(line.record.article == 11 for line in answer.context["page"].records)


@pytest.mark.parametrize("path", ["/plan/articles/99/", "/system/standards/limit/nothing/"])
def test_what_is_not_there_is_not_found(reader: Client, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_numbers_of_articles_read_in_chinese() -> None:
    assert [numeral(number) for number in (1, 10, 11, 20, 31)] == ["一", "十", "十一", "二十", "三十一"]
