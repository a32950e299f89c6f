"""Two who draft the assessment of a term at one instant: there is one draft, and the second is told so."""

from collections.abc import Callable

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.assessment.models import Assessment
from lantian.apps.assessment.services.schemes.acts import Acting, AssessmentError, draft
from tests.assessment.schemes.conftest import JANUARY, YEAR
from tests.overtaking import on_postgresql, overtake

pytestmark = [on_postgresql, pytest.mark.django_db(transaction=True)]


def test_of_two_who_draft_a_term_at_one_instant_the_second_is_told_so(person: Callable[..., Person]) -> None:
    drafters = [person("duty", name="one"), person("duty", name="two")]

    def act(by: Person) -> Callable[[], str]:
        return lambda: draft("yearly-streets", YEAR, Acting(by, JANUARY)).term

    made, refused = overtake(act(drafters[0]), act(drafters[1]))
    assert made == YEAR
    assert isinstance(refused, AssessmentError)
    assert refused.text.en == "There is a draft that is not published yet."
    assert Assessment.objects.get().version == 1
