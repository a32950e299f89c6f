"""A restaurant penalised on a case's page stands in the shared ledger; the rating department hears of the second."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.cases.models import Case
from lantian.apps.cases.services import NewCase, Taken, attach_file, open_case, take_step
from lantian.apps.ledger.models import ChangeNotice, Source
from lantian.apps.ledger.services.attachments import Sent
from tests.cases.conftest import START, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def restaurant(district: None) -> Source:
    Organisation.objects.create(code="food-drug", name_zh="区食药监局", kind="bureau")
    return Source.objects.create(kind="restaurant", code="CY-1", name="某酒楼", state="working", area_id="110105001",
                                 created_at=START, changed_at=START)  # fmt: skip


@pytest.fixture
def web(officer: Person) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(officer)
    return client


def decided(restaurant: Source, officer: Person, at: datetime) -> Case:
    """A case in which a penalty is to be served."""
    case = open_case(NewCase("restaurant-fume", "油烟超标", at, source=restaurant), by=None, at=at)
    verify = case.threads.get(step="verify").number
    attach_file(case, verify, Sent("油烟.jpg", photo()), by=officer, at=at)
    case = take_step(case, verify, Taken("violation", "超标属实"), by=officer, at=at)
    return take_step(case, case.threads.get(step="decide").number, Taken("penalise", "拟处罚"), by=officer, at=at)


@pytest.mark.row("S34")
@pytest.mark.parametrize(("days", "told"), [(364, ["food-drug"]), (365, [])])
def test_the_second_penalty_inside_365_days_reaches_the_rating_department(
    restaurant: Source, officer: Person, web: Client, days: int, told: list[str]
) -> None:
    now = datetime.now(UTC)
    before = now - timedelta(days=days)
    first = decided(restaurant, officer, before)
    serve = first.threads.get(step="penalise").number
    take_step(first, serve, Taken("served", "已送达"), by=officer, at=before)
    assert not ChangeNotice.objects.exists()

    second = decided(restaurant, officer, now - timedelta(hours=1))
    number = second.threads.get(step="penalise").number
    second.refresh_from_db()
    served = {"thread": number, "outcome": "served", "reason": "已送达", "version": second.version}
    page = web.post(f"/cases/{second.slug}/take/", served, follow=True).content.decode()
    assert second.penalties.count() == 1, page
    assert [one.organisation_id for one in ChangeNotice.objects.filter(change__kind="penalised")] == told
    ledger = web.get(reverse("ledger:ratings")).content.decode()
    assert first.number in ledger
    assert second.number in ledger

    penalty = second.penalties.get()
    web.post(reverse("cases:revoke", args=[second.slug, penalty.pk]), {"reason": "复议撤销"})
    assert [(one.number, one.revoked) for one in restaurant.penalties.order_by("decided_on")] == [
        (first.number, False),
        (second.number, True),
    ]
    assert f"<del>{penalty.day:%Y-%m-%d} {second.number}</del>" in web.get(reverse("ledger:ratings")).content.decode()
