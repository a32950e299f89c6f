"""Days that are slips of the pen are refused at once: one that were stored would stop the counting of all problems."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.assessment.models import Exposure, Extension, FeedbackBatch, Problem
from lantian.apps.assessment.rectifying import RectificationError
from lantian.apps.assessment.services.counting import recount
from lantian.apps.assessment.services.rectification import NewBatch, register_batch
from lantian.kernel.instants import day_of
from tests.journeys.test_street_reaches_second_level import workbook
from tests.rectification.conftest import START, later
from tests.rectification.test_pages import let_stand

pytestmark = pytest.mark.django_db
LEDGER, LADDER = "/assessment/rectification/", "/assessment/accountability/"
SLIPS = ["0001-01-01", "9999-12-31"]


@pytest.fixture
def keeper_page(keeper: Person, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return what posts a form as the keeper in November 2026, and gives the page that follows."""
    let_stand(monkeypatch, later(60))
    client = Client()
    client.force_login(keeper)
    return lambda path, **data: client.post(path, data, follow=True).content.decode()


@pytest.mark.parametrize("day", SLIPS)
def test_a_day_of_no_possible_year_is_not_entered_and_stops_no_counting(
    keeper_page: Callable[..., str], day: str
) -> None:
    given = {"rule": "exposure", "body": "office-110105001", "title": "电视台曝光裸土", "medium": "某电视台"}
    assert "年份应在 1990 至 2200 之间" in keeper_page(f"{LADDER}enter/", day=day, **given)
    assert not Exposure.objects.exists()
    assert recount(later(61)) == 0


@pytest.mark.parametrize("day", SLIPS)
def test_a_list_and_an_extension_of_no_possible_year_are_refused(
    keeper_page: Callable[..., str], problem: Callable[..., Problem], day: str
) -> None:
    one = problem()
    assert "年份应在" in keeper_page(f"{LEDGER}lists/", source="city", round="第二轮", number="京环督2号", day=day)
    assert FeedbackBatch.objects.count() == 1
    assert "年份应在" in keeper_page(f"{LEDGER}{one.case.slug}/extend/", after=day, reason="市级同意")
    assert not Extension.objects.exists()


def test_a_deadline_of_no_possible_year_is_told_in_the_trial_of_the_list(
    keeper_page: Callable[..., str], batch: FeedbackBatch
) -> None:
    rows = ["1", "裸土", "扬尘污染", "第1街道办事处", "", "第1街道", "东门", "全部覆盖", "9999-12-31"]
    sent = SimpleUploadedFile("清单.xlsx", workbook(rows))
    assert "整改时限的年份有误" in keeper_page(f"{LEDGER}lists/{batch.pk}/", file=sent)


def test_a_list_that_comes_on_a_day_ahead_is_refused(keeper: Person) -> None:
    def register(day: date) -> FeedbackBatch:
        return register_batch(NewBatch("city", "第二轮", "京环督2号", day), by=keeper, at=START)

    with pytest.raises(RectificationError, match="on a day ahead"):
        register(day_of(START) + timedelta(days=1))
    assert register(day_of(START)).day == day_of(START)
