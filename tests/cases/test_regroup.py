"""Cases merged, parted and reopened: nothing is doubled, no clock begins anew, and the history only grows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.alarms.models import Alarm
from lantian.apps.cases.models import Case, CaseThread, Penalty
from lantian.apps.cases.services import (
    CaseActError,
    Changed,
    NewCase,
    NotYours,
    Split,
    Taken,
    attach_file,
    escalate,
    merge,
    open_case,
    reopen,
    split,
    take_step,
)
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.workflow.cases import CaseError
from tests.cases.conftest import START, photo

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def closed(case: Case, by: Person, at: datetime) -> Case:
    attach_file(case, 1, Sent("东门.jpg", photo()), by=by, at=at)
    take_step(case, 1, Taken("none-found", "现场整洁"), by=by, at=at)
    return take_step(case, 2, Taken("sent", "已反馈"), by=by, at=at)


def alarm(number: str) -> Alarm:
    return Alarm.objects.create(
        number=number, rule="r", rule_version="1", subject=number, first_at=START, last_at=START, raised_at=START
    )


def test_a_merged_case_points_to_the_other_which_is_due_no_later_and_judges_both_alarms(
    opened: Callable[..., Case], officer: Person
) -> None:
    older = opened(alarm=alarm("YJ-1"), sender=Organisation.objects.get(code="housing"))
    younger = opened(at=START + 5 * HOUR, alarm=alarm("YJ-2"))
    target = merge(older, into=younger, reason="同一工地同一事由", by=officer, at=START + 6 * HOUR)
    older.refresh_from_db()
    assert (older.merged_into, older.closed_at) == (younger, START + 6 * HOUR)
    assert target.threads.get(step="verify").due_at == START + 24 * HOUR
    assert target.parties["sender"] == ["housing"]
    assert older.history.get(kind="merged").detail == {"into": younger.number}
    assert target.history.get(kind="absorbed").detail == {"of": older.number}
    attach_file(target, 1, Sent("东门.jpg", photo()), by=officer, at=START + 7 * HOUR)
    take_step(target, 1, Taken("violation", "裸土未盖"), by=officer, at=START + 7 * HOUR)
    assert set(Alarm.objects.values_list("number", "outcome")) == {("YJ-1", "true"), ("YJ-2", "true")}


def test_a_merger_keeps_what_was_escalated(opened: Callable[..., Case], officer: Person) -> None:
    older = opened()
    late = START + 25 * HOUR
    assert escalate(late) == {1: 1}
    target = merge(older, into=opened(at=late), reason="并案", by=officer, at=late)
    row = target.threads.get(step="verify")
    assert (row.level, row.due_at) == (1, START + 24 * HOUR)
    assert escalate(START + 49 * HOUR) == {2: 1}


def test_a_case_with_a_penalty_is_not_merged_away_so_that_nothing_is_penalised_twice(
    opened: Callable[..., Case], fined: Callable[..., Case], officer: Person
) -> None:
    penalised, other = fined(opened(), START), opened()
    with pytest.raises(CaseActError, match="not merged away"):
        merge(penalised, into=other, reason="并案", by=officer, at=START)
    merge(other, into=penalised, reason="并案", by=officer, at=START)
    assert Penalty.objects.count() == 1


def test_what_cannot_be_merged_is_refused_in_words(
    opened: Callable[..., Case], officer: Person, person: Callable[..., Person], site: Source
) -> None:
    one, two = opened(), opened()
    with pytest.raises(CaseActError, match="into itself"):
        merge(one, into=one, reason="x", by=officer, at=START)
    with pytest.raises(CaseActError, match="Say why"):
        merge(one, into=two, reason=" ", by=officer, at=START)
    with pytest.raises(NotYours):
        merge(one, into=two, reason="x", by=person("bureau", "housing"), at=START)
    with pytest.raises(Changed):
        merge(one, into=two, reason="x", by=officer, at=START, version=99)
    site.pk, site.code = None, "GD-2"
    site.save()
    with pytest.raises(CaseActError, match="two subjects"):
        merge(one, into=opened(source=site), reason="x", by=officer, at=START)
    lead = open_case(NewCase("trade-lead", "线索", START, area_code="110105001"), by=None, at=START)
    with pytest.raises(CaseError, match="two types"):
        merge(lead, into=one, reason="x", by=officer, at=START)


def test_a_department_of_a_joint_case_goes_on_in_a_case_of_its_own(
    person: Callable[..., Person], district: None
) -> None:
    street = person("street", "office-110105001", "110105001")
    new = NewCase("whistle-call", "夜间倾倒", START, area_code="110105001", named=("water", "transport"))
    case = open_case(new, by=street, at=START)
    escalate(START + 25 * HOUR)
    made = split(case, Split("", "河道另办", numbers=[1]), by=person("bureau", "water"), at=START + 26 * HOUR)
    row = made.threads.get()
    assert (made.origin, made.parent, made.number) == ("split", case, "朝吹哨〔2019〕2号")
    assert (row.holder_id, row.due_at, row.level, row.number) == ("water", START + 24 * HOUR, 1, 1)
    assert [one.holder_id for one in case.threads.open()] == ["transport"]
    assert case.threads.get(number=1).outcome == "split"
    made = take_step(made, 1, Taken("reported", "到场"), by=person("enforcement", "water"), at=START + 27 * HOUR)
    assert [one.holder_id for one in made.threads.open()] == ["water"]
    with pytest.raises(CaseActError, match="Choose the steps that go"):
        split(case, Split("", "x"), by=person("bureau", "transport"), at=START)


def test_a_second_subject_gets_the_same_steps_with_the_same_clocks(
    opened: Callable[..., Case], officer: Person, site: Source
) -> None:
    case = opened()
    other = Source.objects.get(pk=site.pk)
    other.pk, other.code, other.name = None, "GD-2", "相邻工地"
    other.save()
    made = split(case, Split("相邻工地扬尘", "两家工地", source=other), by=officer, at=START + 9 * HOUR)
    dues = [(row.step, row.due_at) for row in case.threads.order_by("number")]
    assert [(row.step, row.due_at) for row in made.threads.order_by("number")] == dues
    assert (made.title, made.subject, made.cycle) == ("相邻工地扬尘", f"source:{other.pk}", case.cycle)
    assert case.threads.open().count() == 2


def test_a_closed_case_is_taken_up_again_with_what_its_clock_had_left_and_only_within_the_rule(
    opened: Callable[..., Case], officer: Person, person: Callable[..., Person]
) -> None:
    case = closed(opened(), officer, START + 20 * HOUR)
    with pytest.raises(NotYours):
        reopen(case, 1, reason="新证据", by=person("bureau", "housing"), at=START + DAY)
    with pytest.raises(CaseActError, match="stays closed"):
        reopen(case, 1, reason="新证据", by=officer, at=START + 732 * DAY)
    again = reopen(case, 1, reason="新证据", by=officer, at=START + 30 * DAY)
    row = again.threads.open().get()
    assert (again.closed_at, row.step, row.number) == (None, "verify", 3)
    assert row.due_at == START + 30 * DAY + 4 * HOUR
    assert row.pauses[-1]["reason"] == "新证据"
    assert escalate(START + 30 * DAY + 5 * HOUR) == {1: 1}
    assert again.history.get(kind="reopened").reason == "新证据"
    merged = opened()
    merge(merged, into=again, reason="并案", by=officer, at=START + 31 * DAY)
    merged.refresh_from_db()
    with pytest.raises(CaseActError, match="went into"):
        reopen(merged, 1, reason="x", by=officer, at=START + 32 * DAY)


def test_officers_merge_part_and_reopen_on_the_page_of_the_case(
    opened: Callable[..., Case], officer: Person, site: Source
) -> None:
    client = Client()
    client.force_login(officer)
    one, two = opened(), opened()
    page = client.get(reverse("cases:one", args=[one.slug])).content.decode()
    assert "并案" in page
    assert two.number in page
    merging = {"version": one.version, "into": two.number, "reason": "同一事由"}
    client.post(reverse("cases:act", args=[one.slug, "merge"]), merging)
    page = client.get(reverse("cases:one", args=[one.slug])).content.decode()
    assert two.slug in page
    assert "并入案件" in page
    two.refresh_from_db()
    parting = {"version": two.version, "numbers": ["1"], "title": "现场核验另办", "reason": "两处"}
    client.post(reverse("cases:act", args=[two.slug, "split"]), parting)
    assert Case.objects.get(title="现场核验另办").threads.get().step == "verify"
    forged = {"version": 1, "into": "朝扬尘案〔1999〕1号", "reason": "x"}
    said = client.post(reverse("cases:act", args=[two.slug, "merge"]), forged, follow=True).content.decode()
    assert "没有这个案号" in said
    third = closed(opened(at=NOW), officer, NOW)
    assert "重新办理" in client.get(reverse("cases:one", args=[third.slug])).content.decode()
    client.post(
        reverse("cases:act", args=[third.slug, "reopen"]), {"version": third.version, "thread": 1, "reason": "新证据"}
    )
    assert CaseThread.objects.open().filter(case=third).get().step == "verify"
    wrong = {"version": 1, "role": "site", "code": "无此编码"}
    said = client.post(reverse("cases:act", args=[third.slug, "relate"]), wrong, follow=True).content.decode()
    assert "台账中没有这个编码" in said


def test_a_step_counts_once_wherever_it_goes_on(opened: Callable[..., Case], officer: Person) -> None:
    first, second, third = opened(), opened(), opened()
    merge(first, into=second, reason="并案", by=officer, at=START + 2 * HOUR)
    new = split(third, Split("另案", "分出", numbers=(2,)), by=officer, at=START + 3 * HOUR)
    counts = {
        hours: {(one.case_id, one.number) for one in CaseThread.objects.counted(START + hours * HOUR)}
        for hours in (1, 2, 3)
    }
    steps = {case.pk: {(case.pk, 1), (case.pk, 2)} for case in (first, second, third)}
    assert counts[1] == steps[first.pk] | steps[second.pk] | steps[third.pk]
    assert counts[2] == steps[second.pk] | steps[third.pk]
    assert counts[3] == steps[second.pk] | {(third.pk, 1), (new.pk, 1)}


def test_a_step_that_waits_does_not_count(opened: Callable[..., Case]) -> None:
    thread = opened().threads.get(number=1)
    one = CaseThread.objects.filter(pk=thread.pk)
    assert not one.counted(START - HOUR).exists()
    one.update(paused=True)
    assert not one.counted(START + HOUR).exists()
    one.update(ended_at=START)
    assert one.counted(START + HOUR).exists()
