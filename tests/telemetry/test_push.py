"""The push upward: everything goes to the platforms above, late data too; what is sent again counts once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import Entry
from lantian.apps.telemetry import jobs
from lantian.apps.telemetry.models import PushDay, PushTarget
from lantian.apps.telemetry.services.push import LOCK, Senders, make_sender, points_of, push_alone, push_due
from lantian.apps.telemetry.services.push_targets import NewTarget, PushError, push_report, put_target, switch_target
from lantian.gateway.push.hj212_link import Hj212Link
from lantian.gateway.push.values import Outcome, PushedValue, Sender
from lantian.kernel.errors import Text
from lantian.lake import Lake, LakeBusy
from lantian.lake.lock import WriterLock
from lantian.lake.news import newest_commit
from lantian.protocols.hj212.messages import Message
from lantian.protocols.hj212.session import Patience
from tests.gateway.fake_city import answered, city, http_city
from tests.lake.readings_sample import reading_rows
from tests.telemetry.device_sample import MN, a_device, a_point

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = date(2026, 3, 2)
DOWN = Text("无应答", "no answer")


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = NOON + timedelta(minutes=10)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Above:
    """A platform above: takes everything unless told what comes next."""

    outcomes: list[Outcome] = field(default_factory=list)
    got: list[list[PushedValue]] = field(default_factory=list)

    def send(self, values: Sequence[PushedValue]) -> Outcome:
        self.got.append(list(values))
        return self.outcomes.pop(0) if self.outcomes else Outcome(frozenset(range(len(values))))

    def close(self) -> None:
        pass


@pytest.fixture
def lake(tmp_path: Path, settings: Any) -> Lake:
    settings.LAKE_URL, settings.DATA_DIR, settings.PACK = str(tmp_path / "lake"), tmp_path, "cn-110105-2018"
    return Lake(tmp_path / "lake")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def above() -> Above:
    return Above()


def a_target(address: str = "https://city.example/values", **more: Any) -> PushTarget:
    values = {"name": "city", "manner": "json", "kinds": ["dust"], "periods": [60], **more}
    return PushTarget.objects.create(address=address, commit=0, counted=0, **values)


def measured(lake: Lake, *values: tuple[int, float | None], point: str = "site-1", **more: Any) -> None:
    """Append a point's minutes, counted from noon."""
    rows = [(point, "a34002", 60, NOON + minute * MINUTE, value) for minute, value in values]
    lake.append_readings(reading_rows(rows, **more), received_at=NOON, source=f"t#{newest_commit(lake) + 1}")


def push(clock: Clock, sender: Sender) -> int:
    return push_due(clock, Senders(lambda target, now: sender))


def tally() -> tuple[int, int, int, int]:
    day = PushDay.objects.get()
    return day.due, day.sent, day.confirmed, day.refused


# -- S13 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.row("S13")
def test_after_an_outage_the_city_has_every_minute_and_hour_once_over_hj212_and_json(lake: Lake, clock: Clock) -> None:
    a_device("d1", key=MN, point=a_point("site-1"))
    patience = Patience(timedelta(seconds=0.3), 3)

    def silent(message: Message, number: int) -> bytes:
        return b"" if number <= 6 else answered(message)

    def quick(target: PushTarget, now: Any) -> Sender:
        if target.manner == "json":
            return make_sender(target, now)
        return Hj212Link(
            "127.0.0.1", int(target.address.rsplit(":")[-1]), "", clock=lambda: datetime.now(UTC), patience=patience
        )

    with city(silent) as fake, http_city() as web:
        a_target(f"hj212://127.0.0.1:{fake.port}", name="hj", manner="hj212", periods=[60, 3600])
        a_target(web.url, name="web", periods=[60, 3600])
        web.answers.append((503, {"Retry-After": "60"}, {}))
        senders = Senders(quick)
        measured(lake, (0, 80.0), (1, 81.0))
        assert push_due(clock, senders) == 0
        assert [(row.due, row.confirmed, row.missing) for row in push_report(1, today=DAY)] == [(2, 0, 2)] * 2
        fake.stop()
        measured(lake, (2, 82.0), (-300, 70.0))  # one of them replenished, five hours late
        hours = [("site-1", "a34002", 3600, NOON - timedelta(hours=1), 75.5)]
        lake.append_readings(reading_rows(hours), received_at=NOON, source="hour")
        clock.now += timedelta(minutes=2)
        push_due(clock, senders)
        fake.start()
        clock.now += timedelta(hours=1)
        push_due(clock, senders)
        for _, sender in senders.open.values():
            sender.close()

    minutes = {("2051", "20260302120000"): "80", ("2051", "20260302120100"): "81", ("2051", "20260302120200"): "82",
               ("2051", "20260302070000"): "70", ("2061", "20260302110000"): "75.5"}  # fmt: skip
    assert fake.stored == {(MN, cn, time, "a34002"): value for (cn, time), value in minutes.items()}
    assert sum(len(values) for values in web.stored.values()) == 5
    rows = push_report(1, today=DAY)
    assert [(row.target.name, row.kind, row.due, row.confirmed, row.missing, row.share) for row in rows] == [
        ("hj", "dust", 5, 5, 0, 1.0),
        ("web", "dust", 5, 5, 0, 1.0),
    ]
    assert rows[0].attempts > rows[1].attempts


# -- what goes up ------------------------------------------------------------------------------------------------------


def test_the_first_round_only_notes_where_the_lake_stands(lake: Lake, clock: Clock, above: Above) -> None:
    a_point("site-1")
    measured(lake, (0, 80.0))
    target = a_target()
    PushTarget.objects.update(commit=None, counted=None)
    assert push(clock, above) == 0
    measured(lake, (1, 81.0))
    assert push(clock, above) == 1
    target.refresh_from_db()
    assert [[value.value for value in batch] for batch in above.got] == [[81.0]]
    assert (target.commit, target.cursor) == (newest_commit(lake), clock.now)


def test_only_the_kinds_and_periods_of_a_target_go_up_with_key_unit_and_system_code(
    lake: Lake, clock: Clock, above: Above
) -> None:
    a_device("d1", key=MN, point=a_point("site-1"))
    a_point("air", kind="station")
    measured(lake, (0, 80.0))
    measured(lake, (0, 50.0), point="air")
    a_target()
    push(clock, above)
    [[value]] = above.got
    assert (value.point, value.key, value.st, value.unit, value.flag) == ("site-1", MN, "39", "µg/m³", "N")


def test_invented_data_go_only_to_a_platform_on_this_machine(lake: Lake) -> None:
    a_point("site-1", synthetic=True)
    assert list(points_of(a_target())) == []
    assert points_of(a_target("http://127.0.0.1:9/values", name="trial"))["site-1"].synthetic


def test_a_point_without_device_goes_up_under_its_own_id(lake: Lake) -> None:
    a_point("site-1")
    place = points_of(a_target())["site-1"]
    assert (place.key, place.st, place.units) == ("site-1", "39", {})


@pytest.mark.parametrize(
    ("flag", "verdict", "reason", "sent"),
    [
        ("N", "valid", None, "N"),
        ("N", "invalid", "range", "T"),
        ("N", "invalid", "unit-jump", "D"),
        ("M", "invalid", "flag", "M"),
        ("", "valid", None, "N"),
    ],
)
def test_a_value_that_we_hold_invalid_does_not_go_up_as_a_measurement(
    lake: Lake, clock: Clock, above: Above, flag: str, verdict: str, reason: str | None, sent: str
) -> None:
    a_point("site-1")
    a_target()
    measured(lake, (0, 80.0), flag=flag, verdict=verdict, reason=reason)
    push(clock, above)
    assert above.got[0][0].flag == sent


# -- what counts -------------------------------------------------------------------------------------------------------


def test_a_correction_goes_up_and_counts_no_second_time(lake: Lake, clock: Clock, above: Above) -> None:
    a_point("site-1")
    a_target()
    measured(lake, (0, 80.0))
    assert push(clock, above) == 1
    measured(lake, (0, 90.0))
    assert push(clock, above) == 0
    assert [[value.value for value in batch] for batch in above.got] == [[80.0], [90.0]]
    assert tally() == (1, 1, 1, 0)


def test_a_round_that_breaks_off_settles_whole_commits_and_sends_the_others_again(
    lake: Lake, clock: Clock, above: Above
) -> None:
    a_point("site-1")
    target = a_target()
    measured(lake, (0, 80.0))
    measured(lake, (1, 81.0), (2, 82.0))
    above.outcomes.append(Outcome(frozenset({0, 1}), error=DOWN))
    assert push(clock, above) == 1
    assert tally() == (3, 1, 1, 0)
    target.refresh_from_db()
    assert (target.failures, target.error_zh, target.error_en) == (1, "无应答", "no answer")
    assert push(clock, above) == 0  # it waits
    clock.now += timedelta(seconds=30)
    assert push(clock, above) == 2
    assert tally() == (3, 3, 3, 0)
    assert [[value.value for value in batch] for batch in above.got] == [[80.0, 81.0, 82.0], [81.0, 82.0]]
    target.refresh_from_db()
    assert (target.failures, target.retry_at, target.error_en) == (0, None, "")


def test_a_correction_between_two_attempts_counts_once(lake: Lake, clock: Clock, above: Above) -> None:
    a_point("site-1")
    a_target()
    measured(lake, (0, 80.0))
    above.outcomes.append(Outcome(error=DOWN))
    push(clock, above)
    measured(lake, (0, 85.0), (1, 81.0))
    clock.now += timedelta(minutes=1)
    assert push(clock, above) == 2
    assert tally() == (2, 2, 2, 0)
    assert [value.value for value in above.got[-1]] == [85.0, 81.0]


def test_a_batch_whose_answer_was_lost_is_sent_again_as_it_was_though_more_has_come(lake: Lake, clock: Clock) -> None:
    a_point("site-1")
    with http_city() as web:
        a_target(web.url)
        senders = Senders(make_sender)
        measured(lake, (0, 80.0))
        web.answers.append((-200, {}, {}))
        assert push_due(clock, senders) == 0
        measured(lake, (1, 81.0))
        clock.now += timedelta(minutes=1)
        assert push_due(clock, senders) == 2
        senders.open.popitem()[1][1].close()
    assert [len(values) for _, _, values in web.requests] == [1, 1, 1]
    assert [len(values) for values in web.stored.values()] == [1, 1]


def test_refused_values_are_counted_apart_and_not_sent_again(lake: Lake, clock: Clock, above: Above) -> None:
    a_point("site-1")
    a_target()
    measured(lake, (0, 80.0), (1, 81.0))
    above.outcomes.append(Outcome(frozenset({0}), {1: "unknown factor"}))
    push(clock, above)
    push(clock, above)
    assert (tally(), len(above.got)) == ((2, 2, 1, 1), 1)
    [row] = push_report(1, today=DAY)
    assert (row.missing, row.share, row.refused) == (0, 0.5, 1)


# Confirmed at 12:10; the minutes end at 12:01 and 12:02: 540 s and 480 s, 510 s on average.
def test_the_mean_delay_counts_from_the_end_of_the_period(lake: Lake, clock: Clock, above: Above) -> None:
    a_point("site-1")
    a_target()
    measured(lake, (0, 80.0), (1, 81.0))
    push(clock, above)
    [row] = push_report(1, today=DAY)
    assert row.mean_delay_s == 510


def test_a_day_without_anything_confirmed_has_neither_share_nor_delay_and_old_days_are_left_out(lake: Lake) -> None:
    target = a_target()
    for day, due in ((DAY, 0), (DAY - timedelta(days=1), 4), (DAY - timedelta(days=2), 9)):
        PushDay.objects.create(target=target, day=day, kind="dust", due=due)
    rows = push_report(2, today=DAY)
    assert [(row.day, row.due, row.missing, row.share, row.mean_delay_s) for row in rows] == [
        (DAY, 0, 0, None, None),
        (DAY - timedelta(days=1), 4, 4, 0.0, None),
    ]


# 30 s, 60 s, 120 s …, an hour at most; a longer wait that the other side asks for holds.
def test_the_wait_doubles_with_each_failure_up_to_an_hour(lake: Lake, clock: Clock, above: Above) -> None:
    a_point("site-1")
    target = a_target()
    measured(lake, (0, 80.0))
    waits = []
    for asked in (None, None, 500.0, None, 9_000.0):
        above.outcomes.append(Outcome(error=DOWN, retry_after_s=asked))
        push(clock, above)
        target.refresh_from_db()
        assert target.retry_at is not None
        waits.append((target.retry_at - clock.now).total_seconds())
        clock.now = target.retry_at
    assert waits == [30, 60, 500, 240, 3600]


def test_a_long_backlog_goes_up_in_steps_until_the_time_of_the_round_is_over(
    lake: Lake, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_point("site-1")
    a_target()
    monkeypatch.setattr("lantian.apps.telemetry.services.push.MOST", 1)
    for minute in range(4):
        measured(lake, (minute, 80.0))

    class Slow(Above):
        def send(self, values: Sequence[PushedValue]) -> Outcome:
            clock.now += timedelta(seconds=8)
            return super().send(values)

    assert push(clock, Slow()) == 3
    assert push(clock, Slow()) == 1


def test_a_paused_target_gets_nothing_and_catches_up_when_it_is_resumed(lake: Lake, clock: Clock, above: Above) -> None:
    person = Person.objects.create_person("zhang", None, name_zh="张三")
    a_point("site-1")
    target = a_target(failures=3, retry_at=NOON + timedelta(days=1))
    switch_target(target, "paused", by=person, at=NOON)
    measured(lake, (0, 80.0))
    assert push(clock, above) == 0
    switch_target(target, "active", by=person, at=NOON)
    assert push(clock, above) == 1
    assert [entry.verb for entry in Entry.objects.order_by("pk")] == ["push-target.paused", "push-target.active"]


# -- targets and connections -------------------------------------------------------------------------------------------


def test_a_target_is_put_on_the_list_and_changed_and_its_secret_is_not_on_record(lake: Lake) -> None:
    person = Person.objects.create_person("zhang", None, name_zh="张三")
    new = NewTarget(" city ", "hj212", "hj212://10.1.1.1:7701", "654321", ["dust", "dust"], [3600, 60])
    put_target(new, by=person, at=NOON)
    put_target(NewTarget("city", "json", "https://city.example", "", ["dust"], [60]), by=person, at=NOON)
    target = PushTarget.objects.get()
    assert (target.manner, target.secret, target.kinds, target.periods) == ("json", "654321", ["dust"], [60])
    entries = list(Entry.objects.order_by("pk"))
    assert [entry.verb for entry in entries] == ["push-target.added", "push-target.changed"]
    assert "654321" not in str([entry.detail for entry in entries])


@pytest.mark.parametrize(
    ("name", "manner", "address", "kinds", "periods"),
    [
        (" ", "json", "https://city.example", ["dust"], [60]),
        ("city", "json", "hj212://10.1.1.1:7701", ["dust"], [60]),
        ("city", "json", "https:///values", ["dust"], [60]),
        ("city", "hj212", "hj212://10.1.1.1", ["dust"], [60]),
        ("city", "json", "https://city.example", ["cows"], [60]),
        ("city", "json", "https://city.example", [], [60]),
        ("city", "json", "https://city.example", ["dust"], [61]),
    ],
)
def test_a_target_that_cannot_be_pushed_to_is_refused(
    lake: Lake, name: str, manner: str, address: str, kinds: list[str], periods: list[int]
) -> None:
    person = Person.objects.create_person("zhang", None, name_zh="张三")
    with pytest.raises(PushError):
        put_target(NewTarget(name, manner, address, "", kinds, periods), by=person, at=NOON)


def test_a_connection_is_kept_until_the_address_changes(lake: Lake, clock: Clock) -> None:
    closed: list[str] = []

    class Kept(Above):
        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

        def close(self) -> None:
            closed.append(self.address)

    senders = Senders(lambda target, now: Kept(target.address))
    target = a_target("https://a.example")
    assert senders.of(target, clock) is senders.of(target, clock)
    target.address = "https://b.example"
    assert senders.of(target, clock) is senders.of(target, clock)
    assert closed == ["https://a.example"]


def test_a_target_of_hj212_is_reached_at_its_host_and_port_with_its_password(lake: Lake, clock: Clock) -> None:
    a_point("site-1")
    with city() as fake:
        target = a_target(f"hj212://127.0.0.1:{fake.port}", manner="hj212", secret="654321")
        senders = Senders(make_sender)
        measured(lake, (0, 80.0))
        assert push_due(clock, senders) == 1
        senders.of(target, clock).close()
    assert [(message.pw, message.mn, message.st) for message in fake.got] == [("654321", "site-1", "39")]


def test_two_rounds_never_run_at_once(lake: Lake, tmp_path: Path, clock: Clock, above: Above) -> None:
    with WriterLock(tmp_path / LOCK, wait_s=0).held(), pytest.raises(LakeBusy):
        push_alone(clock, Senders(lambda target, now: above))


@pytest.fixture
def web() -> Iterator[Any]:
    with http_city() as web:
        yield web


def test_the_job_of_every_minute_pushes_and_says_what_stops_it(
    lake: Lake, web: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    a_point("site-1")
    a_target(web.url)
    measured(lake, (0, 80.0))
    jobs.push_up.call_local()
    assert [value["value"] for _, _, values in web.requests for value in values] == [80.0]
    with WriterLock(tmp_path / LOCK, wait_s=0).held():
        jobs.push_up.call_local()
    assert "the push upward failed" in caplog.text
    for _, sender in jobs._senders.open.values():
        sender.close()
    jobs._senders.open.clear()
