"""Who answers: holder, then deputies by order, then the roster, then the head; never anybody who is away."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from lantian.apps.accounts.answering import Answer, Holding, Picture, Turn, answerer, who_answers
from lantian.apps.accounts.models import Deputy, Leave, Organisation, Person, Post, Shift

NOON = datetime(2020, 11, 23, 4, tzinfo=UTC)  # 12:00 in Beijing
MONDAY = (date(2020, 11, 23), date(2020, 11, 23))
HOUR = timedelta(hours=1)
HOLDER, FIRST, SECOND, OFFICER, LEADER, MAYOR, SECRETARY = range(1, 8)
POST = Holding(HOLDER, (FIRST, SECOND))
ON_DUTY = (Turn(LEADER, NOON - HOUR, NOON + HOUR, leader=True), Turn(OFFICER, NOON - HOUR, NOON + HOUR))
HEADS = (Holding(MAYOR), Holding(SECRETARY))


def away(*people: int) -> dict[int, list[tuple[date, date]]]:
    return {person: [MONDAY] for person in people}


@pytest.mark.parametrize(
    ("absent", "expected"),
    [
        ((), Answer(HOLDER, "holder")),
        ((HOLDER,), Answer(FIRST, "deputy")),
        ((HOLDER, FIRST), Answer(SECOND, "deputy")),
        ((HOLDER, FIRST, SECOND), Answer(OFFICER, "duty")),
        ((HOLDER, FIRST, SECOND, OFFICER), Answer(LEADER, "duty-leader")),
        ((HOLDER, FIRST, SECOND, OFFICER, LEADER), Answer(MAYOR, "head")),
        ((HOLDER, FIRST, SECOND, OFFICER, LEADER, MAYOR), Answer(SECRETARY, "head")),
        (tuple(range(1, 8)), None),
    ],
)
def test_a_post_is_answered_by_the_next_who_is_there(absent: tuple[int, ...], expected: Answer | None) -> None:
    assert who_answers(Picture(HEADS, ON_DUTY, away(*absent)), NOON, POST) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOON - HOUR, Answer(OFFICER, "duty")),
        (NOON + HOUR, Answer(MAYOR, "head")),
        (NOON - 2 * HOUR, Answer(MAYOR, "head")),
    ],
)
def test_an_organisation_is_answered_by_its_roster_from_the_start_of_a_turn_until_its_end(
    at: datetime, expected: Answer
) -> None:
    assert who_answers(Picture(HEADS, ON_DUTY), at) == expected


def test_leave_is_counted_in_days_of_beijing() -> None:
    picture = Picture(away={HOLDER: [MONDAY]})
    assert who_answers(picture, datetime(2020, 11, 22, 15, 59, tzinfo=UTC), POST) == Answer(HOLDER, "holder")
    assert who_answers(picture, datetime(2020, 11, 22, 16, 0, tzinfo=UTC), POST) == Answer(FIRST, "deputy")
    assert who_answers(picture, datetime(2020, 11, 23, 16, 0, tzinfo=UTC), POST) == Answer(HOLDER, "holder")


def test_an_account_that_was_closed_answers_nothing() -> None:
    assert who_answers(Picture(inactive=frozenset({HOLDER})), NOON, POST) == Answer(FIRST, "deputy")


@pytest.mark.django_db
def test_the_same_is_read_from_the_records(person_in: Callable[[str], Person]) -> None:
    holder, deputy, officer = (person_in(role) for role in ("street", "community", "duty"))
    office = Organisation.objects.get(pk="office")
    post = Post.objects.get(person=holder)
    Post.objects.filter(person=officer).update(head="government")
    assert answerer(office, NOON) == Answer(officer.pk, "head")
    assert answerer(office, NOON, post) == Answer(holder.pk, "holder")
    Leave.objects.create(person=holder, start=MONDAY[0], end=MONDAY[1])
    Deputy.objects.create(post=post, person=deputy)
    assert answerer(office, NOON, post) == Answer(deputy.pk, "deputy")
    Deputy.objects.update(valid_to=date(2020, 1, 1))
    Shift.objects.create(organisation=office, person=deputy, start=NOON, end=NOON + HOUR)
    assert answerer(office, NOON, post) == Answer(deputy.pk, "duty")
    Person.objects.filter(pk=deputy.pk).update(is_active=False)
    assert answerer(office, NOON, post) == Answer(officer.pk, "head")
