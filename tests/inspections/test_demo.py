"""A demonstration has inspections of two months, a campaign, draws that verify, and something to do today."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case
from lantian.apps.inspections.models import Campaign, Draw, Inspection, Plan, PlanEntry
from lantian.apps.inspections.services import route_of_day
from lantian.apps.inspections.services.demo import FAILING, PAST, fill_inspections, forget_synthetic
from lantian.apps.inspections.services.draws import frozen_of
from lantian.kernel.instants import day_of
from lantian.workflow.draws import record
from tests.inspections.conftest import make_site

NOW = datetime(2020, 9, 16, 3, tzinfo=UTC)


@pytest.fixture
def filled(person: Callable[..., Person]) -> int:
    for number in range(1, 31):
        make_site(number, street=1 + number % 2, synthetic=True)
    for number in range(1, 10):
        make_site(number, kind="enterprise", code=f"QY-{number}", attributes={"sector": "printing"}, synthetic=True)
    officer = person("enforcement", "urban-enforcement", "enforcement")
    officer.demo = True
    officer.save()
    return fill_inspections(at=NOW)


def test_the_demonstration_is_full_and_made_once(filled: int) -> None:
    assert filled == Inspection.objects.count() == PAST + 6 + 8 + 2
    assert fill_inspections(at=NOW) == 0
    rate = Inspection.objects.failing().count() / filled
    assert FAILING / 3 < rate < 0.4
    assert Case.objects.filter(origin="inspection", synthetic=True).count() == 2
    assert Campaign.objects.get().plans.get().entries.filter(state="done").count() == 6
    assert not Inspection.objects.filter(began_at__gt=NOW).exists()


def test_its_draws_can_be_drawn_again(filled: int) -> None:
    drawn, waiting = Draw.objects.order_by("frozen_at")
    subjects, rule = frozen_of(drawn)
    assert record(subjects, rule, bytes.fromhex(drawn.record["seed"]))["drawn"] == drawn.record["drawn"]
    assert (waiting.drawn_at, PlanEntry.objects.filter(plan=waiting.plan).count()) == (None, 0)


def test_a_field_account_has_a_route_today(filled: int) -> None:
    stops = route_of_day(Person.objects.get(username="enforcement"), day_of(NOW))
    assert len(stops) >= 6
    assert any(check.overdue for stop in stops for check in stop.checks)


def test_it_goes_when_real_data_come(filled: int) -> None:
    forget_synthetic([], [])
    assert not Inspection.objects.exists()
    assert not Plan.objects.exists()
    assert Draw.objects.count() == 0
