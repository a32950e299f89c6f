"""With whom a step is: the named officer, a deputy during leave or after silence, the duty roster out of hours."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from lantian.apps.accounts.models import Deputy, Leave, Person, Post, Shift
from lantian.apps.cases.models import Case
from lantian.apps.cases.services import comment, escalate, pause
from lantian.apps.cases.services.notices import tell_of_clocks
from lantian.apps.cases.with_whom import at_work, concerned, on_call, with_whom
from lantian.apps.notices.models import Notice
from tests.cases.conftest import START

pytestmark = pytest.mark.django_db
MORNING = datetime(2019, 5, 7, 2, tzinfo=UTC)
"""Tuesday 7 May 2019, 10:00 in Beijing."""
HOUR = timedelta(hours=1)


@pytest.fixture
def deputy(officer: Person, person: Callable[..., Person]) -> Person:
    found = Person.objects.create_person("deputy", None, name_zh="代理甲")
    Deputy.objects.create(post=officer.posts.get(), person=found)
    return found


def away(person: Person) -> None:
    Leave.objects.create(person=person, start=date(2019, 5, 7), end=date(2019, 5, 8))


def on_duty(start: datetime, *, leader: bool = False) -> Person:
    found = Person.objects.create_person(f"duty-{leader}", None, name_zh="值班乙")
    Shift.objects.create(
        organisation_id="urban-enforcement", person=found, start=start, end=start + 12 * HOUR, leader=leader
    )
    return found


def now_with(case: Case, at: datetime) -> tuple[str, str]:
    found = with_whom(case.threads.select_related("holder", "case").get(number=1), at)
    return (found.person.username, found.because.en if found.because else "") if found else ("", "")


def test_in_working_hours_the_named_officer_has_it(opened: Callable[..., Case], officer: Person) -> None:
    case = opened()
    assert now_with(case, MORNING) == (officer.username, "")
    assert concerned(case.threads.get(number=1), MORNING) == [officer]


def test_whoever_acted_in_the_case_last_is_the_named_officer(
    opened: Callable[..., Case], officer: Person, district: None
) -> None:
    case = opened()
    other = Person.objects.create_person("other", None, name_zh="另一人")
    Post.objects.create(person=other, role="enforcement", organisation_id="urban-enforcement")
    comment(case, text="我来办", by=other, at=START)
    assert now_with(case, MORNING) == ("other", "")


def test_during_leave_the_deputy_has_it_and_without_one_the_duty_officer_then_the_head(
    opened: Callable[..., Case], officer: Person, deputy: Person
) -> None:
    case = opened()
    away(officer)
    assert now_with(case, MORNING) == ("deputy", "the named officer is on leave, the deputy has it")
    assert concerned(case.threads.get(number=1), MORNING) == [deputy, officer]
    away(deputy)
    assert now_with(case, MORNING) == ("", "")
    head = Person.objects.create_person("head", None, name_zh="局长")
    Post.objects.create(person=head, role="bureau", organisation_id="urban-enforcement", head="government")
    assert now_with(case, MORNING)[1] == "neither officer nor deputy is there, the head has it"
    on_duty(MORNING - HOUR, leader=True)
    assert now_with(case, MORNING)[1] == "the named officer is not there, the leader of the turn has it"


def test_out_of_hours_the_duty_roster_has_it_and_without_one_the_officer(
    opened: Callable[..., Case], officer: Person
) -> None:
    case, night = opened(), START + HOUR
    assert now_with(case, night) == (officer.username, "")
    on_duty(START)
    assert now_with(case, night) == ("duty-False", "out of hours, the duty officer has it")


def test_after_silence_the_deputy_has_it_else_the_head_unless_the_clock_stands_still(
    opened: Callable[..., Case], officer: Person
) -> None:
    case, late = opened(), MORNING + 24 * HOUR
    assert now_with(case, late)[0] == officer.username  # nobody else is there
    head = Person.objects.create_person("head", None, name_zh="局长")
    Post.objects.create(person=head, role="bureau", organisation_id="urban-enforcement", head="government")
    assert now_with(case, late) == ("head", "the named officer let the end pass, the head has it")
    Deputy.objects.create(post=officer.posts.get(), person=Person.objects.create_person("deputy", None, name_zh="甲"))
    assert now_with(case, late) == ("deputy", "the named officer let the end pass, the deputy has it")
    pause(case, 1, reason="停电", by=officer, at=MORNING)
    assert now_with(case, late) == (officer.username, "")


def test_a_street_officer_is_named_for_the_ground_that_they_cover(
    opened: Callable[..., Case], person: Callable[..., Person], district: None
) -> None:
    person("street", "office-110105002", "110105002")
    here = person("street", "office-110105001", "110105001")
    case = opened(type="coal-return", source=None, area_code="110105001")
    assert now_with(case, MORNING) == (here.username, "")


def test_out_of_hours_the_duty_officer_is_told_of_a_step_and_of_its_delay(
    opened: Callable[..., Case], officer: Person
) -> None:
    duty = on_duty(START - HOUR)
    tell_of_clocks(START)  # from here on
    opened(at=START - 26 * HOUR)
    assert escalate(START + HOUR) == {1: 1}
    tell_of_clocks(START + HOUR)
    told = Notice.objects.of(duty).values_list("message__template", flat=True)
    assert set(told) == {"case-overdue"}
    assert on_call("urban-enforcement", START + HOUR) == [duty]
    assert on_call("urban-enforcement", MORNING) == []
    assert on_call("no-such", START) == []
    opened(at=START + 2 * HOUR)
    assert "case-step" in Notice.objects.of(duty).values_list("message__template", flat=True)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2019, 5, 7, 1, tzinfo=UTC), True),  # Tuesday 09:00
        (datetime(2019, 5, 7, 10, tzinfo=UTC), False),  # 18:00
        (datetime(2019, 5, 5, 2, tzinfo=UTC), True),  # Sunday 5 May 2019, worked for the holiday of 1 May
        (datetime(2019, 5, 11, 2, tzinfo=UTC), False),  # Saturday
    ],
)
def test_working_hours_follow_the_legal_calendar(moment: datetime, expected: bool) -> None:
    assert at_work(moment) is expected


@pytest.mark.row("B17")
def test_the_page_says_with_whom_the_step_is_and_why(opened: Callable[..., Case], officer: Person) -> None:
    case = opened(at=datetime.now(UTC))
    day = datetime.now(UTC).date()
    Leave.objects.create(person=officer, start=day - timedelta(days=1), end=day + timedelta(days=1))
    Deputy.objects.create(
        post=officer.posts.get(), person=Person.objects.create_person("deputy", None, name_zh="代理甲")
    )
    client = Client()
    client.force_login(officer)
    page = client.get(f"/cases/{case.slug}/").content.decode()
    assert "现由 <b>代理甲</b>" in page
    assert "承办人请假，由代理人办理" in page
