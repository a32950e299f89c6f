"""The quarantine: who was turned away and why, bounded, until an administrator decides."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import UnknownDevice
from lantian.apps.telemetry.services import note_unknown, quarantine, refuse_unknown
from lantian.gateway.quarantine import Reason, Stranger
from tests.telemetry.device_sample import NOW, a_device

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)
TURNED = Stranger("hj212", "X1", Reason.UNKNOWN, "10.0.0.9:4321", b"##0000", NOW)


def test_a_device_that_is_turned_away_again_adds_up() -> None:
    assert note_unknown(TURNED)
    assert note_unknown(Stranger("hj212", "X1", Reason.SECRET, "10.0.0.9:1", b"##1111", LATER, frames=4))
    row = UnknownDevice.objects.waiting().get()
    assert (row.frames, row.reason, row.peer, bytes(row.sample)) == (5, "secret", "10.0.0.9:1", b"##1111")
    assert (row.first_seen, row.last_seen) == (NOW, LATER)


def test_names_and_samples_of_any_length_fit() -> None:
    assert note_unknown(Stranger("hj212", "\0" + "é" * 500, Reason.ADDRESS, "p" * 200, b"#" * 100_000, NOW))
    row = UnknownDevice.objects.get()
    assert (len(row.key), len(row.peer), len(bytes(row.sample))) == (40, 60, 4096)


def test_a_suspended_device_is_told_from_an_unknown_one() -> None:
    a_device("d1", key="X1", active=False)
    note_unknown(TURNED)
    assert UnknownDevice.objects.get().reason == "inactive"


def test_a_refused_device_stays_refused_and_an_adopted_one_waits_again() -> None:
    note_unknown(TURNED)
    row = UnknownDevice.objects.get()
    refuse_unknown(row, by=None, at=NOW)
    note_unknown(replace(TURNED, at=LATER))
    assert UnknownDevice.objects.get().state == UnknownDevice.State.REFUSED
    UnknownDevice.objects.update(state=UnknownDevice.State.ADOPTED)
    note_unknown(replace(TURNED, at=LATER))
    assert UnknownDevice.objects.get().state == UnknownDevice.State.WAITING
    assert Entry.objects.get().verb == "device.refused"


def test_invented_names_do_not_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "LARGEST", 2)
    noted = [note_unknown(replace(TURNED, key=f"X{n}")) for n in range(3)]
    assert (noted, UnknownDevice.objects.count()) == ([True, True, False], 2)
    assert note_unknown(replace(TURNED, at=LATER))
