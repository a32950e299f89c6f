"""The two ways up: HJ 212 uploads until each is answered, and JSON batches with an idempotency key."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lantian.gateway.push.hj212_link import PATIENCE, Hj212Link, command, uploads
from lantian.gateway.push.json_link import JsonLink
from lantian.gateway.push.values import PushedValue, Sender, written
from lantian.protocols.hj212.messages import Command, Message
from lantian.protocols.hj212.session import Patience
from lantian.protocols.hj212.writing import Address, write_answer, write_request
from tests.gateway.fake_city import FakeCity, FakeHttpCity, answered, city, http_city

MN = "110105AABBCC00000000D001"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
QUICK = Patience(timedelta(seconds=0.3), 3)
PM10 = PushedValue("site-1", "dust", MN, "39", "a34002", "µg/m³", 60, NOON, 80.0, "N")
VALUES = [PM10, replace(PM10, factor="a34004", value=35.25), replace(PM10, start=NOON + timedelta(minutes=1), flag="M")]


def now() -> datetime:
    return datetime.now(UTC)


_made: list[Sender] = []


def link(fake: FakeCity) -> Hj212Link:
    up = Hj212Link("127.0.0.1", fake.port, "654321", clock=now, patience=QUICK)
    _made.append(up)
    return up


def json_link(
    fake: FakeHttpCity, secret: str = "", *, clock: Callable[[], datetime] = now, batch: int = 500
) -> JsonLink:
    up = JsonLink(fake.url, secret, clock=clock, batch=batch)
    _made.append(up)
    return up


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _made:
        _made.pop().close()


@pytest.fixture
def fake() -> Iterator[FakeCity]:
    with city() as fake:
        yield fake


def test_values_of_one_device_and_period_travel_together_under_its_own_mn(fake: FakeCity) -> None:
    up = link(fake)
    outcome = up.send(VALUES)
    assert (outcome.confirmed, outcome.error) == (frozenset({0, 1, 2}), None)
    first, second = fake.got
    assert (first.cn, first.st, first.mn, first.pw, first.flag) == ("2051", "39", MN, "654321", 5)
    assert first.factors == {"a34002": {"Avg": "80", "Flag": "N"}, "a34004": {"Avg": "35.25", "Flag": "N"}}
    assert second.factors == {"a34002": {"Avg": "80", "Flag": "M"}}
    assert (first.parameters["DataTime"], second.parameters["DataTime"]) == ("20260302120000", "20260302120100")
    assert first.faults == second.faults == ()


def test_one_connection_carries_many_uploads_and_is_kept(fake: FakeCity) -> None:
    up = link(fake)
    many = [replace(PM10, start=NOON + timedelta(minutes=n)) for n in range(100)]
    assert len(up.send(many).confirmed) == 100
    assert len(up.send(many).confirmed) == 100
    assert fake.connections == 1
    assert len({message.qn for message in fake.got}) == 200


def test_an_upload_is_sent_again_until_it_is_answered(fake: FakeCity) -> None:
    fake.answer = lambda message, number: b"" if number <= 2 else answered(message)
    up = link(fake)
    assert up.send([PM10]).confirmed == {0}
    assert [message.qn for message in fake.got] == [fake.got[0].qn] * 3


def test_after_three_times_without_answer_the_link_is_down_and_what_was_answered_stays_so(fake: FakeCity) -> None:
    fake.answer = lambda message, number: answered(message) if "a34004" in message.factors else b""
    up = link(fake)
    outcome = up.send([PM10, replace(PM10, factor="a34004", start=NOON + timedelta(minutes=1))])
    assert outcome.confirmed == {1}
    assert outcome.error is not None
    assert "does not answer: 3 x 0.3 s" in outcome.error.en
    assert len(fake.got) == 4


def test_a_city_that_restarts_gets_the_rest_over_a_new_connection(fake: FakeCity) -> None:
    up = link(fake)
    assert up.send([PM10]).error is None
    fake.stop()
    fake.start()
    assert up.send(VALUES).confirmed == {0, 1, 2}
    assert fake.connections == 2


def test_a_city_that_hangs_up_or_is_not_there_is_said(fake: FakeCity) -> None:
    fake.answer = lambda message, number: None
    outcome = link(fake).send([PM10])
    assert outcome.confirmed == frozenset()
    assert outcome.error is not None
    fake.stop()
    outcome = link(fake).send([PM10])
    assert outcome.error is not None
    assert str(fake.port) in outcome.error.zh
    fake.start()


def test_an_answer_that_is_damaged_or_another_uploads_confirms_nothing(fake: FakeCity) -> None:
    def wrong(message: Message, number: int) -> bytes:
        other = write_answer(Address("39", MN, ""), "20200101000000000", Command.DATA_ANSWER)
        return other + answered(message).replace(b"CN=9014", b"CN=9024")

    fake.answer = wrong
    assert link(fake).send([PM10]).confirmed == frozenset()


def test_a_command_from_above_is_refused_and_the_upload_goes_on(fake: FakeCity) -> None:
    asked = write_request(Address("39", MN, "654321"), "20260302120000000", Command.SET_TIME)

    def commanding(message: Message, number: int) -> bytes:
        return asked if number == 1 else answered(fake.got[0]) if message.cn == "9011" else b""

    fake.answer = commanding
    up = link(fake)
    assert up.send([PM10]).confirmed == {0}
    refusal = fake.got[1]
    assert (refusal.cn, refusal.qn, refusal.parameters) == ("9011", "20260302120000000", {"QnRtn": "2"})


def test_a_slow_city_gets_no_more_than_fits_into_a_round(fake: FakeCity) -> None:
    def slow(message: Message, number: int) -> bytes:
        time.sleep(0.02)
        return answered(message)

    fake.answer = slow
    up = Hj212Link("127.0.0.1", fake.port, "", clock=now, patience=PATIENCE, limit=timedelta(seconds=0.2))
    _made.append(up)
    many = [replace(PM10, start=NOON + timedelta(minutes=n)) for n in range(200)]
    outcome = up.send(many)
    assert outcome.error is None
    assert 0 < len(outcome.confirmed) == len(fake.got) < 200


@pytest.mark.parametrize(("period_s", "code"), [(60, "2051"), (3599, "2051"), (3600, "2061"), (86_400, "2031")])
def test_each_period_has_its_command(period_s: int, code: str) -> None:
    assert command(period_s) == code


def test_values_of_other_devices_or_periods_are_uploads_of_their_own() -> None:
    hour = replace(PM10, period_s=3600)
    assert uploads([PM10, hour, replace(PM10, key="B"), PM10]) == [(0, 3), (1,), (2,)]


@pytest.mark.parametrize(
    ("value", "text"), [(100.0, "100"), (0.1, "0.1"), (1e-9, "0"), (-0.5, "-0.5"), (1e6, "1000000")]
)
def test_a_value_is_written_without_exponent(value: float, text: str) -> None:
    assert written(value) == text


# JSON over HTTP -----------------------------------------------------------------------------------------------------


def test_batches_carry_the_token_and_a_key_that_is_the_same_when_they_are_sent_again() -> None:
    with http_city() as fake:
        up = json_link(fake, "token", batch=2)
        assert up.send(VALUES).confirmed == {0, 1, 2}
        assert up.send(VALUES).confirmed == {0, 1, 2}
        keys = [key for key, _, _ in fake.requests]
    assert keys[:2] == keys[2:]
    assert len(set(keys)) == 2
    assert {token for _, token, _ in fake.requests} == {"Bearer token"}
    assert fake.requests[0][2][0] == {
        "point": "site-1", "kind": "dust", "mn": MN, "factor": "a34002", "unit": "µg/m³", "period_s": 60,
        "start": "2026-03-02T12:00:00+08:00", "value": 80.0, "flag": "N", "synthetic": False,
    }  # fmt: skip


def test_values_that_the_other_side_names_are_refused_and_the_others_confirmed() -> None:
    with http_city() as fake:
        fake.answers.append((200, {}, {"refused": [{"index": 1, "reason": "unknown factor"}, {"index": 9}]}))
        outcome = json_link(fake).send(VALUES)
    assert (outcome.confirmed, outcome.refused, outcome.error) == (frozenset({0, 2}), {1: "unknown factor"}, None)
    assert fake.requests[0][1] == "None"


@pytest.mark.parametrize("body", [[], {"refused": 7}, {"refused": [{"place": 1}]}, "ok"])
def test_an_answer_of_another_shape_confirms_all(body: object) -> None:
    with http_city() as fake:
        fake.answers.append((201, {}, body))
        assert json_link(fake).send(VALUES).confirmed == {0, 1, 2}


@pytest.mark.parametrize("status", [400, 422])
def test_a_batch_that_is_refused_does_not_stop_the_next(status: int) -> None:
    with http_city() as fake:
        fake.answers.append((status, {}, {}))
        outcome = json_link(fake, batch=2).send(VALUES)
    assert (outcome.confirmed, set(outcome.refused), outcome.error) == (frozenset({2}), {0, 1}, None)


@pytest.mark.parametrize(
    ("header", "wait"),
    [("120", 120.0), ("Mon, 02 Mar 2026 04:01:30 GMT", 90.0), ("Mon, 02 Mar 2026 03:00:00 GMT", 0.0), ("soon", None)],
)
def test_a_city_that_asks_to_wait_is_heard(header: str, wait: float | None) -> None:
    with http_city() as fake:
        fake.answers += [(200, {}, {}), (503, {"Retry-After": header}, {})]
        outcome = json_link(fake, clock=lambda: NOON, batch=1).send(VALUES)
    assert (outcome.confirmed, outcome.retry_after_s, len(fake.requests)) == (frozenset({0}), wait, 2)
    assert outcome.error is not None
    assert "HTTP 503" in outcome.error.en


def test_a_city_that_cannot_be_reached_is_said() -> None:
    with http_city() as fake:
        pass
    outcome = json_link(fake).send(VALUES)
    assert outcome.error is not None
    assert outcome.retry_after_s is None
