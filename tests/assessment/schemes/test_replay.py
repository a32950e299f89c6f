"""Looking back (回看): what figures rest on and what pages show, as it was known at an instant and no later."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.assessment import rules
from lantian.apps.assessment.services.schemes.acts import Acting, draft, publish, refresh, submit, withdraw
from lantian.apps.assessment.services.schemes.appeals import Answer, NewAppeal, answer, file_appeal
from lantian.apps.assessment.services.schemes.findings import NewFinding, enter_finding, revoke
from lantian.apps.assessment.services.schemes.inputs import inputs_of
from lantian.apps.cases.models import CaseThread
from lantian.apps.inspections.models import Inspection, Plan, PlanEntry
from lantian.apps.ledger.models import Source
from lantian.apps.plans.models import TaskEntry
from lantian.apps.plans.services.tasks import NewTask, add_task
from lantian.policy.assessments import scheme_named, term_named
from tests.assessment.schemes.conftest import FILE, FIRST, HOUR, JANUARY, SECOND, SPRING, YEAR, a_case, enter

pytestmark = pytest.mark.django_db
LATER = JANUARY + timedelta(days=2)
YEAR_END, JUNE, JUNE_END = date(2026, 12, 31), date(2026, 6, 1), date(2026, 6, 30)


def said(scheme: str, body: str, item: str, known_at: datetime) -> str:
    """Return a figure in words as it was known at an instant."""
    record = scheme_named(rules.pack(), scheme, YEAR_END)
    return inputs_of(record, term_named(YEAR), known_at).figures[body][item].said.zh


def test_lamps_are_those_that_were_known_at_the_instant(facts: None) -> None:
    wanted = NewTask("裸地治理", 12, ("housing",), due=JUNE_END, start=JUNE)
    task = add_task(wanted, by=None, at=SPRING)
    TaskEntry.objects.create(task=task, day=JUNE_END, value=100, at=JANUARY + HOUR)
    add_task(replace(wanted, zh="道路清扫"), by=None, at=JANUARY + HOUR)
    assert said("yearly-departments", "housing", "tasks", JANUARY) == "逾期 1 项"
    assert said("yearly-departments", "housing", "tasks", LATER) == "正常 1 项、逾期 1 项"


def test_a_step_that_began_after_the_instant_had_not_fallen_due(facts: None) -> None:
    CaseThread.objects.create(
        case=a_case(FIRST), number=1, step="verify", holder_id="housing", since=JANUARY + HOUR, due_at=SPRING
    )
    assert said("yearly-streets", FIRST, "cases", JANUARY) == "90 %（到期环节 10，按期 9）"
    assert said("yearly-streets", FIRST, "cases", LATER) == "81.82 %（到期环节 11，按期 9）"


def test_a_planned_check_counts_once_its_plan_is_made_and_as_made_once_it_is_recorded(facts: None) -> None:
    entry = planned("GD-1", SPRING)
    planned("GD-2", JANUARY + HOUR)
    PlanEntry.objects.filter(pk=entry.pk).update(state="done")
    recorded(entry, SPRING, "no-entry")
    assert said("yearly-departments", "housing", "plans", JANUARY) == "100 %（到期检查 1，按期 1）"
    recorded(entry, JANUARY + HOUR, "passed")
    assert said("yearly-departments", "housing", "plans", JANUARY) == "0 %（到期检查 1，按期 0）"
    assert said("yearly-departments", "housing", "plans", LATER) == "50 %（到期检查 2，按期 1）"


LIVE, NINE, TEN = "", "?at=2027-01-11T09:00", "?at=2027-01-11T10:00"
MINUTE = timedelta(minutes=1)
TERM = "/assessment/schemes/yearly-streets/2026/"


def test_a_version_is_shown_in_the_state_and_with_the_figures_of_then(
    january: None, facts: None, drafter: Person, publisher: Person, street: Person
) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    first = made.snapshot_id
    enter(drafter, JANUARY + 20 * MINUTE, s1="61.7")
    refresh(made, Acting(drafter, JANUARY + 30 * MINUTE))
    submit(made, Acting(drafter, JANUARY + 40 * MINUTE))
    done = publish(made, Acting(publisher, JANUARY + 50 * MINUTE))
    then, live = (read(drafter, TERM + at) for at in (NINE, LIVE))
    for page, words, others in ((then, (first[:12], "草稿", "95"), done.snapshot_id[:12]),
                                (live, (done.snapshot_id[:12], done.number, "61.7"), first[:12])):  # fmt: skip
        assert all(one in page for one in words)
        assert others not in page
    assert done.number not in then
    assert "拟稿</b>" in then
    assert "公布</b>" not in then
    assert f'{TERM}{FIRST}/?at=2027-01-11T09:00&amp;version=1"' in then  # what it leads to is of then too
    assert "61.7" in read(drafter, f"{TERM}{FIRST}/")
    assert "61.7" not in read(drafter, f"{TERM}{FIRST}/{NINE}")
    assert "公布前只显示本单位" in read(street, TERM + NINE)
    assert done.number in read(drafter, f"/assessment/schemes/{TEN}")
    assert done.number not in read(drafter, f"/assessment/schemes/{NINE}")
    assert "未公布" in read(drafter, f"{TERM}paper/{NINE}")
    assert client(street).get(f"{TERM}paper/{NINE}").status_code == 404
    assert client(street).get(f"{TERM}paper/").status_code == 200


def test_a_version_that_was_withdrawn_later_still_stood_and_is_followed_by_none_that_came_later(
    january: None, facts: None, drafter: Person
) -> None:
    withdraw(draft("yearly-streets", YEAR, Acting(drafter, JANUARY)), "数据有误", Acting(drafter, JANUARY + MINUTE))
    draft("yearly-streets", YEAR, Acting(drafter, JANUARY + 2 * MINUTE))
    assert "草稿" in read(drafter, TERM + NINE)
    assert "第 2 版" not in read(drafter, TERM + NINE)
    assert "第 2 版" in read(drafter, TERM + TEN)
    assert client(drafter).get(f"{TERM}{NINE}&version=2").status_code == 404
    assert "此考核期还没有稿件" in read(drafter, f"{TERM}?at=2027-01-11T08:00")


def test_an_answer_and_a_revocation_are_there_once_they_were_given(
    january: None, facts: None, drafter: Person, publisher: Person, street: Person
) -> None:
    wrong = NewFinding("summoned", SECOND, date(2026, 6, 1), "六月被约谈（纪要）", FILE)
    found = enter_finding(wrong, Acting(drafter, JANUARY - HOUR))
    made = submit(draft("yearly-streets", YEAR, Acting(drafter, JANUARY)), Acting(drafter, JANUARY))
    made = publish(made, Acting(publisher, JANUARY))
    new = NewAppeal(made, SECOND, "cases", "时钟有误", FILE)
    filed = file_appeal(new, Acting(street, JANUARY + MINUTE))
    answer(filed, Answer(accepted=False, text="日志显示逾期"), Acting(publisher, JANUARY + HOUR + MINUTE))
    revoke(found, "撤销约谈", FILE, Acting(publisher, JANUARY + HOUR + MINUTE))
    appeals, one, findings = "appeals/", f"appeals/{filed.pk}/", "findings/"
    for page in (appeals, one, f"yearly-streets/2026/{SECOND}/?version=1"):
        address = f"/assessment/schemes/{page}"
        joint = "&" if "?" in page else "?"
        assert "日志显示逾期" in read(publisher, address)
        assert "日志显示逾期" not in read(publisher, f"{address}{joint}{TEN[1:]}")
        assert "待答复" in read(publisher, f"{address}{joint}{TEN[1:]}")
    assert "六月被约谈" in read(publisher, f"/assessment/schemes/{findings}")
    for page in (findings, f"yearly-streets/2026/{SECOND}/?version=1"):
        joint = "&" if "?" in page else "?"
        assert "撤销约谈" in read(publisher, f"/assessment/schemes/{page}")
        assert "撤销约谈" not in read(publisher, f"/assessment/schemes/{page}{joint}{TEN[1:]}")
    assert "时钟有误" not in read(publisher, f"/assessment/schemes/{appeals}{NINE}")
    assert client(publisher).get(f"/assessment/schemes/{one}{NINE}").status_code == 404
    assert "六月被约谈" not in read(publisher, f"/assessment/schemes/{findings}?at=2027-01-11T07:00")


def read(person: Person, address: str) -> str:
    """Return a page as somebody sees it."""
    return client(person).get(address).content.decode()


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def planned(code: str, made: datetime) -> PlanEntry:
    """An inspection of a site that housing had to make in June, by a plan that was made at an instant."""
    source = Source.objects.create(
        kind="construction-site", code=code, name=code, state="working", area_id=FIRST, created_at=SPRING,
        changed_at=SPRING,
    )  # fmt: skip
    plan = Plan.objects.create(
        slug=code.lower(), sort="list", title=code, checklist="site-six", organisation_id="housing", start=JUNE,
        due=JUNE_END, created_at=made,
    )  # fmt: skip
    return PlanEntry.objects.create(
        plan=plan, source=source, checklist=plan.checklist, organisation_id="housing", window_start=JUNE, due=JUNE_END
    )


def recorded(entry: PlanEntry, at: datetime, result: str) -> None:
    """An inspection for a plan's entry, recorded at an instant."""
    Inspection.objects.create(
        client_id=uuid4(), digest="", source=entry.source, area_code=FIRST, checklist=entry.checklist,
        organisation_id="housing", origin="routine", began_at=SPRING, ended_at=SPRING, result=result, entry=entry,
        recorded_at=at,
    )  # fmt: skip
