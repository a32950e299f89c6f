"""The life of an alarm: opened once, carried on, ended after the rule's time; no repetition or restart doubles it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from lantian.apps.alarms.models import Alarm, AlarmEvent
from lantian.apps.alarms.services import hooks
from lantian.apps.alarms.services.lifecycle import Followed, Found, Terms, follow
from lantian.apps.telemetry.models import Device, MaintenanceWindow, Point

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
T0 = datetime(2020, 11, 23, 2, 5, tzinfo=UTC)  # 10:05 in Beijing
RULE = "dust-pm10-hour"
TERMS = {RULE: Terms(clear_after=timedelta(minutes=10)), "regional": Terms()}


def found(subject: str = "a", *, last_at: datetime = T0, **given: Any) -> Found:
    one = Found(
        subject=subject, rule=RULE, rule_version="1", first_at=T0 - timedelta(hours=1), last_at=last_at,
        factor="a34002", unit="µg/m³", value=412.0, limit=350.0, severity=62.0, area_code="110105001",
    )  # fmt: skip
    return replace(one, **given)


def at(now: datetime, *ones: Found, terms: dict[str, Terms] = TERMS) -> Followed:
    return follow(ones, terms, prefix="110105", now=now)


def kinds(alarm: Alarm) -> list[str]:
    return list(alarm.events.values_list("kind", flat=True))


def test_a_finding_opens_one_alarm_with_number_explanation_and_history() -> None:
    at(T0, found(conditions=[{"label": "x"}], evidence={"frames": [7]}))
    alarm = Alarm.objects.get()
    assert (alarm.number, alarm.state, alarm.handling) == ("110105-20201123-0001", "active", "raised")
    assert (alarm.value, alarm.limit, alarm.raised_at) == (412.0, 350.0, T0)
    assert alarm.conditions == [{"label": "x"}]
    assert alarm.evidence["frames"] == [7]
    assert kinds(alarm) == ["raised"]


def test_the_same_finding_in_every_sweep_stays_one_alarm_that_is_carried_on() -> None:
    for minute in range(5):
        at(T0 + minute * MINUTE, found(last_at=T0 + minute * MINUTE))
    alarm = Alarm.objects.get()
    assert alarm.last_at == T0 + 4 * MINUTE
    assert kinds(alarm) == ["raised"]


def test_what_is_found_at_a_moment_and_has_no_length_is_told_too() -> None:
    at(T0, found(first_at=T0))
    assert Alarm.objects.count() == 1


def test_a_worse_value_replaces_the_explanation_and_a_better_one_does_not() -> None:
    at(T0, found())
    at(T0 + MINUTE, found(value=520.0, severity=170.0, conditions=[{"label": "worse"}]))
    at(T0 + 2 * MINUTE, found(value=400.0, severity=50.0, conditions=[{"label": "better"}]))
    alarm = Alarm.objects.get()
    assert (alarm.value, alarm.conditions) == (520.0, [{"label": "worse"}])
    assert kinds(alarm) == ["raised", "peak"]


def test_an_alarm_ends_only_after_the_rules_time_without_the_condition() -> None:
    at(T0, found())
    at(T0 + 9 * MINUTE)
    assert Alarm.objects.get().state == "active"
    at(T0 + 10 * MINUTE)
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.ended_at) == ("ended", T0 + 10 * MINUTE)
    assert kinds(alarm) == ["raised", "ended"]


def test_a_finding_that_no_longer_holds_ends_after_the_time_though_the_window_still_sees_it() -> None:
    at(T0, found())
    at(T0 + 9 * MINUTE, found(holds=False))
    assert Alarm.objects.get().state == "active"
    at(T0 + 10 * MINUTE, found(holds=False))
    assert Alarm.objects.get().state == "ended"


def test_what_grows_by_the_minute_is_told_when_it_has_grown_by_a_fifth() -> None:
    at(T0, found(severity=100.0))
    for minute in range(1, 31):
        at(T0 + minute * MINUTE, found(last_at=T0 + minute * MINUTE, severity=100.0 + minute))
    assert kinds(Alarm.objects.get()) == ["raised", "peak"]  # at 121


def test_a_condition_that_comes_back_within_the_time_is_the_same_alarm() -> None:
    at(T0, found())
    at(T0 + 5 * MINUTE)
    at(T0 + 8 * MINUTE, found(last_at=T0 + 8 * MINUTE))
    at(T0 + 12 * MINUTE)
    assert Alarm.objects.get().state == "active"


def test_a_finding_that_an_ended_alarm_covers_opens_nothing_and_a_later_one_does() -> None:
    at(T0, found())
    at(T0 + 10 * MINUTE)
    at(T0 + 11 * MINUTE, found())  # the window still looks back over it
    assert Alarm.objects.count() == 1
    at(T0 + 60 * MINUTE, found(last_at=T0 + 59 * MINUTE))
    first, second = Alarm.objects.order_by("pk")
    assert (first.number[-4:], second.number[-4:]) == ("0001", "0002")
    assert second.first_at == first.last_at  # one time is told once


def test_a_death_in_the_middle_leaves_nothing_and_the_next_sweep_opens_each_alarm_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(AlarmEvent.objects, "bulk_create", dies)
        with pytest.raises(KeyboardInterrupt):
            at(T0, found("a"), found("b"))
    assert not Alarm.objects.exists()
    at(T0 + MINUTE, found("a"), found("b"))
    assert Alarm.objects.count() == 2


def test_the_store_itself_refuses_a_second_active_alarm_of_a_subject() -> None:
    at(T0, found())
    twin = Alarm.objects.get()
    twin.pk, twin.number = None, "110105-20201123-0002"
    with pytest.raises(IntegrityError):
        twin.save(force_insert=True)


def test_numbers_have_no_gaps_and_begin_anew_with_the_day_in_beijing() -> None:
    at(T0, found("a"), found("b"))
    at(T0 + MINUTE, found("c"))
    midnight = datetime(2020, 11, 23, 16, 0, tzinfo=UTC)
    at(midnight, found("d", last_at=midnight))
    assert sorted(Alarm.objects.values_list("number", flat=True)) == [
        "110105-20201123-0001", "110105-20201123-0002", "110105-20201123-0003", "110105-20201124-0001",
    ]  # fmt: skip


# Handling ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def window() -> MaintenanceWindow:
    device = Device.objects.create(
        id="d", name_zh="设备", kind="dust", family="hj212", key="MN1", registered_at=T0 - timedelta(days=1)
    )
    return MaintenanceWindow.objects.create(
        device=device, kind="maintenance", start=T0 - timedelta(hours=2), end=T0 + timedelta(hours=1),
        reason="换滤带", declared_at=T0 - timedelta(hours=3),
    )  # fmt: skip


@contextmanager
def listening() -> Iterator[list[int]]:
    heard: list[int] = []
    kept, hooks.after_raise[:] = list(hooks.after_raise), [heard.extend]
    yield heard
    hooks.after_raise[:] = kept


def test_an_alarm_in_a_maintenance_window_is_kept_visible_and_calls_nobody(
    window: MaintenanceWindow, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with listening() as heard, django_capture_on_commit_callbacks(execute=True):
        at(T0, found("a", window_id=window.pk), found("b"))
    suppressed, raised = Alarm.objects.get(subject="a"), Alarm.objects.get(subject="b")
    assert (suppressed.handling, suppressed.window) == ("suppressed", window)
    assert list(Alarm.objects.waiting()) == [raised]
    assert heard == [raised.pk]


def test_an_alarm_that_outlasts_its_window_calls_then(
    window: MaintenanceWindow, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    at(T0, found(window_id=window.pk))
    with listening() as heard, django_capture_on_commit_callbacks(execute=True):
        at(T0 + MINUTE, found(last_at=T0 + MINUTE))
    alarm = Alarm.objects.get()
    assert (alarm.handling, heard) == ("raised", [alarm.pk])
    assert kinds(alarm) == ["raised", "handled"]


def test_a_window_declared_after_the_alarm_does_not_silence_it(window: MaintenanceWindow) -> None:
    at(T0, found())
    at(T0 + MINUTE, found(window_id=window.pk))
    assert Alarm.objects.get().handling == "raised"


def test_a_region_gives_one_notice_and_not_hundreds_of_alarms(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    notice = found("regional|a34002", rule="regional", area_code="110105")
    covered = [found(f"p{number:03}", covered_by=notice.subject) for number in range(200)]
    with listening() as heard, django_capture_on_commit_callbacks(execute=True):
        at(T0, *covered, notice)
    assert Alarm.objects.count() == 201
    told = Alarm.objects.get(rule="regional")
    assert (list(Alarm.objects.shown()), heard) == ([told], [told.pk])
    assert told.children.filter(handling="regional").count() == 200
    assert told.number.endswith("0001")


def test_alarms_raised_before_the_notice_come_under_it_until_it_ends() -> None:
    notice = found("regional|a34002", rule="regional", area_code="110105")
    at(T0, found("p"))
    at(T0 + MINUTE, found("p", covered_by=notice.subject), notice)
    assert Alarm.objects.get(subject="p").parent == Alarm.objects.get(rule="regional")
    at(T0 + 2 * MINUTE, found("p", last_at=T0 + 2 * MINUTE))
    assert Alarm.objects.get(subject="p").handling == "regional"  # the notice has not ended yet
    at(T0 + 10 * MINUTE, found("p", last_at=T0 + 10 * MINUTE))
    alarm = Alarm.objects.get(subject="p")
    assert (alarm.handling, alarm.parent) == ("raised", None)


def test_a_demoted_rule_is_observed_and_calls_nobody() -> None:
    at(T0, found(), terms={RULE: Terms(observe=True)})
    assert Alarm.objects.get().handling == "observed"
    assert not Alarm.objects.waiting().exists()


def test_an_alarm_judged_while_it_lasts_closes_when_it_ends() -> None:
    at(T0, found())
    Alarm.objects.update(outcome="true")
    at(T0 + MINUTE, found(last_at=T0 + MINUTE))
    at(T0 + 11 * MINUTE)
    assert Alarm.objects.get().state == "closed"


def test_an_alarm_whose_rule_is_gone_ends() -> None:
    at(T0, found())
    at(T0 + MINUTE, terms={})
    assert Alarm.objects.get().state == "ended"


def test_five_thousand_active_subjects_are_followed_in_few_statements(
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    Point.objects.create(id="p", name_zh="点", kind="dust")
    ones = [found(f"s{number:04}", point_id="p") for number in range(5000)]
    at(T0, *ones)
    later = [replace(one, last_at=T0 + MINUTE) for one in ones]
    with django_assert_max_num_queries(20):
        followed = at(T0 + MINUTE, *later)
    assert followed.carried == 5000
