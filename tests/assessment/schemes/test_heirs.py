"""A street that ends in the middle of a year: whichever took it over answers for what happened there before."""

from datetime import date, datetime

import pytest

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.accounts.services.places import merge_place
from lantian.apps.assessment.models import Assessment, VetoFinding
from lantian.apps.assessment.services.schemes.acts import Acting, draft
from lantian.apps.assessment.services.schemes.findings import find_in_case
from lantian.apps.cases.models import CaseStep
from lantian.apps.notices.models import Message
from lantian.kernel.instants import beijing_day
from tests.assessment.schemes.conftest import (
    FIRST,
    HOUR,
    JANUARY,
    SECOND,
    YEAR,
    a_case,
    enter,
    falsified,
    result,
    steps,
)

pytestmark = pytest.mark.django_db
SUMMER = date(2026, 6, 30)


def taken_over(day: date = SUMMER) -> None:
    """The first street and its office go on in the second."""
    at = beijing_day(day)
    area, office = Area.objects, Organisation.objects
    merge_place(area.get(pk=FIRST), area.get(pk=SECOND), day=day, by=None, at=at)
    merge_place(office.get(pk=f"office-{FIRST}"), office.get(pk=f"office-{SECOND}"), day=day, by=None, at=at)


@pytest.mark.row("S51")
@pytest.mark.parametrize("found_first", [True, False])
def test_a_falsification_in_a_street_that_has_ended_fails_whichever_took_it_over(
    drafter: Person, publisher: Person, street: Person, *, found_first: bool
) -> None:
    if not found_first:
        taken_over()
    falsified(FIRST, publisher)
    if found_first:
        taken_over()
    steps(FIRST, 4, 0)
    steps(SECOND, 1, 5)
    enter(drafter, JANUARY, s2="100", s3="60")
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    got = result(made, SECOND)
    assert (got.grade, got.failed, got.rank) == ("failed", True, None)
    assert got.marks.get(item="cases").figure_zh == "50 %（到期环节 10，按期 5）"
    assert not made.results.filter(body=FIRST).exists()
    told = Message.objects.filter(template="veto-found", notices__person=street).exists()
    assert told is not found_first  # before the merger it was the other street's


def test_a_street_that_ends_after_the_year_is_assessed_itself(published: Assessment, publisher: Person) -> None:
    taken_over(date(2027, 1, 31))
    case = falsified(FIRST, publisher)
    assert result(Assessment.objects.open().get(), FIRST).failed
    assert not result(Assessment.objects.open().get(), SECOND).failed
    assert case.assessment_findings.get().body == FIRST


def test_a_finding_corrects_no_assessment_of_other_years(drafter: Person, publisher: Person) -> None:
    at = datetime.fromisoformat("2021-02-01T09:00:00+08:00")
    Area.objects.update(valid_from=None)
    final = draft("final-streets", "2018-2020", Acting(drafter, at))
    Assessment.objects.filter(pk=final.pk).update(
        state="published", number="朝环考〔2021〕1号", day=at.date(), published_at=at, published_by=publisher
    )
    falsified(FIRST, publisher)  # in 2026
    assert not Assessment.objects.open().exists()
    case = a_case(
        FIRST, type="data-falsification", number="朝数据〔2020〕9号", slug="old", happened_at=at.replace(year=2020)
    )
    CaseStep.objects.create(case=case, at=JANUARY + HOUR, kind="taken", step="fail", outcome="failed", by=publisher)
    find_in_case(case, "taken")
    assert Assessment.objects.open().get().term == "2018-2020"
    assert VetoFinding.objects.count() == 2
