"""What is done with complaints: cases, joining, refusing, replying, rewards, reminders."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.cases.models import Case, CaseThread, Penalty
from lantian.apps.cases.services import (
    NewCase,
    NotYours,
    Taken,
    attach_file,
    open_case,
    revoke_penalty,
    take_step,
)
from lantian.apps.complaints.models import Complaint, Reporter, Reward
from lantian.apps.complaints.services import (
    Changed,
    ComplaintError,
    Doing,
    accept,
    join,
    link,
    part,
    pay,
    reclass,
    refuse,
    remind,
    reply,
    visit,
)
from lantian.apps.complaints.services.demo import fill_demo, forget_synthetic
from lantian.apps.complaints.services.photos import clean, keep_photos
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.notices.models import Notice
from lantian.workflow.errors import WorkflowError
from tests.complaints.conftest import AT, SECRET_NAME, SECRET_PHONE, jpeg

HOUR = timedelta(hours=1)
WHO = {"name": SECRET_NAME, "phone": SECRET_PHONE, "wants_reward": True}


@pytest.fixture
def desk(person: Callable[..., Person]) -> Person:
    return person("duty")


@pytest.fixture
def officer(person: Callable[..., Person]) -> Person:
    return person("enforcement", "urban-enforcement")


def step(case: Case, name: str, outcome: str, by: Person, at: Any, reason: str = "已办") -> Case:
    thread = CaseThread.objects.open().get(case=case, step=name)
    return take_step(case, thread.number, Taken(outcome, reason), by=by, at=at)


def found_true(case: Case, desk: Person, officer: Person) -> Case:
    """Dispatch, photograph and find it true."""
    step(case, "dispatch", "dispatched", desk, AT + 2 * HOUR)
    thread = CaseThread.objects.open().get(case=case, step="handle")
    attach_file(case, thread.number, Sent("现场.jpg", jpeg(90)), by=officer, at=AT + 3 * HOUR)
    return step(case, "handle", "corrected", officer, AT + 4 * HOUR, "已洒水覆盖")


def test_taking_up_opens_a_case_with_class_handler_and_photos(
    made: Callable[..., Complaint], desk: Person, officer: Person
) -> None:
    complaint = made()
    keep_photos(complaint, [clean(Sent("1.jpg", jpeg()))])
    case = accept(complaint, Doing(desk, AT + HOUR))
    complaint.refresh_from_db()
    assert (complaint.case, complaint.accepted_at, complaint.state) == (case, AT + HOUR, "handled")
    assert (case.type, case.category, case.origin, case.area_code) == (
        "complaint", "general", "complaint", complaint.area_code
    )  # fmt: skip
    assert case.parties["handler"] == ["urban-enforcement"]
    assert case.evidence.get(kind="photo").sha256 == complaint.photos.get().sha256
    other = accept(made("机动车黑烟"), Doing(desk, AT), handler=Organisation.objects.get(code="transport"))
    assert other.parties["handler"] == ["transport"]


def test_what_was_taken_up_is_not_taken_up_again(made: Callable[..., Complaint], desk: Person) -> None:
    complaint = made()
    with pytest.raises(Changed):
        accept(complaint, Doing(desk, AT, version=9))
    case = accept(complaint, Doing(desk, AT, version=1))
    for again in (
        lambda: accept(complaint, Doing(desk, AT)),
        lambda: refuse(complaint, Doing(desk, AT), reason="重复"),
        lambda: link(complaint, Doing(desk, AT), case=case),
        lambda: reclass(complaint, Doing(desk, AT), topic="fume", time_class="general", reason="油烟"),
    ):
        with pytest.raises(ComplaintError):
            again()


def test_a_refusal_needs_a_reason_and_ends_the_clocks(made: Callable[..., Complaint], desk: Person) -> None:
    complaint = made()
    with pytest.raises(ComplaintError):
        refuse(complaint, Doing(desk, AT), reason=" ")
    refuse(complaint, Doing(desk, AT), reason="不属于大气污染")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.refusal) == ("refused", "不属于大气污染")
    assert not Complaint.objects.open().exists()
    with pytest.raises(ComplaintError):
        reply(complaint, Doing(desk, AT), text="已办")


def test_another_class_reckons_the_times_anew_from_when_it_came(made: Callable[..., Complaint], desk: Person) -> None:
    complaint = made()
    with pytest.raises(ComplaintError):
        reclass(complaint, Doing(desk, AT), topic="none", time_class="general", reason="错")
    with pytest.raises(ComplaintError):
        reclass(complaint, Doing(desk, AT), topic="burning", time_class="emergency", reason="")
    reclass(complaint, Doing(desk, AT + HOUR), topic="burning", time_class="emergency", reason="现场有明火")
    complaint.refresh_from_db()
    assert (complaint.topic, complaint.due_at) == ("burning", AT + 2 * HOUR)


def test_joined_complaints_follow_the_case_and_get_the_reply(
    made: Callable[..., Complaint], desk: Person, officer: Person
) -> None:
    first, early, late = made(), made(at=AT + HOUR), made(at=AT + 2 * HOUR)
    join(early, Doing(desk, AT + HOUR), earlier=first)
    case = accept(first, Doing(desk, AT + HOUR))
    join(late, Doing(desk, AT + 2 * HOUR), earlier=early)  # joined to what the earlier one is joined to
    for one in (early, late):
        one.refresh_from_db()
        assert (one.duplicate_of, one.case) == (first, case)
        assert one.accepted_at is not None
    with pytest.raises(ComplaintError):
        reply(early, Doing(desk, AT), text="已办")
    found_true(case, desk, officer)
    reply(first, Doing(desk, AT + 5 * HOUR), text="已责令洒水覆盖")
    assert {one.reply for one in Complaint.objects.all()} == {"已责令洒水覆盖"}
    assert not early.suggestions.filter(state="open").exists()


def test_joining_in_a_circle_or_away_from_a_case_is_refused(made: Callable[..., Complaint], desk: Person) -> None:
    first, second, third = made(), made(), made("楼下餐馆油烟")
    join(second, Doing(desk, AT), earlier=first)
    with pytest.raises(ComplaintError):
        join(first, Doing(desk, AT), earlier=second)
    accept(first, Doing(desk, AT))
    with pytest.raises(ComplaintError):
        join(first, Doing(desk, AT), earlier=third)
    refuse(third, Doing(desk, AT), reason="不属实")
    with pytest.raises(ComplaintError):
        join(made(), Doing(desk, AT), earlier=third)


def test_a_suggestion_that_is_told_apart_is_gone(made: Callable[..., Complaint], desk: Person) -> None:
    made()
    second = made(at=AT + HOUR)
    part(second.suggestions.get(), Doing(desk, AT + HOUR))
    assert second.suggestions.get().state == "apart"
    assert second.events.last().kind == "parted"  # type: ignore[union-attr]


def test_the_reply_waits_for_the_check_and_ends_the_step_of_the_case(
    made: Callable[..., Complaint], desk: Person, officer: Person
) -> None:
    complaint = made(**WHO)
    with pytest.raises(ComplaintError):
        reply(complaint, Doing(desk, AT), text="未受理")
    case = accept(complaint, Doing(desk, AT + HOUR))
    with pytest.raises(WorkflowError, match="waits for"):
        reply(complaint, Doing(desk, AT + HOUR), text="太早")
    found_true(case, desk, officer)
    with pytest.raises(NotYours):
        reply(complaint, Doing(officer, AT + 5 * HOUR), text="越权")
    with pytest.raises(ComplaintError):
        reply(complaint, Doing(desk, AT + 5 * HOUR), text=" ")
    reply(complaint, Doing(desk, AT + 5 * HOUR), text="已责令洒水覆盖")
    complaint.refresh_from_db()
    assert (complaint.reply, complaint.replied_at, complaint.state) == ("已责令洒水覆盖", AT + 5 * HOUR, "replied")
    assert CaseThread.objects.get(case=case, step="reply").outcome == "replied"
    assert complaint.events.filter(kind="replied").count() == 1


def test_a_reply_given_on_the_case_is_the_complaints_reply(
    made: Callable[..., Complaint], desk: Person, officer: Person
) -> None:
    complaint = made()
    case = accept(complaint, Doing(desk, AT + HOUR))
    found_true(case, desk, officer)
    step(case, "reply", "anonymous", desk, AT + 5 * HOUR, "已洒水，结果公开")
    complaint.refresh_from_db()
    assert complaint.reply == "已洒水，结果公开"


def test_the_call_back_goes_with_the_case_or_comes_from_the_complainant(
    made: Callable[..., Complaint], desk: Person, officer: Person
) -> None:
    complaint = made(**WHO)
    with pytest.raises(ComplaintError):
        visit(complaint, Doing(None, AT), found="satisfied")
    case = accept(complaint, Doing(desk, AT + HOUR))
    found_true(case, desk, officer)
    reply(complaint, Doing(desk, AT + 5 * HOUR), text="已办")
    visit(complaint, Doing(None, AT + 6 * HOUR), found="dissatisfied")
    with pytest.raises(ComplaintError):
        visit(complaint, Doing(None, AT), found="splendid")
    step(case, "visit", "satisfied", desk, AT + 7 * HOUR, "电话回访满意")
    complaint.refresh_from_db()
    assert complaint.visit == "satisfied"
    assert complaint.events.filter(kind="closed").count() == 1


def test_a_complaint_goes_with_an_open_case_of_another_type(made: Callable[..., Complaint], desk: Person) -> None:
    new = NewCase(type="rectification-order", title="责改", happened_at=AT)
    case = open_case(new, by=desk, at=AT)
    complaint = made()
    link(complaint, Doing(desk, AT + HOUR), case=case)
    reply(complaint, Doing(desk, AT + 2 * HOUR), text="此处已在查处")
    complaint.refresh_from_db()
    assert (complaint.case, complaint.reply) == (case, "此处已在查处")
    Case.objects.filter(pk=case.pk).update(closed_at=AT)
    with pytest.raises(ComplaintError):
        link(made(), Doing(desk, AT), case=Case.objects.get(pk=case.pk))


def test_the_reward_is_reckoned_when_the_facts_are_true_and_for_the_first_alone(
    made: Callable[..., Complaint], desk: Person, officer: Person
) -> None:
    first, second, silent = made(**WHO), made(**WHO), made()
    case = accept(first, Doing(desk, AT))
    for one in (second, silent):
        join(one, Doing(desk, AT), earlier=first)
    assert not Reward.objects.exists()
    found_true(case, desk, officer)
    found = {one.complaint_id: (one.yuan, one.why) for one in Reward.objects.all()}
    assert found == {first.pk: (200, "band"), second.pk: (0, "repeated"), silent.pk: (0, "not-wanted")}


def test_a_penalty_raises_the_reward_until_it_is_paid(
    made: Callable[..., Complaint], desk: Person, officer: Person
) -> None:
    complaint = made(**WHO)
    site = Source.objects.create(
        kind="construction-site", code="GD-1", name="观音堂工地", state="working", area_id="110105001",
        attributes={"permit_number": "110105202603010101"}, created_at=AT, changed_at=AT,
    )  # fmt: skip
    case = accept(complaint, Doing(desk, AT), source=site)
    step(case, "dispatch", "dispatched", desk, AT + HOUR)
    attach_file(case, 3, Sent("1.jpg", jpeg(90)), by=officer, at=AT + HOUR)
    step(case, "handle", "pursued", officer, AT + 2 * HOUR, "裸土未盖，另案查处")
    assert Reward.objects.get().yuan == 200
    order = case.children.get()
    penalised(order, officer, ("refusal",))
    reward = Reward.objects.get()
    assert (reward.yuan, reward.band) == (3000, "grave")
    revoke_penalty(Penalty.objects.get(), reason="复议撤销", by=officer, at=AT + 6 * HOUR)
    reward.refresh_from_db()
    assert (reward.yuan, reward.band) == (200, "true")
    with pytest.raises(ComplaintError):
        pay(complaint, Doing(desk, AT + 7 * HOUR), receipt=" ")
    pay(complaint, Doing(desk, AT + 7 * HOUR), receipt="PZ-1")
    reward.refresh_from_db()
    assert (reward.paid_at, reward.paid_by, reward.receipt) == (AT + 7 * HOUR, desk, "PZ-1")
    with pytest.raises(ComplaintError):
        pay(complaint, Doing(desk, AT + 7 * HOUR), receipt="PZ-2")
    reply(complaint, Doing(desk, AT + 8 * HOUR), text="已处罚")
    assert Reward.objects.get().receipt == "PZ-1"


def test_a_penalty_that_no_ladder_counts_raises_the_reward_too(
    made: Callable[..., Complaint], desk: Person, officer: Person
) -> None:
    case = accept(
        made("货车冒黑烟", **WHO), Doing(desk, AT), handler=Organisation.objects.get(code="urban-enforcement")
    )
    step(case, "dispatch", "dispatched", desk, AT + HOUR)
    attach_file(case, 3, Sent("1.jpg", jpeg(90)), by=officer, at=AT + HOUR)
    step(case, "handle", "pursued", officer, AT + 2 * HOUR)
    penalised(case.children.get(), officer, ())
    assert not Penalty.objects.exists()
    assert Reward.objects.get().band == "penalty"


def penalised(order: Case, officer: Person, findings: tuple[str, ...]) -> None:
    """Serve an order, find it not obeyed, and serve the penalty."""
    step(order, "serve", "served", officer, AT + 3 * HOUR)
    attach_file(order, 2, Sent("2.jpg", jpeg(91)), by=officer, at=AT + 4 * HOUR)
    step(order, "recheck", "refused", officer, AT + 4 * HOUR)
    thread = CaseThread.objects.open().get(case=order, step="penalise")
    served = Taken("served", "已送达", findings=findings)
    take_step(order, thread.number, served, by=officer, at=AT + 5 * HOUR)


def test_a_reply_is_reminded_of_once_before_its_end(made: Callable[..., Complaint], desk: Person) -> None:
    complaint, joined, refused = made(), made(), made("楼下餐馆油烟")
    join(joined, Doing(desk, AT), earlier=complaint)
    refuse(refused, Doing(desk, AT), reason="不属实")
    assert remind(complaint.warn_at - HOUR) == 0
    assert remind(complaint.warn_at) == 1
    assert remind(complaint.warn_at + HOUR) == 0
    notice = Notice.objects.get(person=desk)
    assert complaint.number in notice.message.text_zh
    assert notice.message.link == f"/complaints/{complaint.number}/"
    assert complaint.text not in notice.message.text_zh
    assert complaint.warn_at < complaint.due_at


def test_an_emergency_is_told_to_the_desk_at_once(made: Callable[..., Complaint], desk: Person) -> None:
    made()
    assert not Notice.objects.exists()
    made("有人在路边焚烧垃圾")
    message = Notice.objects.get(person=desk).message
    assert message.urgent
    assert "露天焚烧" in message.title_zh


def test_a_demonstration_has_complaints_in_every_state_and_none_has_a_reporter(district: Any) -> None:
    assert fill_demo(at=AT) == Complaint.objects.count() > 0
    assert fill_demo(at=AT) == 0
    assert {one.state for one in Complaint.objects.all()} >= {"new", "handled", "replied", "refused"}
    assert Complaint.objects.filter(duplicate_of__isnull=False).exists()
    assert not Reporter.objects.exists()
    assert not Complaint.objects.filter(synthetic=False).exists()
    forget_synthetic([], [])
    assert not Complaint.objects.exists()


def test_complaints_of_a_demonstration_go_with_it_and_real_ones_stay(
    made: Callable[..., Complaint], desk: Person
) -> None:
    shown, real = made(synthetic=True), made()
    case = accept(shown, Doing(desk, AT))
    link(real, Doing(desk, AT), case=case)
    forget_synthetic([], [])
    kept = Complaint.objects.get()
    assert (kept.pk, kept.case, kept.accepted_at) == (real.pk, None, None)
