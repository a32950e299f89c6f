"""A demonstration shows two lists in all states and bodies on their levels, once, and goes when real data come."""

from datetime import UTC, datetime

import pytest

from lantian.apps.accounts.models import Organisation
from lantian.apps.assessment.models import AccountabilityNotice, CountedProblem, FeedbackBatch, Problem
from lantian.apps.assessment.selectors.rectification import batches, overdue
from lantian.apps.assessment.services.demo_rectification import FIRST, SECOND, fill_rectification, forget_synthetic
from lantian.apps.cases.services.demo import forget_synthetic as forget_cases
from lantian.apps.ledger.models import Source
from tests.rectification.conftest import START

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


@pytest.fixture
def filled(district: None) -> int:
    for number in range(1, 13):
        street = f"11010500{1 + number % 2}"
        Source.objects.create(
            kind="construction-site", code=f"GD-{number}", name=f"{number}号工地", state="working", area_id=street,
            longitude=116.4, latitude=39.9, attributes={}, created_at=START, changed_at=START, synthetic=True,
        )  # fmt: skip
    return fill_rectification(at=NOW)


def test_the_demonstration_is_full_made_once_and_goes_again(filled: int) -> None:
    assert filled == len(FIRST) + len(SECOND) == Problem.objects.count()
    assert fill_rectification(at=NOW) == 0
    newest, oldest = batches(Problem.objects.all(), NOW)
    assert (oldest.whole, oldest.struck) == (len(FIRST), 5)
    assert (newest.struck, newest.late) == (0, 0)
    assert overdue(Problem.objects.all(), NOW).count() == oldest.late > 5
    sent = AccountabilityNotice.objects.filter(sent_at__isnull=False)
    assert {one.level for one in sent.filter(kind="level")} == {"remind", "deputy"}
    assert [one.receiver_id for one in sent.filter(kind="transfer")] == ["discipline"]
    assert CountedProblem.objects.counting().count() > 6
    assert Organisation.objects.count() == 7
    forget_synthetic([], [])
    forget_cases([], [])
    assert not FeedbackBatch.objects.exists()
    assert not CountedProblem.objects.exists()
    assert not AccountabilityNotice.objects.exists()
