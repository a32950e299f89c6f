"""Whom a case tells: a new step, one sent back, due soon or late, feedback, a sanction; each once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.services import Taken, escalate, lift_due, send_back, take_step, transfer
from lantian.apps.cases.services.notices import tell_of_clocks
from lantian.apps.ledger.models import Source
from lantian.apps.notices.models import Cursor, Delivery, Message, Notice
from tests.cases.conftest import START

HOUR = timedelta(hours=1)


def told(person: Person) -> list[str]:
    """The events that a person was told of, in order."""
    return list(Notice.objects.of(person).order_by("pk").values_list("message__template", flat=True))


def last(template: str) -> Message:
    return Message.objects.filter(template=template).latest("pk")


def test_a_new_case_tells_whoever_holds_its_steps_with_the_end_of_the_clock(
    officer: Person, person: Callable[..., Person], opened: Callable[..., Case]
) -> None:
    elsewhere = person("enforcement", "housing")
    case = opened()
    assert told(officer) == ["case-step", "case-step"]
    assert told(elsewhere) == []
    verify = Message.objects.get(key=f"case:{case.pk}:step:1:urban-enforcement")
    assert verify.text_zh == f"案件 {case.number} 的“现场核验”由urban-enforcement办理，2019-05-07 21:10 前办毕。"
    assert verify.link == f"/cases/{case.slug}/"
    assert not verify.urgent


def test_each_next_step_is_told_once_and_feedback_goes_to_sender_trade_and_street(
    officer: Person, person: Callable[..., Person], opened: Callable[..., Case], fined: Callable[..., Case]
) -> None:
    sender, trade, street = person("bureau", "environment"), person("bureau", "housing"), person(
        "street", "office-110105001"
    )  # fmt: skip
    other = person("street", "office-110105002")
    case = fined(opened(sender=Organisation.objects.get(pk="environment")), START + HOUR)
    assert told(officer) == ["case-step"] * 5
    feedback = case.threads.get(step="feedback")
    rectify = case.threads.get(step="rectify", ended_at=None)
    assert rectify.holder_id == "urban-enforcement"
    take_step(case, feedback.number, Taken("sent", "已处罚"), by=officer, at=START + 2 * HOUR)
    assert [told(one) for one in (sender, trade, street, other)] == [["case-feedback"]] * 3 + [[]]
    assert "查处结果已反馈" in last("case-feedback").text_zh


def test_a_step_that_goes_back_is_told_with_the_reason(
    officer: Person, opened: Callable[..., Case], fined: Callable[..., Case]
) -> None:
    case = fined(opened(), START + HOUR)
    number = case.threads.get(step="rectify", ended_at=None).number
    send_back(case, number, reason="文书有误", by=officer, at=START + 2 * HOUR)
    assert told(officer)[-1] == "case-sent-back"
    assert "文书有误" in last("case-sent-back").text_zh


def test_a_step_that_is_transferred_is_told_to_its_new_holder(
    officer: Person, person: Callable[..., Person], opened: Callable[..., Case]
) -> None:
    taker = person("enforcement", "housing")
    transfer(opened(), 1, to=Organisation.objects.get(pk="housing"), reason="属住建", by=officer, at=START + HOUR)
    assert told(taker) == ["case-step"]


def test_a_sanction_is_told_to_all_parties(
    officer: Person, person: Callable[..., Person], opened: Callable[..., Case], fined: Callable[..., Case]
) -> None:
    street = person("street", "office-110105001")
    for day in (0, 10):
        fined(opened(START + timedelta(days=day)), START + timedelta(days=day, hours=1))
    assert told(street) == ["case-sanction"]
    text = last("case-sanction").text_zh
    assert "观音堂安置房工地" in text
    assert "停工" in text
    lift_due(START + timedelta(days=30))
    assert told(street) == ["case-sanction", "case-sanction-lifted"]


def test_due_soon_and_delays_are_told_once_each_and_delays_to_the_head(
    officer: Person, person: Callable[..., Person], opened: Callable[..., Case]
) -> None:
    head = person("bureau", "urban-enforcement")
    head.posts.update(head="government")
    bureau = person("bureau", "environment")
    tell_of_clocks(START)
    opened()

    def watch(at: datetime) -> None:
        escalate(at)
        tell_of_clocks(at)

    for hours in (1, 19):
        watch(START + hours * HOUR)
    assert "case-due-soon" not in told(officer)
    for hours in (20, 21, 22):
        watch(START + hours * HOUR)
    assert told(officer).count("case-due-soon") == 1
    for hours in (25, 26):
        watch(START + hours * HOUR)
    assert (told(head).count("case-overdue"), told(officer).count("case-overdue")) == (1, 0)
    assert last("case-overdue").urgent
    for hours in (49, 50):
        watch(START + hours * HOUR)
    assert told(bureau) == ["case-overdue"]


def test_many_delays_are_one_message_and_a_crash_tells_them_neither_twice_nor_never(
    officer: Person, opened: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_of_clocks(START)
    for _ in range(6):
        opened()
    late = START + 25 * HOUR
    escalate(late)
    with monkeypatch.context() as broken:
        broken.setattr(Cursor, "save", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell_of_clocks(late)
    assert not Message.objects.filter(template__startswith="case-overdue").exists()
    tell_of_clocks(late)
    tell_of_clocks(late + HOUR)
    assert Message.objects.filter(template="case-overdue").count() == 0
    assert last("case-overdue-many").title_zh == "6 个环节逾期"
    assert told(officer).count("case-overdue-many") == 1


def test_what_happened_before_notices_were_kept_is_not_told(officer: Person, opened: Callable[..., Case]) -> None:
    opened()
    escalate(START + 25 * HOUR)
    tell_of_clocks(START + 26 * HOUR)
    tell_of_clocks(START + 27 * HOUR)
    assert not Message.objects.filter(template__startswith="case-overdue").exists()


def test_an_act_that_fails_tells_nobody(officer: Person, opened: Callable[..., Case]) -> None:
    case = opened()
    before = Message.objects.count()
    with pytest.raises(Exception, match="evidence"):
        take_step(case, 1, Taken("violation", "裸土未盖"), by=officer, at=START + HOUR)
    assert (Message.objects.count(), Delivery.objects.count()) == (before, 0)
    assert CaseThread.objects.filter(case=case, ended_at=None).count() == 2


def test_made_up_cases_say_so(officer: Person, site: Source, opened: Callable[..., Any]) -> None:
    opened(synthetic=True)
    assert last("case-step").title_zh.endswith("〔模拟〕未湿法作业")
