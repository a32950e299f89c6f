"""Instruments: added, calibrated on days in order, taken off with a reason; each step on record."""

from datetime import date

import pytest

from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import Instrument
from lantian.apps.telemetry.services.instruments import (
    InstrumentError,
    NewInstrument,
    add_instrument,
    calibrate_instrument,
    remove_instrument,
)
from tests.telemetry.device_sample import NOW, a_device

pytestmark = pytest.mark.django_db

ON, DUE = date(2026, 3, 2), date(2026, 3, 9)


@pytest.fixture
def instrument() -> Instrument:
    return add_instrument(a_device("d1"), NewInstrument(" 烟气分析仪 ", serial="S-1"), by=None, at=NOW)


def test_an_instrument_is_calibrated_and_due_again(instrument: Instrument) -> None:
    calibrate_instrument(instrument, ON, DUE, by=None, at=NOW)
    instrument.refresh_from_db()
    assert (instrument.name, instrument.calibrated_on, instrument.calibration_due) == ("烟气分析仪", ON, DUE)
    calibrate_instrument(instrument, ON, date(2026, 3, 16), by=None, at=NOW)
    assert [entry.detail.get("before") for entry in Entry.objects.order_by("pk")] == [None, None, "2026-03-02"]


@pytest.mark.parametrize(
    ("on", "due", "said"), [(date(2026, 3, 3), DUE, "lies ahead"), (ON, ON, "must come after 2026-03-02")]
)
def test_days_of_calibration_are_in_order(instrument: Instrument, on: date, due: date, said: str) -> None:
    with pytest.raises(InstrumentError, match=said):
        calibrate_instrument(instrument, on, due, by=None, at=NOW)
    instrument.refresh_from_db()
    assert instrument.calibration_due is None


def test_an_instrument_is_taken_off_with_a_reason(instrument: Instrument) -> None:
    with pytest.raises(InstrumentError, match="Say why"):
        remove_instrument(instrument, reason="", by=None, at=NOW)
    remove_instrument(instrument, reason="更新", by=None, at=NOW)
    assert not Instrument.objects.exists()
    assert Entry.objects.order_by("-pk")[0].detail["reason"] == "更新"


def test_an_instrument_has_a_name(instrument: Instrument) -> None:
    with pytest.raises(InstrumentError, match="name"):
        add_instrument(instrument.device, NewInstrument(" "), by=None, at=NOW)
