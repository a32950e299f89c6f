"""The duty desk hears of new alarms by how pressing they are: each once, many in one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.services.notices import tell_of_alarms, tell_of_raised
from lantian.apps.notices.models import Message, Notice
from tests.alarms.conftest import T0

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_the_duty_desk_is_told_of_each_alarm_once_and_at_night_of_pressing_ones(
    officer: Callable[..., Person], alarm: Callable[..., Alarm]
) -> None:
    duty = officer()
    officer("bureau")
    alarm(1)
    alarm(2, level=3)
    alarm(3, handling=Alarm.Handling.OBSERVED)
    for minute in range(3):
        tell_of_alarms(T0 + minute * MINUTE)
    told = Message.objects.order_by("pk")
    assert [(one.template, one.urgent) for one in told] == [("alarm-raised", False), ("alarm-raised", True)]
    assert set(Notice.objects.values_list("person", flat=True)) == {duty.pk}
    assert told[0].title_zh == "报警：一号工地"
    assert "412 µg/m³（限值 350）" in told[0].text_zh
    assert told[0].link == "/alarms/110105-20201123-0001/"


def test_an_alarm_without_a_value_or_a_known_rule_is_told_all_the_same(
    officer: Callable[..., Person], alarm: Callable[..., Alarm]
) -> None:
    officer()
    alarm(1, value=None, limit=None, rule="gone", level=9, raised_at=datetime.now(UTC))
    alarm(2, limit=None, point=None, synthetic=True, raised_at=datetime.now(UTC))
    tell_of_raised([1, 2])
    first, second = Message.objects.order_by("pk")
    assert ("无数值" in first.text_zh, "gone" in first.text_zh, first.urgent) == (True, True, True)
    assert ("412 µg/m³，" in second.text_zh, second.title_zh) == (True, "报警：〔模拟〕建外街道")


def test_many_alarms_are_one_message_that_is_urgent_when_one_of_them_is(
    officer: Callable[..., Person], alarm: Callable[..., Alarm]
) -> None:
    officer()
    tell_of_alarms(T0)
    for number in range(1, 6):
        alarm(number, level=3 if number == 5 else 1)
    tell_of_alarms(T0)
    [told] = Message.objects.all()
    assert (told.template, told.title_zh, told.urgent) == ("alarm-raised-many", "5 条新报警", True)


def test_old_alarms_are_history_when_notices_begin(officer: Callable[..., Person], alarm: Callable[..., Alarm]) -> None:
    officer()
    alarm(1, raised_at=T0 - timedelta(days=1))
    alarm(2)
    tell_of_alarms(T0)
    assert [one.link for one in Message.objects.all()] == ["/alarms/110105-20201123-0002/"]
