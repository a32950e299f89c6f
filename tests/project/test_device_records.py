"""The record store as the gateway sees it."""

import time
from datetime import timedelta

import pytest

from lantian.apps.telemetry.models import Command, Device, UnknownDevice
from lantian.apps.telemetry.services import queue_command
from lantian.gateway.orders import Order, OrderReport, OrderState
from lantian.gateway.quarantine import Reason, Stranger
from lantian.project.device_records import DeviceRecords
from tests.telemetry.device_sample import NOW, a_device


@pytest.mark.django_db
def test_a_stranger_becomes_an_entry_of_the_quarantine_once() -> None:
    records = DeviceRecords()
    stranger = Stranger("hj212", "A1", Reason.UNKNOWN, "10.0.0.1:5", b"##", NOW, frames=3)
    records.turned_away([stranger, stranger])
    [unknown] = UnknownDevice.objects.all()
    assert (unknown.family, unknown.key, unknown.frames) == ("hj212", "A1", 6)


@pytest.mark.django_db
def test_a_registered_device_is_known_after_the_next_refresh() -> None:
    records = DeviceRecords()
    assert records.registry().find("hj212", "MN-d1") is None
    device = a_device("d1")
    records.refresh()
    found = records.registry().find("hj212", "MN-d1")
    assert found is not None
    assert (found.id, found.secret) == (device.pk, "123456")


@pytest.mark.django_db
def test_a_password_that_a_device_took_counts_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    device = a_device("d1")
    records = DeviceRecords()
    later = NOW + timedelta(seconds=1)
    command = queue_command(device, "1072", {"NewPW": "abcdef"}, by=None, at=NOW)
    order = Order(command.pk, "d1", "1072", {"NewPW": "abcdef"}, later)
    monkeypatch.setattr("lantian.project.device_records.fetch_commands", lambda now: [order])
    assert records.fetch() == [order]
    states: tuple[OrderState, ...] = ("sent", "accepted", "done")
    for state in states:
        records.report(OrderReport(command.pk, state, later, attempts=1))
    assert Command.objects.get().state == "done"
    found = records.registry().find("hj212", "MN-d1")
    assert found is not None
    assert found.secret == "abcdef"


@pytest.mark.django_db(transaction=True)
def test_changes_are_followed_until_closed_and_a_database_away_is_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    records = DeviceRecords()
    calls: list[int] = []

    def refresh() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("the database is away")

    monkeypatch.setattr(records, "refresh", refresh)
    records.keep_fresh(every_s=0.01)
    deadline = time.monotonic() + 60
    while len(calls) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    records.close()
    assert len(calls) >= 3
    assert not Device.objects.exists()
